// SPDX-License-Identifier: Apache-2.0
//
// boundary_counts.cc: keys of the rows that have the label, sorted; the lengths of runs are the answer.
#include "analyzer/census/boundary_counts.h"

#include <algorithm>
#include <cstddef>

namespace seriesguard {

void CountBoundaries(Symbol boundary, const std::vector<uint64_t>& label_set_keys, const std::vector<bool>& repeats,
                     RowCodes* row_codes, BoundaryCount* count) {
  std::vector<uint64_t> bucket_keys;  // one a series that has the boundary label
  LabelCoding coding;
  row_codes->ForEach(boundary, nullptr, &coding,
                     [&](const RowSpan& span, uint32_t row, uint32_t rows, const uint32_t* codes, uint32_t code) {
                       for (uint32_t i = 0; i < rows; ++i) {
                         const size_t at = span.offset + row + i;
                         if ((codes == nullptr ? code : codes[i]) == 0 || (!repeats.empty() && repeats[at])) continue;
                         bucket_keys.push_back(label_set_keys.empty() ? 0 : label_set_keys[at]);
                       }
                     });
  std::sort(bucket_keys.begin(), bucket_keys.end());
  count->min_per_label_set = count->max_per_label_set = 0;
  for (size_t i = 0; i < bucket_keys.size();) {
    size_t end = i;
    while (end < bucket_keys.size() && bucket_keys[end] == bucket_keys[i]) ++end;
    const uint64_t size = end - i;
    count->min_per_label_set = count->min_per_label_set == 0 ? size : std::min(count->min_per_label_set, size);
    count->max_per_label_set = std::max(count->max_per_label_set, size);
    i = end;
  }
}

}  // namespace seriesguard
