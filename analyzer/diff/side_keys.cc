// SPDX-License-Identifier: Apache-2.0
//
// side_keys.cc: see the header for the method.
#include "analyzer/diff/side_keys.h"

#include <algorithm>

#include "analyzer/census/count.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMaxBound = uint64_t{1} << 62;

}  // namespace

void SideKeys::Begin(const FamilyTables& family) {
  codes_.Select(family, kAllInputs);
  is_written_ = false;
  bound_ = 1;
}

uint64_t* SideKeys::Reserve() {
  const size_t rows = codes_.rows();
  if (capacity_ < rows) {
    keys_.reset();
    keys_.reset(new uint64_t[rows]);
    capacity_ = rows;
  }
  return keys_.get();
}

const uint64_t* SideKeys::Keys() {
  uint64_t* const keys = Reserve();
  if (!is_written_) std::fill_n(keys, codes_.rows(), 0);
  is_written_ = true;
  return keys;
}

void SideKeys::AddLabel(Symbol label, LabelCoding* coding, std::vector<uint8_t>* sides) {
  sides->clear();
  const auto see = [sides](uint32_t code, uint8_t bit) {
    if (code >= sides->size()) sides->resize(code + 1 + code / 2, 0);
    (*sides)[code] |= bit;
  };
  if (codes_.IsConstant(label)) {
    codes_.ForEach(label, nullptr, coding,
                   [&](const RowSpan& span, uint32_t, uint32_t, const uint32_t*, uint32_t code) {
                     see(code, bit_of_input_[span.input]);
                   });
    sides->resize(coding->radix(), 0);
    return;
  }
  // A label has fewer values than there are rows and symbols; only where even that could overflow, densify first.
  const uint64_t most = std::min<uint64_t>(codes_.rows(), data_.symbols.size()) + 1;
  if (bound_ > kMaxBound / most) bound_ = distinct_.Densify(keys_.get(), codes_.rows());
  const uint64_t stride = bound_;
  const bool is_first = !is_written_;
  uint64_t* const all_keys = Reserve();
  is_written_ = true;
  codes_.ForEach(label, nullptr, coding,
                 [&](const RowSpan& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                   uint64_t* const keys = all_keys + span.offset + row;
                   const uint8_t bit = bit_of_input_[span.input];
                   if (codes == nullptr) {
                     see(code, bit);
                     const uint64_t digit = code * stride;
                     if (is_first) {
                       std::fill_n(keys, count, digit);
                     } else if (digit != 0) {
                       for (uint32_t i = 0; i < count; ++i) keys[i] += digit;
                     }
                     return;
                   }
                   sides->resize(std::max<size_t>(sides->size(), coding->radix()), 0);
                   uint8_t* const seen = sides->data();
                   if (is_first) {
                     for (uint32_t i = 0; i < count; ++i) {
                       seen[codes[i]] |= bit;
                       keys[i] = codes[i];
                     }
                   } else {
                     for (uint32_t i = 0; i < count; ++i) {
                       seen[codes[i]] |= bit;
                       keys[i] += codes[i] * stride;
                     }
                   }
                 });
  sides->resize(coding->radix(), 0);
  bound_ = stride * coding->radix();
}

}  // namespace seriesguard
