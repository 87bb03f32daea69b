// SPDX-License-Identifier: Apache-2.0
//
// series_of_value.cc: the value's code is learned when it first appears; from then on rows are compared by number.
#include "analyzer/census/series_of_value.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/census/series_table.h"
#include "analyzer/census/series_text.h"
#include "analyzer/census/symbol_table.h"

namespace seriesguard {
namespace {

constexpr uint32_t kNotSeen = UINT32_MAX;

// Which row of which table: what SeriesTextOfRow asks.
std::string TextAt(const RowCodes& codes, size_t offset) {
  const std::vector<RowSpan>& spans = codes.spans();
  const auto after = std::upper_bound(spans.begin(), spans.end(), offset,
                                      [](size_t wanted, const RowSpan& span) { return wanted < span.offset; });
  const RowSpan& span = *(after - 1);
  return SeriesTextOfRow(codes.data(), *span.table, span.first + static_cast<uint32_t>(offset - span.offset));
}

}  // namespace

std::vector<std::string> SeriesOfValue(const FamilyTables& family, Symbol label, std::string_view value, size_t limit,
                                       RowCodes* codes) {
  codes->Select(family, kAllInputs);
  LabelCoding coding;
  uint32_t wanted = value.empty() ? 0 : kNotSeen;  // code 0 is absence
  uint32_t looked_at = 1;                          // codes below it are not `value`, or are `wanted`
  std::vector<size_t> carrying;
  codes->ForEach(label, nullptr, &coding,
                 [&](const RowSpan& span, uint32_t row, uint32_t rows, const uint32_t* of_rows, uint32_t code) {
                   const auto known = static_cast<uint32_t>(coding.symbols.size());
                   for (; wanted == kNotSeen && looked_at < known; ++looked_at) {
                     if (codes->data().symbols.Text(coding.symbols[looked_at]) == value) wanted = looked_at;
                   }
                   for (uint32_t i = 0; i < rows; ++i) {
                     if ((of_rows == nullptr ? code : of_rows[i]) == wanted) carrying.push_back(span.offset + row + i);
                   }
                 });
  std::vector<std::string> texts;
  absl::flat_hash_set<std::string> seen;  // a series may stand at several timestamps, and in several inputs
  const size_t rows = std::min(limit, carrying.size());
  for (size_t i = 0; i < rows; ++i) {
    // i * size / rows without a product that could overflow.
    const auto at = static_cast<size_t>(static_cast<unsigned __int128>(i) * carrying.size() / rows);
    std::string text = TextAt(*codes, carrying[at]);
    if (seen.insert(text).second) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace seriesguard
