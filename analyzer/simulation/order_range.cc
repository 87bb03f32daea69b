// SPDX-License-Identifier: Apache-2.0
//
// order_range.cc: each bound has its letter in docs/simulate.md, "The range".
#include "analyzer/simulation/order_range.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace seriesguard {
namespace {

using Code = uint32_t;

// Counts the distinct rows that `change` makes of the label sets for which it returns true.
uint64_t CountDistinct(const NormalisedSets& sets, const std::function<bool(std::vector<Code>*)>& change) {
  RowSet distinct(sets.places.size());
  std::vector<Code> row;
  for (size_t t = 0; t < sets.tuples.size(); ++t) {
    row.assign(sets.tuples.Row(t), sets.tuples.Row(t) + sets.places.size());
    if (change(&row)) distinct.Insert(row.data());
  }
  return distinct.size();
}

PlaceKind KindOf(const NormalisedSets& sets, size_t label, Code code) { return sets.places[label].kind_of_code[code]; }

uint64_t DynamicValues(const LabelPlaces& places) {
  return static_cast<uint64_t>(std::count(places.kind_of_code.begin(), places.kind_of_code.end(), PlaceKind::kDynamic));
}

class Bounds {
 public:
  explicit Bounds(const NormalisedSets& sets) : sets_(sets) {
    for (size_t i = 0; i < sets.places.size(); ++i) {
      const LabelPlaces& places = sets.places[i];
      if (!places.is_dropped && DynamicValues(places) > places.free_places) limited_.push_back(i);
    }
  }

  const std::vector<size_t>& limited() const { return limited_; }

  // R: what is left when every label set overflows as far as it can.
  uint64_t FullyOverflowed() const {
    return CountDistinct(sets_, [this](std::vector<Code>* row) {
      for (size_t i = 0; i < row->size(); ++i) {
        const PlaceKind kind = KindOf(sets_, i, (*row)[i]);
        if (sets_.places[i].is_dropped || kind == PlaceKind::kReserved) continue;
        (*row)[i] = LabelPlaces::kOtherwiseCode;
      }
      return true;
    });
  }

  // F: the same for the limited labels only.
  uint64_t AllLimitedFolded() const {
    return CountDistinct(sets_, [this](std::vector<Code>* row) {
      for (const size_t i : limited_) Fold(i, row);
      return true;
    });
  }

  // A_i: at most so many label sets, because label `i` has places for so few values.
  uint64_t MostUnderLimitOf(size_t i) const {
    std::vector<uint64_t> sets_with(sets_.places[i].kind_of_code.size(), 0);
    uint64_t untouched = 0;
    for (size_t t = 0; t < sets_.tuples.size(); ++t) {
      const Code code = sets_.tuples.Row(t)[i];
      ++sets_with[code];
      const PlaceKind kind = KindOf(sets_, i, code);
      if (kind == PlaceKind::kReserved || kind == PlaceKind::kAbsent) ++untouched;
    }
    const uint64_t folded = CountDistinct(sets_, [this, i](std::vector<Code>* row) {
      const PlaceKind kind = KindOf(sets_, i, (*row)[i]);
      Fold(i, row);
      return kind == PlaceKind::kDynamic || kind == PlaceKind::kOtherwise;
    });
    std::vector<uint64_t> dynamic = DynamicOnly(i, sets_with);
    std::sort(dynamic.begin(), dynamic.end(), std::greater<>());
    return untouched + folded + SumOfFirst(dynamic, sets_.places[i].free_places);
  }

  // B_i: at least so many where no series limit bites, because label `i` fills its places in every order.
  uint64_t LeastUnderLimitOf(size_t i) const {
    // Every other limited label folded as far as it can be.
    RowSet others(sets_.places.size());
    std::vector<Code> row;
    std::vector<uint64_t> sets_with(sets_.places[i].kind_of_code.size(), 0);
    uint64_t untouched = 0;
    for (size_t t = 0; t < sets_.tuples.size(); ++t) {
      row.assign(sets_.tuples.Row(t), sets_.tuples.Row(t) + sets_.places.size());
      for (const size_t other : limited_) {
        if (other != i) Fold(other, &row);
      }
      if (!others.Insert(row.data()).is_new) continue;
      ++sets_with[row[i]];
      const PlaceKind kind = KindOf(sets_, i, row[i]);
      if (kind == PlaceKind::kReserved || kind == PlaceKind::kAbsent) ++untouched;
    }
    std::vector<uint64_t> dynamic = DynamicOnly(i, sets_with);
    std::sort(dynamic.begin(), dynamic.end());
    return untouched + SumOfFirst(dynamic, sets_.places[i].free_places + 1);
  }

 private:
  void Fold(size_t i, std::vector<Code>* row) const {
    if (KindOf(sets_, i, (*row)[i]) == PlaceKind::kDynamic) (*row)[i] = LabelPlaces::kOtherwiseCode;
  }
  std::vector<uint64_t> DynamicOnly(size_t i, const std::vector<uint64_t>& by_code) const {
    std::vector<uint64_t> dynamic;
    for (Code code = 0; code < by_code.size(); ++code) {
      if (KindOf(sets_, i, code) == PlaceKind::kDynamic) dynamic.push_back(by_code[code]);
    }
    return dynamic;
  }
  static uint64_t SumOfFirst(const std::vector<uint64_t>& numbers, uint64_t count) {
    const auto end = numbers.begin() + static_cast<std::ptrdiff_t>(std::min<uint64_t>(count, numbers.size()));
    return std::accumulate(numbers.begin(), end, uint64_t{0});
  }

  const NormalisedSets& sets_;
  std::vector<size_t> limited_;  // labels with more dynamic values than places
};

}  // namespace

bool NormalisedSets::NeedsPlace(const uint32_t* tuple) const {
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i].is_dropped) continue;
    const PlaceKind kind = places[i].kind_of_code[tuple[i]];
    if (kind == PlaceKind::kDynamic || kind == PlaceKind::kAbsent) return true;
  }
  return false;
}

uint64_t NormalisedSets::CountNeedingPlace() const {
  uint64_t count = 0;
  for (size_t t = 0; t < tuples.size(); ++t) count += NeedsPlace(tuples.Row(t));
  return count;
}

OrderRange RangeOverOrders(const NormalisedSets& sets, const SharedPlaces& shared) {
  const Bounds bounds(sets);
  const uint64_t all = sets.tuples.size();
  const uint64_t needing = sets.CountNeedingPlace();
  OrderRange range;
  range.may_bite = !bounds.limited().empty() || needing > shared.least;
  range.label_sets = {all, all};
  if (!range.may_bite) return range;

  uint64_t most = all;
  uint64_t least = bounds.AllLimitedFolded();
  for (const size_t i : bounds.limited()) {
    most = std::min(most, bounds.MostUnderLimitOf(i));
    least = std::max(least, bounds.LeastUnderLimitOf(i));
  }
  if (std::min(needing, most) > shared.least) {
    const uint64_t overflowed = bounds.FullyOverflowed();
    most = std::min(most, overflowed + std::min(shared.most, needing));
    least = std::max(overflowed, std::min(least, shared.least + (all - needing)));
  }
  range.label_sets = {least, most};
  return range;
}

}  // namespace seriesguard
