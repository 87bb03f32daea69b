// SPDX-License-Identifier: Apache-2.0
//
// fetch_urls.h: the inputs that are addresses, fetched before anything is read.
//
// Use:      once a run by ReadInputs; `watch` makes a UrlFetcher once and calls it for every scrape.
// Threads:  called from one thread.
// Errors:   the message is the complete text for the standard error output, one line an address, through safe_text,
//           without a line feed at its end. No credentials and no query are ever in it.
// Source:   docs/input.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_FETCH_URLS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_FETCH_URLS_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"
#include "analyzer/input/http_fetch.h"
#include "analyzer/input/input_list.h"
#include "analyzer/reading/read_options.h"

namespace seriesguard {

// By input; see ReadOptions::fetched.
using FetchedInputs = std::map<size_t, FetchedInput>;

class UrlFetcher {
 public:
  // Reads the credentials, and prints a note where they will travel unencrypted.
  //
  // Errors:    credentials that cannot be read, or are given while the addresses are of more than one origin: who sees
  //            them must be one that was named alone.
  static absl::StatusOr<UrlFetcher> Make(const ExpandedInputs& inputs, const InputOptions& options,
                                         const Streams& streams);

  // Fetches every address among `inputs`; shows progress on a terminal.
  //
  // Errors:    every address that could not be read, or whose answer is no exposition.
  absl::StatusOr<FetchedInputs> Fetch(const ExpandedInputs& inputs, const Streams& streams) const;

  // From now on the first answer counts, whatever --wait-for says.
  void StopWaiting() { options_.wait_for = 0; }

 private:
  HttpFetchOptions options_;
  bool format_is_given_ = false;
  bool unknown_is_text_ = false;
};

// Both steps.
absl::StatusOr<FetchedInputs> FetchUrls(const ExpandedInputs& inputs, const InputOptions& options,
                                        const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_FETCH_URLS_H_
