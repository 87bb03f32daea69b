// SPDX-License-Identifier: Apache-2.0
//
// census_builder.h: takes what the parser tells and files it in columns.
//
// Use:      BeginInput, then parse, for every input; then Finish. Several builders (threads) are joined afterwards.
// Threads:  one at a time.
// Memory:   CensusData::bytes(); nothing else grows with the input but the first kMaxErrors errors.
// Cost:     a label value that the previous line had already said costs nothing, a new one a look-up.
// Source:   design rules of docs/counting.md.
#ifndef SERIESGUARD_ANALYZER_CENSUS_CENSUS_BUILDER_H_
#define SERIESGUARD_ANALYZER_CENSUS_CENSUS_BUILDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/server_view.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_sink.h"

namespace seriesguard {

struct CensusOptions {
  ServerView server = ServerView::kPrometheus3;
  bool ignore_created = false;  // OpenMetrics: `_created` is a start timestamp, not a series (--created ignore)
  bool lenient = false;         // go on behind a bad line
};

// A line that a server would refuse, and where.
struct InputError {
  size_t input = 0;
  ParseError error;
};

class CensusBuilder : public ExpositionSink {
 public:
  // `--lenient` lists so many bad lines; the others are counted.
  static constexpr size_t kMaxErrors = 10;

  CensusBuilder(const HashKey& key, const CensusOptions& options);
  ~CensusBuilder() override;

  // Says that what follows belongs to input number `input` of the run; numbers ascend. `type_in_force` is what a
  // reader who starts in the middle of a document found out about the part before.
  void BeginInput(size_t input, std::string_view path, ExpositionFormat format,
                  MetricType type_in_force = MetricType::kNone);
  // Says how many bytes the input (or this part of it) had, and whether quoted names occurred.
  void EndInput(uint64_t bytes, bool saw_quoted_name);

  SampleVerdict OnSample(const SampleEvent& sample) override;
  void OnType(std::string_view name, MetricType type) override;
  void OnHelp(std::string_view name, std::string_view text) override;
  void OnUnit(std::string_view name, std::string_view unit) override;
  void OnCommentBytes(size_t bytes) override;
  bool OnError(const ParseError& error) override;
  void OnWindowEnd() override;

  // The TYPE line that is in force after what was read.
  MetricType type_in_force() const { return type_in_force_; }
  bool type_line_seen() const { return type_line_seen_; }
  // A sample before the first TYPE line had a label that the TYPE in force could rewrite, or a name that it could make
  // a start timestamp: the answer depends on what came before this part of the document.
  bool depends_on_type_before() const { return depends_on_type_before_; }

  const std::vector<InputError>& errors() const { return errors_; }
  // Completes the message of the latest listed error with what only the reader of the input knows.
  void AmendLastError(std::string_view text) { errors_.back().error.message.append(text); }
  uint64_t error_count() const { return error_count_; }
  size_t bytes() const { return data_->bytes(); }
  bool sketched() const { return data_->sketched; }

  // Gives up the rows for sketches: from now on memory grows with names and labels, no longer with series.
  void TurnToSketches();

  // Seals and hands over; the builder is empty afterwards.
  std::unique_ptr<CensusData> Finish();

 private:
  // Label values on their way into the columns: memory is asked for them in two steps while later lines are parsed.
  // First in, first out, so that a column sees its rows in order; views live until the window ends (OnWindowEnd).
  struct PendingValue {
    const char* text;
    uint32_t size;
    uint32_t hash;
    uint32_t table;
    uint32_t column;
    uint32_t row;
    bool rewrite;
    bool hashed;  // the slot is on its way; else the value is expected to be the successor of the column's latest
  };
  static bool HasShape(const SeriesTable& table, const SampleEvent& sample);
  SampleVerdict ChangeShape(const SampleEvent& sample, SeriesTable* table);
  SampleVerdict ChangeTable(const SampleEvent& sample);
  SampleVerdict Store(const SampleEvent& sample);
  SampleVerdict StoreRest(const SampleEvent& sample, SampleVerdict objection);
  static bool LeaveOutEmptied(const SampleEvent& sample, SampleEvent* rest);
  Boundary RewrittenBy(MetricType type) const;
  bool IsIgnoredCreated(std::string_view name) const;
  Symbol InternName(std::string_view raw);
  Symbol Resolve(const PendingValue& pending, LabelColumn* column);
  void Enqueue(std::string_view value, uint32_t column, uint32_t row, bool rewrite);
  void File(size_t count);
  void FileAll();
  Symbol Canonical(Symbol symbol);
  uint32_t TableOf(Symbol name);
  void SketchSample(const SampleEvent& sample, SeriesTable* table);
  uint64_t SketchedValueHash(std::string_view value, bool rewrite);
  void KeepGuardSample(const SampleEvent& sample);

  const CensusOptions options_;
  std::unique_ptr<CensusData> data_;
  uint32_t input_ = 0;
  ExpositionFormat format_ = ExpositionFormat::kText;
  MetricType type_in_force_ = MetricType::kNone;
  bool type_line_seen_ = false;
  bool depends_on_type_before_ = false;
  Boundary rewritten_ = Boundary::kNone;   // which boundary the TYPE in force rewrites
  uint32_t table_ = UINT32_MAX;            // of the latest sample
  std::vector<uint32_t> table_of_symbol_;  // by symbol of a name; UINT32_MAX = no table yet
  bool left_out_emptied_ = false;          // the latest sample was stored without all of its labels
  bool is_guard_metric_ = false;           // the latest sample is of a metric whose values are kept (guard_sample.h)
  static constexpr size_t kPending = 256;  // a power of two
  static constexpr size_t kEntryDistance = 64;
  PendingValue pending_[kPending];
  size_t pending_begin_ = 0, pending_end_ = 0;  // positions modulo kPending

  uint32_t shape_serial_ = 0;
  uint64_t samples_ = 0, comment_bytes_ = 0;  // of the input that is being read
  uint64_t exemplars_ = 0, exemplar_bytes_ = 0;
  std::string buffer_;  // unescaped name or value
  std::vector<uint32_t> new_shape_;
  // By symbol: which one came after it last time, in any column. Exporters walk through the same values again and
  // again (`le`, methods, codes), so this often tells the next value, which is then compared and not looked up.
  std::vector<Symbol> successor_;
  std::vector<Symbol> canonical_;  // by symbol: its spelling as a float, kNoSymbol = not yet asked
  absl::flat_hash_map<uint64_t, uint64_t> canonical_hashes_;  // sketched: hash of a boundary -> of its spelling
  std::vector<InputError> errors_;
  uint64_t error_count_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_CENSUS_BUILDER_H_
