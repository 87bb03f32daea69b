// SPDX-License-Identifier: Apache-2.0
//
// row_codes.h: the rows of one family, and each label's values as small numbers.
//
// Use:      Select a family, then ForEach once a label; row_keys.h makes keys of the codes.
// Threads:  one at a time; the data is only read.
// Memory:   4 bytes a symbol, kept; 8 bytes a distinct value of the label in its LabelCoding.
// Cost:     about 2.5 ns a row where the value changes, next to nothing where it stays the same.
//
// Invariants
//   1. Within one label, values are numbered 1, 2, 3 ... in order of appearance; 0 = the label is absent.
//   2. Between two calls of ForEach only codes_[kNoSymbol] is set: each call takes back what it numbered.
#ifndef SERIESGUARD_ANALYZER_CENSUS_ROW_CODES_H_
#define SERIESGUARD_ANALYZER_CENSUS_ROW_CODES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/census/label_transform.h"

namespace seriesguard {

// Rows [first, first + count) of one table, all of one input; among the rows selected they begin at `offset`.
struct RowSpan {
  const SeriesTable* table;
  uint32_t part;  // index into FamilyTables::tables
  uint32_t input;
  uint32_t first;
  uint32_t count;
  size_t offset;
};

// The codes of one label and what they stand for.
struct LabelCoding {
  const SymbolTable* texts = nullptr;  // where the symbols are; of a transformed label until the next one is coded
  std::vector<Symbol> symbols;         // by code
  std::vector<uint32_t> series;        // by code: rows; there are fewer than 2^32

  // Codes are below it.
  uint64_t radix() const { return symbols.size(); }
  bool any_absent() const { return series[0] > 0; }
};

class RowCodes {
 public:
  explicit RowCodes(const CensusData& data) : data_(data) {}

  const CensusData& data() const { return data_; }

  // Chooses the rows of a family in one input, or in all.
  void Select(const FamilyTables& family, size_t input);
  const std::vector<RowSpan>& spans() const { return spans_; }
  size_t rows() const { return rows_; }

  // True when every row selected has the same value of the label, or every one lacks it.
  bool IsConstant(Symbol label) const;

  // Calls use(span, row within span, count, codes, code) for all rows in their order; where `codes` is null, all
  // `count` rows have `code`. Codes new to the label get their place in `coding`, whose `series` is left to the caller.
  template <typename Use>
  void ForEach(Symbol label, const LabelTransform* transform, LabelCoding* coding, Use use);

  // Numbers the label's values and counts the rows of each.
  void Count(Symbol label, const LabelTransform* transform, LabelCoding* coding);

 private:
  struct FreeCodes {
    void operator()(uint32_t* codes) const { std::free(codes); }
  };

  // Calls visit(span, row, count, segment, from) until it returns false; `segment` null where there is no column.
  template <typename Visit>
  bool ForEachPiece(Symbol label, Visit visit) const;
  Symbol BaseOf(const NumberColumn::Segment& segment) const {
    return segment.dictionary == 0 ? segment.base : data_.remaps[segment.dictionary][segment.base];
  }
  void BeginLabel(const LabelTransform* transform, LabelCoding* coding);
  void EndLabel(const LabelCoding& coding);
  uint32_t CodeOf(Symbol symbol, const LabelTransform* transform, LabelCoding* coding) {
    const uint32_t known = codes_[symbol];
    return known != 0 ? known - 1 : NewCodeOf(symbol, transform, coding);
  }
  uint32_t NewCodeOf(Symbol symbol, const LabelTransform* transform, LabelCoding* coding);

  const CensusData& data_;
  std::vector<RowSpan> spans_;
  size_t rows_ = 0;
  std::unique_ptr<uint32_t[], FreeCodes> codes_;  // by symbol: code + 1, 0 = not yet numbered
  std::unique_ptr<SymbolTable> transformed_;
  std::vector<uint32_t> code_of_transformed_;
  std::vector<Symbol> mapped_from_;  // symbols that a transformed label numbered
};

template <typename Visit>
bool RowCodes::ForEachPiece(Symbol label, Visit visit) const {
  for (size_t s = 0; s < spans_.size();) {
    // All spans of one table in one walk over its column.
    const SeriesTable& table = *spans_[s].table;
    size_t s_end = s;
    while (s_end < spans_.size() && spans_[s_end].table == &table) ++s_end;
    const LabelColumn* column = table.FindColumn(label);
    if (column == nullptr) {
      for (; s < s_end; ++s) {
        if (!visit(spans_[s], uint32_t{0}, spans_[s].count, nullptr, uint32_t{0})) return false;
      }
      continue;
    }
    uint32_t segment_begin = 0;
    for (const NumberColumn::Segment& segment : column->values.segments()) {
      const uint32_t segment_end = segment_begin + segment.rows;
      while (s < s_end && spans_[s].first + spans_[s].count <= segment_begin) ++s;
      for (size_t t = s; t < s_end && spans_[t].first < segment_end; ++t) {
        const RowSpan& span = spans_[t];
        const uint32_t from = std::max(span.first, segment_begin);
        const uint32_t to = std::min(span.first + span.count, segment_end);
        if (!visit(span, from - span.first, to - from, &segment, from - segment_begin)) return false;
      }
      segment_begin = segment_end;
    }
    s = s_end;
  }
  return true;
}

template <typename Use>
void RowCodes::ForEach(Symbol label, const LabelTransform* transform, LabelCoding* coding, Use use) {
  BeginLabel(transform, coding);
  uint32_t buffer[NumberColumn::kSegmentRows];
  ForEachPiece(label, [&](const RowSpan& span, uint32_t row, uint32_t count, const NumberColumn::Segment* segment,
                          uint32_t from) {
    if (segment == nullptr || segment->width == 0) {
      use(span, row, count, static_cast<const uint32_t*>(nullptr),
          segment == nullptr ? 0 : CodeOf(BaseOf(*segment), transform, coding));
      return true;
    }
    DecodeSegment(*segment, from, count, buffer);
    if (segment->dictionary != 0) {
      const std::vector<Symbol>& remap = data_.remaps[segment->dictionary];
      for (uint32_t i = 0; i < count; ++i) buffer[i] = remap[buffer[i]];
    }
    for (uint32_t i = 0; i < count; ++i) buffer[i] = CodeOf(buffer[i], transform, coding);
    use(span, row, count, static_cast<const uint32_t*>(buffer), uint32_t{0});
    return true;
  });
  EndLabel(*coding);
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_ROW_CODES_H_
