// SPDX-License-Identifier: Apache-2.0
//
// family_question.h: one call between its raw values and its cell. Private to FamilyGuard.
//
// Threads:  a value on the caller's stack.
#ifndef SERIESGUARD_LIB_GUARD_FAMILY_QUESTION_H_
#define SERIESGUARD_LIB_GUARD_FAMILY_QUESTION_H_

#include <array>
#include <cstddef>

#include "lib/guard/cell.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/label_gate.h"
#include "lib/guard/raw_key.h"

namespace seriesguard {

// Per label what the policy says, which value it is counted under, and why not its own.
struct FamilyGuard::Question {
  // Only `labels` of each are ever written or read: clearing them all would cost as much as the rest of a fold.
  Question() {}
  union {
    std::array<LabelGate::Answer, kMaxGuardedLabels> answers;
  };
  std::array<LabelValue*, kMaxGuardedLabels> values;  // null: not named yet
  std::array<FoldReason, kMaxGuardedLabels> folds;
  size_t labels = 0;
  bool has_unknown = false;

  void FoldLabel(size_t i, const LabelGate& gate, FoldReason reason) {
    values[i] = gate.otherwise();
    folds[i] = reason;
  }
  // The value of a folded label is demand that was turned away: not one that is named elsewhere, nor the overflow word.
  bool IsNoted(size_t i) const {
    const LabelGate::Answer& answer = answers[i];
    return answer.hash != 0 && folds[i] != FoldReason::kCollision &&
           !(answer.value != nullptr && answer.value->is_dynamic());
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_FAMILY_QUESTION_H_
