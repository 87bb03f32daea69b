// SPDX-License-Identifier: Apache-2.0
//
// overflow_markers_test.cc: every form of OpenTelemetry's mark, and what only looks like it.
#include "analyzer/verdict/overflow_markers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

std::vector<Finding> FindingsIn(const std::vector<NamedText>& texts) {
  const Census census = CensusFromTexts(texts);
  std::vector<Finding> findings;
  FindOverflowMarkers(census, &findings);
  return findings;
}

TEST(OverflowMarkers, AreFoundInEveryFormOfTheName) {
  for (const char* label : {"otel_metric_overflow", "\"otel.metric.overflow\"", "U__otel_2e_metric_2e_overflow",
                            "otel_dot_metric_dot_overflow", "\"otel.metrics.overflow\"", "otel_metrics_overflow"}) {
    const std::vector<Finding> findings =
        FindingsIn({{"a", std::string("x{") + label + "=\"true\"} 7\nx{a=\"b\"} 1\n"}});
    ASSERT_EQ(findings.size(), 1u) << label;
    EXPECT_EQ(findings[0].rule, FindingRule::kOverflowMarker);
    EXPECT_EQ(findings[0].severity, Severity::kWarning);
    EXPECT_EQ(findings[0].metric, "x");
    EXPECT_EQ(findings[0].input, "a");
    EXPECT_EQ(findings[0].observed, 1u);
  }
}

TEST(OverflowMarkers, AreNotWhatOnlyLooksLikeThem) {
  for (const char* series :
       {"x{otel_metric_overflow=\"false\"} 1\n", "x{otel_metric_overflow=\"\"} 1\n", "x{overflow=\"true\"} 1\n",
        "x{a=\"otel_metric_overflow\"} 1\n", "otel_metric_overflow{a=\"true\"} 1\n", "x{tenant=\"other\"} 1\n"}) {
    EXPECT_TRUE(FindingsIn({{"a", series}}).empty()) << series;
  }
}

TEST(OverflowMarkers, BelongToTheirInput) {
  const std::vector<Finding> findings =
      FindingsIn({{"a", "x{a=\"b\"} 1\n"}, {"b", "x{otel_metric_overflow=\"true\"} 1\n"}});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].input, "b");
}

TEST(OverflowMarkers, OfMoreThanTenMetricsSayHowManyMore) {
  std::string dump;
  for (int i = 0; i < 13; ++i) dump += "x" + std::to_string(i) + "{otel_metric_overflow=\"true\"} 1\n";
  const std::vector<Finding> findings = FindingsIn({{"a", dump}});
  ASSERT_EQ(findings.size(), kMostMarkerFindings + 1);
  EXPECT_EQ(findings.back().message, "OpenTelemetry cut 3 other metrics as well");
}

}  // namespace
}  // namespace seriesguard
