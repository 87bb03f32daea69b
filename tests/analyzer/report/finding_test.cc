// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/finding.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

Finding SeriesLimit() {
  Finding finding;
  finding.rule = FindingRule::kSeriesLimit;
  finding.stage = Stage::kObserved;
  finding.input = "a.prom";
  finding.metric = "m";
  finding.label = "path";
  finding.limit = 10;
  finding.observed = 20;
  return finding;
}

TEST(Fingerprint, IsSixteenHexDigits) {
  const std::string text = Fingerprint(SeriesLimit());
  EXPECT_EQ(text.size(), 16u);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
}

// The value itself is a promise: baselines keep it.
TEST(Fingerprint, NeverChangesFromVersionToVersion) { EXPECT_EQ(Fingerprint(SeriesLimit()), "207dc3af9496f166"); }

TEST(Fingerprint, IgnoresNumbersLinesAndWords) {
  Finding other = SeriesLimit();
  other.observed = 21;
  other.limit = 11;
  other.location = {"policy.yaml", 3, 4};
  other.message = "other";
  other.values = {"x"};
  other.owner = "team";
  other.severity = Severity::kWarning;
  EXPECT_EQ(Fingerprint(other), Fingerprint(SeriesLimit()));
}

TEST(Fingerprint, TellsRuleInputMetricAndLabelApart) {
  std::vector<Finding> findings(5, SeriesLimit());
  findings[1].rule = FindingRule::kValueLimit;
  findings[2].input = "b.prom";
  findings[3].metric = "n";
  findings[4].label = "code";
  for (size_t i = 0; i < findings.size(); ++i) {
    for (size_t j = i + 1; j < findings.size(); ++j) EXPECT_NE(Fingerprint(findings[i]), Fingerprint(findings[j]));
  }
  Finding a = SeriesLimit(), b = SeriesLimit();
  a.metric = "mp";
  a.label = "ath";
  b.metric = "m";
  b.label = "path";
  EXPECT_NE(Fingerprint(a), Fingerprint(b));
}

TEST(Fingerprint, LeavesADeducedCulpritOut) {
  Finding a = SeriesLimit(), b = SeriesLimit();
  a.label_is_culprit = b.label_is_culprit = true;
  b.label = "code";
  EXPECT_EQ(Fingerprint(a), Fingerprint(b));
}

TEST(SortFindings, PutsErrorsThenTheLargestExcessFirst) {
  Finding warning = SeriesLimit(), small = SeriesLimit(), large = SeriesLimit(), projected = SeriesLimit();
  warning.severity = Severity::kWarning;
  warning.observed = 1'000;
  small.observed = 11;
  large.observed = 400;
  projected.stage = Stage::kProjected;
  projected.observed = 0;
  projected.projected = 100;
  std::vector<Finding> findings = {warning, small, projected, large};
  SortFindings(&findings);
  EXPECT_EQ(findings[0].observed, 400u);
  EXPECT_EQ(findings[1].projected, 100u);
  EXPECT_EQ(findings[2].observed, 11u);
  EXPECT_EQ(findings[3].severity, Severity::kWarning);
}

TEST(SortFindings, DoesNotDependOnTheOrderBefore) {
  std::vector<Finding> forward;
  for (const char* metric : {"a", "b", "c"}) {
    Finding finding = SeriesLimit();
    finding.metric = metric;
    forward.push_back(finding);
  }
  std::vector<Finding> backward(forward.rbegin(), forward.rend());
  SortFindings(&forward);
  SortFindings(&backward);
  for (size_t i = 0; i < forward.size(); ++i) EXPECT_EQ(forward[i].metric, backward[i].metric);
}

}  // namespace
}  // namespace seriesguard
