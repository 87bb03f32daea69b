// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/culprit.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

LabelCount Label(const std::string& name, uint64_t values, std::optional<uint64_t> without = std::nullopt) {
  LabelCount label;
  label.name = name;
  label.values = values;
  label.series_without = without;
  return label;
}

std::string Culprit(const FamilyCount& count) {
  const LabelCount* culprit = FindCulprit(count);
  return culprit == nullptr ? "" : culprit->name;
}

TEST(FindCulprit, TakesTheLabelWithTheMostValues) {
  FamilyCount count;
  count.labels = {Label("code", 5), Label("path", 9), Label("zone", 9)};
  EXPECT_EQ(Culprit(count), "path");
}

TEST(FindCulprit, PrefersTheExactAnswer) {
  FamilyCount count;
  count.labels = {Label("code", 50, 90), Label("path", 9, 10)};
  EXPECT_EQ(Culprit(count), "path");
}

TEST(FindCulprit, ComparesValuesWhereOneExactAnswerIsMissing) {
  FamilyCount count;
  count.labels = {Label("code", 50), Label("path", 9, 10)};
  EXPECT_EQ(Culprit(count), "code");
}

TEST(FindCulprit, NeverBlamesBoundariesOfAHistogramButALabelLeOfAGauge) {
  FamilyCount count;
  count.labels = {Label("le", 40), Label("path", 3)};
  EXPECT_EQ(Culprit(count), "le");
  count.boundaries.label = "le";
  EXPECT_EQ(Culprit(count), "path");
}

TEST(FindCulprit, BlamesALabelThatSomeSeriesHaveAndSomeNot) {
  FamilyCount count;
  count.series = 2;
  count.labels = {Label("shard", 1)};
  count.labels[0].series_with = 1;
  EXPECT_EQ(VariantsOf(count, count.labels[0]), 2u);
  EXPECT_EQ(Culprit(count), "shard");
  count.labels[0].series_with = 2;
  EXPECT_EQ(VariantsOf(count, count.labels[0]), 1u);
  EXPECT_EQ(Culprit(count), "");
}

TEST(FindCulprit, BlamesNobodyWhereNothingVaries) {
  FamilyCount count;
  EXPECT_EQ(Culprit(count), "");
  count.labels = {Label("job", 1, 1)};
  EXPECT_EQ(Culprit(count), "");
}

}  // namespace
}  // namespace seriesguard
