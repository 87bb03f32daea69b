// SPDX-License-Identifier: Apache-2.0
//
// yaml_values.cc: see the header.
#include "rules/reading/yaml_values.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "rules/nearest_name.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

std::string Describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull: return "nothing";
    case YamlNode::Kind::kList: return "a list";
    case YamlNode::Kind::kMapping: return "a mapping";
    case YamlNode::Kind::kScalar:
    case YamlNode::Kind::kBroken: break;
  }
  return (node.is_plain ? "" : "the quoted text ") + Quoted(node.text);
}

bool IsPlainScalar(const YamlNode& node) { return node.kind == YamlNode::Kind::kScalar && node.is_plain; }

// Reads a plain scalar with `parse`; what it refuses is a wrong type.
template <typename T>
std::optional<T> ReadPlain(const YamlNode& node, std::string_view what, std::string_view expected,
                           std::optional<T> (*parse)(std::string_view), Findings* findings) {
  std::optional<T> value;
  if (IsPlainScalar(node)) value = parse(node.text);
  if (!value) ReportWrongType(node, what, expected, findings);
  return value;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace

void ReportWrongType(const YamlNode& node, std::string_view what, std::string_view expected, Findings* findings) {
  if (node.kind == YamlNode::Kind::kBroken) return;
  findings->Error(policy_code::kWrongType, node.location,
                  std::string(what) + " must be " + std::string(expected) + ", not " + Describe(node));
}

std::optional<std::string> ReadText(const YamlNode& node, std::string_view what, Findings* findings) {
  if (node.kind == YamlNode::Kind::kScalar) return node.text;
  ReportWrongType(node, what, "a text", findings);
  return std::nullopt;
}

std::optional<bool> ReadBool(const YamlNode& node, std::string_view what, Findings* findings) {
  return ReadPlain<bool>(node, what, "true or false", ParseBool, findings);
}

std::optional<int64_t> ReadWholeNumber(const YamlNode& node, std::string_view what, int64_t least, Findings* findings) {
  const std::optional<int64_t> number =
      ReadPlain<int64_t>(node, what, "a whole number such as 200", ParseWholeNumber, findings);
  if (!number || (*number >= least && *number <= kMaxWholeNumber)) return number;
  findings->Error(policy_code::kOutOfRange, node.location,
                  std::string(what) + " must be " +
                      (*number < least ? "at least " + std::to_string(least)
                                       : "at most " + std::to_string(kMaxWholeNumber) + " (2^53 - 1)") +
                      ", not " + node.text.substr(0, 40));
  return std::nullopt;
}

std::optional<double> ReadNumber(const YamlNode& node, std::string_view what, Findings* findings) {
  return ReadPlain<double>(node, what, "a number such as 1.5", ParseNumber, findings);
}

std::optional<int64_t> ReadDurationNs(const YamlNode& node, std::string_view what, Findings* findings) {
  const std::optional<int64_t> duration_ns =
      ReadPlain<int64_t>(node, what, "a duration such as 500ms, 60s, 10m or 1h", ParseDurationNs, findings);
  if (!duration_ns || *duration_ns > 0) return duration_ns;
  findings->Error(policy_code::kOutOfRange, node.location, std::string(what) + " must be longer than nothing");
  return std::nullopt;
}

std::optional<double> ReadPercent(const YamlNode& node, std::string_view what, Findings* findings) {
  const std::optional<double> share = ReadPlain<double>(node, what, "a percentage such as 25%", ParsePercent, findings);
  if (!share || (*share > 0 && *share <= 1)) return share;
  findings->Error(policy_code::kOutOfRange, node.location,
                  std::string(what) + " must be above 0% and at most 100%, not " + Quoted(node.text));
  return std::nullopt;
}

std::optional<size_t> ReadWord(const YamlNode& node, std::string_view what, const std::vector<std::string_view>& words,
                               Findings* findings) {
  if (node.kind != YamlNode::Kind::kScalar) {
    ReportWrongType(node, what, "one of the words " + JoinWords(words), findings);
    return std::nullopt;
  }
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == node.text) return i;
  }
  const std::string_view nearest = NearestName(node.text, words);
  findings->Error(
      policy_code::kBadValue, node.location, std::string(what) + " cannot be " + Quoted(node.text),
      nearest.empty() ? "expected one of: " + JoinWords(words) : "did you mean \"" + std::string(nearest) + "\"?");
  return std::nullopt;
}

std::optional<std::vector<std::string>> ReadTextList(const YamlNode& node, std::string_view what, bool may_be_empty,
                                                     Findings* findings) {
  if (node.kind != YamlNode::Kind::kList) {
    ReportWrongType(node, what, "a list of texts such as [GET, POST]", findings);
    return std::nullopt;
  }
  if (node.items.empty() && !may_be_empty) {
    findings->Error(policy_code::kOutOfRange, node.location, std::string(what) + " must have at least one entry");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  std::unordered_map<std::string, SourceLocation> seen;
  const std::string item_name = "an entry of " + std::string(what);
  for (const YamlNode& item : node.items) {
    std::optional<std::string> text = ReadText(item, item_name, findings);
    if (!text) continue;
    if (text->empty()) {
      findings->Error(policy_code::kOutOfRange, item.location, item_name + " must not be empty",
                      "an empty label is the same as none: no rule touches it");
      continue;
    }
    const auto [first, is_new] = seen.emplace(*text, item.location);
    if (!is_new) {
      findings->Warning(
          policy_code::kDuplicateValue, item.location,
          Quoted(*text) + " stands twice in " + std::string(what) + ", first in " + LineName(first->second));
      continue;
    }
    texts.push_back(*std::move(text));
  }
  return texts;
}

}  // namespace seriesguard
