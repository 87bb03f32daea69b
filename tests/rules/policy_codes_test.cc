// SPDX-License-Identifier: Apache-2.0
//
// policy_codes_test.cc: each code of the closed list, with the policy that causes it and the place that it names.
#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "rules/diagnostic.h"
#include "rules/policy_reader.h"
#include "rules/reading/policy_codes.h"
#include "rules/regex_cost.h"
#include "rules/replacement_probe.h"

namespace seriesguard {
namespace {

namespace code = policy_code;

struct Case {
  std::string_view code;
  Severity severity;
  std::string yaml;
  int line;
  int column;
  std::string part_of_message;  // of message and hint
};

constexpr Severity kError = Severity::kError;
constexpr Severity kWarning = Severity::kWarning;

std::string Metric(const std::string& rest) { return "version: 1\nmetrics:\n- name: a\n" + rest; }
std::string Label(const std::string& rule) { return "version: 1\nlabels:\n  tenant: " + rule + "\n"; }

std::string ManyMistakes() {
  std::string yaml = "version: 1\n";
  for (int i = 0; i < 1100; ++i) yaml += "key" + std::to_string(i) + ": 1\n";
  return yaml;
}

std::string ManyMatches() {
  std::string yaml = "version: 1\nmetrics:\n";
  for (int i = 0; i < 1001; ++i) yaml += "- match: a" + std::to_string(i) + "\n";
  return yaml;
}

// A top-level rule with a long list, times many metrics: gigabytes, if each metric had its copy.
std::string ManyCopies() {
  std::string yaml = "version: 1\nlabels:\n  a: {allow: [v0";
  for (int i = 1; i < 3000; ++i) yaml += ",v" + std::to_string(i);
  yaml += "]}\nmetrics:\n";
  for (int i = 0; i < 1000; ++i) yaml += "- name: m" + std::to_string(i) + "\n";
  return yaml;
}

const std::vector<Case>& Cases() {
  static const auto* const cases = new std::vector<Case>{
      // The text.
      {code::kTooLarge, kError, "# " + std::string(1024 * 1024, 'x'), 1, 1, "1048576 bytes"},
      {code::kTooLarge, kError, ManyMatches(), 2, 1, "1001 regular expressions"},
      {code::kTooLarge, kError, ManyCopies(), 4, 1, "1000 metric rules"},
      {code::kNotUtf8, kError, "version: 1\nmode: \xFF\n", 2, 7, "\\xFF"},
      {code::kControlCharacter, kError, "version: 1\nmode: a\x04\n", 2, 8, "\\x04"},
      {code::kControlCharacter, kError, std::string("version: 1\n\0", 12), 2, 1, "\\x00"},
      {code::kYamlSyntax, kError, "version: 1\nlabels: {a: [}\n", 2, 14, "not valid YAML"},
      {code::kYamlSyntax, kError, "version: 1\n\tmode: x\n", 2, 1, "not valid YAML"},
      {code::kYamlSyntax, kError, "\"a\\", 1, 4, "not valid YAML"},  // the library places it behind the text
      {code::kTooDeep, kError, "version: 1\nlabels: " + std::string(40, '[') + std::string(40, ']'), 2, 40,
       "more than 32 deep"},
      {code::kAnchor, kError, "version: &v 1\n", 1, 10, "anchor"},
      {code::kAlias, kError, "version: &v 1\nmode: *v\n", 2, 7, "alias"},
      {code::kTag, kError, "version: !!int 1\n", 1, 10, "tag"},
      {code::kTag, kError, "version: 1\nmode: ! shadow\n", 2, 7, "tag"},
      {code::kSecondDocument, kError, "version: 1\n---\nversion: 1\n", 2, 1, "second YAML document"},
      {code::kDuplicateKey, kError, "version: 1\nmode: shadow\nversion: 1\n", 3, 1, "line 1"},
      {code::kDuplicateKey, kError, Label("{drop: true, drop: true}"), 3, 24, "line 3"},
      {code::kTooManyFindings, kError, ManyMistakes(), 0, 0, "100 more"},
      // Keys and values.
      {code::kUnknownKey, kError, "version: 1\nbudget: {serie_limit: 5}\n", 2, 10, "did you mean \"series_limit\"?"},
      {code::kUnknownKey, kError, Metric("  value_limit: 5\n"), 4, 3, "key of the defaults or of a label rule"},
      {code::kUnknownKey, kError, Label("{normalise: path}"), 3, 12, "did you mean \"normalize\"?"},
      {code::kUnknownKey, kError, "version: 1\nzzzzzz: 1\n", 2, 1, "expected one of: version, mode"},
      {code::kMissingKey, kError, "mode: shadow\n", 1, 1, "version"},
      {code::kMissingKey, kError, "", 1, 1, "version"},
      {code::kMissingKey, kError, "version: 1\nmetrics:\n- owner: me\n", 3, 3, "\"name\" or \"match\""},
      {code::kMissingKey, kError, Label("{replace: [{match: a}]}"), 3, 22, "\"with\""},
      {code::kMissingKey, kError, Label("{normalize: {}}"), 3, 23, "names no normaliser"},
      {code::kConflictingKeys, kError, Metric("  match: b\n"), 4, 3, "not both"},
      {code::kConflictingKeys, kError, Label("{drop: true, expect: 3}"), 3, 24, "drop: true"},
      {code::kConflictingKeys, kError, Label("{ranges: [1], truncate: 3}"), 3, 3, "more than one normaliser"},
      {code::kConflictingKeys, kError,
       Label("{replace: [{match: a, with: b}], normalize: {replace: [{match: c, with: d}]}}"), 3, 56, "one list"},
      {code::kWrongType, kError, "version: one\n", 1, 10, "a whole number"},
      {code::kWrongType, kError, "version: \"1\"\n", 1, 10, "the quoted text \"1\""},
      {code::kWrongType, kError, "version:\n", 1, 1, "nothing"},
      {code::kWrongType, kError, "[version, 1]\n", 1, 1, "a mapping of keys"},
      {code::kWrongType, kError, "version: 1\nmetrics: {a: b}\n", 2, 10, "- name:"},
      {code::kWrongType, kError, Label("{drop: yes}"), 3, 18, "true or false"},
      {code::kWrongType, kError, Label("{allow: GET}"), 3, 19, "a list of texts"},
      {code::kWrongType, kError, Label("{allow: [GET, null]}"), 3, 25, "must be a text, not nothing"},
      {code::kWrongType, kError, "version: 1\nscrape_interval: 60\n", 2, 18, "60s"},
      {code::kWrongType, kError, Metric("  busiest: {new_series_per_hour: 0.25}\n"), 4, 34, "25%"},
      {code::kWrongType, kError, "version: 1\n? [a]\n: 1\n", 2, 3, "a key must be a text"},
      {code::kBadValue, kError, "version: 1\nmode: enfroce\n", 2, 7, "did you mean \"enforce\"?"},
      {code::kBadValue, kError, Label("{normalize: ranges}"), 3, 23, "ranges: [10, 100, 1000]"},
      {code::kBadValue, kError, Metric("  fold: avg\n"), 4, 9, "sum, max, min, last"},
      {code::kOutOfRange, kError, "version: 2\n", 1, 10, "version: 1"},
      {code::kOutOfRange, kError, Metric("  series_limit: 0\n"), 4, 17, "at least 1"},
      {code::kOutOfRange, kError, Metric("  series_limit: 9007199254740992\n"), 4, 17, "2^53"},
      {code::kOutOfRange, kError, Metric("  freeze: 0s\n"), 4, 11, "longer than nothing"},
      {code::kOutOfRange, kError, Metric("  busiest: {new_series_per_hour: 101%}\n"), 4, 34, "at most 100%"},
      {code::kOutOfRange, kError, Metric("  busiest: {advantage: 0.9}\n"), 4, 24, "at least 1"},
      {code::kOutOfRange, kError, Label("{ranges: [10, 10]}"), 3, 25, "ascend"},
      {code::kOutOfRange, kError, Label("{allow: [\"\"]}"), 3, 20, "must not be empty"},
      {code::kOutOfRange, kError, "version: 1\nlabels: {\"\": {}}\n", 2, 10, "label name"},
      {code::kOutOfRange, kError, "version: 1\nmetrics: [{name: \"\"}]\n", 2, 18, "must not be empty"},
      {code::kEmptyOtherwise, kError, Label("{otherwise: \"\"}"), 3, 23, "must not be empty"},
      {code::kEmptyOtherwise, kError, "version: 1\ndefaults: {otherwise: ''}\n", 2, 23, "must not be empty"},
      {code::kBadRegex, kError, "version: 1\nmetrics:\n- match: a[b\n", 3, 11, "missing ]"},
      {code::kBadRegex, kError, "version: 1\nmetrics:\n- match: \"ab{2,65}\"\n", 3, 13, "at most {64}"},
      {code::kBadRegex, kError, "version: 1\nmetrics:\n- match: " + std::string(257, 'a') + "\n", 3, 10, "at most 256"},
      {code::kBadRegex, kError, "version: 1\nmetrics:\n- match: \\pL{60}\n", 3, 10, "too costly"},
      {code::kBadRegex, kError, "version: 1\nmetrics:\n- match: (a{60}){16}(b{60}){16}(c{60}){16}\n", 3, 10,
       "too costly"},
      {code::kBadRegex, kError, Label("{replace: [{match: 'a)|(b', with: x}]}"), 3, 30, "not a regular expression"},
      {code::kBadReplacement, kError, Label("{replace: [{match: a, with: " + std::string(300, 'x') + "}]}"), 3, 39,
       "256"},
      {code::kBadRoute, kError, Label("{route: [/a/**/b]}"), 3, 20, "**"},
      {code::kManifestKey, kError, "\"metric,label,more\": a\n", 1, 1, "metric,label"},
      {code::kManifestKey, kError, "allowListMapping:\n  metric: a\n", 2, 3, "metric,label"},
      // What a rule must not speak for.
      {code::kDuplicateName, kError, Metric("- name: b\n- name: a\n"), 5, 9, "line 3"},
      {code::kReservedName, kError, "version: 1\nmetrics: [{name: seriesguard_series}]\n", 2, 18, "seriesguard_*"},
      {code::kReservedName, kError, "version: 1\nmetrics: [{match: seriesguard_.*}]\n", 2, 19, "seriesguard_*"},
      {code::kReservedLabel, kError, Metric("  labels: {le: {drop: true}}\n"), 4, 12, "histogram"},
      {code::kReservedLabel, kError, "version: 1\nlabels: {quantile: {}}\n", 2, 10, "summary"},
      {code::kReservedLabel, kError, "version: 1\nlabels: {__name__: {}}\n", 2, 10, "name"},
      {code::kSeriesName, kError, "version: 1\nmetrics: [{name: a_bucket}]\n", 2, 18, "did you mean \"a\"?"},
      {code::kSeriesName, kError, "version: 1\nmetrics: [{name: a_sum}]\n", 2, 18, "did you mean \"a\"?"},
      {code::kSeriesName, kError, "version: 1\nmetrics: [{name: a_count}]\n", 2, 18, "did you mean \"a\"?"},
      {code::kSeriesName, kError, "version: 1\nmetrics: [{name: a_created}]\n", 2, 18, "did you mean \"a\"?"},
      // Arithmetic.
      {code::kAllowAboveLimit, kError, Label("{allow: [a, b, c], value_limit: 2}"), 3, 19,
       "need 3 places, \"value_limit\" is 2"},
      {code::kAllowAboveLimit, kError, Label("{route: [/a, /b], value_limit: 1}"), 3, 19, "the routes need 2"},
      {code::kPinsAboveLimit, kError, Label("{pin: [a, b, c], value_limit: 2}"), 3, 17, "the pinned values need 3"},
      {code::kPinsAboveLimit, kError, "version: 1\ndefaults: {value_limit: 1}\nlabels: {a: {pin: [a, b]}}\n", 3, 19,
       "the default \"value_limit\" is 1"},
      {code::kReserveAboveLimit, kError,
       Metric("  series_limit: 11\n  labels: {m: {allow: [x, y]}, n: {pin: [a, b, c]}}\n"), 4, 17,
       "4 (\"n\") x 3 (\"m\") = 12 series, \"series_limit\" is 11"},
      {code::kReserveAboveLimit, kError,
       "version: 1\ndefaults: {series_limit: 5}\nmetrics:\n- name: a\n  labels: {m: {normalize: status_class}}\n", 4, 9,
       "6 (\"m\") = 6 series, the default \"series_limit\" is 5"},
      {code::kReservesAboveBudget, kError,
       "version: 1\nbudget: {series_limit: 10, unguarded: 3}\nmetrics:\n- name: a\n  labels: {m: {normalize: "
       "http_method}}\n",
       2, 24, "10 (\"a\") + 3 (unguarded) = 13 series"},
      {code::kReservesAboveBudget, kError, "version: 1\nbudget: {series_limit: 10, unguarded: 11}\n", 2, 24,
       "11 (unguarded) = 11 series"},
      {code::kCapacityBelowLimit, kError, Metric("  series_limit: 10\n  capacity: 9\n"), 5, 13, "9, less than"},
      // Warnings.
      {code::kShadowedRule, kWarning, "version: 1\nmetrics:\n- match: http_.*\n- match: http_requests_.*\n", 4, 10,
       "line 3"},
      {code::kWillFold, kWarning, Label("{value_limit: 20, expect: 5000}"), 3, 37,
       "4,980 values will fold into \"other\""},
      {code::kOtherwiseAllowed, kWarning, Label("{allow: [a, other]}"), 3, 19, "one series"},
      {code::kDuplicateValue, kWarning, Label("{allow: [a, b, a]}"), 3, 26, "stands twice"},
      {code::kUnreachableValue, kWarning, Label("{allow: [a], pin: [b]}"), 3, 29, "not in \"allow\""},
      {code::kUnreachableValue, kWarning, Label("{normalize: lowercase, allow: [get, HEAD]}"), 3, 41,
       "makes it \"head\""},
      {code::kUnreachableValue, kWarning, Label("{route: [\"/{a}\", /b]}"), 3, 28, "never wins"},
      {code::kUnreachableValue, kWarning, "\"metric,label\": \"a, b\"\n", 1, 1, "space"},
      {code::kNotIdempotent, kWarning, Label("{replace: [{match: '(.*)-[0-9]+', with: $1}]}"), 3, 30,
       "changes its own result"},
      {code::kNoEffect, kWarning, Label("{admit: busiest}"), 3, 19, "no \"value_limit\""},
      {code::kNoEffect, kWarning, Metric("  busiest: {advantage: 2}\n"), 4, 3, "admit: busiest"},
      {code::kShortFreeze, kWarning, Metric("  freeze: 2m\n"), 4, 11, "shorter than 5m"},
      {code::kShortFreeze, kWarning, "version: 1\nscrape_interval: 2m\nmetrics: [{name: a, freeze: 6m}]\n", 3, 29,
       "shorter than 8m"},
      {code::kLimitAboveBudget, kWarning,
       "version: 1\nbudget: {series_limit: 10}\nmetrics: [{name: a, series_limit: 11}]\n", 3, 35,
       "more than the whole budget"},
      {code::kReserveMayExceed, kWarning,
       "version: 1\nlabels: {c: {normalize: status_class}}\nmetrics: [{name: a, series_limit: 5}]\n", 3, 35,
       "6 (\"c\") = 6 series"},
      {code::kCostlyRegex, kError, "version: 1\nmetrics:\n- match: '[ab]*a[ab]{64}c'\n", 3, 10, "ns a byte"},
  };
  return *cases;
}

std::vector<Diagnostic> AllDiagnostics(const std::string& yaml) {
  PolicyReadResult result = ReadPolicy("policy.yaml", yaml);
  EXPECT_EQ(result.policy.has_value(), !HasError(result.diagnostics));
  if (result.policy) {
    for (const auto& probe : {ProbeRegexCost(*result.policy), ProbeReplacements(*result.policy)}) {
      result.diagnostics.insert(result.diagnostics.end(), probe.begin(), probe.end());
    }
  }
  return result.diagnostics;
}

TEST(PolicyCodes, EachCaseGivesItsCodeAtItsPlace) {
  for (const Case& test_case : Cases()) {
    const std::vector<Diagnostic> diagnostics = AllDiagnostics(test_case.yaml);
    const auto found = std::find_if(diagnostics.begin(), diagnostics.end(), [&test_case](const Diagnostic& diagnostic) {
      return diagnostic.code == test_case.code &&
             diagnostic.location == SourceLocation{test_case.line, test_case.column};
    });
    std::string all;
    for (size_t i = 0; i < std::min<size_t>(diagnostics.size(), 5); ++i) {
      all += diagnostics[i].code + "\n" + FormatDiagnostic(diagnostics[i], "policy.yaml", "", 100);
    }
    if (found == diagnostics.end()) {
      ADD_FAILURE() << "no " << test_case.code << " for\n" << test_case.yaml.substr(0, 400) << "\nfound\n" << all;
      continue;
    }
    EXPECT_EQ(found->severity, test_case.severity) << test_case.code;
    EXPECT_NE((found->message + "\n" + found->hint).find(test_case.part_of_message), std::string::npos)
        << found->message << "\n"
        << found->hint << "\nshould hold " << test_case.part_of_message;
  }
}

// A case with one mistake must not be drowned in others that follow from it.
TEST(PolicyCodes, OneMistakeGivesOneError) {
  for (const Case& test_case : Cases()) {
    if (test_case.code == code::kTooManyFindings || test_case.code == code::kAlias) continue;  // need others
    const std::vector<Diagnostic> diagnostics = AllDiagnostics(test_case.yaml);
    const auto errors = std::count_if(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
      return diagnostic.severity == Severity::kError;
    });
    EXPECT_EQ(errors, test_case.severity == kError ? 1 : 0) << test_case.code << " for\n"
                                                            << test_case.yaml.substr(0, 400);
  }
}

TEST(PolicyCodes, EachCodeOfTheListHasACase) {
  std::set<std::string_view> seen;
  for (const Case& test_case : Cases()) seen.insert(test_case.code);
  std::set<std::string_view> all(std::begin(code::kAll), std::end(code::kAll));
  EXPECT_EQ(all.size(), std::size(code::kAll)) << "a code stands twice in the list";
  EXPECT_EQ(seen, all);
}

}  // namespace
}  // namespace seriesguard
