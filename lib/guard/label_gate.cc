// SPDX-License-Identifier: Apache-2.0
//
// label_gate.cc: see the header.
#include "lib/guard/label_gate.h"

#include <utility>

#include "rules/builtin_normalizers.h"
#include "rules/reserve.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

// Every normal form of a closed normaliser is what it makes of one of these.
const char* const kStatusProbes[] = {"100", "200", "300", "400", "500"};
const char* const kMethodProbes[] = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"};
static_assert(std::size(kStatusProbes) == kStatusClasses && std::size(kMethodProbes) == kHttpMethods);

}  // namespace

std::vector<std::string> LabelGate::ClosedTexts() const {
  if (rule_.has_allow) return rule_.allow;
  if (rule_.has_route) return rule_.routes;
  std::vector<std::string> texts;
  const auto closed = ClosedValues(rule_);
  if (!closed) return texts;
  switch (rule_.normalizer) {
    case Normalizer::kStatusClass:
      for (const char* probe : kStatusProbes) texts.emplace_back(*NormalizeStatusClass(probe));
      break;
    case Normalizer::kHttpMethod: texts.assign(std::begin(kMethodProbes), std::end(kMethodProbes)); break;
    case Normalizer::kRanges: {
      const auto ranges = RangeNames::Compile(rule_.ranges);
      if (ranges.ok()) texts = ranges->names();
      break;
    }
    default: break;
  }
  // Fewer places than values: they are taken by the first ones that come.
  if (static_cast<int64_t>(texts.size()) > *closed) texts.clear();
  return texts;
}

LabelGate::LabelGate(const LabelRule& rule, CompiledLabelRule compiled, GuardedLabel* label, Reclaimer* reclaimer,
                     Generation* generation)
    : rule_(rule),
      compiled_(std::move(compiled)),
      keeps_text_(!rule.has_route && rule.replacements.empty() && rule.normalizer == Normalizer::kNone),
      is_plain_(keeps_text_ && !rule.drop),
      label_(*label),
      generation_(generation),
      otherwise_(label->Intern(rule.otherwise, ValueKind::kOtherwise)),
      named_(reclaimer) {
  otherwise_->kind.store(ValueKind::kOtherwise, std::memory_order_relaxed);
  otherwise_->named = true;
  if (rule_.drop) return;
  const std::vector<std::string> closed = ClosedTexts();
  closed_ = !closed.empty() || rule_.has_allow || rule_.has_route;
  const auto reserve = [this](const std::string& text, ValueKind kind) {
    LabelValue* const value = label_.Intern(text, kind);
    if (value == otherwise_ || FindNamed(text) != nullptr) return;
    value->kind.store(kind, std::memory_order_relaxed);
    value->named = true;
    named_.Insert(value);
    reserved_.push_back(value);
  };
  for (const std::string& text : closed) reserve(text, ValueKind::kClosed);
  // The reserve counts what a closed label lets through (rules/reserve.h), and no pin beside it.
  const auto lets_through = [this](const std::string& text) {
    std::string scratch;
    const Normalized normal = compiled_.Apply(text, &scratch);
    return normal.outcome != Normalized::Outcome::kOtherwise && normal.value == text;
  };
  for (const std::string& text : rule_.pins) {
    if (!closed_ || lets_through(text)) reserve(text, ValueKind::kPinned);
  }
  if (rule_.value_limit) limit_ = static_cast<uint64_t>(*rule_.value_limit);
  if (closed_) limit_ = named_.size();
  UpdateFull();
}

void LabelGate::AskAtLength(std::string_view raw, std::string* scratch, Answer* answer) const {
  const auto say = [answer](LabelValue* value, FoldReason reason, std::string_view text, uint64_t hash) {
    Say(value, reason, text, hash, answer);
  };
  if (rule_.drop) return say(&label_.absent, FoldReason::kNone, {}, 0);
  if (raw.empty() && !rule_.applies_to_absent) return say(&label_.absent, FoldReason::kNone, {}, 0);
  const auto folded = [this, &say](FoldReason reason, std::string_view text) {
    say(otherwise_, reason, text, label_.Hash(text));
  };
  if (keeps_text_) {  // what is named was looked at when it was named
    if (raw.size() > kMaxValueBytes) return folded(FoldReason::kTooLong, raw.substr(0, kMaxValueBytes));
    const ValueKey key(label_.secret(), raw);
    LabelValue* const known = FindNamed(key);
    return known != nullptr ? say(known, FoldReason::kNone, {}, 0) : AnswerToUnknown(key, answer);
  }
  if (raw.size() > kMaxRawBytes) return folded(FoldReason::kTooLong, raw.substr(0, kMaxValueBytes));
  if (!IsValidUtf8(raw)) return folded(FoldReason::kInvalidUtf8, raw.substr(0, kMaxValueBytes));
  const Normalized normal = compiled_.Apply(raw, scratch);
  switch (normal.outcome) {
    case Normalized::Outcome::kDropped: return say(&label_.absent, FoldReason::kNone, {}, 0);
    case Normalized::Outcome::kOtherwise:
      if (raw == otherwise_->text) return say(otherwise_, FoldReason::kCollision, raw, label_.Hash(raw));
      switch (normal.reason) {
        case Normalized::Reason::kNoRoute: return folded(FoldReason::kNoRoute, raw.substr(0, kMaxValueBytes));
        case Normalized::Reason::kNotAllowed: return folded(FoldReason::kNotAllowed, raw.substr(0, kMaxValueBytes));
        case Normalized::Reason::kUnreadable:
        case Normalized::Reason::kNone: return folded(FoldReason::kUnreadable, raw.substr(0, kMaxValueBytes));
      }
      break;
    case Normalized::Outcome::kUnchanged:
    case Normalized::Outcome::kChanged: break;
  }
  if (normal.value.empty()) return say(&label_.absent, FoldReason::kNone, {}, 0);
  if (normal.value.size() > kMaxValueBytes) {
    return folded(FoldReason::kTooLong, normal.value.substr(0, kMaxValueBytes));
  }
  const ValueKey key(label_.secret(), normal.value);
  if (IsOtherwise(key)) return say(otherwise_, FoldReason::kCollision, normal.value, key.hash);
  return say(FindNamed(key), FoldReason::kNone, normal.value, key.hash);
}

void LabelGate::AnswerToUnknown(const ValueKey& key, Answer* answer) const {
  FoldReason reason = FoldReason::kNone;
  if (!IsValidUtf8(key.text)) {
    reason = FoldReason::kInvalidUtf8;
  } else if (IsOtherwise(key)) {
    reason = FoldReason::kCollision;
  } else if (rule_.has_allow) {
    reason = FoldReason::kNotAllowed;
  }
  Say(reason == FoldReason::kNone ? nullptr : otherwise_, reason, key.text, key.hash, answer);
}

bool LabelGate::IsOtherwise(const ValueKey& key) const {
  return key.hash == otherwise_->hash && key.Is(otherwise_->text, otherwise_->words.data());
}

void LabelGate::Name(LabelValue* value, int64_t now_ns) {
  named_.Insert(value);  // what can fail comes first
  if (value->cells > 0 && label_.leaving > 0) --label_.leaving;
  value->named = true;
  value->admitted_ns = now_ns;
  value->score = 0;
  EndGeneration();
  UpdateFull();
}

void LabelGate::Unname(LabelValue* value) {
  named_.Remove(value);
  value->named = false;
  if (value->cells > 0) ++label_.leaving;
  EndGeneration();
  UpdateFull();
}

void LabelGate::UpdateFull() {
  if (is_busiest() && named_.size() >= limit_) label_.closed_to_newcomers = true;
  const bool full = !has_room();
  if (full == full_.load(std::memory_order_relaxed)) return;
  full_.store(full, std::memory_order_relaxed);
  EndGeneration();
}

}  // namespace seriesguard
