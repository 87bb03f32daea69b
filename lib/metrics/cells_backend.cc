// SPDX-License-Identifier: Apache-2.0
//
// cells_backend.cc: see the header.
#include "lib/metrics/cells_backend.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "lib/metrics/rendered_labels.h"

namespace seriesguard {

CellSeries* CellsBackendBase::Take(const LabelPairs& labels) {
  std::string rendered = RenderLabels(labels);
  return store_.Take(std::move(rendered), wall_clock_ns_());
}

SeriesTotal CellsBackendBase::TotalOf(const CellSeries& series, bool is_histogram) {
  std::vector<uint64_t> ints(series.cells->layout().int_words);
  SeriesTotal total;
  series.cells->AddTotal(series.slot, ints.data(), &total.value);
  if (is_histogram) {
    total.buckets.assign(ints.begin(), ints.end());
  } else {
    total.value += static_cast<double>(ints[0]);
  }
  total.created_ns = series.created_ns;
  return total;
}

// (To the words and not through the metric: who admits a series is not who counts, and asks for no stripe.)
void CellsBackendBase::ResumeFrom(const SeriesTotal& total, CellSeries* series) {
  std::atomic<uint64_t>* const ints = series->cells->ints(series->slot);
  double rest = total.value;
  if (total.buckets.empty()) {
    // Whole and fraction apart, as they were counted: a small fraction does not get lost in a large double.
    const double whole = std::floor(total.value);
    if (whole < Counter::kWholeBelow) {
      ints[0].fetch_add(static_cast<uint64_t>(whole), std::memory_order_relaxed);
      rest = total.value - whole;
    }
  } else {
    const size_t words = std::min<size_t>(total.buckets.size(), series->cells->layout().int_words);
    for (size_t i = 0; i < words; ++i) {
      ints[i].fetch_add(static_cast<uint64_t>(total.buckets[i]), std::memory_order_relaxed);
    }
  }
  AddToDouble(series->cells->doubles(series->slot), rest);
  if (total.created_ns != 0) series->created_ns = total.created_ns;
}

}  // namespace seriesguard
