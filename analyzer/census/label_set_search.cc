// SPDX-License-Identifier: Apache-2.0
//
// label_set_search.cc: a walk over "this label stays, or goes", label by label; the keys hold what has stayed so far.
#include "analyzer/census/label_set_search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/census/boundary_label.h"

namespace seriesguard {
namespace {

constexpr size_t kFewestLabelsOfSet = 2;

class Search {
 public:
  Search(const FamilyTables& family, RowKeys* keys) : family_(family), keys_(*keys) {}

  LabelSetSearch Run(const std::vector<size_t>& candidates, bool per_target) {
    candidates_ = candidates;
    keys_.BeginAgain(per_target);
    for (size_t i = 0; i < family_.labels.size(); ++i) {
      if (std::find(candidates.begin(), candidates.end(), i) == candidates.end()) Stay(i);
    }
    Decide(0);
    for (const size_t candidate : candidates) result_.searched.push_back(family_.info.labels[candidate]);
    std::sort(result_.searched.begin(), result_.searched.end());
    std::sort(result_.sets.begin(), result_.sets.end(), [](const LabelSetLeft& a, const LabelSetLeft& b) {
      if (a.labels.size() != b.labels.size()) return a.labels.size() < b.labels.size();
      return a.series_left != b.series_left ? a.series_left < b.series_left : a.labels < b.labels;
    });
    return std::move(result_);
  }

 private:
  void Stay(size_t label) { keys_.AddLabel(family_.labels[label], nullptr, &coding_); }

  // The candidates before `next` are decided: those in gone_ go, the keys hold the others.
  void Decide(size_t next) {
    if (gone_.size() == kMostLabelsOfSet || next == candidates_.size()) {
      if (gone_.size() < kFewestLabelsOfSet) return;
      for (size_t i = next; i < candidates_.size(); ++i) Stay(candidates_[i]);
      LabelSetLeft set;
      for (const size_t label : gone_) set.labels.push_back(family_.info.labels[label]);
      std::sort(set.labels.begin(), set.labels.end());
      set.series_left = keys_.CountParts(nullptr);
      result_.sets.push_back(std::move(set));
      return;
    }
    const size_t label = candidates_[next];
    const bool may_stay = gone_.size() + (candidates_.size() - next - 1) >= kFewestLabelsOfSet;
    RowKeys::Kept kept{{}, 0};
    if (may_stay) kept = keys_.Keep();
    gone_.push_back(label);
    Decide(next + 1);
    gone_.pop_back();
    if (!may_stay) return;
    keys_.Restore(kept);
    kept.keys = {};  // nobody goes back here: the memory is the next label's
    Stay(label);
    Decide(next + 1);
  }

  const FamilyTables& family_;
  RowKeys& keys_;
  LabelCoding coding_;
  std::vector<size_t> candidates_;  // indices of labels
  std::vector<size_t> gone_;
  LabelSetSearch result_;
};

std::vector<size_t> Candidates(const FamilyTables& family, const FamilyCount& count) {
  std::vector<const LabelCount*> labels;
  for (const LabelCount& label : count.labels) {
    const bool differs = label.values > 1 || label.series_with < count.series;
    if (differs && label.series_without && !IsBoundaryName(label.name)) labels.push_back(&label);
  }
  std::sort(labels.begin(), labels.end(), [](const LabelCount* a, const LabelCount* b) {
    if (*a->series_without != *b->series_without) return *a->series_without < *b->series_without;
    return a->values != b->values ? a->values > b->values : a->name < b->name;
  });
  if (labels.size() > kMostSearchedLabels) labels.resize(kMostSearchedLabels);
  std::vector<size_t> candidates;
  for (const LabelCount* label : labels) {
    const auto found = std::find(family.info.labels.begin(), family.info.labels.end(), label->name);
    if (found != family.info.labels.end()) {
      candidates.push_back(static_cast<size_t>(found - family.info.labels.begin()));
    }
  }
  return candidates;
}

}  // namespace

LabelSetSearch SearchLabelSets(const FamilyTables& family, const FamilyCount& count, RowKeys* keys) {
  const std::vector<size_t> candidates = Candidates(family, count);
  if (candidates.size() < kFewestLabelsOfSet) return {};
  const bool per_target = keys->data().inputs.size() > 1;
  keys->Begin(family, kAllInputs, per_target);
  return Search(family, keys).Run(candidates, per_target);
}

}  // namespace seriesguard
