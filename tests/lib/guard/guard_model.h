// SPDX-License-Identifier: Apache-2.0
//
// guard_model.h: a guarded counter family under one thread, slow and obvious: what FamilyGuard must do.
//
// Use:      by guard_model_test.cc, call by call beside the real one.
// Cost:     linear in the series for every call.
// Source:   the promises of docs/guard.md and the arithmetic of docs/policy.md. Written from those, not from the code.
//           Counters with `admit: first`. Budgets, busiest and shadow mode: guard_model_invariants_test.cc.
#ifndef SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_H_
#define SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/guard/fold_reason.h"
#include "lib/guard/series_backend.h"
#include "rules/policy.h"

namespace seriesguard {

struct ModelRule {
  bool drop = false;
  bool lowers = false;  // normalize: lowercase
  std::optional<std::vector<std::string>> allow;
  std::optional<uint64_t> value_limit;
  std::vector<std::string> pins;
  std::string otherwise = "other";
};

struct ModelPolicy {
  uint64_t series_limit = 0;
  int64_t freeze_ns = 0;
  int64_t scrape_interval_ns = 0;
  bool zero_first = false;
  std::vector<ModelRule> rules;  // by label

  // The same for the real guard, of a metric `name` with these labels.
  Policy ToPolicy(const std::string& name, const std::vector<std::string>& labels) const;
  // The series that must always have a place, where a label set costs `cost`.
  uint64_t Reserve(uint64_t cost) const;
};

class GuardModel {
 public:
  using LabelSet = std::vector<std::string>;  // by label; empty = absent
  enum class State { kActive, kFrozen, kOrphaned };
  struct Series {
    State state = State::kActive;
    bool reserved = false;
    int64_t total = 0;
    int64_t created_ns = 0;
    int64_t until_ns = 0;
    uint32_t handles = 0;
    std::optional<LabelSet> target;  // zero_first: where its calls are counted as yet
  };
  struct Outcome {
    LabelSet cell;        // what the values lead to
    LabelSet counted_in;  // the same, or what stands in for a new series
  };

  GuardModel(std::vector<std::string> labels, uint64_t cost) : labels_(std::move(labels)), cost_(cost) {}

  void Enforce(const ModelPolicy& policy, int64_t now_ns);
  Outcome Call(const std::vector<std::string>& raw, int64_t now_ns) { return Admit(raw, /*is_bind=*/false, now_ns); }
  // Returns the series whose handle it is.
  LabelSet Bind(const std::vector<std::string>& raw, int64_t now_ns);
  void Unbind(const LabelSet& cell) { --series_.at(cell).handles; }
  LabelSet TargetOf(const LabelSet& cell) const { return series_.at(cell).target.value_or(cell); }
  void Count(const LabelSet& counted_in, int64_t amount) { series_.at(counted_in).total += amount; }
  void Maintain(int64_t now_ns);

  const std::map<LabelSet, Series>& series() const { return series_; }
  // Name and value, as the backend has them.
  LabelPairs PairsOf(const LabelSet& values) const;
  int64_t retired_total() const;
  uint64_t exported() const { return series_.size() * cost_; }
  // The same, and the label set of overflow words where it is not there: it is made whenever it is needed.
  uint64_t exported_with_overflow() const;
  uint64_t ceiling() const { return ceiling_; }
  uint64_t folds(size_t label, FoldReason reason) const {
    const auto found = folds_.find({label, reason});
    return found == folds_.end() ? 0 : found->second;
  }

 private:
  struct Answer {
    std::string value;  // named, or to be named
    FoldReason reason = FoldReason::kNone;
    bool is_known = true;
  };
  struct Question {
    LabelSet values;
    std::vector<FoldReason> folds;
    std::vector<bool> is_new;
  };

  Answer Ask(size_t label, const std::string& raw) const;
  Outcome Admit(const std::vector<std::string>& raw, bool is_bind, int64_t now_ns);
  LabelSet AdmitOverflow(FoldReason reason, Question* question, int64_t now_ns);
  void Overflow(FoldReason reason, bool absent_too, Question* question) const;
  bool IsReserved(size_t label, const std::string& value) const;
  bool NeedsPlace(const LabelSet& values) const;
  bool HasPlace() const;
  bool FitsUnderCeiling() const;
  bool HasRoom(size_t label) const;
  bool IsActive(const LabelSet& values) const;
  void Make(const Question& question, int64_t now_ns);
  bool TakeOver(const LabelSet& values, const std::vector<ModelRule>& old_rules, uint64_t dynamic);
  void ExportClosedSets(int64_t now_ns);
  uint64_t Dynamic() const;
  uint64_t Limit(size_t label) const;

  const std::vector<std::string> labels_;
  const uint64_t cost_;
  ModelPolicy policy_;
  std::map<LabelSet, Series> series_;
  std::vector<std::set<std::string>> named_;     // by label
  std::vector<std::set<std::string>> reserved_;  // by label: closed values and pins
  std::deque<std::pair<LabelSet, int64_t>> tombstones_;
  int64_t retired_ = 0;
  uint64_t ceiling_ = 0;
  std::map<std::pair<size_t, FoldReason>, uint64_t> folds_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_H_
