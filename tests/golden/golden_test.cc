// SPDX-License-Identifier: Apache-2.0
//
// golden_test.cc: every case under cases/, one test each, and what the cases must cover together.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analyzer/commands/command_table.h"
#include "analyzer/commands/flag_table.h"
#include "analyzer/diff/diff_schema.h"
#include "analyzer/forecast/forecast_schema.h"
#include "analyzer/report/finding_rule.h"
#include "analyzer/report/report_schema.h"
#include "analyzer/simulation/simulation_schema.h"
#include "analyzer/suggest/suggestion_schema.h"
#include "analyzer/watch/watch_schema.h"
#include "tests/analyzer/report/schema_check.h"
#include "tests/golden/golden_case.h"
#include "tests/golden/golden_runner.h"

namespace seriesguard {
namespace {

namespace fs = std::filesystem;

constexpr char kFolder[] = "tests/golden/cases";

// The document that says so in its first member is held against the schema.
constexpr std::pair<std::string_view, std::string_view (*)()> kSchemas[] = {
    {"seriesguard.report/1", ReportSchema},         {"seriesguard.diff/1", DiffSchema},
    {"seriesguard.forecast/1", ForecastSchema},     {"seriesguard.simulation/1", SimulationSchema},
    {"seriesguard.suggestion/1", SuggestionSchema}, {"seriesguard.watch/1", WatchSchema},
};

std::string ReadFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> CaseFiles() {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() == ".case") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void ExpectJson(const GoldenCase& golden, const std::string& out) {
  const nlohmann::json document = nlohmann::json::parse(out, nullptr, false);
  ASSERT_FALSE(document.is_discarded()) << out;
  for (const auto& [pointer, value] : golden.expected_json) {
    const nlohmann::json expected = nlohmann::json::parse(value, nullptr, false);
    ASSERT_FALSE(expected.is_discarded()) << "the case's own value: " << value;
    const nlohmann::json::json_pointer place(pointer);
    EXPECT_TRUE(document.contains(place)) << pointer << " is not in\n" << out;
    if (!document.contains(place)) continue;
    EXPECT_EQ(document.at(place), expected) << "at " << pointer << " of\n" << out;
  }
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, PrintsWhatItsCaseExpects) {
  const GoldenCase golden = ReadGoldenCase(ReadFile(GetParam()));
  ASSERT_EQ(golden.error, "");
  const GoldenOutcome outcome = RunGoldenCase(golden);
  SCOPED_TRACE(golden.about);
  EXPECT_EQ(outcome.status, golden.status);
  if (golden.expects_json) {
    ExpectJson(golden, outcome.out);
  } else {
    EXPECT_TRUE(MatchesGolden(golden.expected_out, outcome.out)) << "standard output is\n"
                                                                 << outcome.out << "\nbut expected was\n"
                                                                 << golden.expected_out;
  }
  EXPECT_TRUE(MatchesGolden(golden.expected_err, outcome.err)) << "standard error output is\n"
                                                               << outcome.err << "\nbut expected was\n"
                                                               << golden.expected_err;
  for (const auto& [name, schema] : kSchemas) {
    const std::string member = "\"" + std::string(name) + "\"";
    if (outcome.out.rfind("{", 0) != 0 || outcome.out.find(member) >= 40) continue;
    EXPECT_EQ(SchemaViolations(schema(), outcome.out), std::vector<std::string>());
  }
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = fs::path(info.param).lexically_relative(kFolder).replace_extension().string();
  for (char& byte : name) byte = std::isalnum(static_cast<unsigned char>(byte)) ? byte : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(CaseFiles()), NameOf);

std::set<std::string> WordsOfAllCases() {
  std::set<std::string> words;
  for (const std::string& file : CaseFiles()) {
    const GoldenCase golden = ReadGoldenCase(ReadFile(file));
    for (const std::string& word : golden.arguments) words.insert(word.substr(0, word.find('=')));
    if (golden.arguments.size() > 1) words.insert(golden.arguments[0] + " " + golden.arguments[1]);
  }
  return words;
}

TEST(GoldenCases, UseEveryFlag) {
  const std::set<std::string> words = WordsOfAllCases();
  for (const Flag& flag : AllFlags()) EXPECT_EQ(words.count(std::string(flag.name)), 1u) << flag.name;
}

TEST(GoldenCases, RunEveryCommand) {
  const std::set<std::string> words = WordsOfAllCases();
  for (const Command& command : AllCommands()) EXPECT_EQ(words.count(std::string(command.name)), 1u) << command.name;
}

TEST(GoldenCases, EndWithEveryStatus) {
  std::set<int> statuses;
  for (const std::string& file : CaseFiles()) statuses.insert(ReadGoldenCase(ReadFile(file)).status);
  EXPECT_EQ(statuses, std::set<int>({0, 1, 2}));
}

// In a text as `[rule]`, in an expectation of JSON as `"rule"`.
TEST(GoldenCases, CauseEveryRule) {
  std::string expected;
  for (const std::string& file : CaseFiles()) {
    const GoldenCase golden = ReadGoldenCase(ReadFile(file));
    expected += golden.expected_out;
    for (const auto& [pointer, value] : golden.expected_json) expected += value + "\n";
  }
  for (const std::string_view rule : kFindingRuleNames) {
    // An estimate differs from run to run (the hash key is random); tests/analyzer/verdict holds it with a fixed key.
    if (rule == FindingRuleName(FindingRule::kEstimateUndecided)) continue;
    const std::string name(rule);
    EXPECT_TRUE(expected.find("[" + name + "]") != std::string::npos ||
                expected.find("\"" + name + "\"") != std::string::npos)
        << "no case causes " << name;
  }
}

TEST(GoldenCase, PlaceholdersStandForTextAndLines) {
  EXPECT_TRUE(MatchesGolden("a\n", "a\n"));
  EXPECT_FALSE(MatchesGolden("a\n", "a\nb\n"));
  EXPECT_FALSE(MatchesGolden("", "a\n"));
  EXPECT_TRUE(MatchesGolden("x <any> z\n", "x 12 z\n"));
  EXPECT_FALSE(MatchesGolden("x <any> z\n", "x 12 y\n"));
  EXPECT_TRUE(MatchesGolden("a\n<lines>\nz\n", "a\nb\nc\nz\n"));
  EXPECT_FALSE(MatchesGolden("a\n<lines>\nz\n", "a\nb\nc\n"));
}

TEST(GoldenCase, RefusesALineThatItDoesNotKnow) {
  EXPECT_NE(ReadGoldenCase("# x\nargs: top\nexpect-status: 0\nexpect-stdot:\n").error, "");
  EXPECT_NE(ReadGoldenCase("# x\nargs: top\n").error, "");
  EXPECT_EQ(ReadGoldenCase("# x\nargs: top\nexpect-status: 0\n").error, "");
}

}  // namespace
}  // namespace seriesguard
