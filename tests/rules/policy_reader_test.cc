// SPDX-License-Identifier: Apache-2.0
//
// policy_reader_test.cc: what a good policy becomes: every key, precedence, defaults; and files as they come.
#include "rules/policy_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rules/default_label_rule.h"

namespace seriesguard {
namespace {

Policy Read(const std::string& yaml) {
  PolicyReadResult result = ReadPolicy("policy.yaml", yaml);
  EXPECT_EQ(FormatDiagnostics(result, "policy.yaml", 100), "");
  return result.policy.value_or(Policy());
}

constexpr char kEveryKey[] = R"(version: 1
mode: shadow
scrape_interval: 30s
budget: {series_limit: 50000, unguarded: 3000, fleet_series_limit: 100000}
defaults: {series_limit: 2000, value_limit: 200, otherwise: rest}
labels:
  code: {normalize: status_class}
  tenant: {value_limit: 7}
metrics:
- name: requests_total
  series_limit: 4000
  owner: team-edge
  reason: "routes come from the router"
  required: true
  zero_first: true
  freeze: 1h30m
  fold: max
  capacity: 5000
  max_workers: 8
  busiest: {half_life: 5m, advantage: 2.5, new_series_per_hour: 12.5%}
  labels:
    method: {allow: [GET, 200, true], otherwise: OTHER}
    path: {route: ["/api/orders/{id}", "/static/**"]}
    tenant: {value_limit: 20, admit: busiest, pin: [internal], expect: 20}
    user_id: {drop: true}
    size: {ranges: [10, 100.5, 1e3]}
    agent: {truncate: 64}
    node: {replace: [{match: "([a-z]+)-[0-9]+", with: "$1"}, {match: x, with: "y"}]}
    job: {normalize: {truncate: 12}}
    plain: {}
- match: "http_.*_total"
)";

TEST(PolicyReader, ReadsEveryKey) {
  const Policy policy = Read(kEveryKey);
  EXPECT_EQ(policy.path, "policy.yaml");
  EXPECT_EQ(policy.hash.size(), 16u);
  EXPECT_EQ(policy.version, 1);
  EXPECT_EQ(policy.mode, PolicyMode::kShadow);
  EXPECT_EQ(policy.scrape_interval_ns, 30'000'000'000);
  EXPECT_EQ(policy.budget.series_limit, 50000);
  EXPECT_EQ(policy.budget.unguarded, 3000);
  EXPECT_EQ(policy.budget.fleet_series_limit, 100000);
  EXPECT_EQ(policy.budget.series_limit_location, (SourceLocation{4, 24}));
  EXPECT_EQ(policy.defaults.series_limit, 2000);
  EXPECT_EQ(policy.defaults.value_limit, 200);
  EXPECT_EQ(policy.defaults.otherwise, "rest");
  ASSERT_EQ(policy.labels.size(), 2u);
  ASSERT_EQ(policy.metrics.size(), 2u);
  const MetricRule& rule = policy.metrics[0];
  EXPECT_EQ(rule.name, "requests_total");
  EXPECT_EQ(rule.match, "");
  EXPECT_EQ(rule.location, (SourceLocation{10, 9}));
  EXPECT_EQ(rule.series_limit, 4000);
  EXPECT_FALSE(rule.series_limit_from_defaults);
  EXPECT_EQ(rule.owner, "team-edge");
  EXPECT_EQ(rule.reason, "routes come from the router");
  EXPECT_TRUE(rule.required);
  EXPECT_TRUE(rule.zero_first);
  EXPECT_EQ(rule.freeze_ns, 5'400'000'000'000);
  EXPECT_EQ(rule.fold, Fold::kMax);
  EXPECT_EQ(rule.capacity, 5000);
  EXPECT_EQ(rule.max_workers, 8);
  EXPECT_EQ(rule.busiest.half_life_ns, 300'000'000'000);
  EXPECT_DOUBLE_EQ(rule.busiest.advantage, 2.5);
  EXPECT_DOUBLE_EQ(rule.busiest.new_series_per_hour, 0.125);
  EXPECT_EQ(policy.metrics[1].match, "http_.*_total");
  EXPECT_EQ(policy.metrics[1].fold, Fold::kUnset);
}

TEST(PolicyReader, ReadsEveryKeyOfALabel) {
  const std::vector<LabelRule> labels = Read(kEveryKey).metrics.at(0).labels;
  ASSERT_EQ(labels.size(), 10u);  // nine of its own, and `code` from the top level
  EXPECT_EQ(labels[0].label, "method");
  EXPECT_TRUE(labels[0].has_allow);
  EXPECT_EQ(labels[0].allow, (std::vector<std::string>{"GET", "200", "true"}));
  EXPECT_EQ(labels[0].otherwise, "OTHER");
  EXPECT_EQ(labels[0].allow_location, (SourceLocation{22, 21}));
  EXPECT_EQ(labels[1].routes, (std::vector<std::string>{"/api/orders/{id}", "/static/**"}));
  EXPECT_TRUE(labels[1].has_route);
  EXPECT_EQ(labels[2].value_limit, 20);
  EXPECT_EQ(labels[2].admit, Admission::kBusiest);
  EXPECT_EQ(labels[2].pins, std::vector<std::string>{"internal"});
  EXPECT_EQ(labels[2].expect, 20);
  EXPECT_TRUE(labels[3].drop);
  EXPECT_EQ(labels[4].normalizer, Normalizer::kRanges);
  EXPECT_EQ(labels[4].ranges, (std::vector<double>{10, 100.5, 1000}));
  EXPECT_EQ(labels[5].normalizer, Normalizer::kTruncate);
  EXPECT_EQ(labels[5].truncate_bytes, 64);
  ASSERT_EQ(labels[6].replacements.size(), 2u);
  EXPECT_EQ(labels[6].replacements[0].match, "([a-z]+)-[0-9]+");
  EXPECT_EQ(labels[6].replacements[0].with, "$1");
  EXPECT_EQ(labels[7].truncate_bytes, 12);
  EXPECT_EQ(labels[8].label, "plain");
  EXPECT_EQ(labels[9].label, "code");
  EXPECT_EQ(labels[9].normalizer, Normalizer::kStatusClass);
}

TEST(PolicyReader, ReadsEachNormaliserByItsWord) {
  const std::pair<const char*, Normalizer> words[] = {{"status_class", Normalizer::kStatusClass},
                                                      {"http_method", Normalizer::kHttpMethod},
                                                      {"lowercase", Normalizer::kLowercase},
                                                      {"host", Normalizer::kHost},
                                                      {"path", Normalizer::kPath}};
  for (const auto& [word, normalizer] : words) {
    const Policy policy = Read("version: 1\nlabels: {a: {normalize: " + std::string(word) + "}}\n");
    ASSERT_EQ(policy.labels.size(), 1u);
    EXPECT_EQ(policy.labels[0].normalizer, normalizer) << word;
  }
}

TEST(PolicyReader, AMetricsLabelRuleReplacesTheTopLevelRuleWhole) {
  const Policy policy = Read(
      "version: 1\n"
      "labels: {a: {value_limit: 5, otherwise: x}, b: {drop: true}}\n"
      "metrics:\n- name: m\n  labels: {a: {pin: [p]}}\n- name: n\n");
  ASSERT_EQ(policy.metrics.size(), 2u);
  ASSERT_EQ(policy.metrics[0].labels.size(), 2u);
  EXPECT_EQ(policy.metrics[0].labels[0].label, "a");
  EXPECT_FALSE(policy.metrics[0].labels[0].value_limit.has_value()) << "the top-level limit must not shine through";
  EXPECT_EQ(policy.metrics[0].labels[0].otherwise, "other");
  EXPECT_FALSE(policy.metrics[0].labels[0].is_top_level);
  EXPECT_EQ(policy.metrics[0].labels[1].label, "b");
  EXPECT_TRUE(policy.metrics[0].labels[1].is_top_level);
  ASSERT_EQ(policy.metrics[1].labels.size(), 2u);
  EXPECT_EQ(policy.metrics[1].labels[0].value_limit, 5);
}

TEST(PolicyReader, DefaultsFillOnlyAbsentKeys) {
  const Policy policy = Read(
      "version: 1\n"
      "defaults: {series_limit: 50, value_limit: 9, otherwise: rest}\n"
      "metrics:\n"
      "- name: m\n"
      "  labels: {a: {allow: [x]}, r: {route: [/x]}, d: {drop: true}, n: {normalize: status_class}, v: {value_limit: "
      "3}, "
      "o: {otherwise: o}}\n"
      "- {name: n, series_limit: 7}\n");
  ASSERT_EQ(policy.metrics.size(), 2u);
  EXPECT_EQ(policy.metrics[0].series_limit, 50);
  EXPECT_TRUE(policy.metrics[0].series_limit_from_defaults);
  EXPECT_EQ(policy.metrics[1].series_limit, 7);
  EXPECT_FALSE(policy.metrics[1].series_limit_from_defaults);
  const std::vector<LabelRule>& labels = policy.metrics[0].labels;
  ASSERT_EQ(labels.size(), 6u);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(labels[i].value_limit.has_value()) << labels[i].label;
  EXPECT_EQ(labels[3].value_limit, 9);
  EXPECT_TRUE(labels[3].value_limit_from_defaults);
  EXPECT_EQ(labels[4].value_limit, 3);
  EXPECT_FALSE(labels[4].value_limit_from_defaults);
  EXPECT_EQ(labels[4].otherwise, "rest");
  EXPECT_EQ(labels[5].otherwise, "o");
  EXPECT_EQ(DefaultLabelRule(policy, "any").value_limit, 9);
  EXPECT_EQ(DefaultLabelRule(policy, "any").otherwise, "rest");
  EXPECT_FALSE(DefaultLabelRule(policy, "le").value_limit.has_value());
  EXPECT_FALSE(DefaultLabelRule(policy, "quantile").value_limit.has_value());
}

TEST(PolicyReader, ReportsAllMistakesOfAFileInOneRunInItsOrder) {
  const PolicyReadResult result = ReadPolicy("p", R"(version: 2
mode: enfroce
labels:
  a: &x {drop: yes}
  b: *x
metrics:
- name: a_bucket
  series_limit: 0
- match: "a(b"
  nmae: x
- name: c
  labels: {q: {allow: [1, 2], value_limit: 1}}
)");
  EXPECT_FALSE(result.policy.has_value());
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    found.push_back(std::to_string(diagnostic.location.line) + " " + diagnostic.code);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"1 out_of_range", "2 bad_value", "4 anchor", "4 wrong_type", "5 alias",
                                             "7 series_name", "8 out_of_range", "9 bad_regex", "10 unknown_key",
                                             "12 allow_above_limit"}));
}

TEST(PolicyReader, WarningsLeaveThePolicyInForce) {
  const PolicyReadResult result = ReadPolicy("p", "version: 1\nlabels: {a: {allow: [x, x]}}\n");
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].severity, Severity::kWarning);
  ASSERT_TRUE(result.policy.has_value());
  EXPECT_EQ(result.policy->labels[0].allow, std::vector<std::string>{"x"}) << "a duplicate counts once";
}

TEST(PolicyReader, ShadowModeDoesNotWarnOfFolding) {
  Read("version: 1\nmode: shadow\nlabels: {a: {value_limit: 1, expect: 2}}\n");
}

TEST(PolicyReader, AMistakenRuleCausesNoArithmeticErrors) {
  const PolicyReadResult result =
      ReadPolicy("p", "version: 1\ndefaults: {value_limit: 1}\nlabels: {a: {value_limit: ten, pin: [a, b]}}\n");
  ASSERT_EQ(result.diagnostics.size(), 1u) << FormatDiagnostics(result, "p", 100);
  EXPECT_EQ(result.diagnostics[0].code, "wrong_type");
}

TEST(PolicyReader, TheHashIsThatOfTheBytes) {
  EXPECT_EQ(Read("version: 1\n").hash, Read("version: 1\n").hash);
  EXPECT_NE(Read("version: 1\n").hash, Read("version: 1 \n").hash);
}

TEST(PolicyReader, SkipsAByteOrderMarkAndTakesWindowsLines) {
  const Policy policy = Read("\xEF\xBB\xBFversion: 1\r\nmode: shadow\r\n");
  EXPECT_EQ(policy.mode, PolicyMode::kShadow);
  const PolicyReadResult result = ReadPolicy("p", "\xEF\xBB\xBFversion: x\r\n");
  EXPECT_EQ(FormatDiagnostics(result, "p", 80),
            "p:1:10: error: \"version\" must be a whole number such as 200, not \"x\"\n  version: x\n           ^\n");
}

TEST(PolicyReader, TheExampleOfTheProjectReadsWithoutAFinding) {
  const auto result = ReadPolicyFile("examples/seriesguard.yaml");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(FormatDiagnostics(*result, "examples/seriesguard.yaml", 100), "");
  ASSERT_TRUE(result->policy.has_value());
  EXPECT_EQ(result->policy->metrics.size(), 3u);
}

TEST(ReadPolicyFile, SaysWhyAFileCannotBeRead) {
  const std::string folder = ::testing::TempDir();
  EXPECT_EQ(ReadPolicyFile(folder + "/no such\x1b file").status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(ReadPolicyFile(folder + "/no such\x1b file").status().message().find("no such\\x1B file"),
            absl::string_view::npos);
  EXPECT_EQ(ReadPolicyFile(folder).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadPolicyFile("/dev/null/x").status().code(), absl::StatusCode::kNotFound);
  if (geteuid() != 0) {  // root reads everything
    const std::string secret = folder + "/secret.yaml";
    std::ofstream(secret) << "version: 1\n";
    ASSERT_EQ(chmod(secret.c_str(), 0), 0);
    EXPECT_EQ(ReadPolicyFile(secret).status().code(), absl::StatusCode::kPermissionDenied);
    std::remove(secret.c_str());
  }
}

TEST(ReadPolicyFile, StopsAtTheMostThatAPolicyMayHave) {
  const auto result = ReadPolicyFile("/dev/zero");
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->diagnostics.size(), 1u);
  EXPECT_EQ(result->diagnostics[0].code, "too_large");
}

}  // namespace
}  // namespace seriesguard
