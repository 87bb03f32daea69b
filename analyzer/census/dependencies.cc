// SPDX-License-Identifier: Apache-2.0
//
// dependencies.cc: x determines y when no code of x meets two codes of y; most pairs fail within a few rows, and nearly
// all others within a twentieth of the rows, taken value by value of x.
#include "analyzer/census/dependencies.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "analyzer/census/boundary_label.h"

namespace seriesguard {
namespace {

constexpr size_t kMostLabels = 64;  // pairs are looked for among the labels with the most values

constexpr uint64_t kLeastRowsAnException = 20;  // of all rows
constexpr uint64_t kLeastGainAnException = 10;  // against guessing, and of the rows that could be exceptions

struct CodesOfRows {
  size_t label;
  uint64_t radix;
  std::vector<uint32_t> codes;  // by row
};

bool Determines(const CodesOfRows& x, const CodesOfRows& y) {
  // A label with fewer values cannot determine one with more, but that its absence may stand for one.
  if (x.radix + 1 < y.radix) return false;
  std::vector<uint32_t> image(x.radix, UINT32_MAX);
  for (size_t row = 0; row < x.codes.size(); ++row) {
    if (x.codes[row] == 0 && y.codes[row] == 0) continue;
    uint32_t& known = image[x.codes[row]];
    if (known == UINT32_MAX) known = y.codes[row];
    if (known != y.codes[row]) return false;
  }
  return true;
}

// The rows of one label, those of one value together.
struct RowsByValue {
  std::vector<uint32_t> rows;
  std::vector<uint32_t> begins;  // by code; one more for the end
};

RowsByValue SortByValue(const CodesOfRows& x) {
  RowsByValue sorted;
  sorted.begins.assign(x.radix + 1, 0);
  for (const uint32_t code : x.codes) ++sorted.begins[code + 1];
  for (size_t code = 0; code < x.radix; ++code) sorted.begins[code + 1] += sorted.begins[code];
  sorted.rows.resize(x.codes.size());
  std::vector<uint32_t> next(sorted.begins.begin(), sorted.begins.end() - 1);
  for (uint32_t row = 0; row < x.codes.size(); ++row) sorted.rows[next[x.codes[row]]++] = row;
  return sorted;
}

// How often each value of y stands beside one value of x; cleared by what was counted, not by its size.
class Beside {
 public:
  explicit Beside(uint64_t radix) : counts_(radix, 0) {}

  void Add(uint32_t code) {
    if (counts_[code]++ == 0) seen_.push_back(code);
  }
  uint64_t Most() const {
    uint32_t most = 0;
    for (const uint32_t code : seen_) most = std::max(most, counts_[code]);
    return most;
  }
  void Clear() {
    for (const uint32_t code : seen_) counts_[code] = 0;
    seen_.clear();
  }

 private:
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> seen_;
};

// Counts the exceptions of "x determines y" until there are too many; see the header for what too many is.
bool NearlyDetermines(const CodesOfRows& x, const RowsByValue& by_x, const CodesOfRows& y, Dependency* found) {
  const uint64_t rows = x.codes.size();
  // Each value of y beyond those of x, and one for its absence, is an exception at least.
  if (y.radix > x.radix + 1 && (y.radix - x.radix - 1) * kLeastRowsAnException > rows) return false;
  Beside beside(y.radix);
  uint64_t exceptions = 0, samples = 0, groups = 0;
  for (uint64_t code = 0; code < x.radix; ++code) {
    const uint64_t before = samples;
    for (uint32_t i = by_x.begins[code]; i < by_x.begins[code + 1]; ++i) {
      const uint32_t other = y.codes[by_x.rows[i]];
      if (code == 0 && other == 0) continue;
      beside.Add(other);
      ++samples;
    }
    if (samples == before) continue;
    ++groups;
    exceptions += samples - before - beside.Most();
    beside.Clear();
    if (exceptions * kLeastRowsAnException > rows) return false;
  }
  for (size_t row = 0; row < rows; ++row) {
    if (x.codes[row] != 0 || y.codes[row] != 0) beside.Add(y.codes[row]);
  }
  const uint64_t wrong_guesses = samples - beside.Most();
  found->exceptions = exceptions;
  found->samples = samples;
  return exceptions * kLeastRowsAnException <= samples && exceptions * kLeastGainAnException <= wrong_guesses &&
         exceptions * kLeastGainAnException <= samples - groups;
}

uint64_t SamplesWithEither(const CodesOfRows& x, const CodesOfRows& y) {
  uint64_t samples = 0;
  for (size_t row = 0; row < x.codes.size(); ++row) samples += x.codes[row] != 0 || y.codes[row] != 0;
  return samples;
}

std::vector<CodesOfRows> CodesOf(const FamilyTables& family, RowCodes* row_codes) {
  std::vector<CodesOfRows> all;
  LabelCoding coding;
  for (size_t i = 0; i < family.labels.size(); ++i) {
    if (IsBoundaryName(family.info.labels[i])) continue;
    std::vector<uint32_t> codes(row_codes->rows(), 0);
    row_codes->ForEach(family.labels[i], nullptr, &coding,
                       [&](const RowSpan& span, uint32_t row, uint32_t count, const uint32_t* run, uint32_t code) {
                         uint32_t* const to = codes.data() + span.offset + row;
                         for (uint32_t r = 0; r < count; ++r) to[r] = run == nullptr ? code : run[r];
                       });
    if (coding.radix() <= 2) continue;  // one value: everything determines it, which tells nobody anything
    all.push_back({i, coding.radix(), std::move(codes)});
    if (all.size() > kMostLabels) {
      all.erase(std::min_element(all.begin(), all.end(),
                                 [](const CodesOfRows& a, const CodesOfRows& b) { return a.radix < b.radix; }));
    }
  }
  return all;
}

}  // namespace

std::vector<Dependency> FindDependencies(const FamilyTables& family, RowCodes* row_codes) {
  row_codes->Select(family, kAllInputs);
  const std::vector<CodesOfRows> all = CodesOf(family, row_codes);
  std::vector<Dependency> dependencies;
  for (const CodesOfRows& x : all) {
    RowsByValue by_x;
    for (const CodesOfRows& y : all) {
      if (&x == &y) continue;
      Dependency found{family.info.labels[x.label], family.info.labels[y.label]};
      if (Determines(x, y)) {
        found.samples = SamplesWithEither(x, y);
        dependencies.push_back(std::move(found));
        continue;
      }
      if (by_x.begins.empty()) by_x = SortByValue(x);
      if (NearlyDetermines(x, by_x, y, &found)) dependencies.push_back(std::move(found));
    }
  }
  return dependencies;
}

}  // namespace seriesguard
