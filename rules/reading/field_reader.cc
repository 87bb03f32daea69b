// SPDX-License-Identifier: Apache-2.0
//
// field_reader.cc: see the header.
#include "rules/reading/field_reader.h"

#include <algorithm>
#include <string>

#include "rules/nearest_name.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/yaml_values.h"

namespace seriesguard {
namespace {

// Keys that a message names are keys of the table, hence plain.
std::string KeyName(std::string_view key) { return '"' + std::string(key) + '"'; }

// Reports what is not in `keys`, each with what `hint` says of it. A node that is no mapping has no entries.
template <typename Hint>
void ReportUnknownKeys(const YamlNode& node, std::string_view phrase, const std::vector<std::string_view>& keys,
                       Findings* findings, const Hint& hint) {
  for (const YamlEntry& entry : node.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    findings->Error(policy_code::kUnknownKey, entry.location,
                    Quoted(entry.key) + " is not a key of " + std::string(phrase), hint(entry.key));
  }
}

}  // namespace

FieldReader::FieldReader(const YamlNode& node, std::string_view what, Findings* findings)
    : node_(node), findings_(findings), errors_before_(findings->error_count()) {
  if (node.kind != YamlNode::Kind::kMapping) ReportWrongType(node, what, "a mapping of keys and values", findings);
}

FieldReader::FieldReader(const YamlNode& node, PolicySection section, std::string_view what, Findings* findings)
    : FieldReader(node, what, findings) {
  ReportUnknownKeys(node, SectionPhrase(section), KeysOf(section), findings,
                    [section](std::string_view key) { return HintForUnknownKey(section, key); });
}

FieldReader::FieldReader(const YamlNode& node, std::string_view phrase, const std::vector<std::string_view>& keys,
                         std::string_view what, Findings* findings)
    : FieldReader(node, what, findings) {
  ReportUnknownKeys(node, phrase, keys, findings, [&keys](std::string_view key) {
    const std::string_view nearest = NearestName(key, keys);
    return nearest.empty() ? "expected one of: " + JoinWords(keys) : "did you mean " + KeyName(nearest) + "?";
  });
}

const YamlNode* FieldReader::Find(std::string_view key) const {
  for (const YamlEntry& entry : node_.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

SourceLocation FieldReader::Where(std::string_view key) const {
  for (const YamlEntry& entry : node_.entries) {
    if (entry.key == key) return entry.location;
  }
  return node_.location;
}

SourceLocation FieldReader::At(std::string_view key) const {
  const YamlNode* const value = Find(key);
  return value == nullptr ? node_.location : value->location;
}

std::optional<std::string> FieldReader::Text(std::string_view key) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadText(*value, KeyName(key), findings_);
}

std::optional<bool> FieldReader::Bool(std::string_view key) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadBool(*value, KeyName(key), findings_);
}

std::optional<int64_t> FieldReader::WholeNumber(std::string_view key, int64_t least) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadWholeNumber(*value, KeyName(key), least, findings_);
}

std::optional<double> FieldReader::Number(std::string_view key) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadNumber(*value, KeyName(key), findings_);
}

std::optional<int64_t> FieldReader::DurationNs(std::string_view key) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadDurationNs(*value, KeyName(key), findings_);
}

std::optional<double> FieldReader::Percent(std::string_view key) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadPercent(*value, KeyName(key), findings_);
}

std::optional<size_t> FieldReader::Word(std::string_view key, const std::vector<std::string_view>& words) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadWord(*value, KeyName(key), words, findings_);
}

std::optional<std::vector<std::string>> FieldReader::TextList(std::string_view key, bool may_be_empty) const {
  const YamlNode* const value = Find(key);
  if (value == nullptr) return std::nullopt;
  return ReadTextList(*value, KeyName(key), may_be_empty, findings_);
}

}  // namespace seriesguard
