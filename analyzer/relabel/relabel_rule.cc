// SPDX-License-Identifier: Apache-2.0
//
// relabel_rule.cc: see the header.
#include "analyzer/relabel/relabel_rule.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/relabel/go_text.h"
#include "analyzer/relabel/md5.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kActionNames[kRelabelActions] = {"replace",   "keep",      "drop",     "keepequal",
                                                            "dropequal", "hashmod",   "labelmap", "labeldrop",
                                                            "labelkeep", "lowercase", "uppercase"};

bool IsClassic(std::string_view name) {
  const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_start(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_start(c) || (c >= '0' && c <= '9'); });
}

// What an old server allows where a name has references in it.
bool IsClassicTemplate(std::string_view name) {
  static const AnchoredPattern* const kPattern =
      new AnchoredPattern(*AnchoredPattern::Compile(R"((?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+)", false));
  return kPattern->Matches(name);
}

bool IsTemplate(std::string_view text) { return text.find('$') != std::string_view::npos; }

bool NeedsTarget(RelabelAction action) {
  switch (action) {
    case RelabelAction::kReplace:
    case RelabelAction::kHashMod:
    case RelabelAction::kLowercase:
    case RelabelAction::kUppercase:
    case RelabelAction::kKeepEqual:
    case RelabelAction::kDropEqual: return true;
    default: return false;
  }
}

// The checks of Config.Validate, in its order.
absl::Status Check(const ServerRelabelRule& rule, ServerView server) {
  const std::string action(RelabelActionName(rule.action));
  const ServerRelabelRule defaults;
  const auto wrong = [](const auto&... words) { return absl::InvalidArgumentError(absl::StrCat(words...)); };
  if (rule.action == RelabelAction::kHashMod && rule.modulus == 0) return wrong("hashmod needs a modulus above 0");
  if (!NeedsTarget(rule.action)) {
    if (rule.action == RelabelAction::kLabelMap) {
      const bool is_fine = server == ServerView::kPrometheus2
                               ? IsClassicTemplate(rule.replacement)
                               : IsTemplate(rule.replacement) || IsLabelName(rule.replacement, server);
      if (!is_fine)
        return wrong("\"", SafeText(rule.replacement), "\" is no replacement for labelmap: it is no label name");
    }
  } else if (rule.target_label.empty()) {
    return wrong(action, " needs a target_label");
  } else {
    const bool may_be_template = rule.action == RelabelAction::kReplace && IsTemplate(rule.target_label);
    const bool is_fine = may_be_template ? server != ServerView::kPrometheus2 || IsClassicTemplate(rule.target_label)
                                         : IsLabelName(rule.target_label, server);
    if (!is_fine) return wrong("\"", SafeText(rule.target_label), "\" is no target_label for ", action);
  }
  const bool changes_case = rule.action == RelabelAction::kLowercase || rule.action == RelabelAction::kUppercase;
  const bool compares = rule.action == RelabelAction::kKeepEqual || rule.action == RelabelAction::kDropEqual;
  if ((changes_case || compares) && rule.replacement != defaults.replacement) {
    return wrong("replacement cannot be set for ", action);
  }
  if (compares && (rule.regex != defaults.regex || rule.modulus != 0 || rule.separator != defaults.separator)) {
    return wrong(action, " takes source_labels and target_label only");
  }
  if ((rule.action == RelabelAction::kLabelDrop || rule.action == RelabelAction::kLabelKeep) &&
      (rule.has_source_labels || !rule.target_label.empty() || rule.modulus != 0 ||
       rule.separator != defaults.separator || rule.replacement != defaults.replacement)) {
    return wrong(action, " takes a regex only");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view RelabelActionName(RelabelAction action) { return kActionNames[static_cast<size_t>(action)]; }

bool IsLabelName(std::string_view name, ServerView server) {
  return server == ServerView::kPrometheus2 ? IsClassic(name) : !name.empty() && IsValidUtf8(name);
}

struct CompiledRelabelRule::Parts {
  explicit Parts(AnchoredPattern compiled) : pattern(std::move(compiled)) {}
  AnchoredPattern pattern;
  std::optional<ExpandTemplate> target, replacement;
};

CompiledRelabelRule::CompiledRelabelRule(ServerRelabelRule rule, ServerView server)
    : rule_(std::move(rule)), server_(server) {}
CompiledRelabelRule::CompiledRelabelRule(CompiledRelabelRule&&) noexcept = default;
CompiledRelabelRule& CompiledRelabelRule::operator=(CompiledRelabelRule&&) noexcept = default;
CompiledRelabelRule::~CompiledRelabelRule() = default;

absl::StatusOr<CompiledRelabelRule> CompiledRelabelRule::Compile(const ServerRelabelRule& rule, ServerView server) {
  if (const absl::Status status = Check(rule, server); !status.ok()) return status;
  absl::StatusOr<AnchoredPattern> pattern =
      AnchoredPattern::Compile(rule.regex, /*dot_is_any=*/server != ServerView::kPrometheus2);
  if (!pattern.ok()) return pattern.status();
  CompiledRelabelRule compiled(rule, server);
  compiled.parts_ = std::make_unique<Parts>(*std::move(pattern));
  compiled.parts_->target.emplace(rule.target_label, compiled.parts_->pattern);
  compiled.parts_->replacement.emplace(rule.replacement, compiled.parts_->pattern);
  return compiled;
}

void CompiledRelabelRule::Replace(std::string_view value, RelabelLabels* labels) const {
  std::vector<std::string_view> groups;
  if (!parts_->pattern.Matches(value, &groups)) return;
  const std::string target = parts_->target->Expand(groups);
  if (!IsLabelName(target, server_)) return;
  const std::string replacement = parts_->replacement->Expand(groups);
  if (!replacement.empty()) {
    labels->Set(target, replacement);
  } else {
    // An old server removes the label that the template's text names, and there is none with a dollar sign.
    labels->Remove(server_ == ServerView::kPrometheus2 ? rule_.target_label : target);
  }
}

bool CompiledRelabelRule::Apply(RelabelLabels* labels) const {
  std::string value;
  for (size_t i = 0; i < rule_.source_labels.size(); ++i) {
    if (i > 0) value += rule_.separator;
    value += labels->Get(rule_.source_labels[i]);
  }
  switch (rule_.action) {
    case RelabelAction::kDrop: return !parts_->pattern.Matches(value);
    case RelabelAction::kKeep: return parts_->pattern.Matches(value);
    case RelabelAction::kDropEqual: return labels->Get(rule_.target_label) != value;
    case RelabelAction::kKeepEqual: return labels->Get(rule_.target_label) == value;
    case RelabelAction::kReplace: Replace(value, labels); break;
    case RelabelAction::kLowercase: labels->Set(rule_.target_label, GoLower(value)); break;
    case RelabelAction::kUppercase: labels->Set(rule_.target_label, GoUpper(value)); break;
    case RelabelAction::kHashMod: {
      const std::array<uint8_t, 16> digest = Md5(value);
      uint64_t number = 0;
      for (size_t i = 8; i < digest.size(); ++i) number = number << 8 | digest[i];
      labels->Set(rule_.target_label, std::to_string(number % rule_.modulus));
      break;
    }
    case RelabelAction::kLabelMap: {
      const std::vector<RelabelLabels::Label> before = labels->labels();
      std::vector<std::string_view> groups;
      for (const auto& [name, text] : before) {
        if (parts_->pattern.Matches(name, &groups)) labels->Set(parts_->replacement->Expand(groups), text);
      }
      break;
    }
    case RelabelAction::kLabelDrop:
    case RelabelAction::kLabelKeep: {
      const bool drops = rule_.action == RelabelAction::kLabelDrop;
      const std::vector<RelabelLabels::Label> before = labels->labels();
      for (const RelabelLabels::Label& label : before) {
        if (parts_->pattern.Matches(label.first) == drops) labels->Remove(label.first);
      }
      break;
    }
  }
  if (server_ == ServerView::kPrometheus2) labels->Settle();
  return true;
}

}  // namespace seriesguard
