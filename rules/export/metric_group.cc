// SPDX-License-Identifier: Apache-2.0
//
// metric_group.cc: PromQL has no "but not" inside an expression; it has several matchers on one label instead.
#include "rules/export/metric_group.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "rules/export/quoted_text.h"
#include "rules/metric_matcher.h"
#include "rules/reading/pattern_sampler.h"
#include "rules/regex_limits.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kMostExamples = 5;
constexpr int kTries = 500;

struct Pattern {
  const MetricRule* rule;
  LimitedRegex regex;
};

std::string Matcher(std::string_view comparison, std::string_view text) {
  return "metric" + std::string(comparison) + QuotedForPromql(text);
}

// Prometheus anchors by itself; a dot of ours matches a line feed as well.
std::string PatternText(const MetricRule& rule) { return "(?s:" + rule.match + ")"; }

bool IsUsualName(std::string_view name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
  });
}

// A name for which `rule` speaks; one that a metric may have where there is one.
std::string ExampleOf(const MetricRule& rule, const MetricMatcher& matcher) {
  std::string found;
  PatternSampler sampler(rule.match);
  for (int i = 0; i < kTries; ++i) {
    std::string name = sampler.Next(i % 2 == 0 ? "" : "metric");
    if (name.empty() || !IsValidUtf8(name) || matcher.Find(name) != &rule) continue;
    if (IsUsualName(name)) return name;
    if (found.empty()) found = std::move(name);
  }
  return found;
}

// A name for which no rule speaks; empty where all of the tried ones have one.
std::string NameWithoutRule(const MetricMatcher& matcher) {
  for (int i = 0; i < kTries; ++i) {
    std::string name = "metric_without_rule" + (i == 0 ? "" : "_" + std::to_string(i));
    if (matcher.Find(name) == nullptr) return name;
  }
  return "";
}

class Grouping {
 public:
  Grouping(const Policy& policy, const MetricMatcher& matcher, std::vector<Pattern> patterns)
      : policy_(policy), matcher_(matcher), patterns_(std::move(patterns)) {}

  std::vector<MetricGroup> Run() {
    AddExactNames();
    for (size_t i = 0; i < patterns_.size(); ++i) AddPattern(i);
    AddRest();
    return std::move(groups_);
  }

 private:
  struct Owned {
    std::string owner;
    std::vector<std::string> names;
  };

  bool AnyPatternMatches(const std::string& name) const {
    return std::any_of(patterns_.begin(), patterns_.end(),
                       [&name](const Pattern& pattern) { return pattern.regex.Matches(name); });
  }

  // One group an owner; names that nobody owns are a group only where a pattern would take them, else they are rest.
  void AddExactNames() {
    std::vector<Owned> owners;
    for (const MetricRule& rule : policy_.metrics) {
      if (rule.name.empty()) continue;
      if (rule.owner.empty() && !AnyPatternMatches(rule.name)) {
        unowned_.push_back(rule.name);
        continue;
      }
      taken_.push_back(rule.name);
      auto place = std::find_if(owners.begin(), owners.end(), [&](const Owned& o) { return o.owner == rule.owner; });
      if (place == owners.end()) place = owners.insert(place, {rule.owner, {}});
      place->names.push_back(rule.name);
    }
    for (const Owned& owned : owners) {
      MetricGroup group;
      group.owner = owned.owner;
      if (owned.owner.empty()) group.rule = "by name";
      group.matchers.push_back(owned.names.size() == 1 ? Matcher("=", owned.names[0])
                                                       : Matcher("=~", AnyOfRegex(owned.names)));
      group.examples.assign(owned.names.begin(), owned.names.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                           owned.names.size(), kMostExamples)));
      groups_.push_back(std::move(group));
    }
  }

  void AddPattern(size_t index) {
    const MetricRule& rule = *patterns_[index].rule;
    MetricGroup group;
    group.owner = rule.owner;
    group.rule = rule.match;
    group.matchers.push_back(Matcher("=~", PatternText(rule)));
    std::vector<std::string> by_name;
    for (const std::string& name : taken_) {
      if (patterns_[index].regex.Matches(name)) by_name.push_back(name);
    }
    if (!by_name.empty()) group.matchers.push_back(Matcher("!~", AnyOfRegex(by_name)));
    for (size_t i = 0; i < index; ++i) group.matchers.push_back(Matcher("!~", PatternText(*patterns_[i].rule)));
    if (std::string name = ExampleOf(rule, matcher_); !name.empty()) group.examples.push_back(std::move(name));
    groups_.push_back(std::move(group));
  }

  void AddRest() {
    MetricGroup group;
    if (!taken_.empty()) group.matchers.push_back(Matcher("!~", AnyOfRegex(taken_)));
    for (const Pattern& pattern : patterns_) group.matchers.push_back(Matcher("!~", PatternText(*pattern.rule)));
    group.examples.assign(unowned_.begin(),
                          unowned_.begin() + static_cast<std::ptrdiff_t>(std::min(unowned_.size(), kMostExamples)));
    if (std::string name = NameWithoutRule(matcher_); !name.empty()) group.examples.push_back(std::move(name));
    if (group.examples.empty()) return;  // some pattern takes everything
    groups_.push_back(std::move(group));
  }

  const Policy& policy_;
  const MetricMatcher& matcher_;
  std::vector<Pattern> patterns_;     // in the order of the file
  std::vector<std::string> taken_;    // exact names that have a group
  std::vector<std::string> unowned_;  // exact names that are part of the rest
  std::vector<MetricGroup> groups_;
};

}  // namespace

absl::StatusOr<std::vector<MetricGroup>> GroupMetrics(const Policy& policy) {
  const absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  std::vector<Pattern> patterns;
  for (const MetricRule& rule : policy.metrics) {
    if (rule.match.empty()) continue;
    absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(rule.match);
    if (!regex.ok()) return regex.status();
    patterns.push_back({&rule, *std::move(regex)});
  }
  return Grouping(policy, *matcher, std::move(patterns)).Run();
}

}  // namespace seriesguard
