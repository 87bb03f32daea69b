// SPDX-License-Identifier: Apache-2.0
//
// baseline_reader.cc: the same tree, fields and findings as the policy's.
#include "analyzer/baseline/baseline_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "rules/export/quoted_text.h"
#include "rules/reading/field_reader.h"
#include "rules/reading/findings.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/text_file.h"
#include "rules/reading/yaml_tree.h"
#include "rules/reading/yaml_values.h"

namespace seriesguard {
namespace {

using Keys = std::vector<std::string_view>;

constexpr int64_t kVersion = 1;

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<AllowedGrowth> ReadGrowth(const YamlNode& node, Findings* findings) {
  const std::optional<AllowedGrowth> growth =
      node.kind == YamlNode::Kind::kScalar ? ParseGrowth(node.text) : std::nullopt;
  if (!growth && node.kind != YamlNode::Kind::kBroken) {
    findings->Error(policy_code::kBadValue, node.location, "\"max_growth\" is neither a share nor a number",
                    "for example 10% or 250");
  }
  return growth;
}

BaselineEntry ReadEntry(const YamlNode& node, Findings* findings) {
  static const Keys kKeys = {"rule", "metric", "label", "observed", "max_growth", "owner", "reason", "expires"};
  static const Keys kRules(kFindingRuleNames.begin(), kFindingRuleNames.end());
  const FieldReader fields(node, "an entry of a baseline", kKeys, "an entry of \"entries\"", findings);
  BaselineEntry entry;
  entry.location = node.location;
  if (node.kind != YamlNode::Kind::kMapping) return entry;
  if (!fields.Has("rule")) {
    findings->Error(policy_code::kMissingKey, node.location, "an entry of a baseline needs \"rule\"",
                    "the name of a finding, such as series_limit");
  } else if (const std::optional<size_t> rule = fields.Word("rule", kRules)) {
    entry.subject.rule = static_cast<FindingRule>(*rule);
  }
  entry.subject.metric = fields.Text("metric").value_or("");
  entry.subject.label = fields.Text("label").value_or("");
  if (const std::optional<int64_t> observed = fields.WholeNumber("observed", 0)) {
    entry.observed = static_cast<uint64_t>(*observed);
  }
  if (const YamlNode* growth = fields.Find("max_growth")) entry.max_growth = ReadGrowth(*growth, findings);
  entry.owner = fields.Text("owner").value_or("");
  entry.reason = fields.Text("reason").value_or("");
  entry.expires = fields.Text("expires").value_or("");
  if (fields.Has("expires") && fields.is_sound() && !IsDay(entry.expires)) {
    findings->Error(policy_code::kBadValue, fields.At("expires"), "\"expires\" is no day", "expected 2026-12-31");
  }
  return entry;
}

void ReadEntries(const YamlNode& root, Baseline* baseline, Findings* findings) {
  static const Keys kKeys = {"version", "policy", "entries"};
  const FieldReader fields(root, "a baseline", kKeys, "the file", findings);
  if (root.kind != YamlNode::Kind::kMapping) return;
  const std::optional<int64_t> version = fields.WholeNumber("version", 1);
  if (!fields.Has("version")) {
    findings->Error(policy_code::kMissingKey, root.location, "a baseline needs \"version\"", "version: 1");
  } else if (version && *version != kVersion) {
    findings->Error(policy_code::kOutOfRange, fields.At("version"), "only version 1 of a baseline is known");
  }
  baseline->policy_hash = fields.Text("policy").value_or("");
  const YamlNode* const entries = fields.Find("entries");
  if (entries == nullptr || entries->kind == YamlNode::Kind::kNull) return;
  if (entries->kind != YamlNode::Kind::kList) {
    ReportWrongType(*entries, "\"entries\"", "a list of entries", findings);
    return;
  }
  std::map<BaselineSubject, SourceLocation> known;
  for (const YamlNode& item : entries->items) {
    const size_t errors = findings->error_count();
    BaselineEntry entry = ReadEntry(item, findings);
    if (findings->error_count() != errors) continue;
    const auto [first, is_new] = known.emplace(entry.subject, entry.location);
    if (!is_new) {
      findings->Error(policy_code::kDuplicateName, entry.location,
                      "rule, metric and label of this entry were already given in " + LineName(first->second));
    }
    baseline->entries.push_back(std::move(entry));
  }
}

void AppendText(std::string_view key, const std::string& value, std::string* out) {
  if (value.empty()) return;
  out->append("  ").append(key).append(": ").append(QuotedForYaml(value)).append("\n");
}

}  // namespace

std::optional<AllowedGrowth> ParseGrowth(std::string_view text) {
  AllowedGrowth growth;
  const bool is_share = !text.empty() && text.back() == '%';
  if (is_share) text.remove_suffix(1);
  if (!IsDigits(text) || text.size() > (is_share ? 6u : 15u)) return std::nullopt;
  const uint64_t number = std::stoull(std::string(text));
  if (is_share) {
    growth.share = static_cast<double>(number) / 100;
  } else {
    growth.absolute = number;
  }
  return growth;
}

bool IsDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!IsDigits(text.substr(0, 4)) || !IsDigits(text.substr(5, 2)) || !IsDigits(text.substr(8))) return false;
  const int year = std::stoi(std::string(text.substr(0, 4)));
  const int month = std::stoi(std::string(text.substr(5, 2)));
  const int day = std::stoi(std::string(text.substr(8)));
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return false;
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day >= 1 && day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && is_leap ? 1 : 0);
}

BaselineReadResult ReadBaseline(std::string_view yaml_text) {
  BaselineReadResult result;
  yaml_text = WithoutByteOrderMark(yaml_text);
  Findings findings;
  Baseline baseline;
  const std::optional<YamlNode> root = ReadYamlTree(yaml_text, &findings);
  if (root) ReadEntries(*root, &baseline, &findings);
  if (findings.error_count() == 0) result.baseline = std::move(baseline);
  result.diagnostics = findings.Take();
  result.text = std::string(yaml_text.substr(0, kMaxYamlBytes));
  return result;
}

absl::StatusOr<BaselineReadResult> ReadBaselineFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadTextFile(path, "the baseline", kMaxYamlBytes);
  if (!text.ok()) return text.status();
  return ReadBaseline(*text);
}

std::string WriteBaseline(const Baseline& baseline) {
  std::vector<BaselineEntry> entries = baseline.entries;
  std::stable_sort(entries.begin(), entries.end(), [](const BaselineEntry& a, const BaselineEntry& b) {
    return std::tie(a.subject.metric, a.subject) < std::tie(b.subject.metric, b.subject);
  });
  std::string out =
      "# Known violations, each tolerated up to `observed`; written by seriesguard check --update-baseline.\n"
      "version: 1\n";
  if (!baseline.policy_hash.empty()) out += "policy: " + QuotedForYaml(baseline.policy_hash) + "\n";
  out += entries.empty() ? "entries: []\n" : "entries:\n";
  for (const BaselineEntry& entry : entries) {
    out.append("- rule: ").append(FindingRuleName(entry.subject.rule)).append("\n");
    AppendText("metric", entry.subject.metric, &out);
    AppendText("label", entry.subject.label, &out);
    if (entry.observed) out += "  observed: " + std::to_string(*entry.observed) + "\n";
    if (entry.max_growth) {
      const AllowedGrowth& growth = *entry.max_growth;
      const bool is_share = growth.share > 0;
      out += "  max_growth: " +
             (is_share ? std::to_string(static_cast<uint64_t>(growth.share * 100 + 0.5)) + "%"
                       : std::to_string(growth.absolute)) +
             "\n";
    }
    AppendText("owner", entry.owner, &out);
    AppendText("reason", entry.reason, &out);
    AppendText("expires", entry.expires, &out);
  }
  return out;
}

}  // namespace seriesguard
