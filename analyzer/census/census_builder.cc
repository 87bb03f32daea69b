// SPDX-License-Identifier: Apache-2.0
//
// census_builder.cc: the path of one sample is three cases: same label names as the line before (the common one:
// only the values that changed are looked up), same label names as this table's latest row, or a new shape.
#include "analyzer/census/census_builder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "analyzer/census/guard_sample.h"
#include "analyzer/census/sketch_census.h"
#include "analyzer/exposition/entry_scanner.h"
#include "analyzer/exposition/go_float.h"
#include "analyzer/exposition/sample_value.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxCanonicalHashes = 1 << 16;
// A column is believed after so many right predictions in a row; a wrong one costs four right ones.
constexpr uint8_t kConfident = 16;
constexpr uint8_t kMissCost = 4;
constexpr Symbol kMaxSuccessors = 1 << 18;

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool HasStartTimestamp(MetricType type) {
  return type == MetricType::kCounter || type == MetricType::kHistogram || type == MetricType::kSummary;
}

Boundary BoundaryOfLabel(std::string_view label) {
  return label == "le" ? Boundary::kLe : label == "quantile" ? Boundary::kQuantile : Boundary::kNone;
}

// A name that stood in quotes may be anything; a bare one is a plain ASCII name by its grammar.
bool IsGoodName(const SampleEvent& sample, uint32_t begin, uint32_t end) {
  const std::string_view raw(sample.line + begin, end - begin);
  return !sample.IsQuoted(begin, end) || (!raw.empty() && IsValidUtf8(raw));
}

}  // namespace

CensusBuilder::CensusBuilder(const HashKey& key, const CensusOptions& options)
    : options_(options), data_(std::make_unique<CensusData>(key)) {}

CensusBuilder::~CensusBuilder() = default;

Boundary CensusBuilder::RewrittenBy(MetricType type) const {
  if (options_.server != ServerView::kPrometheus3) return Boundary::kNone;
  if (type == MetricType::kHistogram) return Boundary::kLe;
  return type == MetricType::kSummary ? Boundary::kQuantile : Boundary::kNone;
}

void CensusBuilder::BeginInput(size_t input, std::string_view path, ExpositionFormat format, MetricType type_in_force) {
  input_ = static_cast<uint32_t>(input);
  format_ = format;
  type_line_seen_ = false;
  depends_on_type_before_ = false;
  type_in_force_ = type_in_force;
  rewritten_ = RewrittenBy(type_in_force);
  table_ = UINT32_MAX;
  is_guard_metric_ = false;
  samples_ = 0;
  comment_bytes_ = 0;
  exemplars_ = exemplar_bytes_ = 0;
  if (data_->inputs.size() <= input) data_->inputs.resize(input + 1);
  data_->inputs[input].path = std::string(path);
}

void CensusBuilder::EndInput(uint64_t bytes, bool saw_quoted_name) {
  InputCount& input = data_->inputs[input_];
  input.format = format_ == ExpositionFormat::kOpenMetrics ? "openmetrics-1.0"
                 : saw_quoted_name                         ? "text-1.0.0"
                                                           : "text-0.0.4";
  input.bytes += bytes;
  input.comment_bytes += comment_bytes_;
  input.samples += samples_;
  input.exemplars += exemplars_;
  input.exemplar_bytes += exemplar_bytes_;
}

Symbol CensusBuilder::InternName(std::string_view raw) {
  if (std::memchr(raw.data(), '\\', raw.size()) == nullptr) return data_->symbols.Intern(raw);
  UnescapeQuoted(raw, &buffer_);
  return data_->symbols.Intern(buffer_);
}

void CensusBuilder::Enqueue(std::string_view value, uint32_t column, uint32_t row, bool rewrite) {
  if (pending_end_ - pending_begin_ == kPending) File(kPending / 2);
  PendingValue& pending = pending_[pending_end_ % kPending];
  const bool hashed = !value.empty() && data_->tables[table_].columns[column].confidence < kConfident;
  pending = {value.data(), static_cast<uint32_t>(value.size()), 0, table_, column, row, rewrite, hashed};
  if (hashed) {
    pending.hash = data_->symbols.Hash(value);
    data_->symbols.PrefetchSlot(pending.hash);
  }
  ++pending_end_;
}

// Finds a value's symbol: by the successor of the column's latest value where that column deserves it, else by hash.
Symbol CensusBuilder::Resolve(const PendingValue& pending, LabelColumn* column) {
  if (pending.size == 0) return kNoSymbol;
  const std::string_view text(pending.text, pending.size);
  const Symbol latest = column->latest;
  const Symbol expected = latest < successor_.size() ? successor_[latest] : kNoSymbol;
  Symbol symbol;
  if (!pending.hashed && data_->symbols.IsText(expected, text)) {
    symbol = expected;
  } else {
    symbol = pending.hashed ? data_->symbols.Intern(text, pending.hash) : data_->symbols.Intern(text);
    if (symbol == expected) {
      if (column->confidence < kConfident) ++column->confidence;
    } else {
      column->confidence = column->confidence > kMissCost ? static_cast<uint8_t>(column->confidence - kMissCost) : 0;
      // Values that are walked through again and again come early; the others are not worth the memory.
      if (latest < kMaxSuccessors) {
        if (latest >= successor_.size()) successor_.resize(latest + latest / 2 + 256, kNoSymbol);
        successor_[latest] = symbol;
      }
    }
  }
  column->latest = symbol;
  return symbol;
}

// Moves the oldest `count` values into their columns.
void CensusBuilder::File(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const size_t ahead = pending_begin_ + kEntryDistance;
    if (ahead < pending_end_ && pending_[ahead % kPending].hashed) {
      data_->symbols.PrefetchEntry(pending_[ahead % kPending].hash);
    }
    const PendingValue& pending = pending_[pending_begin_ % kPending];
    LabelColumn& column = data_->tables[pending.table].columns[pending.column];
    Symbol symbol = Resolve(pending, &column);
    if (pending.rewrite) symbol = Canonical(symbol);
    column.values.Set(pending.row, symbol, &data_->arena);
    ++pending_begin_;
  }
}

void CensusBuilder::FileAll() { File(pending_end_ - pending_begin_); }

void CensusBuilder::OnWindowEnd() { FileAll(); }

// Prometheus 3 rewrites a boundary that reads as a float to one spelling ("1" -> "1.0").
Symbol CensusBuilder::Canonical(Symbol symbol) {
  if (symbol == kNoSymbol) return symbol;
  if (symbol >= canonical_.size()) canonical_.resize(symbol + symbol / 2 + 64, kNoSymbol);
  if (canonical_[symbol] == kNoSymbol) {
    double boundary;
    const std::string_view text = data_->symbols.Text(symbol);
    canonical_[symbol] =
        ParseGoLabelFloat(text, &boundary) ? data_->symbols.Intern(FormatOpenMetricsFloat(boundary)) : symbol;
  }
  return canonical_[symbol];
}

uint32_t CensusBuilder::TableOf(Symbol name) {
  if (name < table_of_symbol_.size() && table_of_symbol_[name] != UINT32_MAX) return table_of_symbol_[name];
  const auto [found, is_new] = data_->table_of_name.try_emplace(name, static_cast<uint32_t>(data_->tables.size()));
  if (is_new) {
    data_->tables.emplace_back();
    data_->tables.back().name = name;
    if (data_->sketched) data_->tables.back().sketch = std::make_unique<TableSketch>();
  }
  if (name >= table_of_symbol_.size()) table_of_symbol_.resize(name + name / 2 + 64, UINT32_MAX);
  table_of_symbol_[name] = found->second;
  return found->second;
}

bool CensusBuilder::HasShape(const SeriesTable& table, const SampleEvent& sample) {
  if (table.shape.size() != sample.label_count || table.rows == 0) return false;
  for (size_t i = 0; i < sample.label_count; ++i) {
    const std::string_view known = table.columns[table.shape[i]].label_text;
    const std::string_view name = sample.label_name(i);
    if (known.size() != name.size() || std::memcmp(known.data(), name.data(), name.size()) != 0) return false;
  }
  return true;
}

// Finds the column of every label of the sample; labels of the table's latest row that this one lacks end here.
SampleVerdict CensusBuilder::ChangeShape(const SampleEvent& sample, SeriesTable* table) {
  ++shape_serial_;
  new_shape_.clear();
  if (table->columns.empty()) table->columns.reserve(sample.label_count);
  for (size_t i = 0; i < sample.label_count; ++i) {
    const std::string_view raw = sample.label_name(i);
    if (!IsGoodName(sample, sample.labels[i].name_begin, sample.labels[i].name_end))
      return {SampleObjection::kBadName, i};
    const Symbol label = InternName(raw);
    const std::string_view text = data_->symbols.Text(label);
    if (text == "__name__") return {SampleObjection::kReservedLabelName, i};
    const uint32_t index = table->ColumnOf(label, BoundaryOfLabel(text));
    LabelColumn& column = table->columns[index];
    column.label_text = text;
    if (column.last_shape == shape_serial_) return {SampleObjection::kRepeatedLabelName, i};
    column.last_shape = shape_serial_;
    new_shape_.push_back(index);
  }
  for (const uint32_t index : table->shape) {
    if (table->columns[index].last_shape != shape_serial_ && !data_->sketched) Enqueue({}, index, table->rows, false);
  }
  table->shape = new_shape_;
  return {};
}

SampleVerdict CensusBuilder::ChangeTable(const SampleEvent& sample) {
  if (options_.server == ServerView::kPrometheus2) {
    const char first = sample.name().empty() ? '"' : sample.name()[0];
    if (sample.name_begin > 0 || first == ' ' || first == '\t') return {SampleObjection::kNotInPrometheus2, SIZE_MAX};
    for (size_t i = 0; i < sample.label_count; ++i) {
      const LabelSpan& label = sample.labels[i];
      if (sample.IsQuoted(label.name_begin, label.name_end)) return {SampleObjection::kNotInPrometheus2, i};
    }
  }
  if (!IsGoodName(sample, sample.name_begin, sample.name_end)) return {SampleObjection::kBadName, SIZE_MAX};
  is_guard_metric_ = IsKeptGuardMetric(sample.name());
  table_ = TableOf(InternName(sample.name()));
  SeriesTable* table = &data_->tables[table_];
  if (!HasShape(*table, sample)) {
    const SampleVerdict verdict = ChangeShape(sample, table);
    if (verdict.objection != SampleObjection::kNone) return verdict;
  }
  if (table->inputs.empty() || table->inputs.back().input != input_) {
    table->inputs.push_back({input_, table->rows, 0});
  }
  if (!type_line_seen_) {
    for (const uint32_t index : table->shape) {
      const bool could_be_rewritten =
          options_.server == ServerView::kPrometheus3 && table->columns[index].boundary != Boundary::kNone;
      depends_on_type_before_ = depends_on_type_before_ || could_be_rewritten;
    }
    const bool could_be_ignored =
        options_.ignore_created && format_ == ExpositionFormat::kOpenMetrics && EndsWith(sample.name(), "_created");
    depends_on_type_before_ = depends_on_type_before_ || could_be_ignored;
  }
  return {};
}

bool CensusBuilder::IsIgnoredCreated(std::string_view name) const {
  return options_.ignore_created && format_ == ExpositionFormat::kOpenMetrics && HasStartTimestamp(type_in_force_) &&
         EndsWith(name, "_created");
}

// Leaves out every pair whose name has an empty value somewhere in the sample: that is how a server's append sees
// `{b="x",b=""}`. Returns whether any was left out.
bool CensusBuilder::LeaveOutEmptied(const SampleEvent& sample, SampleEvent* rest) {
  const auto name_of = [&sample](size_t i) {
    std::string name;
    UnescapeQuoted(sample.label_name(i), &name);
    return name;
  };
  std::vector<std::string> emptied;
  for (size_t i = 0; i < sample.label_count; ++i) {
    if (sample.label_value(i).empty()) emptied.push_back(name_of(i));
  }
  *rest = sample;
  rest->labels.clear();
  for (size_t i = 0; i < sample.label_count; ++i) {
    if (std::find(emptied.begin(), emptied.end(), name_of(i)) == emptied.end())
      rest->labels.push_back(sample.labels[i]);
  }
  rest->label_count = rest->labels.size();
  rest->same_names = false;
  rest->unchanged_labels = 0;
  return rest->label_count < sample.label_count;
}

SampleVerdict CensusBuilder::OnSample(const SampleEvent& sample) {
  // What the parser claims about the line before does not hold for what was stored of it.
  if (left_out_emptied_ && (sample.same_names || sample.unchanged_labels > 0)) {
    SampleEvent unclaimed = sample;
    unclaimed.same_names = false;
    unclaimed.unchanged_labels = 0;
    return OnSample(unclaimed);
  }
  left_out_emptied_ = false;
  SampleVerdict verdict = Store(sample);
  if (verdict.objection == SampleObjection::kRepeatedLabelName) verdict = StoreRest(sample, verdict);
  if (sample.has_exemplar && verdict.objection == SampleObjection::kNone) {
    ++exemplars_;
    exemplar_bytes_ += sample.exemplar_bytes;
  }
  return verdict;
}

// Stores a sample that `objection` was raised against without its emptied labels; objects again where that is no help.
SampleVerdict CensusBuilder::StoreRest(const SampleEvent& sample, SampleVerdict objection) {
  SampleEvent rest;
  if (!LeaveOutEmptied(sample, &rest)) return objection;
  const SampleVerdict again = Store(rest);
  left_out_emptied_ = true;
  if (again.index >= rest.label_count) return again;
  for (size_t i = 0; i < sample.label_count; ++i) {
    if (sample.labels[i].name_begin == rest.labels[again.index].name_begin) return {again.objection, i};
  }
  return again;
}

SampleVerdict CensusBuilder::Store(const SampleEvent& sample) {
  if (!sample.same_names) {
    if (IsIgnoredCreated(sample.name())) {
      comment_bytes_ += sample.bytes;
      return {};
    }
    const SampleVerdict verdict = ChangeTable(sample);
    if (verdict.objection != SampleObjection::kNone) return verdict;
  } else if (options_.ignore_created && IsIgnoredCreated(sample.name())) {
    comment_bytes_ += sample.bytes;
    return {};
  }
  if (is_guard_metric_) KeepGuardSample(sample);
  SeriesTable& table = data_->tables[table_];
  if (data_->sketched) {
    SketchSample(sample, &table);
    return {};
  }
  const uint32_t row = table.rows;
  for (size_t i = sample.unchanged_labels; i < sample.label_count; ++i) {
    std::string_view value = sample.label_value(i);
    const uint32_t column = table.shape[i];
    const Boundary boundary = table.columns[column].boundary;
    const bool rewrite = boundary != Boundary::kNone && boundary == rewritten_;
    if (sample.has_escapes && std::memchr(value.data(), '\\', value.size()) != nullptr) {
      FileAll();
      UnescapeQuoted(value, &buffer_);
      Enqueue(buffer_, column, row, rewrite);
      FileAll();
    } else {
      Enqueue(value, column, row, rewrite);
    }
  }
  table.line_less_row.Set(row, static_cast<uint32_t>(sample.line_number) - row, &data_->arena);
  if (sample.has_timestamp || !table.timestamps.empty()) {
    table.timestamps.resize(row, SeriesTable::kNoTimestamp);
    // The lowest timestamp of all stands for "none", so a real one moves up by a millisecond.
    table.timestamps.push_back(!sample.has_timestamp ? SeriesTable::kNoTimestamp
                                                     : std::max(sample.timestamp_ms, SeriesTable::kNoTimestamp + 1));
  }
  table.inputs.back().bytes += sample.bytes;
  ++table.rows;
  ++samples_;
  return {};
}

void CensusBuilder::KeepGuardSample(const SampleEvent& sample) {
  GuardSample kept;
  if (!ParseGoFloat(SampleValueText(sample), &kept.value)) return;
  if (sample.name() == kFoldedMetric && !(kept.value > 0)) return;
  if (data_->guard_samples.size() == kMaxGuardSamples || sample.bytes > kMaxGuardSampleBytes) {
    ++data_->left_out_guard_samples;
    return;
  }
  kept.input = input_;
  kept.name = std::string(sample.name());
  for (size_t i = 0; i < sample.label_count; ++i) {
    std::string name, value;
    UnescapeQuoted(sample.label_name(i), &name);
    UnescapeQuoted(sample.label_value(i), &value);
    kept.labels.emplace_back(std::move(name), std::move(value));
  }
  data_->guard_samples.push_back(std::move(kept));
}

void CensusBuilder::TurnToSketches() {
  if (data_->sketched) return;
  FileAll();
  for (SeriesTable& table : data_->tables) table.Seal(&data_->arena);
  data_ = SketchCensus(std::move(data_));
  table_of_symbol_.clear();  // symbols were numbered anew
  std::vector<Symbol>().swap(canonical_);
}

uint64_t CensusBuilder::SketchedValueHash(std::string_view value, bool rewrite) {
  const uint64_t hash = data_->key(value);
  if (!rewrite) return hash;
  if (canonical_hashes_.size() > kMaxCanonicalHashes) canonical_hashes_.clear();
  const auto [found, is_new] = canonical_hashes_.try_emplace(hash, hash);
  double boundary;
  if (is_new && ParseGoLabelFloat(value, &boundary)) found->second = data_->key(FormatOpenMetricsFloat(boundary));
  return found->second;
}

void CensusBuilder::SketchSample(const SampleEvent& sample, SeriesTable* table) {
  InputSketch& input = table->sketch->Of(input_);
  if (input.labels.size() < table->columns.size()) input.labels.resize(table->columns.size());
  uint64_t series = 0, label_set = 0;
  for (size_t i = 0; i < sample.label_count; ++i) {
    std::string_view value = sample.label_value(i);
    if (value.empty()) continue;
    if (sample.has_escapes) {
      UnescapeQuoted(value, &buffer_);
      value = buffer_;
    }
    const LabelColumn& column = table->columns[table->shape[i]];
    const bool rewrite = column.boundary != Boundary::kNone && column.boundary == rewritten_;
    const uint64_t value_hash = SketchedValueHash(value, rewrite);
    const uint64_t pair = PairHash(data_->key(column.label_text), value_hash);
    series += pair;
    if (column.boundary == Boundary::kNone) label_set += pair;
    LabelSketch& label = input.labels[table->shape[i]];
    label.values.Add(FinishHash(value_hash));
    ++label.samples_with;
  }
  input.series.Add(FinishHash(series));
  input.label_sets.Add(FinishHash(label_set));
  ++input.samples;
  table->inputs.back().bytes += sample.bytes;
  ++table->rows;
  ++samples_;
}

void CensusBuilder::OnType(std::string_view name, MetricType type) {
  type_in_force_ = type;
  type_line_seen_ = true;
  rewritten_ = RewrittenBy(type);
  const Symbol symbol = InternName(name);
  const auto [found, is_new] =
      data_->declaration_of_name.try_emplace(symbol, static_cast<uint32_t>(data_->declarations.size()));
  if (is_new) {
    data_->declarations.push_back({symbol, type, MetricType::kNone, false, input_, input_, type});
    return;
  }
  Declaration& declaration = data_->declarations[found->second];
  if (declaration.type != type && declaration.conflicting == MetricType::kNone) declaration.conflicting = type;
  if (declaration.last_input == input_) declaration.repeated = true;
  declaration.last_input = input_;
  declaration.last_type = type;
}

void CensusBuilder::OnHelp(std::string_view, std::string_view) {}

void CensusBuilder::OnUnit(std::string_view, std::string_view) {}

void CensusBuilder::OnCommentBytes(size_t bytes) { comment_bytes_ += bytes; }

bool CensusBuilder::OnError(const ParseError& error) {
  ++error_count_;
  ++data_->inputs[input_].skipped_lines;
  if (errors_.size() < kMaxErrors) errors_.push_back({input_, error});
  return options_.lenient;
}

std::unique_ptr<CensusData> CensusBuilder::Finish() {
  FileAll();
  if (!data_->sketched) {
    for (SeriesTable& table : data_->tables) table.Seal(&data_->arena);
  }
  canonical_.clear();
  return std::move(data_);
}

}  // namespace seriesguard
