// SPDX-License-Identifier: Apache-2.0
//
// wording.cc: see the header.
#include "analyzer/verdict/wording.h"

#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {

std::string InQuotes(std::string_view text) { return '"' + SafeTextTruncated(text, kNameColumns) + '"'; }

std::string Remain(uint64_t count, std::string_view singular) {
  return Quantity(count, singular) + (count == 1 ? " remains" : " remain");
}

FileLocation InPolicy(const Policy& policy, SourceLocation location, SourceLocation fallback) {
  if (location.line == 0) location = fallback;
  return {policy.path, location.line, location.column};
}

}  // namespace seriesguard
