// SPDX-License-Identifier: Apache-2.0
//
// relabel_rules_test.cc: what is exported makes no two series the same; what would is refused with its reason.
#include "rules/export/relabel_rules.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rules/policy_reader.h"
#include "rules/replacement.h"

namespace seriesguard {
namespace {

Policy Read(const std::string& yaml) {
  const PolicyReadResult result = ReadPolicy("p.yaml", yaml);
  EXPECT_TRUE(result.policy.has_value()) << FormatDiagnostics(result, "p.yaml", 100);
  return result.policy.value_or(Policy());
}

Policy WithRule(const std::string& rule) {
  return Read("version: 1\nmetrics: [{name: a_total, labels: {x: " + rule + "}}]\n");
}

TEST(RelabelRules, RefuseWhateverMapsValuesTogether) {
  for (const char* rule :
       {"{drop: true}", "{normalize: lowercase}", "{normalize: path}", "{ranges: [1, 2]}", "{truncate: 3}",
        "{route: [\"/a/{id}\"]}", "{allow: [a]}", "{allow: []}", "{value_limit: 1000}",
        "{replace: [{match: \"(.)(.*)\", with: \"$1\"}]}", "{replace: [{match: \"v(.*)\", with: \"$1\"}]}",
        "{replace: [{match: \"(.*)\", with: constant}]}", "{replace: [{match: \"(.*)\", with: \"$$1\"}]}",
        "{replace: [{match: \"(.*)\", with: \"$1x\"}]}", "{replace: [{match: \"(.*)\", with: \"$1$2\"}]}",
        "{replace: [{match: \"(.*)\", with: \"a-$1\"}, {match: \"a.*\", with: b}]}"}) {
    const RelabelExport exported = MakeRelabelRules(WithRule(rule));
    EXPECT_TRUE(exported.rules.empty()) << rule;
    ASSERT_EQ(exported.refusals.size(), 1u) << rule;
    EXPECT_EQ(exported.refusals[0].metric, "a_total");
    EXPECT_EQ(exported.refusals[0].label, "x");
    EXPECT_FALSE(exported.refusals[0].reason.empty());
    EXPECT_NE(exported.refusals[0].remedy.find("guard"), std::string::npos) << rule;
  }
}

TEST(RelabelRules, RefuseALimitButExportWhatStandsBeforeIt) {
  const RelabelExport exported =
      MakeRelabelRules(WithRule("{replace: [{match: \"(.*)\", with: \"p-$1\"}], value_limit: 3}"));
  EXPECT_EQ(exported.rules.size(), 3u);
  EXPECT_EQ(exported.refusals.size(), 1u);
}

TEST(RelabelRules, RefuseAPatternOfWhichAnotherRuleTakesAPart) {
  const std::string step = "labels: {x: {replace: [{match: \"(.*)\", with: \"p-$1\"}]}}";
  EXPECT_EQ(
      MakeRelabelRules(Read("version: 1\nmetrics: [{match: \"a.*\", " + step + "}, {name: a_total}]\n")).rules.size(),
      0u);
  EXPECT_EQ(
      MakeRelabelRules(Read("version: 1\nmetrics: [{match: \"b.*\"}, {match: \"a.*\", " + step + "}]\n")).rules.size(),
      0u);
  EXPECT_EQ(
      MakeRelabelRules(Read("version: 1\nmetrics: [{match: \"a.*\", " + step + "}, {name: b_total}]\n")).rules.size(),
      3u);
}

TEST(RelabelRules, RefuseALabelThatRelabellingCannotName) {
  const RelabelExport exported = MakeRelabelRules(
      Read("version: 1\nmetrics: [{name: a, labels: {\"é x\": {replace: [{match: \"(.*)\", with: \"p$1\"}]}}}]\n"));
  EXPECT_TRUE(exported.rules.empty());
  EXPECT_EQ(exported.refusals.size(), 1u);
}

TEST(RelabelRules, ALimitOfTheDefaultsIsNoRefusal) {
  const RelabelExport exported = MakeRelabelRules(
      Read("version: 1\ndefaults: {value_limit: 5}\nmetrics: [{name: a, labels: {x: {otherwise: rest}}}]\n"));
  EXPECT_TRUE(exported.refusals.empty());
}

// Compiles each pair of expression and replacement once.
const CompiledReplacement& Compiled(const RelabelRule& rule) {
  static auto* const kKnown = new std::map<std::pair<std::string, std::string>, CompiledReplacement>;
  const auto key = std::make_pair(rule.regex, rule.replacement);
  const auto place = kKnown->find(key);
  if (place != kKnown->end()) return place->second;
  return kKnown->emplace(key, CompiledReplacement::Compile(rule.regex, rule.replacement).value()).first->second;
}

// The value of the label x of a series after the exported rules, as a server applies them.
std::string AfterRelabelling(const std::vector<RelabelRule>& rules, const std::string& name, const std::string& value) {
  std::map<std::string, std::string> labels = {{"__name__", name}, {"x", value}};
  for (const RelabelRule& rule : rules) {
    if (rule.source_labels.empty()) {
      labels.erase(rule.regex);
      continue;
    }
    std::string source;
    for (size_t i = 0; i < rule.source_labels.size(); ++i) source += (i > 0 ? ";" : "") + labels[rule.source_labels[i]];
    const CompiledReplacement& step = Compiled(rule);
    std::string out;
    if (step.Apply(source, &out)) labels[rule.target_label] = out;
  }
  EXPECT_EQ(labels[kRelabelMark], "");
  return labels["x"];
}

TEST(RelabelRules, AreOneToOneForRandomValues) {
  const char* const kPieces[] = {";", "a", "p-", "$1", "a_b", "_bucket", "é", "\n", "x", "a_b;", ";a_b"};
  std::mt19937 random(20240229);
  const auto text = [&random, &kPieces](size_t most) {
    std::string out;
    for (size_t i = 1 + random() % most; i > 0; --i) out += kPieces[random() % std::size(kPieces)];
    return out;
  };
  for (const char* metric :
       {"name: a_b", "name: \"a;b\"", "match: \"(a|x;a)_.*\"", "match: \".*\"", "match: \".*;a_b\""}) {
    const Policy policy = Read(std::string("version: 1\nmetrics: [{") + metric +
                               ", labels: {x: {replace: [{match: \"(.*)\", with: \"p-$1;a_b\"}, "
                               "{match: \"(.+)\", with: \"${1}x\"}]}}}]\n");
    const RelabelExport exported = MakeRelabelRules(policy);
    ASSERT_EQ(exported.rules.size(), 4u) << metric;  // a mark, two steps, the end of the mark
    EXPECT_TRUE(exported.refusals.empty());
    for (const char* name : {"a_b", "a_b_bucket", "a;b", "x;a_b", "other"}) {
      std::map<std::string, std::string> came_from;
      for (int i = 0; i < 300; ++i) {
        const std::string value = text(4);
        const std::string after = AfterRelabelling(exported.rules, name, value);
        const auto [place, is_new] = came_from.emplace(after, value);
        EXPECT_EQ(place->second, value) << metric << ": both become " << after << " of " << name;
      }
    }
  }
}

TEST(RelabelRules, DoWhatThePolicyDoes) {
  const Policy policy = WithRule("{replace: [{match: \"(.*)\", with: \"p-${1}-q\"}]}");
  const RelabelExport exported = MakeRelabelRules(policy);
  EXPECT_EQ(AfterRelabelling(exported.rules, "a_total", "v;w"), "p-v;w-q");
  EXPECT_EQ(AfterRelabelling(exported.rules, "b_total", "v"), "v");
}

}  // namespace
}  // namespace seriesguard
