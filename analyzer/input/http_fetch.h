// SPDX-License-Identifier: Apache-2.0
//
// http_fetch.h: several addresses at once: bounded, redirected within the host, waited for where that is wanted.
//
// Use:      once a run with all addresses, before anything is parsed; `watch` once a scrape.
// Threads:  one; libcurl looks host names up on threads of its own.
// Errors:   an address each, in the order of the addresses; the message begins with its Name() and may hold bytes of the
//           answer, raw. Cancelled: is_cancelled() said so.
// Cost:     the slowest of the addresses; an address is tried for at most timeout_ns, all its redirects together, or
//           with wait_for until wait_timeout_ns are over.
//
// Invariants
//   1. A redirect is followed only to the origin (scheme, host, port) of the address that was given, at most five times.
//   2. Results do not depend on which answer comes first.
#ifndef SERIESGUARD_ANALYZER_INPUT_HTTP_FETCH_H_
#define SERIESGUARD_ANALYZER_INPUT_HTTP_FETCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/input/http_transfer.h"
#include "analyzer/input/http_url.h"

namespace seriesguard {

struct HttpFetchOptions {
  HttpRequestOptions request;
  size_t parallel = 4;
  long wait_for = 0;  // a status to ask again and again for; 0 = the first answer is the answer
  int64_t wait_timeout_ns = 30'000'000'000;
  std::function<bool()> is_cancelled;                            // may be empty; asked ten times a second
  std::function<void(size_t finished, uint64_t bytes)> on_tick;  // may be empty; the same
};

// Gets all of `urls`.
//
// Returns:   `[i]`: the answer of urls[i], always with status 200 and its body, or why there is none.
std::vector<absl::StatusOr<HttpAnswer>> FetchAll(const std::vector<HttpUrl>& urls, const HttpFetchOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_HTTP_FETCH_H_
