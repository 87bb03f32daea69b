// SPDX-License-Identifier: Apache-2.0
//
// reserve_test.cc: the factor of each kind of label rule, and products that do not fit.
#include "rules/reserve.h"

#include <string>

#include "gtest/gtest.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

int64_t FactorOf(const std::string& rule) {
  const PolicyReadResult result = ReadPolicy("p", "version: 1\nlabels: {a: " + rule + "}\n");
  EXPECT_TRUE(result.policy.has_value()) << FormatDiagnostics(result, "p", 100);
  return result.policy ? ReserveFactor(result.policy->labels[0]) : -1;
}

TEST(Reserve, FactorOfEachKindOfRule) {
  EXPECT_EQ(FactorOf("{}"), 1);
  EXPECT_EQ(FactorOf("{drop: true}"), 1);
  EXPECT_EQ(FactorOf("{value_limit: 100}"), 1);
  EXPECT_EQ(FactorOf("{pin: [x, y], value_limit: 100}"), 3);
  EXPECT_EQ(FactorOf("{allow: []}"), 1);
  EXPECT_EQ(FactorOf("{allow: [x, y, z]}"), 4);
  EXPECT_EQ(FactorOf("{allow: [x, y, z], pin: [x]}"), 4);
  EXPECT_EQ(FactorOf("{route: [/a, /b]}"), 3);
  EXPECT_EQ(FactorOf("{normalize: status_class}"), 6);
  EXPECT_EQ(FactorOf("{normalize: status_class, value_limit: 3}"), 4);
  EXPECT_EQ(FactorOf("{normalize: status_class, allow: [5xx]}"), 2);
  EXPECT_EQ(FactorOf("{normalize: http_method}"), 10);
  EXPECT_EQ(FactorOf("{ranges: [10, 100]}"), 4);
  EXPECT_EQ(FactorOf("{normalize: lowercase}"), 1);
  EXPECT_EQ(FactorOf("{normalize: status_class, replace: [{match: 5xx, with: bad}]}"), 1);
}

TEST(Reserve, IsTheCostTimesTheProductOverTheLabelsOfTheRule) {
  const PolicyReadResult result = ReadPolicy("p",
                                             "version: 1\nlabels: {c: {normalize: status_class}}\n"
                                             "metrics: [{name: m, labels: {a: {allow: [x, y]}, b: {pin: [z]}}}]\n");
  ASSERT_TRUE(result.policy.has_value());
  const MetricRule& rule = result.policy->metrics[0];
  EXPECT_EQ(ReserveSeries(rule, 1, false), 6);
  EXPECT_EQ(ReserveSeries(rule, 1, true), 36);
  EXPECT_EQ(ReserveSeries(rule, 14, false), 84);
}

TEST(Reserve, AProductThatIsTooLargeStaysAboveTheMost) {
  EXPECT_EQ(SaturatingProduct(1 << 20, int64_t{1} << 40), kMaxReserveSeries + 1);
  EXPECT_EQ(SaturatingProduct(kMaxReserveSeries + 1, 2), kMaxReserveSeries + 1);
  EXPECT_EQ(SaturatingProduct(0, kMaxReserveSeries), 0);
  EXPECT_EQ(SaturatingSum(kMaxReserveSeries, kMaxReserveSeries), kMaxReserveSeries + 1);
  std::string yaml = "version: 1\nmetrics:\n- name: m\n  series_limit: 100\n  labels:\n";
  for (char label = 'a'; label <= 'z'; ++label) {
    yaml += std::string("    ") + label + ": {allow: [1, 2, 3, 4, 5, 6, 7]}\n";
  }
  const PolicyReadResult result = ReadPolicy("p", yaml);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_NE(result.diagnostics[0].message.find("x 20 more factors = more than 9,007,199,254,740,991 series"),
            std::string::npos)
      << result.diagnostics[0].message;
}

}  // namespace
}  // namespace seriesguard
