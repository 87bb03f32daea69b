// SPDX-License-Identifier: Apache-2.0
//
// policy_probes_test.cc: what only `policy check` asks: costly expressions, and replacements that are not idempotent.
#include <string>

#include "gtest/gtest.h"
#include "rules/policy_reader.h"
#include "rules/regex_cost.h"
#include "rules/replacement_probe.h"

namespace seriesguard {
namespace {

Policy WithMatch(const std::string& pattern) {
  Policy policy;
  policy.metrics.emplace_back();
  policy.metrics[0].match = pattern;
  policy.metrics[0].location = {3, 4};
  return policy;
}

Policy WithReplacement(const std::string& match, const std::string& with) {
  LabelRule rule;
  rule.label = "l";
  rule.replacements.push_back({match, with, {5, 6}});
  Policy policy;
  policy.labels.push_back(rule);
  return policy;
}

TEST(RegexCost, OrdinaryExpressionsPass) {
  for (const char* const pattern :
       {"[0-9]+", "http_.*_total", "(.*)-[0-9]+", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "(\\w+)\\.(\\w+)\\.(.*)", "((a*)*)*b", "[^/]*/[^/]*", "(foo|bar|baz)_(seconds|bytes)"}) {
    EXPECT_TRUE(ProbeRegexCost(WithMatch(pattern)).empty()) << pattern;
  }
}

TEST(RegexCost, StatesThatDoNotFitAreFound) {
  for (const char* const pattern : {"[ab]*a[ab]{64}c", ".*x.{60}y", "shop_[xy]*x[xy]{64}z"}) {
    const std::vector<Diagnostic> found = ProbeRegexCost(WithMatch(pattern));
    ASSERT_EQ(found.size(), 1u) << pattern;
    EXPECT_EQ(found[0].code, "costly_regex");
    EXPECT_EQ(found[0].severity, Severity::kError);
    EXPECT_EQ(found[0].location, (SourceLocation{3, 4}));
  }
}

TEST(RegexCost, ReplacementsAreProbedOnce) {
  Policy policy = WithReplacement("[ab]*a[ab]{64}c", "x");
  policy.labels[0].is_top_level = true;
  for (int i = 0; i < 3; ++i) policy.metrics.emplace_back().labels = policy.labels;
  const std::vector<Diagnostic> found = ProbeRegexCost(policy);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].location, (SourceLocation{5, 6}));
}

TEST(ReplacementProbe, FindsWhatChangesItsOwnResult) {
  const std::pair<const char*, const char*> unstable[] = {
      {"(.*)-[0-9]+", "$1"}, {"(.+)", "x$1"}, {"(\\w+)\\.(\\w+)", "$2.$1"}, {"(.)(.*)", "$2"}, {"(a|b)(.*)", "b$1$2"}};
  for (const auto& [match, with] : unstable) {
    const std::vector<Diagnostic> found = ProbeReplacements(WithReplacement(match, with));
    ASSERT_EQ(found.size(), 1u) << match;
    EXPECT_EQ(found[0].code, "not_idempotent");
    EXPECT_EQ(found[0].severity, Severity::kWarning);
    EXPECT_EQ(found[0].location, (SourceLocation{5, 6}));
  }
}

TEST(ReplacementProbe, IsSilentWhereTheResultStays) {
  const std::pair<const char*, const char*> stable[] = {
      {"([a-z]+)-[a-z]+-[0-9]+", "$1"},  {"a+", "aa"}, {"a", "b"},
      {"host-([0-9]+)", "host-N"},       {".*", "z"},  {"([^/]+)/.*", "$1"},
      {"(?P<kind>foo|bar)x*", "${kind}"}};
  for (const auto& [match, with] : stable) {
    EXPECT_TRUE(ProbeReplacements(WithReplacement(match, with)).empty()) << match;
  }
}

TEST(ReplacementProbe, TwoStepsThatUndoEachOtherAreFound) {
  Policy policy = WithReplacement("a", "b");
  policy.labels[0].replacements.push_back({"b", "c", {6, 6}});
  policy.labels[0].replacements.push_back({"c", "a", {7, 6}});
  EXPECT_TRUE(ProbeReplacements(policy).empty());  // each of a, b, c becomes a
  policy.labels[0].replacements.pop_back();
  policy.labels[0].replacements.push_back({"x", "a", {7, 6}});
  EXPECT_EQ(ProbeReplacements(policy).size(), 1u);  // x becomes a, and a becomes c
}

}  // namespace
}  // namespace seriesguard
