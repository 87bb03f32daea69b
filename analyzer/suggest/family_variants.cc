// SPDX-License-Identifier: Apache-2.0
//
// family_variants.cc: which states are asked for, in which order.
//
// A label that says what another one says already (each determines the other) keeps series apart that were to fold, so
// it goes first. Then, for every set of labels that fold whole (all sets where labels are few, else chains of them), each
// further label is folded to lists of growing length. Lists are nested, so that longer ones keep more.
#include "analyzer/suggest/family_variants.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/census/count.h"
#include "rules/reserve.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kMostLabelsForAllSets = 5;

// 0, 1, 2, 3, 5, 8, 12 ... below `values`, and values - 1.
std::vector<size_t> ListLengths(size_t values) {
  std::vector<size_t> lengths;
  for (size_t k = 0; k < values; k = k < 3 ? k + 1 : k + (k + 1) / 2) lengths.push_back(k);
  if (values > 1 && lengths.back() != values - 1) lengths.push_back(values - 1);
  return lengths;
}

}  // namespace

FamilyVariants::FamilyVariants(const Census& census, size_t family, bool may_list_personal)
    : census_(census), family_(family) {
  const FamilyCount& count = census.plain(family);
  for (const LabelCount& label : count.labels) {
    if (label.name == "le" || label.name == "quantile" || label.name == "__name__") continue;
    if (label.values < 2 && label.series_with == count.series) continue;  // says nothing
    labels_.push_back(ReadLabelInDump(census, family, label.name, may_list_personal));
  }
  std::stable_sort(labels_.begin(), labels_.end(),
                   [](const LabelInDump& a, const LabelInDump& b) { return a.values > b.values; });
}

FamilyVariant FamilyVariants::Count(std::vector<Remedy> rules) {
  ++counted_;
  CountOptions options;
  options.top_values = 0;
  const FamilyCount count =
      rules.empty() ? census_.plain(family_) : census_.Recount(family_, options, TransformsOfRules(rules));
  return {std::move(rules), count.series, count.label_sets};
}

bool FamilyVariants::HasItsReserve(const FamilyVariant& state) const {
  int64_t reserve = 1;
  for (const Remedy& remedy : state.rules) reserve = SaturatingProduct(reserve, ReserveFactor(remedy.rule));
  const uint64_t of_one_target = state.label_sets / std::max<size_t>(census_.inputs().size(), 1);
  return reserve == 1 || static_cast<uint64_t>(reserve) <= of_one_target;
}

void FamilyVariants::Add(std::vector<Remedy> rules) {
  if (!HasRoom()) return;
  FamilyVariant state = Count(std::move(rules));
  if (state.rules.empty() || HasItsReserve(state)) states_.push_back(std::move(state));
}

void FamilyVariants::AddFolds(const std::vector<Remedy>& rules, const LabelInDump& label) {
  for (const size_t named : ListLengths(static_cast<size_t>(label.values))) {
    if (named > label.listable.size() || !HasRoom()) break;
    std::vector<Remedy> more = rules;
    more.push_back(FoldRemedy(label, named));
    Add(std::move(more));
  }
}

std::vector<FamilyVariant> FamilyVariants::Enumerate(size_t budget) {
  budget_ = std::max<size_t>(budget, 4);
  counted_ = 0;
  states_.clear();
  Add({});
  const std::vector<Dependency> dependencies =
      labels_.size() < 2 ? std::vector<Dependency>() : census_.Dependencies(family_);
  const auto determines = [&dependencies](const std::string& a, const std::string& b) {
    return std::any_of(dependencies.begin(), dependencies.end(),
                       [&](const Dependency& one) { return one.determinant == a && one.dependent == b; });
  };
  redundant_.clear();
  std::vector<const LabelInDump*> kept;
  for (const LabelInDump& label : labels_) {
    const auto twin = std::find_if(kept.begin(), kept.end(), [&](const LabelInDump* other) {
      return determines(other->name, label.name) && determines(label.name, other->name);
    });
    if (twin == kept.end()) {
      kept.push_back(&label);
    } else {
      redundant_.push_back(
          DropRemedy(label, absl::StrCat("redundant: ", SafeTextTruncated((*twin)->name, 40), " determines it")));
    }
  }
  if (kept.empty()) return states_;

  // The smallest first, so that it is there whatever the budget: everything folds, then everything goes.
  std::vector<Remedy> all = redundant_, none = redundant_;
  for (const LabelInDump* label : kept) {
    all.push_back(FoldRemedy(*label, 0));
    none.push_back(DropRemedy(*label, "nothing less reaches the target"));
  }
  Add(all);
  const bool has_absent =
      std::any_of(census_.plain(family_).labels.begin(), census_.plain(family_).labels.end(),
                  [&](const LabelCount& label) { return label.series_with < census_.plain(family_).series; });
  if (has_absent) Add(none);

  for (const LabelInDump* label : kept) {
    for (const Remedy& natural : NaturalRemedies(census_, family_, *label)) {
      Add({natural});
      if (!redundant_.empty()) {
        std::vector<Remedy> more = redundant_;
        more.push_back(natural);
        Add(std::move(more));
      }
    }
  }
  for (const LabelInDump* label : kept) AddFolds(redundant_, *label);
  if (kept.size() <= kMostLabelsForAllSets) {
    for (size_t size = 1; size < kept.size(); ++size) {
      for (size_t set = 1; set + 1 < size_t{1} << kept.size(); ++set) {
        if (static_cast<size_t>(__builtin_popcountll(set)) != size) continue;
        std::vector<Remedy> folded = redundant_;
        for (size_t i = 0; i < kept.size(); ++i) {
          if ((set >> i & 1) != 0) folded.push_back(FoldRemedy(*kept[i], 0));
        }
        for (size_t i = 0; i < kept.size() && HasRoom(); ++i) {
          if ((set >> i & 1) == 0) AddFolds(folded, *kept[i]);
        }
      }
    }
  } else {
    for (const bool most_first : {true, false}) {
      std::vector<Remedy> folded = redundant_;
      for (size_t i = 0; i + 1 < kept.size() && HasRoom(); ++i) {
        folded.push_back(FoldRemedy(*kept[most_first ? i : kept.size() - 1 - i], 0));
        AddFolds(folded, *kept[most_first ? i + 1 : kept.size() - 2 - i]);
      }
    }
  }

  // Most series first; of equal ones the one that keeps more, then the one with fewer rules. Then each must keep less
  // than all before it do not: a state that is larger and keeps no more goes.
  std::stable_sort(states_.begin(), states_.end(), [](const FamilyVariant& a, const FamilyVariant& b) {
    if (a.series != b.series) return a.series < b.series;
    if (a.label_sets != b.label_sets) return a.label_sets > b.label_sets;
    return a.rules.size() < b.rules.size();
  });
  std::vector<FamilyVariant> best;
  for (FamilyVariant& state : states_) {
    if (best.empty() || state.label_sets > best.back().label_sets) best.push_back(std::move(state));
  }
  std::reverse(best.begin(), best.end());
  return best;
}

}  // namespace seriesguard
