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

TEST(NamedValues, OfAClosedNormaliserAllHavePlacesWhereTheyFit) {
  LabelRule rule = WithLimit(5);
  rule.normalizer = Normalizer::kStatusClass;
  rule.pins = {"never"};
  EXPECT_TRUE(HasPlacesForAll(rule));
  NamedValues all(rule);
  for (const char* value : {"1xx", "2xx", "3xx", "4xx", "5xx"}) EXPECT_EQ(all.Admit(value), Answer::kNamed);
  rule.value_limit = 4;
  rule.pins.clear();
  EXPECT_FALSE(HasPlacesForAll(rule));
  NamedValues first(rule);
  for (const char* value : {"5xx", "4xx", "3xx", "2xx"}) EXPECT_EQ(first.Admit(value), Answer::kNamed);
  EXPECT_EQ(first.Admit("1xx"), Answer::kFolded);
}

TEST(NamedValues, WithoutALimitNameAll) {
  NamedValues named{LabelRule()};
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(named.Admit(std::to_string(i)), Answer::kNamed);
}

}  // namespace
}  // namespace seriesguard
