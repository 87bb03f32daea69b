// SPDX-License-Identifier: Apache-2.0
//
// family_counter.h: counts one family: series, label sets, values a label, and what is left without a label.
//
// Use:      asked by Census for each family; short-lived, the memory that is worth keeping is that of RowKeys.
// Threads:  one at a time; the data is only read.
// Memory:   see row_keys.h. A family of one sample name in which at most one label differs from row to row needs no
//           keys: its series are that label's values.
// Cost:     see row_keys.h; what-if the same once more a label.
#ifndef SERIESGUARD_ANALYZER_CENSUS_FAMILY_COUNTER_H_
#define SERIESGUARD_ANALYZER_CENSUS_FAMILY_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/census/row_keys.h"

namespace seriesguard {

class FamilyCounter {
 public:
  // Lifetime: `row_keys` must outlive the counter; it holds the data, and nothing from one question to the next.
  explicit FamilyCounter(RowKeys* row_keys) : keys_(*row_keys), data_(row_keys->data()) {}

  // Counts a family. Where series are summed over targets, those of each input are added to `series_of_input` as well
  // (indexed by input; may be null).
  FamilyCount Count(const FamilyTables& family, const CountOptions& options,
                    const std::vector<LabelTransform>& transforms, std::vector<uint64_t>* series_of_input = nullptr);

  // Calls `visit` for the values of one label with the number of their series, in order of appearance. `repeats`: some
  // row may repeat the series of an earlier one (false: rows are counted, which costs one label in place of all).
  void ForEachValue(const FamilyTables& family, Symbol label, size_t input, bool repeats,
                    const std::function<void(std::string_view value, uint64_t series)>& visit);

 private:
  // A label that is part of the identity: neither dropped nor left out.
  struct CodedLabel {
    size_t index;  // into FamilyTables::labels
    const LabelTransform* transform;
    uint64_t stride;    // of its digit
    uint64_t variants;  // its values, and its absence where that occurs
  };

  bool NeedsKeys(const FamilyTables& family, const CountOptions& options) const;
  void AddLabel(const FamilyTables& family, size_t index, const std::vector<LabelTransform>& transforms,
                size_t top_values, LabelCount* label);
  void CountSeries(const FamilyTables& family, FamilyCount* count, std::vector<uint64_t>* series_of_input);
  void CountValuesAgain(const FamilyTables& family, uint64_t series, size_t top_values,
                        std::vector<LabelCount>* labels);
  void DescribeBoundary(const FamilyTables& family, const std::vector<uint64_t>& label_set_keys, bool sizes,
                        FamilyCount* count);
  void CountWithoutEach(const FamilyTables& family, size_t begin, size_t end, std::vector<LabelCount>* labels);
  void FillSeriesWithout(const FamilyTables& family, std::vector<LabelCount>* labels);

  RowKeys& keys_;
  const CensusData& data_;
  bool has_keys_ = true;     // else series are counted from the labels alone
  bool per_target_ = false;  // the target is a part of the identity: series are summed over targets
  std::vector<CodedLabel> coded_;
  LabelCoding coding_;         // of the latest label
  std::vector<bool> repeats_;  // by offset: the row repeats an earlier series; empty = none does
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_FAMILY_COUNTER_H_
