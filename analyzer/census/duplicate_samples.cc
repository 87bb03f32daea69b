// SPDX-License-Identifier: Apache-2.0
//
// duplicate_samples.cc: rows of one table and one input are compared, so neither needs a digit of the keys.
#include "analyzer/census/duplicate_samples.h"

#include <algorithm>
#include <utility>

#include "analyzer/census/series_text.h"

namespace seriesguard {
namespace {

// The timestamp is one more digit of the keys: the distinct ones are numbered.
void AddTimestamps(const RowSpan& span, DistinctKeys* distinct, uint64_t* keys) {
  std::vector<uint64_t> times(span.count);
  for (uint32_t i = 0; i < span.count; ++i) times[i] = static_cast<uint64_t>(span.table->timestamps[span.first + i]);
  const uint64_t time_count = distinct->Densify(times.data(), times.size());
  distinct->Densify(keys, span.count);
  for (uint32_t i = 0; i < span.count; ++i) keys[i] = keys[i] * time_count + times[i];
}

DuplicateSample Describe(const CensusData& data, const RowSpan& span, uint32_t first, uint32_t again) {
  DuplicateSample duplicate;
  duplicate.input = span.input;
  duplicate.first_line = LineOfRow(*span.table, span.first + first);
  duplicate.again_line = LineOfRow(*span.table, span.first + again);
  duplicate.series = SeriesTextOfRow(data, *span.table, span.first + first);
  return duplicate;
}

}  // namespace

uint64_t FindDuplicates(const FamilyTables& family, size_t limit, RowKeys* row_keys,
                        std::vector<DuplicateSample>* duplicates) {
  row_keys->Begin(family, kAllInputs, /*per_target=*/false);
  LabelCoding coding;
  for (const Symbol label : family.labels) row_keys->AddLabel(label, nullptr, &coding);
  const CensusData& data = row_keys->data();
  uint64_t found = 0;
  for (const RowSpan& span : row_keys->spans()) {
    const size_t wanted = limit - std::min(limit, duplicates->size());
    if (row_keys->all_equal() && span.table->timestamps.empty()) {
      found += span.count - 1;
      for (uint32_t i = 1; i < span.count && i <= wanted; ++i) duplicates->push_back(Describe(data, span, 0, i));
      continue;
    }
    uint64_t* const keys = row_keys->Keys() + span.offset;
    if (!span.table->timestamps.empty()) AddTimestamps(span, &row_keys->distinct(), keys);
    std::vector<bool> repeats;
    std::vector<size_t> first;
    row_keys->distinct().MarkRepeats(keys, span.count, &repeats, &first, wanted);
    size_t next = 0;
    for (uint32_t i = 0; i < span.count; ++i) {
      if (!repeats[i]) continue;
      ++found;
      if (next == first.size()) continue;
      duplicates->push_back(Describe(data, span, static_cast<uint32_t>(first[next++]), i));
    }
  }
  return found;
}

}  // namespace seriesguard
