// SPDX-License-Identifier: Apache-2.0
//
// family_counter.h: counts one family: series, label sets, values a label, and what is left without a label.
//
// Use:      one object a thread (it keeps scratch memory); asked by Census for each family.
// Threads:  one at a time; the data is only read.
// Memory:   8 bytes a row of the largest family, twice where its labels are sparse, and 8 bytes a symbol.
// Cost:     about 2.5 ns a label and row to code, 1 to 8 ns a row to count; what-if the same once more a label.
//
// How it counts: within one label, values are numbered 1, 2, 3 ... in order of appearance (0 = the label is absent).
// A row's key is its numbers in a mixed radix, the radix of a label being the number of its values + 1, so that two
// rows have the same key exactly when they have the same labels: no hash, no chance of error. Where the radix product
// would pass 2^63, the keys so far are replaced by the number of their first appearance, which is as exact.
#ifndef SERIESGUARD_ANALYZER_CENSUS_FAMILY_COUNTER_H_
#define SERIESGUARD_ANALYZER_CENSUS_FAMILY_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/census/distinct_keys.h"
#include "analyzer/census/label_transform.h"

namespace seriesguard {

class FamilyCounter {
 public:
  explicit FamilyCounter(const CensusData& data) : data_(data) {}

  // Counts a family. Where series are summed over targets, those of each input are added to `series_of_input` as well
  // (indexed by input; may be null).
  FamilyCount Count(const FamilyTables& family, const CountOptions& options,
                    const std::vector<LabelTransform>& transforms, std::vector<uint64_t>* series_of_input = nullptr);

  // Adds the family's repeated samples (same series, same timestamp or none, same input) to the list; at most
  // `limit` entries are listed. Returns how many there are. Cheap when the family has as many series as samples.
  uint64_t FindDuplicates(const FamilyTables& family, size_t limit, std::vector<DuplicateSample>* duplicates);

  std::vector<Dependency> Dependencies(const FamilyTables& family);

  void ForEachValue(const FamilyTables& family, Symbol label, size_t input,
                    const std::function<void(std::string_view value, uint64_t series)>& visit);

 private:
  // Rows [first, first + count) of one table, all of one input; their keys stand at keys_[offset...].
  struct Span {
    const SeriesTable* table;
    uint32_t part;  // index into FamilyTables::tables
    uint32_t input;
    uint32_t first;
    uint32_t count;
    size_t offset;
  };
  // The codes of one label and what they stand for.
  struct Coding {
    Symbol label = kNoSymbol;
    uint64_t radix = 1;            // codes are below it
    uint64_t stride = 0;           // what a code was multiplied with; 0 = keys were densified since
    std::vector<Symbol> symbols;   // by code; in transformed_ where the label has a transform
    std::vector<uint32_t> series;  // by code; there are fewer than 2^32 rows
    bool any_absent = false;
  };

  void SelectRows(const FamilyTables& family, size_t input);
  void BeginKeysWithTarget();
  void MarkRepeatedRows();
  // Calls use(span, row within span, count, codes) for the rows of every table, `codes` null for "absent".
  template <typename Use>
  void ForEachCode(Symbol label, const LabelTransform* transform, Coding* coding, Use use);
  uint32_t CodeOf(Symbol symbol, const LabelTransform* transform, Coding* coding);
  uint32_t NewCodeOf(Symbol symbol, const LabelTransform* transform, Coding* coding);
  void AddLabel(Symbol label, const LabelTransform* transform, Coding* coding);
  void RecountValues(const LabelTransform* transform, Coding* coding);
  uint64_t CountParts(const FamilyTables& family, const uint64_t* keys, uint64_t bound, std::vector<uint64_t>* parts);
  uint64_t CountTargets(const std::vector<Span>& spans, std::vector<uint64_t>* parts,
                        std::vector<uint64_t>* series_of_input);
  uint64_t CountUnion(const FamilyTables& family);
  uint64_t CountWithout(const FamilyTables& family, const Coding& coding, const LabelTransform* transform);
  void CountWithoutEach(const FamilyTables& family, const std::vector<Coding>& codings,
                        const std::vector<const LabelTransform*>& transforms, size_t begin, size_t end,
                        std::vector<LabelCount>* labels);
  LabelCount Describe(const Coding& coding, const LabelTransform* transform, size_t top_values) const;
  std::string_view ValueText(Symbol symbol, const LabelTransform* transform) const;
  BoundaryCount CountBoundaries(const FamilyTables& family, const std::vector<uint64_t>& label_set_keys,
                                const Coding& boundary) const;

  const CensusData& data_;
  DistinctKeys distinct_;
  std::vector<Span> spans_;
  std::vector<uint64_t> keys_;
  std::vector<uint64_t> other_keys_;
  uint64_t bound_ = 1;           // keys_ are below it
  std::vector<uint64_t> codes_;  // by symbol: stamp << 32 | code
  uint32_t stamp_ = 0;
  std::vector<bool> repeats_;  // by offset: the row repeats an earlier series
  bool has_repeats_ = false;
  std::unique_ptr<SymbolTable> transformed_;
  std::vector<uint32_t> code_of_transformed_;
};

// The number of a row's line in its input, 1-based, modulo 2^32.
uint64_t LineOfRow(const SeriesTable& table, uint32_t row);

// Writes a row's series as name{label="value",...}, labels sorted by name, bytes as the exposition escapes them.
std::string SeriesTextOfRow(const CensusData& data, const SeriesTable& table, uint32_t row);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_FAMILY_COUNTER_H_
