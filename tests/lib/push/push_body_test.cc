// SPDX-License-Identifier: Apache-2.0
#include "lib/push/push_body.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/metrics/rendered_labels.h"
#include "lib/push/family_message.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

CollectedFamily Family(const std::string& name, CollectedType type,
                       const std::vector<std::vector<std::pair<std::string, std::string>>>& all_labels) {
  CollectedFamily family;
  family.name = name;
  family.type = type;
  if (type == CollectedType::kHistogram) family.boundaries = {0.1, 1};
  for (const auto& labels : all_labels) {
    CollectedSeries one;
    const std::string rendered = RenderLabels(labels);
    one.labels_begin = static_cast<uint32_t>(family.label_text.size());
    one.labels_size = static_cast<uint32_t>(rendered.size());
    family.label_text += rendered;
    one.integer = 1;
    one.buckets_begin = static_cast<uint32_t>(family.bucket_counts.size());
    if (type == CollectedType::kHistogram) family.bucket_counts.insert(family.bucket_counts.end(), {1, 0, 0});
    family.series.push_back(one);
  }
  return family;
}

// Four rows, one of them by a metric that no rule speaks for.
PushBody Rows(const std::vector<std::string>& tables) {
  std::vector<std::vector<std::pair<std::string, std::string>>> labels;
  for (const std::string& table : tables) labels.push_back({{"table", table}});
  return MakePushBody({Family("rows_total", CollectedType::kCounter, labels),
                       Family("took_seconds", CollectedType::kHistogram, {{}}),
                       Family("seriesguard_series", CollectedType::kGauge, {{{"metric", "rows_total"}}})})
      .value();
}

std::string Check(const PushBody& body, const std::string& yaml) {
  const PolicyReadResult policy = ReadPolicy("p.yaml", yaml);
  if (!policy.policy) return FormatDiagnostics(policy, "p.yaml", 100);
  return CheckLimits(body, *policy.policy).ToString();
}

TEST(PushBody, IsOneMessageAFamilyWithItsSizesAndWithoutEmptyFamilies) {
  CollectedFamily rows = Family("rows_total", CollectedType::kCounter, {{{"table", "a\"b\\n\n"}}, {}});
  rows.help = "Rows\nof \\ tables, \xff.";
  rows.series[0].value = 0.5;
  CollectedFamily took = Family("took_seconds", CollectedType::kHistogram, {{{"x.y", "z"}}});
  took.bucket_counts = {1, 2, 4};
  took.series[0].value = 17.5;
  const PushBody body = MakePushBody({rows, Family("never_total", CollectedType::kCounter, {}), took,
                                      Family("version_info", CollectedType::kInfo, {{{"version", "1"}}}),
                                      Family("odd", CollectedType::kUnknown, {{}})})
                            .value();

  std::string expected;
  FamilyMessage first("rows_total", "Rows\nof \\ tables, \xEF\xBF\xBD.", FamilyMessage::Type::kCounter);
  MetricMessage metric;
  metric.AddLabel("table", "a\"b\\n\n");
  metric.SetValue(FamilyMessage::Type::kCounter, 1.5);
  first.Add(metric);
  metric = {};
  metric.SetValue(FamilyMessage::Type::kCounter, 1);
  first.Add(metric);
  first.AppendDelimited(&expected);
  FamilyMessage second("took_seconds", "", FamilyMessage::Type::kHistogram);
  metric = {};
  metric.AddLabel("x_y", "z");
  metric.SetHistogram(7, 17.5, {{0.1, 1}, {1, 3}});
  second.Add(metric);
  second.AppendDelimited(&expected);
  FamilyMessage third("version_info", "", FamilyMessage::Type::kGauge);
  metric = {};
  metric.AddLabel("version", "1");
  metric.SetValue(FamilyMessage::Type::kGauge, 1);
  third.Add(metric);
  third.AppendDelimited(&expected);
  FamilyMessage fourth("odd", "", FamilyMessage::Type::kUntyped);
  metric = {};
  metric.SetValue(FamilyMessage::Type::kUntyped, 1);
  fourth.Add(metric);
  fourth.AppendDelimited(&expected);
  EXPECT_EQ(body.bytes, expected);

  ASSERT_EQ(body.families.size(), 4u);
  EXPECT_EQ(body.families[0].series, 2u);
  EXPECT_EQ(body.families[0].label_values.at("table"), std::set<std::string>{"a\"b\\n\n"});
  EXPECT_EQ(body.families[1].series, 5u);
  EXPECT_EQ(body.families[1].label_values.at("x_y"), std::set<std::string>{"z"});
  EXPECT_EQ(body.series(), 9u);
}

TEST(PushBody, RefusesALabelThatTheGatewayWouldOverwrite) {
  const PushBody body = MakePushBody({Family("rows_total", CollectedType::kCounter, {{{"instance", "a"}}})}).value();
  EXPECT_TRUE(CheckGroup(body, {"j", {{"zone", "b"}}}).ok());
  EXPECT_EQ(CheckGroup(body, {"j", {{"instance", "a"}}}).ToString(),
            "INVALID_ARGUMENT: metric rows_total: the label instance is one of the group's, and the gateway would "
            "overwrite it");
  const PushBody job = MakePushBody({Family("rows_total", CollectedType::kCounter, {{{"job", "a"}}})}).value();
  EXPECT_TRUE(absl::IsInvalidArgument(CheckGroup(job, {"j", {}})));
}

TEST(PushBody, IsInsideALimitThatItMeetsExactlyAndOutsideOfOneLess) {
  const PushBody body = Rows({"a", "b"});  // 2 + 5 + 1, and the gateway's 2
  EXPECT_EQ(Check(body, "version: 1\n"), "OK");
  EXPECT_EQ(Check(body, "version: 1\nbudget: {series_limit: 10}\n"), "OK");
  EXPECT_EQ(
      Check(body, "version: 1\nbudget: {series_limit: 9}\n"),
      "RESOURCE_EXHAUSTED: nothing was pushed: 10 series with the gateway's own 2, the budget's series_limit is 9");
  EXPECT_EQ(Check(body, "version: 1\ndefaults: {series_limit: 5}\n"), "OK");
  EXPECT_EQ(Check(body, "version: 1\ndefaults: {series_limit: 4}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: metric took_seconds: 5 series, series_limit is 4");
  EXPECT_EQ(Check(body, "version: 1\nmetrics:\n- {name: rows_total, series_limit: 1}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: metric rows_total: 2 series, series_limit is 1");
  EXPECT_EQ(Check(body, "version: 1\nbudget: {unguarded: 5}\nmetrics:\n- {name: rows_total, series_limit: 9}\n"), "OK");
  EXPECT_EQ(Check(body, "version: 1\nbudget: {unguarded: 4}\nmetrics:\n- {name: rows_total, series_limit: 9}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: 5 series of metrics that no rule speaks for, the budget's "
            "`unguarded` is 4");
  EXPECT_EQ(Check(body, "version: 1\nmode: shadow\nbudget: {series_limit: 9}\n"), "OK");
}

TEST(PushBody, HoldsLabelsToTheirRules) {
  const std::string metric = "version: 1\nmetrics:\n- name: rows_total\n  series_limit: 90\n  labels: {table: ";
  EXPECT_EQ(Check(Rows({"a", "b", "other", ""}), metric + "{value_limit: 2}}\n"), "OK");
  EXPECT_EQ(Check(Rows({"a", "b", "c"}), metric + "{value_limit: 2}}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: metric rows_total, label table: 3 values, value_limit is 2");
  EXPECT_EQ(Check(Rows({"a", "other"}), metric + "{allow: [a]}}\n"), "OK");
  EXPECT_EQ(
      Check(Rows({"a", "b\x1b"}), metric + "{allow: [a]}}\n"),
      "RESOURCE_EXHAUSTED: nothing was pushed: metric rows_total, label table: the value b\\x1B is not one of those "
      "allowed");
  EXPECT_EQ(Check(Rows({"a"}), metric + "{drop: true}}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: metric rows_total, label table: the policy drops it");
  EXPECT_EQ(Check(Rows({"a", "b"}), "version: 1\ndefaults: {value_limit: 1}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: metric rows_total, label table: 2 values, value_limit is 1");
  EXPECT_EQ(Check(Rows({"a", "b"}), "version: 1\nlabels: {table: {value_limit: 1}}\n"),
            "RESOURCE_EXHAUSTED: nothing was pushed: metric rows_total, label table: 2 values, value_limit is 1");
}

}  // namespace
}  // namespace seriesguard
