// SPDX-License-Identifier: Apache-2.0
//
// label_gate_test.cc: what a gate answers for each kind of rule, with which reason, and whom it has room for.
#include "lib/guard/label_gate.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/guarded_label.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"
#include "lib/series/keyed_hash.h"
#include "rules/label_rule.h"
#include "rules/normalizer.h"

namespace seriesguard {
namespace {

class LabelGateTest : public testing::Test {
 protected:
  LabelGate& Make(const LabelRule& rule) {
    auto compiled = CompiledLabelRule::Compile(rule);
    EXPECT_TRUE(compiled.ok()) << compiled.status().ToString();
    gate_ = std::make_unique<LabelGate>(rule, std::move(*compiled), &label_, &reclaimer_);
    return *gate_;
  }
  // "value" of a named one, "reason:other" of a fold, "new:text" of what nobody named yet, "absent".
  std::string Ask(std::string_view raw) {
    const LabelGate::Answer answer = gate_->Ask(raw, &scratch_);
    if (answer.value == &label_.absent) return "absent";
    if (answer.value == nullptr) return "new:" + std::string(answer.text);
    const std::string text = answer.value->text;
    return answer.reason == FoldReason::kNone ? text : std::string(FoldReasonName(answer.reason)) + ":" + text;
  }
  void Name(const std::string& text) { gate_->Name(label_.Intern(text, ValueKind::kDynamic), 0); }

  const KeySecret secret_{HashKey(5)};
  Reclaimer reclaimer_;
  GuardedLabel label_{"label", secret_, 10, 0};
  std::unique_ptr<LabelGate> gate_;
  std::string scratch_;
};

LabelRule RuleOf() {
  LabelRule rule;
  rule.label = "label";
  return rule;
}

TEST_F(LabelGateTest, DropsWhateverComes) {
  LabelRule rule = RuleOf();
  rule.drop = true;
  const LabelGate& gate = Make(rule);
  for (const std::string& raw : {std::string(), std::string("x"), std::string("\xff"), std::string(1 << 20, 'x')}) {
    EXPECT_EQ(Ask(raw), "absent");
  }
  EXPECT_TRUE(gate.joins_values());
  EXPECT_FALSE(gate.is_full()) << "a dropped label has no places to be full of";
}

// The reserve has no place for it (rules/reserve.h), and the policy reader warns that no series can carry it.
TEST_F(LabelGateTest, GivesNoPlaceToAPinThatTheRuleShutsOut) {
  LabelRule rule = RuleOf();
  rule.has_allow = true;
  rule.allow = {"GET", "POST"};
  rule.pins = {"GET", "BREW"};
  const LabelGate& gate = Make(rule);
  EXPECT_EQ(Ask("GET"), "GET");
  EXPECT_EQ(Ask("BREW"), "not_allowed:other");
  EXPECT_EQ(gate.reserved_values().size(), 2u);
}

TEST_F(LabelGateTest, AllowsWhatIsListed) {
  LabelRule rule = RuleOf();
  rule.has_allow = true;
  rule.allow = {"GET", "POST"};
  const LabelGate& gate = Make(rule);
  EXPECT_EQ(Ask("GET"), "GET");
  EXPECT_EQ(Ask("get"), "not_allowed:other");
  EXPECT_EQ(Ask(""), "absent");
  EXPECT_EQ(Ask("other"), "collision:other");
  EXPECT_TRUE(gate.is_closed());
  EXPECT_TRUE(gate.is_full());
  EXPECT_EQ(gate.reserved_values().size(), 2u);
}

TEST_F(LabelGateTest, AnEmptyAllowListAdmitsNothing) {
  LabelRule rule = RuleOf();
  rule.has_allow = true;
  const LabelGate& gate = Make(rule);
  EXPECT_EQ(Ask("GET"), "not_allowed:other");
  EXPECT_EQ(Ask(""), "absent");
  EXPECT_TRUE(gate.is_closed());
  EXPECT_TRUE(gate.is_full());
}

TEST_F(LabelGateTest, JudgesAbsenceUnderAManifest) {
  LabelRule rule = RuleOf();
  rule.has_allow = true;
  rule.allow = {"v1"};
  rule.otherwise = "unexpected";
  rule.applies_to_absent = true;
  Make(rule);
  EXPECT_EQ(Ask(""), "not_allowed:unexpected");
  EXPECT_EQ(Ask("v1"), "v1");
}

TEST_F(LabelGateTest, FindsTheRouteOfAPath) {
  LabelRule rule = RuleOf();
  rule.has_route = true;
  rule.routes = {"/api/orders/{id}", "/static/**"};
  Make(rule);
  EXPECT_EQ(Ask("/api/orders/7"), "/api/orders/{id}");
  EXPECT_EQ(Ask("/static/a/b"), "/static/**");
  EXPECT_EQ(Ask("/etc/passwd"), "no_route:other");
  EXPECT_EQ(Ask("other"), "collision:other");
}

TEST_F(LabelGateTest, KnowsTheFormsOfClosedNormalisersFromTheStart) {
  LabelRule rule = RuleOf();
  rule.normalizer = Normalizer::kStatusClass;
  EXPECT_EQ(Make(rule).reserved_values().size(), 5u);
  EXPECT_EQ(Ask("404"), "4xx");
  EXPECT_EQ(Ask("teapot"), "unreadable:other");

  rule.normalizer = Normalizer::kHttpMethod;
  EXPECT_EQ(Make(rule).reserved_values().size(), 9u);
  EXPECT_EQ(Ask("patch"), "PATCH");

  rule.normalizer = Normalizer::kRanges;
  rule.ranges = {10, 100};
  EXPECT_EQ(Make(rule).reserved_values().size(), 3u);
  EXPECT_TRUE(gate_->is_closed());
}

TEST_F(LabelGateTest, NormalisesBeforeItLooks) {
  LabelRule rule = RuleOf();
  rule.normalizer = Normalizer::kLowercase;
  rule.value_limit = 2;
  const LabelGate& gate = Make(rule);
  EXPECT_EQ(Ask("ABC"), "new:abc");
  Name("abc");
  EXPECT_EQ(Ask("aBc"), "abc");
  EXPECT_TRUE(gate.joins_values());
}

TEST_F(LabelGateTest, AReplacementThatLeavesNothingIsAnAbsentLabel) {
  LabelRule rule = RuleOf();
  rule.replacements.push_back({"tmp-.*", "", {}});
  Make(rule);
  EXPECT_EQ(Ask("tmp-1"), "absent");
  EXPECT_EQ(Ask("kept"), "new:kept");
}

TEST_F(LabelGateTest, CountsItsPlaces) {
  LabelRule rule = RuleOf();
  rule.value_limit = 3;
  rule.pins = {"vip"};
  LabelGate& gate = Make(rule);
  EXPECT_EQ(gate.named_count(), 1u);
  Name("a");
  EXPECT_TRUE(gate.has_room());
  Name("b");
  EXPECT_FALSE(gate.has_room());
  EXPECT_TRUE(gate.is_full());
  EXPECT_EQ(Ask("c"), "new:c") << "the gate says what the value is; the family folds it";

  // A value that loses its name keeps its place while a series has it.
  LabelValue* const a = label_.FindInPool("a");
  a->cells = 1;
  gate.Unname(a);
  EXPECT_EQ(Ask("a"), "new:a");
  EXPECT_FALSE(gate.has_room());
  a->cells = 0;
  --label_.leaving;
  gate.UpdateFull();
  EXPECT_TRUE(gate.has_room());
}

TEST_F(LabelGateTest, NoRoomAtALimitOfZero) {
  LabelRule rule = RuleOf();
  rule.value_limit = 0;
  const LabelGate& gate = Make(rule);
  EXPECT_TRUE(gate.is_full());
}

TEST_F(LabelGateTest, ClosesToNewcomersOnceBusiestWasFull) {
  LabelRule rule = RuleOf();
  rule.value_limit = 2;
  rule.admit = Admission::kBusiest;
  LabelGate& gate = Make(rule);
  Name("a");
  Name("b");
  gate.Unname(label_.FindInPool("a"));
  EXPECT_FALSE(gate.has_room()) << "from now on only traffic decides";
  EXPECT_TRUE(gate.has_free_place());
}

TEST_F(LabelGateTest, RefusesBrokenUtf8AndLongValues) {
  LabelRule rule = RuleOf();
  const std::string broken[] = {"\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", std::string("\xc0\x80")};
  for (const bool lowers : {false, true}) {
    if (lowers) rule.normalizer = Normalizer::kLowercase;
    Make(rule);
    for (const std::string& text : broken) EXPECT_EQ(Ask(text), "invalid_utf8:other");
    EXPECT_EQ(Ask(std::string("a\0b", 3)), std::string("new:a\0b", 7));
    EXPECT_EQ(Ask(std::string(kMaxValueBytes, 'x')), "new:" + std::string(kMaxValueBytes, 'x'));
    EXPECT_EQ(Ask(std::string(kMaxValueBytes + 1, 'x')), "too_long:other");
    EXPECT_EQ(Ask(std::string(1 << 20, 'x')), "too_long:other");
    const LabelGate::Answer answer = gate_->Ask(std::string(1 << 20, 'x'), &scratch_);
    EXPECT_LE(answer.text.size(), kMaxValueBytes) << "nothing keeps a megabyte";
  }
}

TEST_F(LabelGateTest, ALongRawValueMayBecomeAShortOne) {
  LabelRule rule = RuleOf();
  rule.normalizer = Normalizer::kTruncate;
  rule.truncate_bytes = 4;
  Make(rule);
  EXPECT_EQ(Ask(std::string(kMaxRawBytes, 'x')), "new:xxxx");
  EXPECT_EQ(Ask(std::string(kMaxRawBytes + 1, 'x')), "too_long:other");
}

TEST_F(LabelGateTest, AnotherOverflowWordFreesTheFirst) {
  LabelRule rule = RuleOf();
  rule.otherwise = "rest";
  Make(rule);
  EXPECT_EQ(Ask("rest"), "collision:rest");
  EXPECT_EQ(Ask("other"), "new:other");
}

}  // namespace
}  // namespace seriesguard
