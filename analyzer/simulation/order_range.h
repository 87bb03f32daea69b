// SPDX-License-Identifier: Apache-2.0
//
// order_range.h: how many label sets a metric can be left with, whatever the order in which they come.
//
// Use:      of label sets as they are after the rules' own steps, before any limit.
// Threads:  pure functions.
// Cost:     linear: for each limited label a pass over the distinct label sets.
// Source:   docs/simulate.md, "The range", has the proof; the tests hold it against every order of small dumps.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_ORDER_RANGE_H_
#define SERIESGUARD_ANALYZER_SIMULATION_ORDER_RANGE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "analyzer/simulation/row_set.h"
#include "analyzer/simulation/simulation.h"

namespace seriesguard {

// What a value is before limits.
enum class PlaceKind : uint8_t {
  kAbsent,
  kOtherwise,
  kReserved,  // has its place from the start
  kDynamic,   // needs one
};

// One label, and what its values are.
struct LabelPlaces {
  static constexpr uint32_t kAbsentCode = 0, kOtherwiseCode = 1;

  bool is_dropped = false;                                      // every value is absent, and needs no place
  uint64_t free_places = std::numeric_limits<uint64_t>::max();  // for dynamic values
  std::vector<PlaceKind> kind_of_code{PlaceKind::kAbsent, PlaceKind::kOtherwise};
};

// The distinct label sets of one metric, as codes by label; those that are exported at 0 from the start among them.
struct NormalisedSets {
  explicit NormalisedSets(size_t labels) : places(labels), tuples(labels) {}

  std::vector<LabelPlaces> places;
  RowSet tuples;

  // Says whether a label set needs one of the metric's shared places: some value of it has none of its own.
  bool NeedsPlace(const uint32_t* tuple) const;
  uint64_t CountNeedingPlace() const;
};

// How many label sets may take shared places: at least so many when others came first, at most so many.
struct SharedPlaces {
  uint64_t least = std::numeric_limits<uint64_t>::max();
  uint64_t most = std::numeric_limits<uint64_t>::max();
};

struct OrderRange {
  SeriesRange label_sets;
  bool may_bite = false;  // there is an order in which some limit folds something
};

OrderRange RangeOverOrders(const NormalisedSets& sets, const SharedPlaces& shared);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_ORDER_RANGE_H_
