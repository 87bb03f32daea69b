// SPDX-License-Identifier: Apache-2.0
//
// symbol_bytes.cc: each string and each pair remembers the one family that has it, or that there are several.
#include "analyzer/census/symbol_bytes.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/census/row_codes.h"
#include "analyzer/census/row_keys.h"
#include "analyzer/census/series_table.h"
#include "analyzer/census/symbol_table.h"

namespace seriesguard {
namespace {

constexpr std::string_view kNameLabel = "__name__";
// A stand-in for the symbol of "__name__", which the table need not hold: no dump spells it as a label.
constexpr Symbol kNameSymbol = kNoSymbol;

constexpr uint32_t kNobody = 0;
constexpr uint32_t kSeveral = UINT32_MAX;

class SymbolCounter {
 public:
  explicit SymbolCounter(RowKeys* row_keys) : keys_(*row_keys), data_(row_keys->data()) {}

  CensusSymbols Count() {
    owner_.assign(data_.symbols.size(), kNobody);
    result_.families.resize(data_.families.size());
    for (size_t f = 0; f < data_.families.size(); ++f) CountFamily(data_.families[f], static_cast<uint32_t>(f + 1));
    for (Symbol symbol = 0; symbol < owner_.size(); ++symbol) {
      if (owner_[symbol] == kNobody) continue;
      SymbolSums* sums = SumsOf(owner_[symbol]);
      ++sums->strings;
      sums->bytes += TextOf(symbol).size();
    }
    for (const auto& [pair, owner] : pair_owner_) ++SumsOf(owner)->label_pairs;
    result_.all = result_.shared;
    for (const FamilySymbols& family : result_.families) {
      result_.all.strings += family.own.strings;
      result_.all.bytes += family.own.bytes;
      result_.all.label_pairs += family.own.label_pairs;
    }
    return std::move(result_);
  }

 private:
  std::string_view TextOf(Symbol symbol) const {
    return symbol == kNameSymbol ? kNameLabel : data_.symbols.Text(symbol);
  }
  SymbolSums* SumsOf(uint32_t owner) { return owner == kSeveral ? &result_.shared : &result_.families[owner - 1].own; }

  // Says that a family has a string; counts it where it had it not before.
  void Have(Symbol symbol, uint32_t family, SymbolSums* all) {
    if (seen_in_[symbol] == family) return;
    seen_in_[symbol] = family;
    owner_[symbol] = owner_[symbol] == kNobody ? family : kSeveral;
    ++all->strings;
    all->bytes += TextOf(symbol).size();
  }

  void HavePair(Symbol name, Symbol value, uint32_t family, SymbolSums* all) {
    uint32_t& owner = pair_owner_[uint64_t{name} << 32 | value];
    owner = owner == kNobody ? family : kSeveral;  // a family's pairs come here once each
    ++all->label_pairs;
  }

  void CountFamily(const FamilyTables& family, uint32_t id) {
    seen_in_.resize(owner_.size(), kNobody);
    FamilySymbols& found = result_.families[id - 1];
    // The target is a part of the identity, as where series are counted: series are summed over targets.
    keys_.Begin(family, kAllInputs, data_.inputs.size() > 1);
    const bool may_repeat = FindRepeats(family);
    CountNames(family, id, may_repeat, &found);
    for (const Symbol label : family.labels) CountLabel(label, id, may_repeat, &found);
  }

  // Marks the rows that are no series of their own; false when there are none.
  bool FindRepeats(const FamilyTables& family) {
    for (const Symbol label : family.labels) keys_.AddLabel(label, nullptr, &coding_);
    return keys_.MarkRepeats(&repeats_);
  }

  void CountNames(const FamilyTables& family, uint32_t id, bool may_repeat, FamilySymbols* found) {
    Have(kNameSymbol, id, &found->all);
    for (const uint32_t table : family.tables) {
      Have(data_.tables[table].name, id, &found->all);
      HavePair(kNameSymbol, data_.tables[table].name, id, &found->all);
    }
    for (const RowSpan& span : keys_.spans()) {
      uint64_t series = span.count;
      for (uint32_t row = 0; may_repeat && row < span.count; ++row) series -= repeats_[span.offset + row] ? 1 : 0;
      found->series_pairs += series;
      found->series_bytes += series * (kNameLabel.size() + TextOf(span.table->name).size());
    }
  }

  void CountLabel(Symbol label, uint32_t id, bool may_repeat, FamilySymbols* found) {
    keys_.codes().ForEach(label, nullptr, &coding_,
                          [&](const RowSpan& span, uint32_t row, uint32_t rows, const uint32_t* codes, uint32_t code) {
                            if (codes == nullptr && !may_repeat) {
                              coding_.series[code] += rows;
                              return;
                            }
                            for (uint32_t i = 0; i < rows; ++i) {
                              if (may_repeat && repeats_[span.offset + row + i]) continue;
                              ++coding_.series[codes == nullptr ? code : codes[i]];
                            }
                          });
    const uint64_t name_bytes = TextOf(label).size();
    bool is_carried = false;
    for (uint32_t code = 1; code < coding_.radix(); ++code) {
      const uint64_t series = coding_.series[code];
      if (series == 0) continue;
      is_carried = true;
      const Symbol value = coding_.symbols[code];
      Have(value, id, &found->all);
      HavePair(label, value, id, &found->all);
      found->series_pairs += series;
      found->series_bytes += series * (name_bytes + TextOf(value).size());
    }
    if (is_carried) Have(label, id, &found->all);
  }

  RowKeys& keys_;
  const CensusData& data_;
  CensusSymbols result_;
  std::vector<uint32_t> owner_;                         // by symbol: the number of the family + 1, kNobody, kSeveral
  std::vector<uint32_t> seen_in_;                       // by symbol: the latest family that has it
  absl::flat_hash_map<uint64_t, uint32_t> pair_owner_;  // by name and value
  LabelCoding coding_;
  std::vector<bool> repeats_;
};

}  // namespace

CensusSymbols CountSymbols(RowKeys* row_keys) { return SymbolCounter(row_keys).Count(); }

}  // namespace seriesguard
