// SPDX-License-Identifier: Apache-2.0
//
// row_keys.h: one number a row that stands for its labels, exactly.
//
// Use:      Begin with a family, AddLabel for each label that belongs to the identity asked for, then count.
// Threads:  one at a time; the data is only read.
// Memory:   8 bytes a row of the largest family once a label differs from row to row, twice where keys are sparse;
//           kept for the next family.
// Cost:     codes: see row_codes.h; 1 to 8 ns a row to count.
//
// A key is the row's codes in a mixed radix, the radix of a label being the number of its values + 1, so that two rows
// have the same key exactly when they have the same labels: no hash, no chance of error. A label whose value is the
// same in all rows adds no digit. Where the radix product would pass 2^62, the keys so far are replaced by the number
// of their first appearance, which is as exact.
//
// Invariants
//   1. Keys are below the bound. While is_written_ is false all keys are 0 and keys_ holds nothing.
#ifndef SERIESGUARD_ANALYZER_CENSUS_ROW_KEYS_H_
#define SERIESGUARD_ANALYZER_CENSUS_ROW_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "analyzer/census/distinct_keys.h"
#include "analyzer/census/row_codes.h"

namespace seriesguard {

class RowKeys {
 public:
  explicit RowKeys(const CensusData& data) : codes_(data) {}

  RowCodes& codes() { return codes_; }
  const CensusData& data() const { return codes_.data(); }
  const std::vector<RowSpan>& spans() const { return codes_.spans(); }
  size_t rows() const { return codes_.rows(); }

  // Selects rows; their keys hold no label yet. `per_target` makes the target (the input) the first digit, so that
  // series are summed over targets.
  void Begin(const FamilyTables& family, size_t input, bool per_target);
  // The same for the rows that are selected already.
  void BeginAgain(bool per_target);

  // Codes a label, counts the rows of each value and adds the label's digit to every key. Returns the digit's stride,
  // which CountWithout wants.
  uint64_t AddLabel(Symbol label, const LabelTransform* transform, LabelCoding* coding);

  // Some digits cannot be taken out of the keys any more.
  bool densified() const { return densified_; }

  // Distinct keys, part by part, because series of different sample names are different; `parts` (may be null)
  // receives the number of each.
  uint64_t CountParts(std::vector<uint64_t>* parts);
  // The same where the target is a part of the identity: what each target has is added to `series_of_input`.
  uint64_t CountTargets(std::vector<uint64_t>* parts, std::vector<uint64_t>* series_of_input);
  // What CountParts would be without the target. Requires: keys begun with it, not densified.
  uint64_t CountUnion();
  // Distinct keys over all parts.
  uint64_t CountOverParts();
  // What CountParts would be without one label's digit. Requires: not densified since the label was added.
  uint64_t CountWithout(Symbol label, const LabelTransform* transform, uint64_t stride);
  // Marks the rows that repeat an earlier one of their part; returns whether there are any.
  bool MarkRepeats(std::vector<bool>* repeats);

  // True while no label added differs from row to row: every row has the same key.
  bool all_equal() const { return !is_written_; }
  // All keys, by offset of the row. Lifetime: until the next call that is not const.
  uint64_t* Keys();
  DistinctKeys& distinct() { return distinct_; }

  // What Restore goes back to.
  struct Kept {
    std::vector<uint64_t> keys;
    uint64_t bound;
  };
  Kept Keep() const;
  void Restore(const Kept& kept);

 private:
  // Memory that is not cleared first: every key is written before it is read.
  struct Buffer {
    std::unique_ptr<uint64_t[]> keys;
    size_t capacity = 0;
    uint64_t* Reserve(size_t rows);
  };
  uint64_t CountPartsOf(const uint64_t* keys, uint64_t bound, std::vector<uint64_t>* parts);

  RowCodes codes_;
  DistinctKeys distinct_;
  size_t part_count_ = 0;
  Buffer keys_;
  Buffer other_keys_;
  bool is_written_ = false;
  bool densified_ = false;
  uint64_t bound_ = 1;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_ROW_KEYS_H_
