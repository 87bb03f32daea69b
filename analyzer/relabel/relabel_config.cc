// SPDX-License-Identifier: Apache-2.0
//
// relabel_config.cc: the same tree and findings as a policy's. What the tree refuses of YAML and a server does not
// (anchors, aliases, tags) is an error only where one of these nodes is read.
#include "analyzer/relabel/relabel_config.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/reading/findings.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/text_file.h"
#include "rules/reading/yaml_tree.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kRuleKeys[] = {"source_labels", "separator",   "regex", "modulus",
                                          "target_label",  "replacement", "action"};

const YamlEntry* Find(const YamlNode& mapping, std::string_view key) {
  for (const YamlEntry& entry : mapping.entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

// A size as a server reads it: parts of a number and a unit, all powers of 1,024; 0 needs no unit.
std::optional<uint64_t> ParseBase2Bytes(std::string_view text) {
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    size_t digits = 0;
    double number = 0, scale = 0;
    for (; digits < text.size() && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.'); ++digits) {
      if (text[digits] == '.') {
        if (scale != 0) return std::nullopt;
        scale = 1;
        continue;
      }
      number = number * 10 + (text[digits] - '0');
      scale *= 10;
    }
    if (digits == 0 || (digits == 1 && text[0] == '.')) return std::nullopt;
    if (scale > 1) number /= scale;
    text.remove_prefix(digits);
    constexpr std::string_view kPrefixes = "KMGTPE";
    double unit = 1;
    if (const size_t at = text.empty() ? std::string_view::npos : kPrefixes.find(text[0]);
        at != std::string_view::npos) {
      for (size_t i = 0; i <= at; ++i) unit *= 1024;
      text.remove_prefix(1);
      if (!text.empty() && text[0] == 'i') text.remove_prefix(1);
    }
    if (text.empty() || text[0] != 'B') return std::nullopt;
    text.remove_prefix(1);
    sum += number * unit;
  }
  if (!(sum < 9e18)) return std::nullopt;
  return static_cast<uint64_t>(sum);
}

class Reader {
 public:
  Reader(ServerView server, Findings* findings, std::map<std::pair<int, int>, Diagnostic> refused)
      : server_(server), findings_(findings), refused_(std::move(refused)) {}

  RelabelConfig Read(const YamlNode& root);

 private:
  void WrongType(const YamlNode& node, std::string_view what, std::string_view expected);
  std::optional<std::string> Text(const YamlEntry& entry);
  std::optional<uint64_t> Number(const YamlEntry& entry);
  std::optional<bool> Flag(const YamlEntry& entry);
  void ReadLimits(const YamlNode& node, ScrapeLimits* limits);
  ServerRelabelRule ReadRule(const YamlNode& node);
  void ReadField(const YamlEntry& entry, ServerRelabelRule* rule);
  std::vector<ServerRelabelRule> ReadRules(const YamlNode& node);
  RelabelJob ReadJob(const YamlNode& node, const ScrapeLimits& global);
  void ReadTarget(const YamlNode& node, std::map<std::string, std::string>* labels);

  const ServerView server_;
  Findings* const findings_;
  const std::map<std::pair<int, int>, Diagnostic> refused_;  // by line and column: what the tree would not take
};

void Reader::WrongType(const YamlNode& node, std::string_view what, std::string_view expected) {
  if (node.kind == YamlNode::Kind::kBroken) {
    const auto found = refused_.find({node.location.line, node.location.column});
    findings_->Error(policy_code::kAlias, node.location,
                     found != refused_.end() ? found->second.message : "this value cannot be read",
                     "this reader follows no aliases and tags: write the value out");
    return;
  }
  findings_->Error(policy_code::kWrongType, node.location,
                   absl::StrCat(SafeText(what), " must be ", std::string(expected)));
}

std::optional<std::string> Reader::Text(const YamlEntry& entry) {
  if (entry.value.kind == YamlNode::Kind::kScalar) return entry.value.text;
  if (entry.value.kind == YamlNode::Kind::kNull) return std::string();
  WrongType(entry.value, entry.key, "a text");
  return std::nullopt;
}

std::optional<uint64_t> Reader::Number(const YamlEntry& entry) {
  const std::string& text = entry.value.text;
  if (entry.value.kind == YamlNode::Kind::kScalar && !text.empty() && text.size() < 20 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::strtoull(text.c_str(), nullptr, 10);
  }
  WrongType(entry.value, entry.key, "a whole number");
  return std::nullopt;
}

std::optional<bool> Reader::Flag(const YamlEntry& entry) {
  if (entry.value.kind == YamlNode::Kind::kScalar && entry.value.is_plain) {
    if (entry.value.text == "true") return true;
    if (entry.value.text == "false") return false;
  }
  WrongType(entry.value, entry.key, "true or false");
  return std::nullopt;
}

void Reader::ReadLimits(const YamlNode& node, ScrapeLimits* limits) {
  const std::pair<std::string_view, uint64_t ScrapeLimits::*> kNumbers[] = {
      {"sample_limit", &ScrapeLimits::sample_limit},
      {"label_limit", &ScrapeLimits::label_limit},
      {"label_name_length_limit", &ScrapeLimits::label_name_length_limit},
      {"label_value_length_limit", &ScrapeLimits::label_value_length_limit},
  };
  for (const auto& [key, field] : kNumbers) {
    const YamlEntry* const entry = Find(node, key);
    if (entry == nullptr) continue;
    // 0 is "none" to a server, and then the global one holds.
    if (const std::optional<uint64_t> number = Number(*entry); number && *number > 0) limits->*field = *number;
  }
  if (const YamlEntry* const entry = Find(node, "body_size_limit")) {
    const std::optional<std::string> text = Text(*entry);
    const std::optional<uint64_t> bytes = text ? ParseBase2Bytes(*text) : std::nullopt;
    if (text && !bytes) {
      findings_->Error(policy_code::kBadValue, entry->value.location, "body_size_limit must be a size such as 10MB");
    } else if (bytes && *bytes > 0) {
      limits->body_size_limit = *bytes;
    }
  }
}

void Reader::ReadField(const YamlEntry& entry, ServerRelabelRule* rule) {
  if (entry.key == "source_labels") {
    rule->has_source_labels = entry.value.kind != YamlNode::Kind::kNull;
    if (entry.value.kind == YamlNode::Kind::kNull) return;
    if (entry.value.kind != YamlNode::Kind::kList) return WrongType(entry.value, entry.key, "a list of label names");
    for (const YamlNode& item : entry.value.items) {
      if (item.kind != YamlNode::Kind::kScalar) {
        WrongType(item, "an entry of source_labels", "a label name");
      } else if (!IsLabelName(item.text, server_)) {
        findings_->Error(policy_code::kBadValue, item.location,
                         absl::StrCat("\"", SafeText(item.text), "\" is no label name"));
      } else {
        rule->source_labels.push_back(item.text);
      }
    }
  } else if (entry.key == "modulus") {
    if (const auto number = Number(entry)) rule->modulus = *number;
  } else if (entry.key == "action") {
    const std::optional<std::string> text = Text(entry);
    if (!text) return;
    std::string lower = *text;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    for (size_t i = 0; i < kRelabelActions; ++i) {
      if (RelabelActionName(static_cast<RelabelAction>(i)) == lower) {
        rule->action = static_cast<RelabelAction>(i);
        return;
      }
    }
    findings_->Error(policy_code::kBadValue, entry.value.location,
                     absl::StrCat("\"", SafeTextTruncated(*text, 60), "\" is no action of relabelling"),
                     "replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase or "
                     "uppercase");
  } else if (const std::optional<std::string> text = Text(entry)) {
    if (entry.key == "separator") rule->separator = *text;
    if (entry.key == "regex") rule->regex = *text;
    if (entry.key == "target_label") rule->target_label = *text;
    if (entry.key == "replacement") rule->replacement = *text;
  }
}

ServerRelabelRule Reader::ReadRule(const YamlNode& node) {
  ServerRelabelRule rule;
  rule.location = node.location;
  if (node.kind != YamlNode::Kind::kMapping) {
    WrongType(node, "a relabel rule", "a mapping such as {action: labeldrop, regex: pod}");
    return rule;
  }
  const size_t errors_before = findings_->error_count();
  for (const YamlEntry& entry : node.entries) {
    if (std::find(std::begin(kRuleKeys), std::end(kRuleKeys), entry.key) == std::end(kRuleKeys)) {
      findings_->Error(policy_code::kUnknownKey, entry.location,
                       absl::StrCat("unknown key \"", SafeTextTruncated(entry.key, 60), "\" in a relabel rule"),
                       "source_labels, separator, regex, modulus, target_label, replacement and action are known");
      continue;
    }
    ReadField(entry, &rule);
  }
  if (findings_->error_count() != errors_before) return rule;
  if (const auto compiled = CompiledRelabelRule::Compile(rule, server_); !compiled.ok()) {
    const YamlEntry* const regex = Find(node, "regex");
    const std::string message(compiled.status().message());
    const bool is_regex = regex != nullptr && message.compare(0, 6, "not a ") == 0;
    findings_->Error(is_regex ? policy_code::kBadRegex : policy_code::kBadValue,
                     is_regex ? regex->value.location : node.location, message);
  }
  return rule;
}

std::vector<ServerRelabelRule> Reader::ReadRules(const YamlNode& node) {
  std::vector<ServerRelabelRule> rules;
  if (node.kind == YamlNode::Kind::kNull) return rules;
  if (node.kind != YamlNode::Kind::kList) {
    WrongType(node, "metric_relabel_configs", "a list of rules");
    return rules;
  }
  for (const YamlNode& item : node.items) rules.push_back(ReadRule(item));
  return rules;
}

// Of several targets the first one stands for all.
void Reader::ReadTarget(const YamlNode& node, std::map<std::string, std::string>* labels) {
  if (node.kind != YamlNode::Kind::kList) return;
  for (const YamlNode& group : node.items) {
    if (group.kind != YamlNode::Kind::kMapping) continue;
    if (const YamlEntry* const own = Find(group, "labels")) {
      for (const YamlEntry& label : own->value.entries) {
        if (label.value.kind == YamlNode::Kind::kScalar && label.key.compare(0, 2, "__") != 0) {
          (*labels)[label.key] = label.value.text;
        }
      }
    }
    const YamlEntry* const targets = Find(group, "targets");
    if (targets != nullptr && !targets->value.items.empty() && labels->count("instance") == 0) {
      (*labels)["instance"] = targets->value.items.front().text;
    }
    return;
  }
}

RelabelJob Reader::ReadJob(const YamlNode& node, const ScrapeLimits& global) {
  RelabelJob job;
  job.limits = global;
  if (node.kind != YamlNode::Kind::kMapping) {
    WrongType(node, "an entry of scrape_configs", "a mapping with a job_name");
    return job;
  }
  const YamlEntry* const name = Find(node, "job_name");
  if (name != nullptr) job.name = Text(*name).value_or("");
  if (job.name.empty()) {
    findings_->Error(policy_code::kMissingKey, node.location, "an entry of scrape_configs needs a \"job_name\"");
  }
  ReadLimits(node, &job.limits);
  if (const YamlEntry* const entry = Find(node, "honor_labels")) job.honor_labels = Flag(*entry).value_or(false);
  if (const YamlEntry* const entry = Find(node, "honor_timestamps")) job.honor_timestamps = Flag(*entry).value_or(true);
  if (const YamlEntry* const entry = Find(node, "metric_relabel_configs")) job.rules = ReadRules(entry->value);
  std::map<std::string, std::string> labels;
  if (const YamlEntry* const entry = Find(node, "static_configs")) ReadTarget(entry->value, &labels);
  labels.try_emplace("job", job.name);
  labels.try_emplace("instance", "localhost:80");
  for (const auto& [label, value] : labels) {
    if (!value.empty()) job.target_labels.emplace_back(label, value);
  }
  return job;
}

RelabelConfig Reader::Read(const YamlNode& root) {
  RelabelConfig config;
  if (root.kind == YamlNode::Kind::kList) {
    RelabelJob job;
    job.rules = ReadRules(root);
    config.jobs.push_back(std::move(job));
    return config;
  }
  const YamlEntry* const jobs = root.kind == YamlNode::Kind::kMapping ? Find(root, "scrape_configs") : nullptr;
  if (jobs == nullptr || jobs->value.kind != YamlNode::Kind::kList || jobs->value.items.empty()) {
    findings_->Error(policy_code::kMissingKey, jobs != nullptr ? jobs->value.location : root.location,
                     "no scrape_configs with a job in it, and no list of relabel rules",
                     "give a Prometheus configuration, or a file with what stands below metric_relabel_configs");
    return config;
  }
  ScrapeLimits global;
  if (const YamlEntry* const entry = Find(root, "global")) ReadLimits(entry->value, &global);
  for (const YamlNode& item : jobs->value.items) {
    config.jobs.push_back(ReadJob(item, global));
    for (size_t i = 0; i + 1 < config.jobs.size(); ++i) {
      if (config.jobs[i].name == config.jobs.back().name && !config.jobs[i].name.empty()) {
        findings_->Error(policy_code::kDuplicateName, item.location,
                         absl::StrCat("a second job is called \"", SafeText(config.jobs[i].name), "\""));
      }
    }
  }
  return config;
}

}  // namespace

RelabelConfigResult ReadRelabelConfig(std::string_view yaml_text, ServerView server) {
  RelabelConfigResult result;
  result.text = std::string(WithoutByteOrderMark(yaml_text));
  Findings of_tree;
  const std::optional<YamlNode> root = ReadYamlTree(result.text, &of_tree);
  Findings findings;
  std::map<std::pair<int, int>, Diagnostic> refused;
  for (Diagnostic& diagnostic : of_tree.Take()) {
    if (diagnostic.code == policy_code::kAnchor || diagnostic.code == policy_code::kAlias ||
        diagnostic.code == policy_code::kTag) {
      refused.emplace(std::make_pair(diagnostic.location.line, diagnostic.location.column), diagnostic);
    } else {
      findings.Error(diagnostic.code, diagnostic.location, diagnostic.message, diagnostic.hint);
    }
  }
  RelabelConfig config;
  if (root) config = Reader(server, &findings, std::move(refused)).Read(*root);
  const bool is_usable = root && findings.error_count() == 0;
  result.diagnostics = findings.Take();
  if (is_usable) result.config = std::move(config);
  return result;
}

absl::StatusOr<RelabelConfigResult> ReadRelabelConfigFile(const std::string& path, ServerView server) {
  const absl::StatusOr<std::string> text = ReadTextFile(path, "configuration", kMaxYamlBytes);
  if (!text.ok()) return text.status();
  return ReadRelabelConfig(*text, server);
}

}  // namespace seriesguard
