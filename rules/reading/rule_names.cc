// SPDX-License-Identifier: Apache-2.0
//
// rule_names.cc: see the header.
#include "rules/reading/rule_names.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/statusor.h"
#include "rules/reading/pattern_shape.h"
#include "rules/reading/policy_codes.h"
#include "rules/regex_limits.h"

namespace seriesguard {
namespace {

using NamePlaces = std::unordered_map<std::string, SourceLocation>;

struct Match {
  const MetricRule* rule;
  PatternShape shape;
  LimitedRegex regex;
};

// Returns the place of the rule that speaks for `name` before a later match could, or nothing.
std::optional<SourceLocation> TakenBy(const std::string& name, const NamePlaces& names,
                                      const std::vector<Match>& earlier) {
  const auto exact = names.find(name);
  if (exact != names.end()) return exact->second;
  for (const Match& match : earlier) {
    if (match.regex.Matches(name)) return match.rule->location;
  }
  return std::nullopt;
}

// Returns the place of the (last) rule that takes the names of `pattern`, where all of them are surely taken.
std::optional<SourceLocation> ShadowOf(const std::string& pattern, const PatternShape& shape, const NamePlaces& names,
                                       const std::vector<Match>& earlier) {
  for (const Match& match : earlier) {
    if (match.shape.SurelyCovers(shape)) return match.rule->location;
  }
  const std::optional<std::vector<std::string>> texts = TextsOf(pattern);
  if (!texts) return std::nullopt;
  std::optional<SourceLocation> shadow;
  for (const std::string& text : *texts) {
    if (text.empty()) continue;
    const std::optional<SourceLocation> taken = TakenBy(text, names, earlier);
    if (!taken) return std::nullopt;
    shadow = taken;
  }
  return shadow;
}

}  // namespace

void CheckRuleNames(const std::vector<MetricRule>& rules, Findings* findings) {
  NamePlaces names;
  for (const MetricRule& rule : rules) {
    if (rule.name.empty()) continue;
    const auto [first, is_new] = names.emplace(rule.name, rule.location);
    if (is_new) continue;
    findings->Error(policy_code::kDuplicateName, rule.location,
                    "a second rule for " + Quoted(rule.name) + ", the first is in " + LineName(first->second),
                    "put all that is said about a metric into one rule");
  }
  std::vector<Match> matches;
  for (const MetricRule& rule : rules) {
    if (rule.match.empty() || matches.size() >= kMaxComparedMatches) continue;
    PatternShape shape(rule.match);
    if (const std::optional<SourceLocation> shadow = ShadowOf(rule.match, shape, names, matches)) {
      findings->Warning(
          policy_code::kShadowedRule, rule.location,
          "the rule for " + Quoted(rule.match) + " never applies: what it matches is taken by " + LineName(*shadow),
          "an exact name beats a match, and of the matches the first in the file wins");
    }
    absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(rule.match);
    if (regex.ok()) matches.push_back({&rule, std::move(shape), *std::move(regex)});
  }
}

}  // namespace seriesguard
