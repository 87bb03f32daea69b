// SPDX-License-Identifier: Apache-2.0
//
// why_text.cc: see the header.
#include "analyzer/policy_test/why_text.h"

#include <cstdint>
#include <vector>

#include "analyzer/report/number_text.h"
#include "rules/metric_matcher.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kValueColumns = 80;

// The step that decided, in the words of the policy, and where it stands.
std::string DecidedBy(const GuardedValue& value, const Policy& policy) {
  const LabelRule& rule = *value.assigned.rule;
  const auto at = [&policy](SourceLocation location, SourceLocation fallback) {
    return " (" + PlaceText(policy, location.line == 0 ? fallback : location) + ")";
  };
  const std::string rule_place = at(rule.location, {});
  const std::string limit =
      rule.value_limit ? "value_limit " + WithThousands(static_cast<uint64_t>(*rule.value_limit)) : "";
  switch (value.fate) {
    case Fate::kKept: return "kept";
    case Fate::kChanged:
      return value.value.empty() ? "nothing is left of it" + rule_place
                                 : "becomes " + ValueText(value.value) + rule_place;
    case Fate::kDropped: return "dropped" + rule_place;
    case Fate::kUnreadable: return "the normaliser cannot read it" + rule_place;
    case Fate::kNoRoute: return "no route matches" + at(rule.route_location, rule.location);
    case Fate::kNotAllowed: return "not in the allow list" + at(rule.allow_location, rule.location);
    case Fate::kTooLong: return "it is too long";
    case Fate::kLimit: return "no place is left, " + limit + at(rule.value_limit_location, rule.location);
    case Fate::kByTraffic:
      return "no place is left, " + limit + ", and admit: busiest goes by traffic" +
             at(rule.admit_location, rule.location);
  }
  return "";
}

}  // namespace

std::string PlaceText(const Policy& policy, SourceLocation location) {
  const std::string path = SafeText(policy.path);
  return location.line == 0 ? "the defaults of " + path : path + ':' + std::to_string(location.line);
}

std::string ValueText(std::string_view value) { return '"' + SafeTextTruncated(value, kValueColumns) + '"'; }

std::string WhyText(const GuardedValue& value, const Policy& policy) {
  std::string text = "label " + ValueText(value.label) + " = " + ValueText(value.raw) + ": ";
  return text + (value.assigned.rule == nullptr ? "no rule" : DecidedBy(value, policy));
}

std::string NoRuleText(std::string_view family, const Policy& policy) {
  std::string text = "no rule speaks for the metric " + ValueText(family);
  if (family.substr(0, kOwnMetricPrefix.size()) == kOwnMetricPrefix) return text + ", which is the guard's own";
  std::vector<std::string_view> names;
  for (const MetricRule& rule : policy.metrics) {
    if (!rule.name.empty()) names.push_back(rule.name);
  }
  const std::string_view near = NearestName(family, names);
  return near.empty() ? text : text + "; did you mean " + ValueText(near) + "?";
}

}  // namespace seriesguard
