// SPDX-License-Identifier: Apache-2.0
//
// regex_check.cc: RE2 names the part at fault, not its place; the place is found by looking for that part.
#include "rules/reading/regex_check.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/reading/policy_codes.h"
#include "rules/regex_limits.h"

namespace seriesguard {
namespace {

// Returns where in `pattern` the fault lies that `message` tells of; 0 where that cannot be told.
size_t PlaceOfFault(std::string_view pattern, std::string_view message) {
  // A repetition that is too large is quoted as {100}; in the pattern it may be the second number: {2,100}.
  const size_t brace = message.find("the repetition {");
  if (brace != std::string_view::npos) {
    const size_t start = message.find('{', brace) + 1;
    const std::string number(message.substr(start, message.find('}', start) - start));
    for (const char before : {'{', ','}) {
      const size_t place = pattern.find(before + number);
      if (place != std::string_view::npos) return pattern.rfind('{', place);
    }
    return 0;
  }
  const size_t colon = message.rfind(": ");
  if (colon == std::string_view::npos || colon + 2 >= message.size()) return 0;
  const size_t place = pattern.find(message.substr(colon + 2));
  return place == std::string_view::npos ? 0 : place;
}

}  // namespace

bool CheckRegex(const YamlNode& node, Findings* findings) {
  const absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(node.text);
  if (regex.ok()) return true;
  const std::string message(regex.status().message());
  const size_t place = PlaceOfFault(node.text, message);
  const SourceLocation location = place == 0 ? node.location : LocationInScalar(node, place);
  findings->Error(policy_code::kBadRegex, location, message,
                  "the syntax is that of Prometheus (RE2), anchored at both ends");
  return false;
}

}  // namespace seriesguard
