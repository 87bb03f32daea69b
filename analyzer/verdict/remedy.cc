// SPDX-License-Identifier: Apache-2.0
//
// remedy.cc: the bound of a value_limit V holds whichever V values are named. Let A be the series without the label,
// W what all series become when the label is taken away, and T the series of the V values that have most. Named values
// have at most T series; what is folded into `otherwise` has at most W (folding is taking the label away), and at most
// as many as there were. So A + T + min(W, the rest) series remain at most, which grows with V.
#include "analyzer/verdict/remedy.h"

#include <algorithm>

#include "analyzer/report/culprit.h"
#include "analyzer/report/number_text.h"
#include "analyzer/verdict/wording.h"
#include "analyzer/verdict/worst_values.h"

namespace seriesguard {
namespace {

// A value_limit above this is not looked for: a list that long is no remedy.
constexpr size_t kMostSuggestedValues = 1000;

void SuggestValueLimit(const LabelCount& label, uint64_t limit_series, Culprit* culprit) {
  const uint64_t absent = culprit->series - label.series_with;
  uint64_t named = 0;
  for (size_t i = 0; i < label.top.size(); ++i) {
    named += label.top[i].series;
    const uint64_t bound = absent + named + std::min(*culprit->series_without, label.series_with - named);
    if (bound > limit_series || i + 1 == label.values) break;
    culprit->value_limit = i + 1;
    culprit->series_at_value_limit = bound;
  }
}

}  // namespace

Culprit FindCulpritOf(const Census& census, const FamilyFacts& facts, uint64_t limit_series) {
  CountOptions options;
  options.input = facts.input;
  options.what_if = true;
  options.top_values = kMostSuggestedValues;
  const FamilyCount count = facts.JudgesNormalised() && facts.normalised
                                ? census.Recount(facts.family, options, TransformsOf(*facts.rules))
                                : census.Count(facts.family, options);
  Culprit culprit;
  culprit.series = count.series;
  const LabelCount* const label = FindCulprit(count);
  if (label == nullptr) return culprit;
  culprit.label = label->name;
  culprit.values_total = label->values;
  culprit.series_without = label->series_without;
  for (const ValueCount& value : label->top) {
    if (culprit.values.size() == kShownValues) break;
    culprit.values.push_back(value.value);
  }
  if (culprit.series_without) SuggestValueLimit(*label, limit_series, &culprit);
  return culprit;
}

std::string SeriesRemedy(const FamilyFacts& facts, const Culprit& culprit, uint64_t limit_series) {
  std::string text;
  const auto add = [&text](const std::string& sentence) {
    if (!text.empty()) text += "; ";
    text += sentence;
  };
  if (!facts.JudgesNormalised() && facts.rules->metric != nullptr && facts.normalised &&
      facts.normalised->series <= limit_series) {
    add("normalised by the policy's own rules, " + Remain(facts.normalised->series, "series") +
        ": wrap it in the service, or judge with --as-guarded");
  }
  if (culprit.label.empty()) {
    add("no label of it has more than one value: raise the limit, or drop the metric");
    return text;
  }
  if (!culprit.series_without) {
    add("label " + InQuotes(culprit.label) +
        " has the most values; what is left without it is not known of an estimate");
    return text;
  }
  add("without label " + InQuotes(culprit.label) + " " + Remain(*culprit.series_without, "series") +
      (*culprit.series_without > limit_series ? ", still too many" : ""));
  if (culprit.value_limit) {
    add("value_limit " + WithThousands(*culprit.value_limit) + " on it leaves at most " +
        WithThousands(culprit.series_at_value_limit));
  }
  return text;
}

}  // namespace seriesguard
