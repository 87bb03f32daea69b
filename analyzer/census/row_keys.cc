// SPDX-License-Identifier: Apache-2.0
//
// row_keys.cc: see the header for the method.
#include "analyzer/census/row_keys.h"

#include <algorithm>

namespace seriesguard {
namespace {

constexpr uint64_t kMaxBound = uint64_t{1} << 62;

// Calls visit(part, begin, end) with the offsets of each part's rows.
template <typename Visit>
void ForEachPart(const std::vector<RowSpan>& spans, Visit visit) {
  for (size_t s = 0; s < spans.size();) {
    const size_t begin = spans[s].offset;
    const uint32_t part = spans[s].part;
    size_t end = begin;
    for (; s < spans.size() && spans[s].part == part; ++s) end = spans[s].offset + spans[s].count;
    visit(part, begin, end);
  }
}

}  // namespace

uint64_t* RowKeys::Buffer::Reserve(size_t rows) {
  if (capacity < rows) {
    keys.reset();
    keys.reset(new uint64_t[rows]);
    capacity = rows;
  }
  return keys.get();
}

void RowKeys::Begin(const FamilyTables& family, size_t input, bool per_target) {
  codes_.Select(family, input);
  part_count_ = family.tables.size();
  BeginAgain(per_target);
}

void RowKeys::BeginAgain(bool per_target) {
  is_written_ = per_target;
  densified_ = false;
  bound_ = 1;
  if (!per_target) return;
  uint64_t* const keys = keys_.Reserve(rows());
  for (const RowSpan& span : spans()) std::fill_n(keys + span.offset, span.count, span.input);
  bound_ = data().inputs.size();
}

uint64_t* RowKeys::Keys() {
  uint64_t* const keys = keys_.Reserve(rows());
  if (!is_written_) std::fill_n(keys, rows(), 0);
  is_written_ = true;
  return keys;
}

uint64_t RowKeys::AddLabel(Symbol label, const LabelTransform* transform, LabelCoding* coding) {
  if (codes_.IsConstant(label)) {
    codes_.Count(label, transform, coding);
    return bound_;
  }
  // A label has fewer values than there are rows and symbols; only where even that could overflow, densify first.
  const uint64_t most = std::min<uint64_t>(rows(), data().symbols.size()) + 1;
  if (bound_ > kMaxBound / most) {
    bound_ = distinct_.Densify(keys_.keys.get(), rows());
    densified_ = true;
  }
  const uint64_t stride = bound_;
  const bool is_first = !is_written_;
  uint64_t* const all_keys = keys_.Reserve(rows());
  is_written_ = true;
  codes_.ForEach(label, transform, coding,
                 [&](const RowSpan& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                   uint64_t* const keys = all_keys + span.offset + row;
                   if (codes == nullptr) {
                     coding->series[code] += count;
                     const uint64_t digit = code * stride;
                     if (is_first) {
                       std::fill_n(keys, count, digit);
                     } else if (code != 0) {
                       for (uint32_t i = 0; i < count; ++i) keys[i] += digit;
                     }
                   } else if (is_first) {
                     for (uint32_t i = 0; i < count; ++i) {
                       ++coding->series[codes[i]];
                       keys[i] = codes[i];
                     }
                   } else {
                     for (uint32_t i = 0; i < count; ++i) {
                       ++coding->series[codes[i]];
                       keys[i] += codes[i] * stride;
                     }
                   }
                 });
  bound_ = stride * coding->radix();
  return stride;
}

uint64_t RowKeys::CountPartsOf(const uint64_t* keys, uint64_t bound, std::vector<uint64_t>* parts) {
  uint64_t sum = 0;
  if (parts != nullptr) parts->assign(part_count_, 0);
  ForEachPart(spans(), [&](uint32_t part, size_t begin, size_t end) {
    const uint64_t series = keys == nullptr ? 1 : distinct_.Count(keys + begin, end - begin, bound);
    if (parts != nullptr) (*parts)[part] = series;
    sum += series;
  });
  return sum;
}

uint64_t RowKeys::CountParts(std::vector<uint64_t>* parts) {
  return CountPartsOf(is_written_ ? keys_.keys.get() : nullptr, bound_, parts);
}

uint64_t RowKeys::CountTargets(std::vector<uint64_t>* parts, std::vector<uint64_t>* series_of_input) {
  const uint64_t* const keys = Keys();
  uint64_t sum = 0;
  parts->assign(part_count_, 0);
  for (const RowSpan& span : spans()) {
    const uint64_t series = distinct_.Count(keys + span.offset, span.count, bound_);
    (*parts)[span.part] += series;
    if (series_of_input != nullptr) (*series_of_input)[span.input] += series;
    sum += series;
  }
  return sum;
}

uint64_t RowKeys::CountUnion() {
  const uint64_t targets = data().inputs.size();
  const uint64_t* const keys = Keys();
  uint64_t* const others = other_keys_.Reserve(rows());
  for (size_t i = 0; i < rows(); ++i) others[i] = keys[i] / targets;
  return CountPartsOf(others, bound_ / targets, nullptr);
}

uint64_t RowKeys::CountOverParts() {
  if (!is_written_) return rows() > 0 ? 1 : 0;
  // One key a run is enough: the lines of one label set mostly stand together.
  const uint64_t* const keys = keys_.keys.get();
  size_t runs = 0;
  for (size_t i = 0; i < rows(); ++i) runs += i == 0 || keys[i] != keys[i - 1];
  uint64_t* const others = other_keys_.Reserve(runs + 1);  // one that is written and not counted
  size_t next = 0;
  for (size_t i = 0; i < rows(); ++i) {
    others[next] = keys[i];
    next += i + 1 == rows() || keys[i] != keys[i + 1];
  }
  return distinct_.Count(others, runs, bound_);
}

uint64_t RowKeys::CountWithout(Symbol label, const LabelTransform* transform, uint64_t stride) {
  if (codes_.IsConstant(label)) return CountParts(nullptr);
  const uint64_t* const keys = Keys();
  uint64_t* const others = other_keys_.Reserve(rows());
  LabelCoding again;
  codes_.ForEach(label, transform, &again,
                 [&](const RowSpan& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                   const uint64_t* const from = keys + span.offset + row;
                   uint64_t* const to = others + span.offset + row;
                   if (codes == nullptr) {
                     for (uint32_t i = 0; i < count; ++i) to[i] = from[i] - code * stride;
                   } else {
                     for (uint32_t i = 0; i < count; ++i) to[i] = from[i] - codes[i] * stride;
                   }
                 });
  return CountPartsOf(others, bound_, nullptr);
}

bool RowKeys::MarkRepeats(std::vector<bool>* repeats) {
  repeats->assign(rows(), false);
  bool any = false;
  std::vector<bool> of_part;
  ForEachPart(spans(), [&](uint32_t, size_t begin, size_t end) {
    const auto first = repeats->begin() + static_cast<ptrdiff_t>(begin);
    if (!is_written_) {
      std::fill(first + 1, repeats->begin() + static_cast<ptrdiff_t>(end), true);
      any = any || end - begin > 1;
      return;
    }
    const uint64_t* const keys = keys_.keys.get() + begin;
    if (distinct_.Count(keys, end - begin, bound_) == end - begin) return;
    any = true;
    distinct_.MarkRepeats(keys, end - begin, &of_part, nullptr);
    std::copy(of_part.begin(), of_part.end(), first);
  });
  return any;
}

RowKeys::Kept RowKeys::Keep() const {
  if (!is_written_) return {{}, bound_};
  return {std::vector<uint64_t>(keys_.keys.get(), keys_.keys.get() + rows()), bound_};
}

void RowKeys::Restore(const Kept& kept) {
  is_written_ = !kept.keys.empty();
  bound_ = kept.bound;
  std::copy(kept.keys.begin(), kept.keys.end(), keys_.Reserve(kept.keys.size()));
}

}  // namespace seriesguard
