// SPDX-License-Identifier: Apache-2.0
//
// value_step_reader.cc: see the header.
#include "rules/reading/value_step_reader.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"
#include "rules/reading/regex_check.h"
#include "rules/reading/yaml_values.h"
#include "rules/replacement.h"
#include "rules/route_template.h"

namespace seriesguard {
namespace {

// The normalisers that need no number, in the order of kNormalizerWords.
constexpr Normalizer kNormalizers[] = {Normalizer::kStatusClass, Normalizer::kHttpMethod, Normalizer::kLowercase,
                                       Normalizer::kHost, Normalizer::kPath};
const std::vector<std::string_view>& NormalizerWords() {
  static const auto* const words =
      new std::vector<std::string_view>{"status_class", "http_method", "lowercase", "host", "path"};
  return *words;
}

std::optional<std::vector<double>> ReadRanges(const YamlNode& node, Findings* findings) {
  if (node.kind != YamlNode::Kind::kList) {
    ReportWrongType(node, "\"ranges\"", "a list of numbers such as [10, 100, 1000]", findings);
    return std::nullopt;
  }
  if (node.items.empty()) {
    findings->Error(policy_code::kOutOfRange, node.location, "\"ranges\" must have at least one boundary");
    return std::nullopt;
  }
  std::vector<double> bounds;
  for (const YamlNode& item : node.items) {
    const std::optional<double> bound = ReadNumber(item, "a boundary of \"ranges\"", findings);
    if (!bound) return std::nullopt;
    if (!bounds.empty() && *bound <= bounds.back()) {
      findings->Error(policy_code::kOutOfRange, item.location,
                      "the boundaries of \"ranges\" must ascend, and " + Quoted(item.text) + " does not");
      return std::nullopt;
    }
    bounds.push_back(*bound);
  }
  return bounds;
}

void ReadReplacements(const YamlNode& node, LabelRule* rule, Findings* findings) {
  if (node.kind != YamlNode::Kind::kList) {
    ReportWrongType(node, "\"replace\"", "a list such as [{match: \"(.*)-[0-9]+\", with: \"$1\"}]", findings);
    return;
  }
  if (node.items.empty()) {
    findings->Error(policy_code::kOutOfRange, node.location, "\"replace\" must have at least one entry");
    return;
  }
  for (const YamlNode& item : node.items) {
    const FieldReader fields(item, PolicySection::kReplacement, "an entry of \"replace\"", findings);
    if (item.kind != YamlNode::Kind::kMapping) continue;
    Replacement replacement;
    replacement.location = fields.Has("match") ? fields.At("match") : item.location;
    for (const char* const key : {"match", "with"}) {
      if (fields.Has(key)) continue;
      findings->Error(policy_code::kMissingKey, item.location,
                      "an entry of \"replace\" needs \"" + std::string(key) + '"');
    }
    const std::optional<std::string> match = fields.Text("match");
    const std::optional<std::string> with = fields.Text("with");
    if (!match || !with || !CheckRegex(*fields.Find("match"), findings)) continue;
    const absl::StatusOr<CompiledReplacement> compiled = CompiledReplacement::Compile(*match, *with);
    if (!compiled.ok()) {
      findings->Error(policy_code::kBadReplacement, fields.At("with"), std::string(compiled.status().message()));
      continue;
    }
    replacement.match = *match;
    replacement.with = *with;
    rule->replacements.push_back(std::move(replacement));
  }
}

void ReadRoutes(const YamlNode& node, LabelRule* rule, Findings* findings) {
  const std::optional<std::vector<std::string>> routes =
      ReadTextList(node, "\"route\"", /*may_be_empty=*/false, findings);
  if (!routes) return;
  rule->has_route = true;
  rule->routes = *routes;
  rule->route_location = node.location;
  bool all_compile = true;
  std::unordered_map<std::string_view, SourceLocation> places;
  for (const YamlNode& item : node.items) {
    if (item.kind != YamlNode::Kind::kScalar || item.text.empty()) continue;
    places.emplace(item.text, item.location);
    const absl::Status status = CheckRouteTemplate(item.text);
    if (status.ok()) continue;
    all_compile = false;
    findings->Error(policy_code::kBadRoute, item.location, std::string(status.message()),
                    "expected a path such as /api/orders/{id} or /static/**");
  }
  if (!all_compile) return;
  const absl::StatusOr<RouteTable> table = RouteTable::Compile(rule->routes);
  if (!table.ok()) {
    findings->Error(policy_code::kBadRoute, node.location, std::string(table.status().message()));
    return;
  }
  for (const RouteTable::Covered& covered : table->FindCovered()) {
    findings->Warning(policy_code::kUnreachableValue, places[table->text(covered.index)],
                      "the route " + Quoted(table->text(covered.index)) +
                          " never wins: " + Quoted(table->text(covered.by)) + " takes all its paths",
                      "of several routes that match, the first in the list wins: put the narrower one first");
  }
}

// Reads `ranges`, `truncate` and `replace`, which two mappings may hold. Returns how many normalisers it found.
int ReadSteps(const FieldReader& fields, LabelRule* rule, Findings* findings) {
  int normalizers = 0;
  if (const YamlNode* const ranges = fields.Find("ranges")) {
    ++normalizers;
    rule->normalizer = Normalizer::kRanges;
    rule->ranges = ReadRanges(*ranges, findings).value_or(std::vector<double>());
  }
  if (fields.Has("truncate")) {
    ++normalizers;
    rule->normalizer = Normalizer::kTruncate;
    rule->truncate_bytes = fields.WholeNumber("truncate", 1).value_or(0);
  }
  if (const YamlNode* const replace = fields.Find("replace")) {
    if (!rule->replacements.empty()) {
      findings->Error(policy_code::kConflictingKeys, fields.Where("replace"),
                      "\"replace\" is given in the label rule and below \"normalize\"", "one list is enough");
    }
    ReadReplacements(*replace, rule, findings);
  }
  return normalizers;
}

// Returns how many normalisers stand in the value of `normalize`.
int ReadNormalize(const FieldReader& fields, const YamlNode& node, LabelRule* rule, Findings* findings) {
  if (node.kind == YamlNode::Kind::kMapping) {
    const FieldReader steps(node, PolicySection::kNormalize, "\"normalize\"", findings);
    if (node.entries.empty()) {
      findings->Error(policy_code::kMissingKey, node.location, "\"normalize\" names no normaliser",
                      "expected one of: " + JoinWords(KeysOf(PolicySection::kNormalize)));
    }
    return ReadSteps(steps, rule, findings);
  }
  if (node.text == "ranges" || node.text == "truncate") {
    findings->Error(policy_code::kBadValue, node.location, "the normaliser \"" + node.text + "\" needs its numbers",
                    node.text == "ranges" ? "expected ranges: [10, 100, 1000]" : "expected truncate: 64");
    return 1;
  }
  const std::optional<size_t> word = fields.Word("normalize", NormalizerWords());
  if (word) rule->normalizer = kNormalizers[*word];
  return 1;
}

}  // namespace

void ReadValueSteps(const FieldReader& fields, LabelRule* rule, Findings* findings) {
  int normalizers = ReadSteps(fields, rule, findings);
  if (const YamlNode* const normalize = fields.Find("normalize")) {
    normalizers += ReadNormalize(fields, *normalize, rule, findings);
  }
  if (normalizers > 1) {
    findings->Error(policy_code::kConflictingKeys, rule->location,
                    "the rule of label " + Quoted(rule->label) + " has more than one normaliser",
                    "keep one of \"normalize\", \"ranges\" and \"truncate\"");
  }
  if (const YamlNode* const routes = fields.Find("route")) ReadRoutes(*routes, rule, findings);
}

}  // namespace seriesguard
