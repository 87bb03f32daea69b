// SPDX-License-Identifier: Apache-2.0
//
// normalizer_test.cc: the pipeline step by step, its edges, and what holds for every rule and every value.
#include "rules/normalizer.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rules/utf8.h"
#include "tests/rules/slow_utf8.h"

namespace seriesguard {
namespace {

using Outcome = Normalized::Outcome;
using Reason = Normalized::Reason;

CompiledLabelRule Compiled(const LabelRule& rule) {
  absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(rule);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return *std::move(compiled);
}

LabelRule WithNormalizer(Normalizer normalizer) {
  LabelRule rule;
  rule.label = "code";
  rule.normalizer = normalizer;
  return rule;
}

void ExpectBecomes(const LabelRule& rule, std::string_view raw, Outcome outcome, Reason reason,
                   std::string_view value) {
  const CompiledLabelRule compiled = Compiled(rule);
  std::string scratch = "old";
  const Normalized normalized = compiled.Apply(raw, &scratch);
  EXPECT_EQ(normalized.outcome, outcome) << raw;
  EXPECT_EQ(normalized.reason, reason) << raw;
  EXPECT_EQ(normalized.value, value) << raw;
}

TEST(CompiledLabelRule, WithoutStepsLeavesEveryValueAsItIs) {
  const LabelRule rule;
  ExpectBecomes(rule, "a", Outcome::kUnchanged, Reason::kNone, "a");
  ExpectBecomes(rule, "", Outcome::kUnchanged, Reason::kNone, "");
  EXPECT_TRUE(Compiled(rule).is_identity());
  EXPECT_FALSE(Compiled(rule).is_drop());
  EXPECT_FALSE(Compiled(WithNormalizer(Normalizer::kPath)).is_identity());
}

TEST(CompiledLabelRule, DropsEveryValueButNotAnAbsentLabel) {
  LabelRule rule;
  rule.drop = true;
  ExpectBecomes(rule, "a", Outcome::kDropped, Reason::kNone, "");
  ExpectBecomes(rule, "", Outcome::kUnchanged, Reason::kNone, "");
  EXPECT_TRUE(Compiled(rule).is_drop());
  EXPECT_FALSE(Compiled(rule).is_identity());
}

TEST(CompiledLabelRule, AppliesEachBuiltinNormalizer) {
  const LabelRule status = WithNormalizer(Normalizer::kStatusClass);
  ExpectBecomes(status, "404", Outcome::kChanged, Reason::kNone, "4xx");
  ExpectBecomes(status, "4xx", Outcome::kUnchanged, Reason::kNone, "4xx");
  ExpectBecomes(status, "600", Outcome::kOtherwise, Reason::kUnreadable, "other");
  ExpectBecomes(status, "other", Outcome::kOtherwise, Reason::kUnreadable, "other");
  ExpectBecomes(WithNormalizer(Normalizer::kHttpMethod), "get", Outcome::kChanged, Reason::kNone, "GET");
  ExpectBecomes(WithNormalizer(Normalizer::kHttpMethod), "BREW", Outcome::kOtherwise, Reason::kUnreadable, "other");
  ExpectBecomes(WithNormalizer(Normalizer::kLowercase), "AbC", Outcome::kChanged, Reason::kNone, "abc");
  ExpectBecomes(WithNormalizer(Normalizer::kHost), "H:80", Outcome::kChanged, Reason::kNone, "h");
  ExpectBecomes(WithNormalizer(Normalizer::kPath), "/a/7", Outcome::kChanged, Reason::kNone, "/a/{id}");
  LabelRule truncate = WithNormalizer(Normalizer::kTruncate);
  truncate.truncate_bytes = 2;
  ExpectBecomes(truncate, "abc", Outcome::kChanged, Reason::kNone, "ab");
  ExpectBecomes(truncate, "\xE6\x9D\xB1", Outcome::kOtherwise, Reason::kUnreadable, "other");
  LabelRule ranges = WithNormalizer(Normalizer::kRanges);
  ranges.ranges = {10, 100};
  ExpectBecomes(ranges, "11", Outcome::kChanged, Reason::kNone, "10..100");
  ExpectBecomes(ranges, "x", Outcome::kOtherwise, Reason::kUnreadable, "other");
}

TEST(CompiledLabelRule, SaysOtherwiseInTheRulesOwnWord) {
  LabelRule rule = WithNormalizer(Normalizer::kStatusClass);
  rule.otherwise = "unexpected";
  ExpectBecomes(rule, "x", Outcome::kOtherwise, Reason::kUnreadable, "unexpected");
}

TEST(CompiledLabelRule, KeepsTheWordOtherwiseWhereItIs) {
  LabelRule rule;
  rule.has_route = true;
  rule.routes = {"{any}"};
  ExpectBecomes(rule, "x", Outcome::kChanged, Reason::kNone, "{any}");
  ExpectBecomes(rule, "other", Outcome::kUnchanged, Reason::kNone, "other");
  LabelRule truncate = WithNormalizer(Normalizer::kTruncate);
  truncate.truncate_bytes = 3;
  ExpectBecomes(truncate, "other", Outcome::kUnchanged, Reason::kNone, "other");
  ExpectBecomes(truncate, "otherwise", Outcome::kChanged, Reason::kNone, "oth");
  LabelRule allow;
  allow.has_allow = true;
  ExpectBecomes(allow, "other", Outcome::kOtherwise, Reason::kNotAllowed, "other");
}

TEST(CompiledLabelRule, AppliesReplacementsInOrderEachOnTheResultOfTheOneBefore) {
  LabelRule rule;
  rule.replacements = {{"(.*)-[0-9]+", "$1", {}}, {"nothing", "x", {}}, {"pod", "p", {}}};
  ExpectBecomes(rule, "pod-17", Outcome::kChanged, Reason::kNone, "p");
  ExpectBecomes(rule, "web-17", Outcome::kChanged, Reason::kNone, "web");
  ExpectBecomes(rule, "web", Outcome::kUnchanged, Reason::kNone, "web");
}

TEST(CompiledLabelRule, TakesAnEmptyResultForAnAbsentLabel) {
  LabelRule rule;
  rule.replacements = {{"tmp-.*", "", {}}};
  rule.has_allow = true;
  rule.allow = {"web"};
  ExpectBecomes(rule, "tmp-1", Outcome::kChanged, Reason::kNone, "");
  ExpectBecomes(rule, "x", Outcome::kOtherwise, Reason::kNotAllowed, "other");
  rule.replacements.push_back({"", "web", {}});
  ExpectBecomes(rule, "tmp-1", Outcome::kChanged, Reason::kNone, "web");  // as a chain of relabel rules
}

TEST(CompiledLabelRule, MapsRoutesAfterNormalizing) {
  LabelRule rule = WithNormalizer(Normalizer::kLowercase);
  rule.has_route = true;
  rule.routes = {"/api/{id}", "/static/**"};
  ExpectBecomes(rule, "/API/7?x", Outcome::kChanged, Reason::kNone, "/api/{id}");
  ExpectBecomes(rule, "/static/**", Outcome::kUnchanged, Reason::kNone, "/static/**");
  ExpectBecomes(rule, "/x", Outcome::kOtherwise, Reason::kNoRoute, "other");
}

TEST(CompiledLabelRule, AsksAllowLast) {
  LabelRule rule = WithNormalizer(Normalizer::kHttpMethod);
  rule.has_allow = true;
  rule.allow = {"GET", "POST"};
  ExpectBecomes(rule, "get", Outcome::kChanged, Reason::kNone, "GET");
  ExpectBecomes(rule, "GET", Outcome::kUnchanged, Reason::kNone, "GET");
  ExpectBecomes(rule, "put", Outcome::kOtherwise, Reason::kNotAllowed, "other");
  ExpectBecomes(rule, "", Outcome::kUnchanged, Reason::kNone, "");
  rule.allow.clear();
  ExpectBecomes(rule, "get", Outcome::kOtherwise, Reason::kNotAllowed, "other");  // an empty list admits nothing
}

TEST(CompiledLabelRule, JudgesAbsentLabelsUnderAManifestOnly) {
  LabelRule rule;
  rule.applies_to_absent = true;
  rule.otherwise = "unexpected";
  rule.has_allow = true;
  rule.allow = {"v1"};
  ExpectBecomes(rule, "", Outcome::kOtherwise, Reason::kNotAllowed, "unexpected");
  rule.allow = {""};
  ExpectBecomes(rule, "", Outcome::kUnchanged, Reason::kNone, "");
  ExpectBecomes(rule, "v1", Outcome::kOtherwise, Reason::kNotAllowed, "unexpected");
}

TEST(CompiledLabelRule, RefusesRulesThatCannotBeCompiled) {
  std::vector<LabelRule> bad(6);
  bad[0].otherwise = "";
  bad[1].normalizer = Normalizer::kTruncate;
  bad[2].normalizer = Normalizer::kRanges;
  bad[3].replacements = {{"(", "", {}}};
  bad[4].has_route = true;
  bad[4].routes = {"/{"};
  bad[5].replacements = {{"a", std::string(300, 'b'), {}}};
  for (const LabelRule& rule : bad) {
    EXPECT_EQ(CompiledLabelRule::Compile(rule).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

// Every rule of one step, except replace: what comes out goes in again unchanged, and stays UTF-8.
TEST(CompiledLabelRule, IsIdempotentForEveryStepOfOurOwn) {
  std::vector<LabelRule> rules;
  for (const Normalizer normalizer :
       {Normalizer::kNone, Normalizer::kStatusClass, Normalizer::kHttpMethod, Normalizer::kLowercase, Normalizer::kHost,
        Normalizer::kPath, Normalizer::kRanges, Normalizer::kTruncate}) {
    rules.push_back(WithNormalizer(normalizer));
    rules.back().ranges = {-1, 0.5, 1000};
    rules.back().truncate_bytes = 5;
  }
  rules.emplace_back();
  rules.back().has_route = true;
  rules.back().routes = {"/a/{x}", "/{x}/b", "/s/**", "{y}"};
  rules.emplace_back();
  rules.back().has_allow = true;
  rules.back().allow = {"a", "b", "\\"};
  std::vector<CompiledLabelRule> compiled;
  for (const LabelRule& rule : rules) compiled.push_back(Compiled(rule));

  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  std::string first, second;
  for (int i = 0; i < 1'000'000; ++i) {
    std::string raw = RandomText(&random, 3);
    if (i % 4 == 0) raw = "/" + raw + "/" + std::to_string(i % 5000);
    if (i % 4 == 1) raw = std::to_string(static_cast<double>(random() % 4000) / 3 - 10);
    if (!IsValidUtf8(raw)) continue;
    for (const CompiledLabelRule& rule : compiled) {
      const Normalized once = rule.Apply(raw, &first);
      ASSERT_EQ(once.value.empty(), raw.empty());
      ASSERT_TRUE(IsValidUtf8(once.value));
      ASSERT_EQ(once.outcome == Outcome::kOtherwise, once.reason != Reason::kNone);
      if (once.outcome != Outcome::kOtherwise) {
        ASSERT_EQ(once.outcome == Outcome::kUnchanged, once.value == raw);
      }
      const Normalized twice = rule.Apply(once.value, &second);
      ASSERT_EQ(twice.value, once.value) << raw;
    }
  }
}

// The steps of one value as "kind+before>after kind-before", + where the step takes it.
std::string StepsOf(const LabelRule& rule, std::string_view raw) {
  std::string scratch;
  std::vector<NormalizeStep> steps = {NormalizeStep()};  // what stood there is lost
  Compiled(rule).Trace(raw, &scratch, &steps);
  std::string text;
  for (const NormalizeStep& step : steps) {
    static constexpr const char* kNames[] = {"drop", "normalizer", "replacement", "route", "allow", "stays"};
    text += (text.empty() ? "" : " ") + std::string(kNames[static_cast<int>(step.kind)]) +
            (step.kind == NormalizeStep::Kind::kReplacement ? std::to_string(step.index) : "") +
            (step.takes ? "+" + step.before + ">" + step.after : "-" + step.before);
  }
  return text;
}

TEST(CompiledLabelRule, TracesEachStepThatAValueCameTo) {
  LabelRule drop;
  drop.drop = true;
  EXPECT_EQ(StepsOf(drop, "a"), "drop+a>");
  EXPECT_EQ(StepsOf(drop, ""), "");
  EXPECT_EQ(StepsOf(LabelRule(), "a"), "");
  LabelRule rule = WithNormalizer(Normalizer::kLowercase);
  rule.replacements = {{"(.)b", "/$1", {}}, {"z", "y", {}}};
  rule.has_route = true;
  rule.routes = {"/{id}"};
  rule.has_allow = true;
  rule.allow = {"/{id}"};
  EXPECT_EQ(StepsOf(rule, "AB"),
            "normalizer+AB>ab replacement0+ab>/a replacement1-/a route+/a>/{id} allow+/{id}>/{id}");
  EXPECT_EQ(StepsOf(rule, "A"), "normalizer+A>a replacement0-a replacement1-a route-a");
  EXPECT_EQ(StepsOf(WithNormalizer(Normalizer::kStatusClass), "x"), "normalizer-x");
  LabelRule other = WithNormalizer(Normalizer::kTruncate);
  other.truncate_bytes = 2;
  EXPECT_EQ(StepsOf(other, "other"), "normalizer+other>ot stays+ot>other");
}

TEST(CompiledLabelRule, TraceGivesWhatApplyGives) {
  std::mt19937 random(7);
  for (const Normalizer normalizer :
       {Normalizer::kNone, Normalizer::kHost, Normalizer::kPath, Normalizer::kHttpMethod}) {
    LabelRule rule = WithNormalizer(normalizer);
    rule.replacements = {{"a(.*)", "$1", {}}};
    rule.has_allow = true;
    rule.allow = {"b", "/b", "GET"};
    const CompiledLabelRule compiled = Compiled(rule);
    for (int i = 0; i < 500; ++i) {
      std::string raw;
      for (size_t n = random() % 5; n > 0; --n) raw += "ab/GET0:"[random() % 8];
      std::string scratch, traced_scratch;
      std::vector<NormalizeStep> steps;
      const Normalized applied = compiled.Apply(raw, &scratch);
      const Normalized traced = compiled.Trace(raw, &traced_scratch, &steps);
      EXPECT_EQ(applied.outcome, traced.outcome) << raw;
      EXPECT_EQ(applied.reason, traced.reason) << raw;
      EXPECT_EQ(applied.value, traced.value) << raw;
    }
  }
}

}  // namespace
}  // namespace seriesguard
