// SPDX-License-Identifier: Apache-2.0
//
// watch_schema.cc: the build turns watch.schema.json into one raw string literal.
#include "analyzer/watch/watch_schema.h"

namespace seriesguard {

std::string_view WatchSchema() {
  static constexpr std::string_view kSchema =
#include "analyzer/watch/watch_schema.inc"
      ;
  return kSchema;
}

}  // namespace seriesguard
