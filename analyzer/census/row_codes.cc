// SPDX-License-Identifier: Apache-2.0
//
// row_codes.cc: what is not on the path of every row.
#include "analyzer/census/row_codes.h"

#include <new>

namespace seriesguard {

void RowCodes::Select(const FamilyTables& family, size_t input) {
  spans_.clear();
  size_t offset = 0;
  for (uint32_t part = 0; part < family.tables.size(); ++part) {
    const SeriesTable& table = data_.tables[family.tables[part]];
    for (size_t i = 0; i < table.inputs.size(); ++i) {
      const SeriesTable::InputRows& rows_of = table.inputs[i];
      if (input != kAllInputs && rows_of.input != input) continue;
      const uint32_t end = i + 1 == table.inputs.size() ? table.rows : table.inputs[i + 1].first_row;
      if (end == rows_of.first_row) continue;
      spans_.push_back({&table, part, rows_of.input, rows_of.first_row, end - rows_of.first_row, offset});
      offset += end - rows_of.first_row;
    }
  }
  rows_ = offset;
}

bool RowCodes::IsConstant(Symbol label) const {
  bool seen = false;
  Symbol only = kNoSymbol;
  return ForEachPiece(label, [&](const RowSpan&, uint32_t, uint32_t, const NumberColumn::Segment* segment, uint32_t) {
    if (segment != nullptr && segment->width != 0) return false;
    const Symbol symbol = segment == nullptr ? kNoSymbol : BaseOf(*segment);
    if (!seen) only = symbol;
    seen = true;
    return symbol == only;
  });
}

void RowCodes::BeginLabel(const LabelTransform* transform, LabelCoding* coding) {
  if (codes_ == nullptr) {
    // Zeroed by the kernel where it is touched: many runs ask for few symbols a thread.
    codes_.reset(static_cast<uint32_t*>(std::calloc(data_.symbols.size(), sizeof(uint32_t))));
    if (codes_ == nullptr) throw std::bad_alloc();
    codes_[kNoSymbol] = 1;  // absence has code 0
  }
  coding->texts = &data_.symbols;
  coding->symbols.assign(1, kNoSymbol);
  coding->series.assign(1, 0);
  if (transform != nullptr && transform->map) {
    transformed_ = std::make_unique<SymbolTable>(data_.key);
    code_of_transformed_.clear();
    coding->texts = transformed_.get();
  }
}

void RowCodes::EndLabel(const LabelCoding& coding) {
  const bool is_mapped = coding.texts != &data_.symbols;
  for (const Symbol symbol : is_mapped ? mapped_from_ : coding.symbols) codes_[symbol] = 0;
  codes_[kNoSymbol] = 1;
  mapped_from_.clear();
}

uint32_t RowCodes::NewCodeOf(Symbol symbol, const LabelTransform* transform, LabelCoding* coding) {
  uint32_t code = static_cast<uint32_t>(coding->symbols.size());
  if (transform == nullptr || !transform->map) {
    coding->symbols.push_back(symbol);
    coding->series.push_back(0);
  } else {
    const Symbol mapped = transformed_->Intern(transform->map(data_.symbols.Text(symbol)));
    if (mapped >= code_of_transformed_.size()) code_of_transformed_.resize(mapped + mapped / 2 + 16, 0);
    uint32_t& known = code_of_transformed_[mapped];
    if (known == 0 && mapped != kNoSymbol) {
      known = code;
      coding->symbols.push_back(mapped);
      coding->series.push_back(0);
    }
    code = known;
    mapped_from_.push_back(symbol);
  }
  codes_[symbol] = code + 1;
  return code;
}

void RowCodes::Count(Symbol label, const LabelTransform* transform, LabelCoding* coding) {
  ForEach(label, transform, coding,
          [&](const RowSpan&, uint32_t, uint32_t count, const uint32_t* codes, uint32_t code) {
            if (codes == nullptr) {
              coding->series[code] += count;
              return;
            }
            for (uint32_t i = 0; i < count; ++i) ++coding->series[codes[i]];
          });
}

}  // namespace seriesguard
