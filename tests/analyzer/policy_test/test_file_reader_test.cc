// SPDX-License-Identifier: Apache-2.0
//
// test_file_reader_test.cc: every key, and what golden cases cannot say shortly: bounds and positions.
#include "analyzer/policy_test/test_file_reader.h"

#include <string>

#include <gtest/gtest.h>

#include "analyzer/policy_test/guarded_series.h"

namespace seriesguard {
namespace {

// The first error as "line:column message"; empty where there is none.
std::string FirstError(const std::string& yaml) {
  const TestFileReadResult result = ReadTestText(yaml);
  EXPECT_EQ(result.file.has_value(), !HasError(result.diagnostics));
  if (result.diagnostics.empty()) return "";
  const Diagnostic& first = result.diagnostics[0];
  return std::to_string(first.location.line) + ":" + std::to_string(first.location.column) + " " + first.message;
}

std::string InSeries(const std::string& entry) { return "tests:\n- name: a\n  series:\n  - " + entry + "\n"; }

TEST(ReadTestText, ReadsEveryKey) {
  const TestFileReadResult result = ReadTestText(
      "policy: p.yaml\n"
      "tests:\n"
      "- name: one\n"
      "  series:\n"
      "  - input: 'x{a=\"t\"}'\n"
      "    repeat: {label: a, from: 5, to: 7}\n"
      "    expect: {folded: {a: limit, b: not_allowed}, dropped: [c], unguarded: true}\n"
      "  - {input: y, expect: 'y{a=\"1\"}'}\n"
      "  - {input: z, expect: {unchanged: true}}\n"
      "  expect_values: {a: {named: 0, folded: 3}}\n");
  ASSERT_TRUE(result.file.has_value());
  EXPECT_EQ(result.file->policy_path, "p.yaml");
  ASSERT_EQ(result.file->tests.size(), 1u);
  const PolicyTest& test = result.file->tests[0];
  EXPECT_EQ(test.name, "one");
  ASSERT_EQ(test.steps.size(), 3u);
  ASSERT_TRUE(test.steps[0].repeat.has_value());
  EXPECT_EQ(test.steps[0].repeat->label, "a");
  EXPECT_EQ(test.steps[0].repeat->from, 5);
  EXPECT_EQ(test.steps[0].repeat->to, 7);
  const SeriesExpectation& facts = *test.steps[0].expect;
  ASSERT_EQ(facts.folded->size(), 2u);
  EXPECT_EQ((*facts.folded)[0].second, Fate::kLimit);
  EXPECT_EQ((*facts.folded)[1].second, Fate::kNotAllowed);
  EXPECT_EQ(*facts.dropped, std::vector<std::string>{"c"});
  EXPECT_TRUE(facts.is_unguarded);
  EXPECT_EQ(test.steps[1].expect->series->Value("a"), "1");
  EXPECT_TRUE(test.steps[2].expect->is_unchanged);
  ASSERT_EQ(test.values.size(), 1u);
  EXPECT_EQ(test.values[0].named, 0);
  EXPECT_EQ(test.values[0].folded, 3);
}

TEST(ReadTestText, LooksForThePolicyBesideTheTests) {
  EXPECT_EQ(ReadTestText(InSeries("{input: x, expect: x}")).file->policy_path, "seriesguard.yaml");
  EXPECT_EQ(FirstError("policy: ''\n" + InSeries("{input: x, expect: x}")), "1:9 \"policy\" must not be empty");
}

TEST(ReadTestText, RefusesWhatIsNoFileOfTests) {
  EXPECT_NE(FirstError(""), "");
  EXPECT_NE(FirstError("- a\n"), "");
  EXPECT_NE(FirstError("tests: 3\n"), "");
  EXPECT_EQ(FirstError("tests: []\n"), "1:8 \"tests\" must have at least one entry");
  EXPECT_EQ(FirstError("policy: p\n"), "1:1 a file of tests needs \"tests\"");
  EXPECT_NE(FirstError("tests: [3]\n"), "");
  EXPECT_NE(FirstError(InSeries("3")), "");
  EXPECT_NE(FirstError(InSeries("{input: [x], expect: x}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: [x]}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: {folded: [a]}}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: {dropped: a}}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: {unchanged: yes}}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: x, repeat: 3}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: x}") + "  expect_values: []\n"), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: x}") + "  expect_values: {}\n"), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: x}") + "  expect_values: {a: {named: -1}}\n"), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: {unchanged: true, dropped: [a]}}")), "");
  EXPECT_EQ(FirstError(InSeries("{input: x, expect: x}") + "---\na: b\n"), "5:1 a second YAML document starts here");
  EXPECT_EQ(FirstError(InSeries("{input: x, input: x, expect: x}")),
            "4:16 the key \"input\" was already given in line 4");
}

TEST(ReadTestText, PointsIntoTheSeries) {
  EXPECT_EQ(FirstError(InSeries("{input: 'x{a=\"b\",a=\"c\"}', expect: x}")).substr(0, 5), "4:22 ");
  // In double quotes the file's bytes are not those of the text: the place is that of the text.
  EXPECT_EQ(FirstError(InSeries("{input: \"x{a=\\\"b\\\",a=\\\"c\\\"}\", expect: x}")).substr(0, 5), "4:13 ");
}

TEST(ReadTestText, BoundsTheNumberOfSeries) {
  EXPECT_EQ(FirstError(InSeries("{input: x, expect: x, repeat: {label: a, to: 100000}}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: x, repeat: {label: a, to: 100001}}")), "");
  EXPECT_NE(FirstError(InSeries("{input: x, expect: x, repeat: {label: a, to: 9007199254740991}}")), "");
  std::string many = "tests:\n- name: a\n  series:\n";
  for (int i = 0; i < 10; ++i) many += "  - {input: x, expect: x, repeat: {label: a, to: 100000}}\n";
  EXPECT_EQ(FirstError(many), "");
  EXPECT_EQ(FirstError(many + "  - {input: x, expect: x}\n"),
            "1:1 the tests of a file have at most 1000000 series, repeated ones included; here are 1000001");
}

}  // namespace
}  // namespace seriesguard
