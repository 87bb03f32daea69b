// SPDX-License-Identifier: Apache-2.0
//
// suggestion_schema.cc: the build turns suggestion.schema.json into one raw string literal.
#include "analyzer/suggest/suggestion_schema.h"

namespace seriesguard {

std::string_view SuggestionSchema() {
  static constexpr std::string_view kSchema =
#include "analyzer/suggest/suggestion_schema.inc"
      ;
  return kSchema;
}

}  // namespace seriesguard
