// SPDX-License-Identifier: Apache-2.0
//
// test_file_reader.cc: the same tree, fields and findings as the policy's; each mapping has its list of keys here.
#include "analyzer/policy_test/test_file_reader.h"

#include <cstddef>
#include <unordered_map>
#include <utility>

#include "rules/reading/field_reader.h"
#include "rules/reading/findings.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/text_file.h"
#include "rules/reading/yaml_tree.h"
#include "rules/reading/yaml_values.h"

namespace seriesguard {
namespace {

using Keys = std::vector<std::string_view>;

constexpr std::string_view kDefaultPolicy = "seriesguard.yaml";

// Without `fields` having `key` this is an error, and false.
bool Needs(const FieldReader& fields, std::string_view key, std::string_view what, SourceLocation location,
           std::string_view hint, Findings* findings) {
  if (fields.Has(key)) return true;
  findings->Error(policy_code::kMissingKey, location, std::string(what) + " needs \"" + std::string(key) + '"',
                  std::string(hint));
  return false;
}

bool IsListWithItems(const YamlNode& node, std::string_view what, std::string_view expected, Findings* findings) {
  if (node.kind != YamlNode::Kind::kList) {
    ReportWrongType(node, what, expected, findings);
  } else if (node.items.empty()) {
    findings->Error(policy_code::kOutOfRange, node.location, std::string(what) + " must have at least one entry");
  }
  return !node.items.empty();
}

std::optional<TestSeries> ReadSeries(const YamlNode& node, std::string_view what, Findings* findings) {
  const std::optional<std::string> text = ReadText(node, what, findings);
  if (!text) return std::nullopt;
  TestSeries series;
  SeriesError error;
  if (ParseSeries(*text, &series, &error)) return series;
  findings->Error(policy_code::kBadValue, LocationInScalar(node, error.offset),
                  std::string(what) + " is no series: " + error.message,
                  node.verbatim_column != 0
                      ? ""
                      : "single quotes in YAML leave double quotes and backslashes alone: 'name{label=\"value\"}'");
  return std::nullopt;
}

std::optional<Repeat> ReadRepeat(const YamlNode& node, Findings* findings) {
  static const Keys kKeys = {"label", "from", "to"};
  const FieldReader fields(node, "a repeat", kKeys, "\"repeat\"", findings);
  if (node.kind != YamlNode::Kind::kMapping) return std::nullopt;
  constexpr std::string_view kHint = "for example repeat: {label: tenant, from: 1, to: 30}";
  Needs(fields, "label", "a repeat", node.location, kHint, findings);
  Needs(fields, "to", "a repeat", node.location, kHint, findings);
  Repeat repeat;
  repeat.label = fields.Text("label").value_or("");
  repeat.from = fields.WholeNumber("from", 0).value_or(1);
  repeat.to = fields.WholeNumber("to", 0).value_or(repeat.from);
  if (fields.Has("label") && repeat.label.empty() && fields.is_sound()) {
    findings->Error(policy_code::kOutOfRange, fields.At("label"), "\"label\" must not be empty");
  }
  if (!fields.is_sound()) return std::nullopt;
  if (repeat.to < repeat.from || repeat.to - repeat.from >= kMaxRepeats) {
    findings->Error(policy_code::kOutOfRange, fields.At("to"),
                    repeat.to < repeat.from ? "\"to\" must be at least \"from\", " + std::to_string(repeat.from)
                                            : "a series is repeated at most " + std::to_string(kMaxRepeats) + " times");
    return std::nullopt;
  }
  return repeat;
}

std::vector<std::pair<std::string, Fate>> ReadFolded(const YamlNode& node, Findings* findings) {
  std::vector<std::pair<std::string, Fate>> folded;
  if (node.kind != YamlNode::Kind::kMapping) {
    ReportWrongType(node, "\"folded\"", "a mapping from a label to the reason", findings);
    return folded;
  }
  for (const YamlEntry& entry : node.entries) {
    const std::optional<size_t> word =
        ReadWord(entry.value, "the reason of label " + Quoted(entry.key), FoldWords(), findings);
    if (word) folded.emplace_back(entry.key, static_cast<Fate>(static_cast<size_t>(Fate::kUnreadable) + *word));
  }
  return folded;
}

std::optional<SeriesExpectation> ReadExpectation(const YamlNode& node, Findings* findings) {
  SeriesExpectation expect;
  expect.location = node.location;
  if (node.kind == YamlNode::Kind::kScalar) {
    expect.series = ReadSeries(node, "\"expect\"", findings);
    if (!expect.series) return std::nullopt;
    return expect;
  }
  if (node.kind != YamlNode::Kind::kMapping) {
    ReportWrongType(node, "\"expect\"", "a series, or a mapping such as {folded: {path: no_route}}", findings);
    return std::nullopt;
  }
  static const Keys kKeys = {"folded", "dropped", "unchanged", "unguarded"};
  const FieldReader fields(node, "an expectation", kKeys, "\"expect\"", findings);
  if (const YamlNode* folded = fields.Find("folded")) expect.folded = ReadFolded(*folded, findings);
  if (fields.Has("dropped")) expect.dropped = fields.TextList("dropped", /*may_be_empty=*/true);
  // What a test does not want to know it does not write: `unchanged: false` would be an expectation of anything else.
  for (const std::string_view key : {"unchanged", "unguarded"}) {
    const std::optional<bool> flag = fields.Bool(key);
    if (!flag) continue;
    if (!*flag) {
      findings->Error(policy_code::kBadValue, fields.At(key), '"' + std::string(key) + "\" can only be true",
                      "leave the key out, or write the series that is expected");
    }
    (key == "unchanged" ? expect.is_unchanged : expect.is_unguarded) = *flag;
  }
  if (node.entries.empty()) {
    findings->Error(policy_code::kMissingKey, node.location, "\"expect\" says nothing",
                    "expected one of: folded, dropped, unchanged, unguarded, or a series");
  } else if (expect.is_unchanged &&
             ((expect.folded && !expect.folded->empty()) || (expect.dropped && !expect.dropped->empty()))) {
    findings->Error(policy_code::kConflictingKeys, fields.Where("unchanged"),
                    "\"unchanged\" cannot stand beside a label that is folded or dropped");
  }
  if (!fields.is_sound()) return std::nullopt;
  return expect;
}

SeriesStep ReadStep(const YamlNode& node, bool has_values, Findings* findings) {
  static const Keys kKeys = {"input", "expect", "repeat"};
  const FieldReader fields(node, "a series of a test", kKeys, "an entry of \"series\"", findings);
  SeriesStep step;
  step.location = fields.At("input");
  if (node.kind != YamlNode::Kind::kMapping) return step;
  constexpr std::string_view kHint = "for example {input: 'name{label=\"value\"}', expect: 'name{label=\"other\"}'}";
  if (Needs(fields, "input", "a series of a test", node.location, kHint, findings)) {
    if (std::optional<TestSeries> input = ReadSeries(*fields.Find("input"), "\"input\"", findings)) {
      step.input = *std::move(input);
    }
  }
  if (const YamlNode* expect = fields.Find("expect")) {
    step.expect = ReadExpectation(*expect, findings);
  } else if (!has_values) {
    Needs(fields, "expect", "a series of a test", node.location,
          "without \"expect_values\" in the test, each series says what is expected of it", findings);
  }
  if (const YamlNode* repeat = fields.Find("repeat")) step.repeat = ReadRepeat(*repeat, findings);
  return step;
}

std::vector<ValueExpectation> ReadValues(const YamlNode& node, Findings* findings) {
  std::vector<ValueExpectation> values;
  if (node.kind != YamlNode::Kind::kMapping) {
    ReportWrongType(node, "\"expect_values\"", "a mapping such as {tenant: {named: 20, folded: 10}}", findings);
    return values;
  }
  static const Keys kKeys = {"named", "folded"};
  for (const YamlEntry& entry : node.entries) {
    const FieldReader fields(entry.value, "the expected values of a label", kKeys, Quoted(entry.key), findings);
    ValueExpectation expect;
    expect.location = entry.location;
    expect.label = entry.key;
    expect.named = fields.WholeNumber("named", 0);
    expect.folded = fields.WholeNumber("folded", 0);
    if (fields.is_sound() && !expect.named && !expect.folded) {
      findings->Error(policy_code::kMissingKey, entry.location,
                      "label " + Quoted(entry.key) + " needs \"named\", \"folded\" or both");
    }
    values.push_back(std::move(expect));
  }
  if (node.entries.empty()) {
    findings->Error(policy_code::kMissingKey, node.location, "\"expect_values\" names no label");
  }
  return values;
}

PolicyTest ReadTest(const YamlNode& node, Findings* findings) {
  static const Keys kKeys = {"name", "series", "expect_values"};
  const FieldReader fields(node, "a test", kKeys, "an entry of \"tests\"", findings);
  PolicyTest test;
  test.location = fields.At("name");
  if (node.kind != YamlNode::Kind::kMapping) return test;
  if (Needs(fields, "name", "a test", node.location, "one line that says what is tested", findings)) {
    test.name = fields.Text("name").value_or("");
  }
  if (const YamlNode* values = fields.Find("expect_values")) test.values = ReadValues(*values, findings);
  if (!Needs(fields, "series", "a test", node.location, "a list of series, in the order in which they arrive",
             findings)) {
    return test;
  }
  const YamlNode& series = *fields.Find("series");
  if (!IsListWithItems(series, "\"series\"", "a list of series", findings)) return test;
  for (const YamlNode& item : series.items) {
    test.steps.push_back(ReadStep(item, fields.Has("expect_values"), findings));
  }
  return test;
}

void ReadTests(const YamlNode& root, PolicyTestFile* file, Findings* findings) {
  static const Keys kKeys = {"policy", "tests"};
  const FieldReader fields(root, "a file of tests", kKeys, "the file", findings);
  file->policy_path = fields.Text("policy").value_or(std::string(kDefaultPolicy));
  if (fields.Has("policy")) file->policy_location = fields.At("policy");
  if (file->policy_path.empty()) {
    findings->Error(policy_code::kOutOfRange, fields.At("policy"), "\"policy\" must not be empty");
  }
  if (root.kind != YamlNode::Kind::kMapping ||
      !Needs(fields, "tests", "a file of tests", root.location, "a list of tests", findings)) {
    return;
  }
  const YamlNode& tests = *fields.Find("tests");
  if (!IsListWithItems(tests, "\"tests\"", "a list of tests", findings)) return;
  int64_t series = 0;
  std::unordered_map<std::string, SourceLocation> names;
  for (const YamlNode& item : tests.items) {
    PolicyTest test = ReadTest(item, findings);
    const auto [first, is_new] = names.emplace(test.name, test.location);
    if (!is_new && !test.name.empty()) {
      findings->Error(policy_code::kDuplicateName, test.location,
                      "the test " + Quoted(test.name) + " was already given in " + LineName(first->second),
                      "a name is how a failing test is found");
    }
    for (const SeriesStep& step : test.steps) series += step.repeat ? step.repeat->to - step.repeat->from + 1 : 1;
    file->tests.push_back(std::move(test));
  }
  if (series > kMaxTestSeries) {
    findings->Error(policy_code::kTooLarge, fields.Where("tests"),
                    "the tests of a file have at most " + std::to_string(kMaxTestSeries) +
                        " series, repeated ones included; here are " + std::to_string(series));
  }
}

}  // namespace

const std::vector<std::string_view>& FoldWords() {
  static const auto* const words =
      new std::vector<std::string_view>{"unreadable", "no_route", "not_allowed", "too_long", "limit"};
  return *words;
}

TestFileReadResult ReadTestText(std::string_view yaml_text) {
  TestFileReadResult result;
  yaml_text = WithoutByteOrderMark(yaml_text);
  Findings findings;
  PolicyTestFile file;
  const std::optional<YamlNode> root = ReadYamlTree(yaml_text, &findings);
  if (root) ReadTests(*root, &file, &findings);
  if (findings.error_count() == 0) result.file = std::move(file);
  result.diagnostics = findings.Take();
  result.text = std::string(yaml_text.substr(0, kMaxYamlBytes));
  return result;
}

absl::StatusOr<TestFileReadResult> ReadTestFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadTextFile(path, "the tests", kMaxYamlBytes);
  if (!text.ok()) return text.status();
  return ReadTestText(*text);
}

}  // namespace seriesguard
