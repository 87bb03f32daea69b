// SPDX-License-Identifier: Apache-2.0
//
// side_keys.h: one number a row of a family that stands for its labels, exactly, the same on both sides.
//
// Use:      Begin with a family, AddLabel for each label that is part of the identity, then read the keys.
// Threads:  one thread an object; the data is only read.
// Memory:   8 bytes a row of the largest family, kept; a byte a distinct value while a label is coded.
// Cost:     as RowKeys (row_keys.h), and one more byte to write a row.
//
// Both sides are inputs of one census, so that equal texts have one symbol and equal labels one key: a mixed radix of
// codes, no hash. Where the radix product would pass 2^62, the keys so far are replaced by the number of their first
// appearance, which is as exact.
#ifndef SERIESGUARD_ANALYZER_DIFF_SIDE_KEYS_H_
#define SERIESGUARD_ANALYZER_DIFF_SIDE_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/census/distinct_keys.h"
#include "analyzer/census/row_codes.h"

namespace seriesguard {

// Bits of a side.
inline constexpr uint8_t kBeforeBit = 1;
inline constexpr uint8_t kAfterBit = 2;

class SideKeys {
 public:
  // `bit_of_input`: the side that an input belongs to. Lifetime: both outlive the object.
  SideKeys(const CensusData& data, const std::vector<uint8_t>& bit_of_input)
      : data_(data), bit_of_input_(bit_of_input), codes_(data) {}

  // Selects the rows of a family; their keys hold no label yet.
  void Begin(const FamilyTables& family);

  const std::vector<RowSpan>& spans() const { return codes_.spans(); }
  RowCodes& codes() { return codes_; }

  // Adds a label's digit to every key. `sides[code]` receives the bits of the sides that have the code.
  void AddLabel(Symbol label, LabelCoding* coding, std::vector<uint8_t>* sides);

  // By offset of the row; every key is below bound(). Lifetime: until the next call.
  const uint64_t* Keys();
  uint64_t bound() const { return bound_; }

 private:
  uint64_t* Reserve();

  const CensusData& data_;
  const std::vector<uint8_t>& bit_of_input_;
  RowCodes codes_;
  DistinctKeys distinct_;
  std::unique_ptr<uint64_t[]> keys_;  // not cleared first: every key is written before it is read
  size_t capacity_ = 0;
  bool is_written_ = false;
  uint64_t bound_ = 1;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_SIDE_KEYS_H_
