// SPDX-License-Identifier: Apache-2.0
//
// reach_target.cc: states, the choice among them, then the room that is left.
#include "analyzer/suggest/reach_target.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/count.h"
#include "analyzer/report/number_text.h"
#include "analyzer/suggest/choose_states.h"

namespace seriesguard {
namespace {

constexpr uint64_t kRecountUnits = 30'000'000;  // rows x labels that may be recounted for one family
constexpr size_t kRecountsOfAll = 60'000;
constexpr size_t kLeastRecounts = 40, kMostRecounts = 400;
constexpr size_t kMostTriedValues = 60;    // of a label, one by one
constexpr size_t kMostTries = 2000;        // recounts of one family for that
constexpr uint64_t kTriedUnits = 200'000;  // the same, times its series
constexpr size_t kMostRounds = 24;         // of growing lists into the room that is left
constexpr size_t kMostTargetTries = 40;    // of several targets, one of which is still too large

size_t RecountBudget(const Census& census, const FamilyVariants& family, size_t families) {
  const FamilyCount& count = census.plain(family.family());
  const uint64_t units = count.series * (count.labels.size() + 1) + 300;
  const size_t share =
      std::min(kMostRecounts, std::max(kLeastRecounts, kRecountsOfAll / std::max<size_t>(families, 1)));
  return std::max<size_t>(kLeastRecounts / 2, std::min<uint64_t>(share, kRecountUnits / units));
}

uint64_t Sum(const std::vector<FamilyVariant>& states) {
  uint64_t sum = 0;
  for (const FamilyVariant& state : states) sum += state.series;
  return sum;
}

const LabelInDump& LabelOf(const FamilyVariants& family, const Remedy& remedy) {
  return *std::find_if(family.labels().begin(), family.labels().end(),
                       [&](const LabelInDump& one) { return one.name == remedy.rule.label; });
}

bool IsFold(const Remedy& remedy) {
  return remedy.kind == RemedyKind::kAllowSome || remedy.kind == RemedyKind::kFoldAll;
}

// A family with one list longer, as long as it may be so that the family has at most `most_series`.
FamilyVariant WithLongerList(FamilyVariants* family, const FamilyVariant& state, size_t rule, uint64_t most_series) {
  FamilyVariant best = state;
  const LabelInDump& label = LabelOf(*family, state.rules[rule]);
  size_t fits = state.rules[rule].rule.allow.size(), above = label.listable.size() + 1;
  while (above - fits > 1) {
    const size_t middle = fits + (above - fits) / 2;
    std::vector<Remedy> rules = state.rules;
    rules[rule] = FoldRemedy(label, middle);
    FamilyVariant tried = family->Count(std::move(rules));
    if (tried.series > most_series || !family->HasItsReserve(tried)) {
      above = middle;
      continue;
    }
    fits = middle;
    if (tried.label_sets > best.label_sets) best = std::move(tried);
  }
  return best;
}

// The list of rule `rule` with `added` in it and `removed` out of it (empty: none).
FamilyVariant WithOtherList(FamilyVariants* family, const FamilyVariant& state, size_t rule, const std::string& added,
                            const std::string& removed) {
  std::vector<Remedy> rules = state.rules;
  std::vector<std::string>& allow = rules[rule].rule.allow;
  allow.erase(std::remove(allow.begin(), allow.end(), removed), allow.end());
  allow.insert(std::lower_bound(allow.begin(), allow.end(), added), added);
  rules[rule].kind = RemedyKind::kAllowSome;
  rules[rule].why = "the " + WithThousands(allow.size()) + " of " +
                    Quantity(LabelOf(*family, rules[rule]).values, "value") + " that fit best";
  return family->Count(std::move(rules));
}

// Values are not as large as each other: one that is not next in order may fit, or take the place of another. Each state
// that names more label sets within the room is taken at once.
void TrySingleValues(FamilyVariants* family, uint64_t room, size_t* recounts, FamilyVariant* state) {
  const uint64_t most_series = state->series + room;
  for (size_t rule = 0; rule < state->rules.size(); ++rule) {
    if (!IsFold(state->rules[rule])) continue;
    const std::vector<std::string>& listable = LabelOf(*family, state->rules[rule]).listable;
    if (listable.size() > kMostTriedValues) continue;
    for (const bool swaps : {false, true}) {
      for (const std::string& added : listable) {
        const std::vector<std::string> out =
            swaps ? state->rules[rule].rule.allow : std::vector<std::string>{std::string()};
        for (const std::string& removed : out) {
          const std::vector<std::string>& allow = state->rules[rule].rule.allow;
          if (std::binary_search(allow.begin(), allow.end(), added)) break;
          if (*recounts == 0) return;
          --*recounts;
          FamilyVariant tried = WithOtherList(family, *state, rule, added, removed);
          if (tried.series > most_series || tried.label_sets <= state->label_sets) continue;
          if (family->HasItsReserve(tried)) *state = std::move(tried);
        }
      }
    }
  }
}

// Fills the room below `most_series` with longer lists, the best first.
void UseRoom(std::vector<FamilyVariants>* families, uint64_t most_series, std::vector<FamilyVariant>* states) {
  for (size_t round = 0; round < kMostRounds; ++round) {
    const uint64_t room = most_series - std::min(most_series, Sum(*states));
    if (room == 0) break;
    size_t best_family = states->size();
    FamilyVariant best;
    uint64_t most_gained = 0;
    for (size_t i = 0; i < states->size(); ++i) {
      const FamilyVariant& state = (*states)[i];
      for (size_t rule = 0; rule < state.rules.size(); ++rule) {
        if (!IsFold(state.rules[rule])) continue;
        FamilyVariant longer = WithLongerList(&(*families)[i], state, rule, state.series + room);
        if (longer.label_sets <= state.label_sets || longer.label_sets - state.label_sets <= most_gained) continue;
        most_gained = longer.label_sets - state.label_sets;
        best_family = i;
        best = std::move(longer);
      }
    }
    if (most_gained == 0) break;
    (*states)[best_family] = std::move(best);
  }
  for (size_t i = 0; i < states->size(); ++i) {
    const uint64_t room = most_series - std::min(most_series, Sum(*states));
    const uint64_t series = std::max<uint64_t>((*states)[i].series, 1);
    size_t recounts = static_cast<size_t>(std::min<uint64_t>(kMostTries, kTriedUnits / series));
    TrySingleValues(&(*families)[i], room, &recounts, &(*states)[i]);
  }
}

}  // namespace

uint64_t LargestTarget(const Census& census, const std::vector<FamilyVariants>& families,
                       const std::vector<FamilyVariant>& states) {
  uint64_t largest = 0;
  for (size_t input = 0; input < census.inputs().size(); ++input) {
    CountOptions options;
    options.input = input;
    options.top_values = 0;
    uint64_t sum = census.TotalSeries(options);
    for (size_t i = 0; i < states.size(); ++i) {
      if (states[i].rules.empty()) continue;
      sum -= census.Count(families[i].family(), options).series;
      sum += census.Recount(families[i].family(), options, TransformsOfRules(states[i].rules)).series;
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

absl::StatusOr<std::vector<FamilyVariant>> ReachTarget(const Census& census, std::vector<FamilyVariants>* families,
                                                       uint64_t most_series) {
  std::vector<std::vector<FamilyVariant>> all;
  std::vector<std::vector<StateSize>> sizes;
  uint64_t in_families = 0;
  for (FamilyVariants& family : *families) {
    all.push_back(family.Enumerate(RecountBudget(census, family, families->size())));
    in_families += census.plain(family.family()).series;
    sizes.emplace_back();
    for (const FamilyVariant& state : all.back()) sizes.back().push_back({state.series, state.label_sets});
  }
  const uint64_t fixed = census.TotalSeries(CountOptions()) - in_families;
  uint64_t room = 0;  // of all targets
  for (const InputCount& input : census.inputs()) room += std::min<uint64_t>(input.series, most_series);
  for (size_t tries = 0; tries < kMostTargetTries; ++tries) {
    const std::vector<size_t> chosen = room < fixed ? std::vector<size_t>() : ChooseStates(sizes, room - fixed);
    if (chosen.empty() && !sizes.empty()) break;
    std::vector<FamilyVariant> states;
    for (size_t i = 0; i < chosen.size(); ++i) states.push_back(all[i][chosen[i]]);
    if (room >= fixed) UseRoom(families, room - fixed, &states);
    const uint64_t largest = LargestTarget(census, *families, states);
    if (largest <= most_series) return states;
    const uint64_t less = static_cast<uint64_t>(static_cast<double>(room) * static_cast<double>(most_series) /
                                                static_cast<double>(largest));
    room = std::min(less, room - 1);
  }
  std::vector<FamilyVariant> smallest;
  for (std::vector<FamilyVariant>& states : all) smallest.push_back(states.back());
  const uint64_t nearest = LargestTarget(census, *families, smallest);
  if (nearest <= most_series) return smallest;
  return absl::FailedPreconditionError(
      absl::StrCat("no rule brings ", census.inputs().size() == 1 ? "it" : "every target", " to ",
                   WithThousands(most_series), " series: with every label folded ", WithThousands(nearest),
                   " stay (sample names, buckets and quantiles, of which no label rule speaks); the nearest target is ",
                   "--target ", nearest));
}

}  // namespace seriesguard
