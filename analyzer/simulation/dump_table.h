// SPDX-License-Identifier: Apache-2.0
//
// dump_table.h: the samples of one input with their values, in the order of the input.
//
// Use:      filled while the census reads (DumpTables is its SampleWatcher), then read by the simulations.
// Threads:  one at a time.
// Memory:   of a sample 28 bytes and 4 a label; every distinct text once.
// Cost:     a label value that the previous line had already said costs no look-up.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_DUMP_TABLE_H_
#define SERIESGUARD_ANALYZER_SIMULATION_DUMP_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/census/symbol_table.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/reading/sample_watcher.h"

namespace seriesguard {

inline constexpr int64_t kNoTimestamp = std::numeric_limits<int64_t>::min();

// A metric name and the label names that stand with it. A label without a value keeps its place, with symbol 0.
struct SampleShape {
  Symbol name = kNoSymbol;
  std::vector<Symbol> labels;  // by name
};

struct SampleRow {
  uint64_t first_value = 0;  // of its shape's labels, in DumpTable::values()
  double value = 0;
  int64_t timestamp_ms = kNoTimestamp;
  uint32_t shape = 0;
  uint32_t line = 0;  // 1-based; the largest number for lines beyond
};

class DumpTable {
 public:
  // `canonical_boundaries`: `le` and `quantile` are written as Prometheus 3 stores them.
  explicit DumpTable(bool canonical_boundaries);

  void Add(const SampleEvent& sample);
  void SetType(MetricType type) { type_in_force_ = type; }
  void SetHelp(std::string_view raw_name, std::string_view raw_text);

  const SymbolTable& symbols() const { return symbols_; }
  std::string_view Text(Symbol symbol) const { return symbols_.Text(symbol); }
  const std::vector<SampleShape>& shapes() const { return shapes_; }
  const std::vector<SampleRow>& rows() const { return rows_; }
  const Symbol* ValuesOf(const SampleRow& row) const { return values_.data() + row.first_value; }
  // The HELP text of a metric; as written but for its escapes; empty where there is none.
  std::string_view HelpOf(std::string_view name) const;

  size_t bytes() const;

 private:
  uint32_t ShapeOf(const SampleEvent& sample);
  Symbol SymbolOf(std::string_view raw, bool has_escapes);
  Symbol Canonical(Symbol boundary);

  const bool canonical_boundaries_;
  MetricType type_in_force_ = MetricType::kNone;
  SymbolTable symbols_;
  std::vector<SampleShape> shapes_;
  std::vector<std::vector<uint32_t>> orders_;         // by shape: where the label of each place stands in the line
  std::map<std::vector<Symbol>, uint32_t> shape_of_;  // by name and labels as they stand in the line
  std::vector<Symbol> shape_key_;
  std::vector<SampleRow> rows_;
  std::vector<Symbol> values_;
  std::vector<Symbol> line_values_;  // of the latest sample, in the order of its line
  uint32_t previous_shape_ = 0;
  std::string buffer_;
  absl::flat_hash_map<Symbol, Symbol> canonical_;
  std::map<std::string, std::string, std::less<>> helps_;
};

// One table an input.
class DumpTables : public SampleWatcher {
 public:
  explicit DumpTables(bool canonical_boundaries) : canonical_boundaries_(canonical_boundaries) {}

  void OnSample(size_t input, const SampleEvent& sample) override { At(input).Add(sample); }
  void OnType(size_t input, std::string_view, MetricType type) override { At(input).SetType(type); }
  void OnHelp(size_t input, std::string_view name, std::string_view text) override { At(input).SetHelp(name, text); }

  // Requires:  the input had a sample, or some later one.
  const DumpTable& table(size_t input) const { return tables_[input]; }
  size_t size() const { return tables_.size(); }

 private:
  DumpTable& At(size_t input) {
    while (tables_.size() <= input) tables_.emplace_back(canonical_boundaries_);
    return tables_[input];
  }

  const bool canonical_boundaries_;
  std::deque<DumpTable> tables_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_DUMP_TABLE_H_
