// SPDX-License-Identifier: Apache-2.0
//
// dependencies.cc: x determines y when no code of x meets two codes of y; most pairs fail within a few rows.
#include "analyzer/census/dependencies.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "analyzer/census/boundary_label.h"

namespace seriesguard {
namespace {

constexpr size_t kMostLabels = 64;  // pairs are looked for among the labels with the most values

struct CodesOfRows {
  size_t label;
  uint64_t radix;
  std::vector<uint32_t> codes;  // by row
};

bool Determines(const CodesOfRows& x, const CodesOfRows& y) {
  if (x.radix < y.radix) return false;  // a label with fewer values cannot determine one with more
  std::vector<uint32_t> image(x.radix, UINT32_MAX);
  for (size_t row = 0; row < x.codes.size(); ++row) {
    if (x.codes[row] == 0 && y.codes[row] == 0) continue;
    uint32_t& known = image[x.codes[row]];
    if (known == UINT32_MAX) known = y.codes[row];
    if (known != y.codes[row]) return false;
  }
  return true;
}

}  // namespace

std::vector<Dependency> FindDependencies(const FamilyTables& family, RowCodes* row_codes) {
  row_codes->Select(family, kAllInputs);
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
  std::vector<Dependency> dependencies;
  for (const CodesOfRows& x : all) {
    for (const CodesOfRows& y : all) {
      if (&x == &y || !Determines(x, y)) continue;
      dependencies.push_back({family.info.labels[x.label], family.info.labels[y.label]});
    }
  }
  return dependencies;
}

}  // namespace seriesguard
