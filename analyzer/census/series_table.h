// SPDX-License-Identifier: Apache-2.0
//
// series_table.h: the samples of one sample name, a column a label.
//
// Use:      filled by CensusBuilder, read by FamilyCounter; a row is a sample line that a server would accept.
// Memory:   see number_column.h; a table without samples does not exist.
//
// Invariants
//   1. A column's number in a row is the symbol of the label's value there, kNoSymbol where the label is absent.
//   2. Rows of one input adjoin; `inputs` names them in ascending order.
//   3. After Seal every column has exactly `rows` rows.
#ifndef SERIESGUARD_ANALYZER_CENSUS_SERIES_TABLE_H_
#define SERIESGUARD_ANALYZER_CENSUS_SERIES_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/number_column.h"
#include "analyzer/census/symbol_table.h"
#include "analyzer/census/table_sketch.h"

namespace seriesguard {

// The labels that Prometheus 3 rewrites: `le` under a histogram, `quantile` under a summary.
enum class Boundary : uint8_t { kNone, kLe, kQuantile };

struct LabelColumn {
  Symbol label = kNoSymbol;
  Boundary boundary = Boundary::kNone;
  // How well the latest values could be told from the ones before them; see CensusBuilder::Resolve.
  uint8_t confidence = 0;
  Symbol latest = kNoSymbol;    // as written, before `le` is rewritten
  uint32_t last_shape = 0;      // the shape that named the label last; finds a label named twice
  std::string_view label_text;  // the symbol's bytes, in the symbol table
  NumberColumn values;
};

struct SeriesTable {
  struct InputRows {
    uint32_t input;
    uint32_t first_row;
    uint64_t bytes;  // of the sample lines
  };

  // Rows [first, end) were numbered without the lines of their input that another builder read.
  struct ContinuedRows {
    uint32_t first;
    uint32_t end;
    uint64_t lines_before;
  };

  static constexpr int64_t kNoTimestamp = INT64_MIN;

  Symbol name = kNoSymbol;
  uint32_t rows = 0;
  std::vector<LabelColumn> columns;
  std::vector<uint32_t> shape;      // columns of the latest row, in the order of its line
  NumberColumn line_less_row;       // line number - row, modulo 2^32: constant while lines follow one another
  std::vector<int64_t> timestamps;  // empty while no row has one
  std::vector<InputRows> inputs;
  std::vector<ContinuedRows> continued;                   // in ascending order
  absl::flat_hash_map<Symbol, uint32_t> column_of_label;  // only when there are many columns
  std::unique_ptr<TableSketch> sketch;                    // in place of the rows, once memory ran out

  // Returns the column of a label, made if need be.
  uint32_t ColumnOf(Symbol label, Boundary boundary);
  // Returns the column of a label, null when there is none.
  const LabelColumn* FindColumn(Symbol label) const;
  // Makes FindColumn fast for tables with many columns.
  void IndexColumns();
  void Seal(ByteArena* arena);

  // The rows of one input as [first, end); empty when it has none.
  struct Rows {
    uint32_t first = 0;
    uint32_t end = 0;
    uint64_t bytes = 0;
  };
  Rows RowsOfInput(uint32_t input) const;
  uint64_t bytes() const;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SERIES_TABLE_H_
