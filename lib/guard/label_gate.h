// SPDX-License-Identifier: Apache-2.0
//
// label_gate.h: one label of a family under one policy: what becomes of a raw value, and which values are named.
//
// Use:      made when a family is wrapped and at every reload; asked on the way round the hit cache.
// Threads:  Ask and is_full from any thread, inside an EpochRegion; the rest with the guard's mutex.
// Errors:   none.
// Cost:     Ask: the rule's own (rules/normalizer.h), a keyed hash and one look-up; no lock, no allocation.
//
// Invariants
//   1. named_count() <= value_limit, unless a reload found more named values in use; then no value is added.
//   2. `is_full` may say no although the last place is just being taken (the mutex decides then), but it never says yes
//      while a newcomer would be admitted and stay so.
#ifndef SERIESGUARD_LIB_GUARD_LABEL_GATE_H_
#define SERIESGUARD_LIB_GUARD_LABEL_GATE_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/guard/generation.h"
#include "lib/guard/guarded_label.h"
#include "lib/guard/pointer_table.h"
#include "lib/guard/value_key.h"
#include "rules/label_rule.h"
#include "rules/normalizer.h"

namespace seriesguard {

// What a client may send at most, and what a label value may have at most.
inline constexpr size_t kMaxRawBytes = 8192;
inline constexpr size_t kMaxValueBytes = 1024;

class LabelGate {
 public:
  // Closed and pinned values are named at once. `compiled` is made of `rule`. Needs the mutex.
  // `generation`, where there is one, ends with every change of an answer, and outlives the gate.
  LabelGate(const LabelRule& rule, CompiledLabelRule compiled, GuardedLabel* label, Reclaimer* reclaimer,
            Generation* generation = nullptr);
  LabelGate(const LabelGate&) = delete;
  LabelGate& operator=(const LabelGate&) = delete;

  struct Answer {
    Answer() {}  // leaves everything open
    Answer(LabelValue* named, FoldReason why, std::string_view bytes, uint64_t text_hash)
        : value(named), reason(why), text(bytes), hash(text_hash) {}
    LabelValue* value;  // null: nobody named it yet
    FoldReason reason;
    std::string_view text;  // of what is not named, or was folded
    uint64_t hash;          // of `text`
  };
  // Says what becomes of `raw`. Lifetime: `answer->text` views `raw` or `*scratch`.
  //
  // Written in place: an answer that is returned and copied is read with wider loads than it was written with, and a
  // processor waits for that.
  void Ask(std::string_view raw, std::string* scratch, Answer* answer) const {
    if (!AskInPlace(raw, answer)) AskAtLength(raw, scratch, answer);
  }
  // The same for nearly all that comes; small enough to stand where it is asked. Returns false for the rest.
  bool AskInPlace(std::string_view raw, Answer* answer) const {
    if (__builtin_expect(!is_plain_ || raw.size() - 1 >= kInlineValueBytes, 0)) return false;
    const ValueKey key(label_.secret(), raw);
    if (LabelValue* const known = FindNamed(key)) {
      Say(known, FoldReason::kNone, {}, 0, answer);
    } else {
      AnswerToUnknown(key, answer);
    }
    return true;
  }
  Answer Ask(std::string_view raw, std::string* scratch) const {
    Answer answer;
    Ask(raw, scratch, &answer);
    return answer;
  }

  // No newcomer is admitted.
  bool is_full() const { return full_.load(std::memory_order_relaxed); }

  const LabelRule& rule() const { return rule_; }
  GuardedLabel& label() const { return label_; }
  LabelValue* otherwise() const { return otherwise_; }
  bool is_dropped() const { return rule_.drop; }
  // Several raw values may stand behind one named value.
  bool joins_values() const { return rule_.drop || !keeps_text_; }
  bool is_busiest() const { return rule_.admit == Admission::kBusiest && !rule_.drop; }
  // All values are known from the start.
  bool is_closed() const { return closed_; }
  const std::vector<LabelValue*>& reserved_values() const { return reserved_; }
  uint64_t value_limit() const { return limit_; }
  uint64_t named_count() const { return named_.size(); }
  size_t bytes() const { return named_.bytes(); }

  // Mutex.
  LabelValue* FindNamed(std::string_view text) const { return FindNamed(ValueKey(label_.secret(), text)); }
  bool has_room() const {
    return named_.size() + label_.leaving < limit_ && !(is_busiest() && label_.closed_to_newcomers);
  }
  // Names a value. Requires a place (or a reload that takes over what was named before).
  void Name(LabelValue* value, int64_t now_ns);
  // The same without regard to who came first: for a promotion.
  bool has_free_place() const { return named_.size() + label_.leaving < limit_; }
  // Takes a dynamic value's name away; while series have it, its place stays taken.
  void Unname(LabelValue* value);
  void UpdateFull();

 private:
  static void Say(LabelValue* value, FoldReason reason, std::string_view text, uint64_t hash, Answer* answer) {
    answer->value = value;
    answer->reason = reason;
    answer->text = text;
    answer->hash = hash;
  }
  LabelValue* FindNamed(const ValueKey& key) const {
    return named_.Find(key.hash, [&key](const LabelValue& value) { return key.Is(value.text, value.words.data()); });
  }
  void AskAtLength(std::string_view raw, std::string* scratch, Answer* answer) const;
  // Of a value that is not named and that no step of the rule changes.
  void AnswerToUnknown(const ValueKey& key, Answer* answer) const;
  bool IsOtherwise(const ValueKey& key) const;
  std::vector<std::string> ClosedTexts() const;
  void EndGeneration() {
    if (generation_ != nullptr) generation_->End();
  }

  const LabelRule rule_;
  const CompiledLabelRule compiled_;
  const bool keeps_text_;  // no step of the rule changes a value
  const bool is_plain_;    // and the label is not dropped
  GuardedLabel& label_;
  Generation* const generation_;
  LabelValue* otherwise_ = nullptr;
  uint64_t limit_ = std::numeric_limits<uint64_t>::max();
  bool closed_ = false;
  std::vector<LabelValue*> reserved_;
  PointerTable<LabelValue> named_;
  std::atomic<bool> full_{false};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_LABEL_GATE_H_
