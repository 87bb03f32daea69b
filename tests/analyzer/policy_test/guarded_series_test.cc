// SPDX-License-Identifier: Apache-2.0
//
// guarded_series_test.cc: which family a series belongs to, which rule speaks, and what the limits count.
#include "analyzer/policy_test/guarded_series.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "lib/guard/label_gate.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

Policy PolicyOf(const std::string& yaml) {
  PolicyReadResult result = ReadPolicy("p.yaml", yaml);
  EXPECT_TRUE(result.policy.has_value()) << FormatDiagnostics(result, "p.yaml", 100);
  return result.policy ? *std::move(result.policy) : Policy();
}

class Guarded : public testing::Test {
 protected:
  void Use(const std::string& yaml) {
    policy_ = PolicyOf(yaml);
    absl::StatusOr<PolicyGuard> guard = PolicyGuard::Make(policy_);
    ASSERT_TRUE(guard.ok()) << guard.status();
    guard_ = std::make_unique<PolicyGuard>(*std::move(guard));
  }

  GuardedSeries Apply(const std::string& text) {
    TestSeries series;
    SeriesError error;
    EXPECT_TRUE(ParseSeries(text, &series, &error)) << error.message;
    absl::StatusOr<GuardedSeries> guarded = guard_->Apply(series);
    EXPECT_TRUE(guarded.ok()) << guarded.status();
    return guarded.ok() ? *std::move(guarded) : GuardedSeries();
  }

  std::string After(const std::string& text) { return SeriesText(Apply(text).series); }

  Policy policy_;
  std::unique_ptr<PolicyGuard> guard_;
};

TEST_F(Guarded, SeriesFindTheirFamily) {
  Use("version: 1\nmetrics:\n- {name: lat}\n- {name: req_total}\n- {match: \"run_.*\"}\n- {match: "
      "\".*_bucket|.*_x\"}\n");
  EXPECT_EQ(Apply("lat_bucket{le=\"1\"}").family, "lat") << "a bucket is never a family of its own";
  EXPECT_EQ(Apply("lat_bucket").family, "lat_bucket");
  EXPECT_EQ(Apply("lat_sum").family, "lat");
  EXPECT_EQ(Apply("req_created").family, "req_total");
  EXPECT_EQ(Apply("run_count").family, "run_count") << "a rule of the whole name speaks first";
  EXPECT_EQ(Apply("nobody_sum").family, "nobody_sum");
  EXPECT_EQ(Apply("nobody_sum").metric, nullptr);
}

TEST_F(Guarded, MetricsWithoutARuleStayAsTheyAre) {
  Use("version: 1\nlabels: {code: {normalize: status_class}}\nmetrics: [{name: x}]\n");
  EXPECT_EQ(After("x{code=\"404\"}"), "x{code=\"4xx\"}");
  const GuardedSeries guarded = Apply("y{code=\"404\"}");
  EXPECT_EQ(SeriesText(guarded.series), "y{code=\"404\"}");
  ASSERT_EQ(guarded.values.size(), 1u);
  EXPECT_NE(guarded.values[0].assigned.rule, nullptr) << "check judges by it";
  EXPECT_EQ(After("seriesguard_series{code=\"404\"}"), "seriesguard_series{code=\"404\"}");
}

TEST_F(Guarded, LimitsCountWhatNormalisationLeft) {
  Use("version: 1\nmetrics:\n- name: x\n  labels: {h: {normalize: lowercase, value_limit: 1}}\n");
  EXPECT_EQ(After("x{h=\"A\"}"), "x{h=\"a\"}");
  EXPECT_EQ(After("x{h=\"a\"}"), "x{h=\"a\"}");
  EXPECT_EQ(After("x{h=\"other\"}"), "x{h=\"other\"}") << "the word needs no place";
  EXPECT_EQ(Apply("x{h=\"B\"}").values[0].fate, Fate::kLimit);
  guard_->Restart();
  EXPECT_EQ(After("x{h=\"B\"}"), "x{h=\"b\"}");
}

TEST_F(Guarded, EachMetricOfAMatchHasPlacesOfItsOwn) {
  Use("version: 1\nmetrics:\n- match: \"x.*\"\n  labels: {h: {value_limit: 1}}\n");
  EXPECT_EQ(After("xa{h=\"1\"}"), "xa{h=\"1\"}");
  EXPECT_EQ(After("xb{h=\"2\"}"), "xb{h=\"2\"}");
  EXPECT_EQ(After("xa{h=\"2\"}"), "xa{h=\"other\"}");
}

TEST_F(Guarded, OnlyTheLabelAtFaultIsFolded) {
  Use("version: 1\nmetrics:\n- name: x\n  labels: {a: {value_limit: 1}, b: {value_limit: 2}}\n");
  EXPECT_EQ(After("x{a=\"1\",b=\"1\"}"), "x{a=\"1\",b=\"1\"}");
  EXPECT_EQ(After("x{a=\"2\",b=\"2\"}"), "x{a=\"other\",b=\"2\"}");
}

TEST_F(Guarded, ValuesTooLongForAGuardAreFolded) {
  static_assert(kLongestValueBytes == kMaxValueBytes && kLongestRawBytes == kMaxRawBytes, "as the guard has them");
  Use("version: 1\nmetrics:\n- name: x\n  labels: {t: {truncate: 8}, d: {drop: true}}\n");
  const auto fate = [this](const std::string& label, size_t bytes) {
    return Apply("x{" + label + "=\"" + std::string(bytes, 'v') + "\"}").values[0].fate;
  };
  EXPECT_EQ(fate("a", 1024), Fate::kKept);
  EXPECT_EQ(fate("a", 1025), Fate::kTooLong);
  EXPECT_EQ(fate("t", 8192), Fate::kChanged);
  EXPECT_EQ(fate("t", 8193), Fate::kTooLong);
  EXPECT_EQ(fate("d", 8193), Fate::kDropped);
}

TEST_F(Guarded, TheWordForFoldedValuesIsNotFoldedAgain) {
  Use("version: 1\nmetrics:\n- name: x\n  labels: {a: {allow: [y]}, c: {normalize: status_class}}\n");
  for (const char* text : {"x{a=\"other\"}", "x{c=\"other\"}"}) {
    const GuardedSeries guarded = Apply(text);
    EXPECT_EQ(guarded.values[0].fate, Fate::kKept) << text;
    EXPECT_EQ(SeriesText(guarded.series), text);
  }
}

TEST_F(Guarded, ManifestsJudgeAbsentLabels) {
  Use("\"x,a\": \"1,2\"\n");
  EXPECT_EQ(After("x{a=\"1\"}"), "x{a=\"1\"}");
  EXPECT_EQ(After("x"), "x{a=\"unexpected\"}");
  EXPECT_EQ(After("x{b=\"9\"}"), "x{a=\"unexpected\",b=\"9\"}");
}

}  // namespace
}  // namespace seriesguard
