// SPDX-License-Identifier: Apache-2.0
//
// random_policies.cc: see the header.
#include "tests/analyzer/suggest/random_policies.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/census/count.h"
#include "rules/reserve.h"

namespace seriesguard {

RandomPolicies::RandomPolicies(const Census& census, uint64_t seed) : census_(census), state_(seed) {
  series_ = census.TotalSeries(CountOptions());
  for (size_t i = 0; i < census.family_count(); ++i) {
    const FamilyCount& count = census.plain(i);
    label_sets_ += count.label_sets;
    Family family;
    family.index = i;
    for (const LabelCount& label : count.labels) {
      if (label.name == "le" || label.name == "quantile") continue;
      family.labels.push_back(ReadLabelInDump(census, i, label.name, true));
      family.natural.push_back(NaturalRemedies(census, i, family.labels.back()));
    }
    if (!family.labels.empty()) families_.push_back(std::move(family));
  }
}

uint64_t RandomPolicies::Random() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

Remedy RandomPolicies::Draw(const Family& family, size_t index) {
  const LabelInDump& label = family.labels[index];
  const std::vector<Remedy>& natural = family.natural[index];
  const size_t choice = Below(natural.empty() ? 3 : 4);
  if (choice == 0) return DropRemedy(label, "drawn");
  if (choice == 3) return natural[Below(natural.size())];
  // A length of any order of magnitude.
  size_t most = label.listable.size();
  const size_t halvings = Below(8);
  for (size_t i = 0; i < halvings && most > 1; ++i) most = (most + 1) / 2;
  const size_t length = Below(most + 1);
  if (choice == 1) return FoldRemedy(label, length);
  Remedy drawn = FoldRemedy(label, 0);
  std::vector<std::string> values = label.listable;
  for (size_t i = 0; i < length; ++i) std::swap(values[i], values[i + Below(values.size() - i)]);
  drawn.rule.allow.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(length));
  return drawn;
}

uint64_t RandomPolicies::Next(uint64_t most_series) {
  std::vector<Place> places;
  for (size_t family = 0; family < families_.size(); ++family) {
    for (size_t label = 0; label < families_[family].labels.size(); ++label) places.push_back({family, label});
  }
  for (size_t i = 0; i + 1 < places.size(); ++i) std::swap(places[i], places[i + Below(places.size() - i)]);
  std::vector<std::vector<Remedy>> rules(families_.size());
  std::vector<std::pair<uint64_t, uint64_t>> counts;  // series and label sets of each family
  for (const Family& family : families_) {
    counts.emplace_back(census_.plain(family.index).series, census_.plain(family.index).label_sets);
  }
  CountOptions options;
  options.top_values = 0;
  uint64_t series = series_, label_sets = label_sets_;
  for (const Place& place : places) {
    if (series <= most_series) break;
    const Family& family = families_[place.family];
    std::vector<Remedy> more = rules[place.family];
    more.push_back(Draw(family, place.label));
    int64_t reserve = 1;
    for (const Remedy& remedy : more) reserve = SaturatingProduct(reserve, ReserveFactor(remedy.rule));
    const FamilyCount count = census_.Recount(family.index, options, TransformsOfRules(more));
    if (reserve > 1 && static_cast<uint64_t>(reserve) > count.series) continue;
    auto& before = counts[place.family];
    series = series - before.first + count.series;
    label_sets = label_sets - before.second + count.label_sets;
    before = {count.series, count.label_sets};
    rules[place.family] = std::move(more);
  }
  return series <= most_series ? label_sets : 0;
}

}  // namespace seriesguard
