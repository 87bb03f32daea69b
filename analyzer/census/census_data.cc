// SPDX-License-Identifier: Apache-2.0
//
// census_data.cc: joining the work of several threads. Segments are not rewritten: they remember whose symbols they
// hold, and readers translate.
#include "analyzer/census/census_data.h"

#include <utility>

namespace seriesguard {

size_t CensusData::bytes() const {
  size_t sum = symbols.bytes() + arena.bytes() + tables.capacity() * sizeof(SeriesTable);
  for (const SeriesTable& table : tables) {
    sum += table.columns.capacity() * sizeof(LabelColumn) + table.timestamps.capacity() * sizeof(int64_t) +
           table.line_less_row.bytes();
    for (const LabelColumn& column : table.columns) sum += column.values.bytes();
    if (table.sketch != nullptr) sum += table.sketch->bytes();
  }
  return sum;
}

namespace {

void JoinTable(SeriesTable* table, SeriesTable&& other, const std::vector<Symbol>& remap, uint8_t dictionary,
               const JoinOptions& options) {
  const uint32_t rows_before = table->rows;
  if (!table->timestamps.empty() || !other.timestamps.empty()) {
    table->timestamps.resize(rows_before, SeriesTable::kNoTimestamp);
    other.timestamps.resize(other.rows, SeriesTable::kNoTimestamp);
    table->timestamps.insert(table->timestamps.end(), other.timestamps.begin(), other.timestamps.end());
  }
  std::vector<bool> got_rows(table->columns.size(), false);
  for (LabelColumn& column : other.columns) {
    const uint32_t index = table->ColumnOf(remap[column.label], column.boundary);
    if (index == got_rows.size()) {
      table->columns[index].values.Seal(0, nullptr);
      table->columns[index].values.AppendRun(kNoSymbol, rows_before);
      got_rows.push_back(false);
    }
    table->columns[index].values.Append(std::move(column.values), dictionary);
    got_rows[index] = true;
  }
  for (size_t i = 0; i < got_rows.size(); ++i) {
    if (!got_rows[i]) table->columns[i].values.AppendRun(kNoSymbol, other.rows);
  }
  // line - row is stored: the rows move by rows_before, so the numbers change by as much.
  table->line_less_row.AppendShifted(std::move(other.line_less_row), 0u - rows_before);
  if (options.lines_before > 0 && !other.inputs.empty() && other.inputs[0].input == options.continued_input) {
    const uint32_t end = other.inputs.size() == 1 ? other.rows : other.inputs[1].first_row;
    table->continued.push_back({rows_before, rows_before + end, options.lines_before});
  }
  for (SeriesTable::InputRows rows_of : other.inputs) {
    if (!table->inputs.empty() && table->inputs.back().input == rows_of.input) {
      table->inputs.back().bytes += rows_of.bytes;
      continue;
    }
    rows_of.first_row += rows_before;
    table->inputs.push_back(rows_of);
  }
  table->rows += other.rows;
}

void JoinInputs(std::vector<InputCount>* inputs, const std::vector<InputCount>& others) {
  if (inputs->size() < others.size()) inputs->resize(others.size());
  for (size_t i = 0; i < others.size(); ++i) {
    InputCount& into = (*inputs)[i];
    const InputCount& from = others[i];
    if (into.path.empty()) into.path = from.path;
    // A quoted name seen by any part makes the whole document text 1.0.0, which sorts above 0.0.4.
    if (from.format > into.format) into.format = from.format;
    into.bytes += from.bytes;
    into.comment_bytes += from.comment_bytes;
    into.samples += from.samples;
    into.exemplars += from.exemplars;
    into.exemplar_bytes += from.exemplar_bytes;
    into.skipped_lines += from.skipped_lines;
  }
}

// Sketched censuses keep names only, which the joining of sketches looks up once more: few, and still needed.
std::vector<Symbol> InternAll(const SymbolTable& from, SymbolTable* into) {
  std::vector<Symbol> symbols(from.size());
  for (Symbol symbol = 1; symbol < symbols.size(); ++symbol) symbols[symbol] = into->Intern(from.Text(symbol));
  return symbols;
}

void JoinGuardSamples(CensusData* data, CensusData* other) {
  data->left_out_guard_samples += other->left_out_guard_samples;
  for (GuardSample& sample : other->guard_samples) {
    if (data->guard_samples.size() == kMaxGuardSamples) {
      ++data->left_out_guard_samples;
    } else {
      data->guard_samples.push_back(std::move(sample));
    }
  }
}

}  // namespace

void JoinCensusData(CensusData* data, CensusData&& other, const JoinOptions& options) {
  std::vector<Symbol> remap = data->sketched ? InternAll(other.symbols, &data->symbols)
                                             : data->symbols.Adopt(std::move(other.symbols), options.threads);
  const uint8_t dictionary = static_cast<uint8_t>(data->remaps.size());
  for (const Declaration& declaration : other.declarations) {
    const Symbol name = remap[declaration.name];
    const auto [found, is_new] =
        data->declaration_of_name.try_emplace(name, static_cast<uint32_t>(data->declarations.size()));
    if (is_new) {
      data->declarations.push_back(declaration);
      data->declarations.back().name = name;
      continue;
    }
    Declaration& mine = data->declarations[found->second];
    if (mine.conflicting == MetricType::kNone)
      mine.conflicting = mine.type != declaration.type ? declaration.type : declaration.conflicting;
    // Both may have read parts of one input, each with a TYPE line of the name.
    mine.repeated = mine.repeated || declaration.repeated || declaration.first_input == mine.last_input;
    mine.last_input = declaration.last_input;
    mine.last_type = declaration.last_type;
  }
  JoinInputs(&data->inputs, other.inputs);
  JoinGuardSamples(data, &other);
  if (data->sketched) return;  // the caller joins the sketches
  data->arena.Adopt(std::move(other.arena));
  for (SeriesTable& table : other.tables) {
    const Symbol name = remap[table.name];
    const auto [found, is_new] = data->table_of_name.try_emplace(name, static_cast<uint32_t>(data->tables.size()));
    if (is_new) {
      data->tables.emplace_back();
      data->tables.back().name = name;
      data->tables.back().line_less_row.Seal(0, nullptr);
    }
    JoinTable(&data->tables[found->second], std::move(table), remap, dictionary, options);
  }
  data->remaps.push_back(std::move(remap));
}

}  // namespace seriesguard
