// SPDX-License-Identifier: Apache-2.0
//
// worst_values.cc: a list of ten that is kept sorted; most values never get past its last entry.
#include "analyzer/verdict/worst_values.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace seriesguard {
namespace {

class Ranking {
 public:
  void Add(std::string_view value, uint64_t series, Normalized::Reason reason) {
    ++total_;
    series_ += series;
    if (entries_.size() == kShownValues && !IsWorse(value, series, entries_.back())) return;
    if (entries_.size() == kShownValues) entries_.pop_back();
    const auto place = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return IsWorse(value, series, entry); });
    entries_.insert(place, Entry{std::string(value), series, reason});
  }

  WorstValues Take() {
    WorstValues worst;
    worst.total = total_;
    worst.series = series_;
    if (!entries_.empty()) worst.reason = entries_.front().reason;
    for (Entry& entry : entries_) worst.values.push_back(std::move(entry.value));
    return worst;
  }

 private:
  struct Entry {
    std::string value;
    uint64_t series;
    Normalized::Reason reason;
  };
  static bool IsWorse(std::string_view value, uint64_t series, const Entry& than) {
    return series != than.series ? series > than.series : value < than.value;
  }

  std::vector<Entry> entries_;
  uint64_t total_ = 0;
  uint64_t series_ = 0;
};

}  // namespace

WorstValues FindRefusedValues(const Census& census, const FamilyFacts& facts, const LabelFacts& label) {
  Ranking ranking;
  std::string scratch;
  const AssignedLabel& assigned = *label.assigned;
  if (label.refuses_values) {
    census.ForEachValue(facts.family, assigned.label, facts.input, [&](std::string_view raw, uint64_t series) {
      const Normalized normalized = assigned.compiled->Apply(raw, &scratch);
      if (IsRefused(assigned, raw, normalized, facts.has_overflow)) ranking.Add(raw, series, normalized.reason);
    });
  }
  if (label.refuses_absent) {
    const LabelCount* const count = FindLabel(facts.observed, assigned.label);
    const uint64_t with = count == nullptr ? 0 : count->series_with;
    ranking.Add({}, facts.observed.series - with, Normalized::Reason::kNotAllowed);
  }
  return ranking.Take();
}

WorstValues FindNamedValues(const Census& census, std::string_view metric, std::string_view label, size_t input,
                            std::string_view otherwise) {
  Ranking ranking;
  const size_t family = census.FindFamily(metric);
  if (family == census.family_count()) return ranking.Take();
  census.ForEachValue(family, label, input, [&](std::string_view value, uint64_t series) {
    if (value != otherwise) ranking.Add(value, series, Normalized::Reason::kNone);
  });
  return ranking.Take();
}

WorstValues FindBusiestValues(const Census& census, const FamilyFacts& facts, const LabelFacts& label) {
  Ranking ranking;
  const std::string& otherwise = label.assigned->rule->otherwise;
  if (!facts.JudgesNormalised() || !facts.normalised) {
    census.ForEachValue(facts.family, label.assigned->label, facts.input, [&](std::string_view raw, uint64_t series) {
      if (raw != otherwise) ranking.Add(raw, series, Normalized::Reason::kNone);
    });
    return ranking.Take();
  }
  CountOptions options;
  options.input = facts.input;
  options.top_values = kShownValues + 1;  // one of them may be `otherwise`
  const FamilyCount count = census.Recount(facts.family, options, TransformsOf(*facts.rules));
  const LabelCount* const of_label = FindLabel(count, label.assigned->label);
  WorstValues worst;
  worst.total = label.NamedValues(true);
  if (of_label == nullptr) return worst;
  worst.series = of_label->series_with;
  for (const ValueCount& value : of_label->top) {
    if (value.value == otherwise) {
      worst.series -= value.series;
    } else if (worst.values.size() < kShownValues) {
      worst.values.push_back(value.value);
    }
  }
  return worst;
}

}  // namespace seriesguard
