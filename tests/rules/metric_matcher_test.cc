// SPDX-License-Identifier: Apache-2.0
//
// metric_matcher_test.cc: precedence, anchoring, and what no rule speaks for.
#include "rules/metric_matcher.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

Policy PolicyOf(const std::vector<std::pair<std::string, std::string>>& name_and_match) {
  Policy policy;
  for (const auto& [name, match] : name_and_match) {
    policy.metrics.emplace_back();
    policy.metrics.back().name = name;
    policy.metrics.back().match = match;
  }
  return policy;
}

MetricMatcher Matcher(const Policy& policy) {
  absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  EXPECT_TRUE(matcher.ok()) << matcher.status();
  return *std::move(matcher);
}

TEST(MetricMatcher, PrefersTheExactNameWhereverItStands) {
  const Policy policy = PolicyOf({{"", "http_.*"}, {"", ".*_total"}, {"http_requests_total", ""}});
  const MetricMatcher matcher = Matcher(policy);
  EXPECT_EQ(matcher.Find("http_requests_total"), &policy.metrics[2]);
  EXPECT_EQ(matcher.Find("http_errors_total"), &policy.metrics[0]) << "the first pattern of the file";
  EXPECT_EQ(matcher.Find("jobs_total"), &policy.metrics[1]);
  EXPECT_EQ(matcher.Find("jobs"), nullptr);
  EXPECT_EQ(matcher.Find(""), nullptr);
  EXPECT_EQ(matcher.FindAll("http_requests_total"), (std::vector<size_t>{2, 0, 1}));
  EXPECT_EQ(matcher.FindAll("jobs_total"), (std::vector<size_t>{1}));
  EXPECT_TRUE(matcher.FindAll("jobs").empty());
}

TEST(MetricMatcher, MeansTheWholeName) {
  const Policy policy = PolicyOf({{"", "http"}, {"", "a|b"}, {"x", ""}});
  const MetricMatcher matcher = Matcher(policy);
  EXPECT_EQ(matcher.Find("http_requests"), nullptr);
  EXPECT_EQ(matcher.Find("my_http"), nullptr);
  EXPECT_EQ(matcher.Find("ab"), nullptr);
  EXPECT_EQ(matcher.Find("b"), &policy.metrics[1]);
  EXPECT_EQ(matcher.Find("x_total"), nullptr) << "a counter's family name has its suffix";
  EXPECT_EQ(matcher.Find("X"), nullptr);
}

TEST(MetricMatcher, LeavesTheGuardsOwnMetricsAlone) {
  const Policy policy = PolicyOf({{"", ".*"}, {"seriesguard_folded_total", ""}});
  const MetricMatcher matcher = Matcher(policy);
  EXPECT_EQ(matcher.Find("seriesguard_folded_total"), nullptr);
  EXPECT_TRUE(matcher.FindAll("seriesguard_folded_total").empty());
  EXPECT_EQ(matcher.Find("seriesguards"), &policy.metrics[0]);
}

TEST(MetricMatcher, RefusesRulesThatContradictThemselves) {
  for (const auto& rules : std::vector<std::vector<std::pair<std::string, std::string>>>{
           {{"", ""}}, {{"a", "b"}}, {{"a", ""}, {"b", ""}, {"a", ""}}, {{"", "("}}, {{"", "a{65}"}}}) {
    EXPECT_EQ(MetricMatcher::Compile(PolicyOf(rules)).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_TRUE(MetricMatcher::Compile(PolicyOf({})).ok());
  EXPECT_TRUE(MetricMatcher::Compile(PolicyOf({{"a.b", ""}, {"", "a.b"}})).ok()) << "a name is no pattern";
}

TEST(MetricMatcher, FindsAmongManyRules) {
  std::vector<std::pair<std::string, std::string>> rules;
  for (int i = 0; i < 500; ++i) {
    rules.emplace_back("metric_" + std::to_string(i), "");
    rules.emplace_back("", "family" + std::to_string(i) + "_.*");
  }
  const Policy policy = PolicyOf(rules);
  const MetricMatcher matcher = Matcher(policy);
  for (size_t i = 0; i < 500; ++i) {
    ASSERT_EQ(matcher.Find("metric_" + std::to_string(i)), &policy.metrics[2 * i]);
    ASSERT_EQ(matcher.Find("family" + std::to_string(i) + "_x"), &policy.metrics[2 * i + 1]);
  }
}

}  // namespace
}  // namespace seriesguard
