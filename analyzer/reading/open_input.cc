// SPDX-License-Identifier: Apache-2.0
//
// open_input.cc: a fetched body keeps the name of its address in messages.
#include "analyzer/reading/open_input.h"

#include "analyzer/input/body_file.h"
#include "analyzer/input/byte_source.h"

namespace seriesguard {

absl::StatusOr<std::unique_ptr<ByteSource>> OpenInput(size_t input, const std::vector<std::string>& paths,
                                                      const ReadOptions& options) {
  const auto fetched = options.fetched.find(input);
  if (fetched != options.fetched.end()) return fetched->second.body->Open(paths[input], options.source);
  return OpenSource(paths[input], options.source);
}

}  // namespace seriesguard
