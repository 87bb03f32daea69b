// SPDX-License-Identifier: Apache-2.0
//
// named_values_test.cc: places, pins, and who decides when none is left.
#include "analyzer/policy_test/named_values.h"

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

using Answer = NamedValues::Answer;

LabelRule WithLimit(int64_t limit) {
  LabelRule rule;
  rule.value_limit = limit;
  return rule;
}

TEST(NamedValues, GivesPlacesToTheFirstAndKeepsThem) {
  NamedValues named(WithLimit(2));
  EXPECT_EQ(named.Admit("a"), Answer::kNamed);
  EXPECT_EQ(named.Admit("b"), Answer::kNamed);
  EXPECT_EQ(named.Admit("c"), Answer::kFolded);
  EXPECT_EQ(named.Admit("a"), Answer::kNamed);
  EXPECT_EQ(named.Admit("c"), Answer::kFolded) << "a place is never freed";
}

TEST(NamedValues, KeepsThePlacesOfPins) {
  LabelRule rule = WithLimit(2);
  rule.pins = {"late"};
  NamedValues named(rule);
  EXPECT_EQ(named.Admit("a"), Answer::kNamed);
  EXPECT_EQ(named.Admit("b"), Answer::kFolded);
  EXPECT_EQ(named.Admit("late"), Answer::kNamed);
}

TEST(NamedValues, LeavesBusiestToTheTrafficOnceNoPlaceIsFree) {
  LabelRule rule = WithLimit(1);
  rule.admit = Admission::kBusiest;
  NamedValues named(rule);
  EXPECT_EQ(named.Admit("a"), Answer::kNamed);
  EXPECT_EQ(named.Admit("b"), Answer::kByTraffic);
}

TEST(NamedValues, WithoutALimitNameAll) {
  NamedValues named{LabelRule()};
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(named.Admit(std::to_string(i)), Answer::kNamed);
}

}  // namespace
}  // namespace seriesguard
