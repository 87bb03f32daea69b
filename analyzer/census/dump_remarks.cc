// SPDX-License-Identifier: Apache-2.0
//
// dump_remarks.cc: everything is read off names, declarations and the line numbers of first and last rows.
#include "analyzer/census/dump_remarks.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/census/series_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kTotal = "_total";

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// Types whose samples all carry a suffix; `le` and quantile samples aside, the others may be bare.
bool NeedsSuffix(MetricType type) {
  return type == MetricType::kCounter || type == MetricType::kHistogram || type == MetricType::kGaugeHistogram ||
         type == MetricType::kInfo;
}

class RemarkFinder {
 public:
  RemarkFinder(const CensusData& data, size_t limit) : data_(data), limit_(limit) {
    for (const Declaration& declaration : data.declarations) {
      const bool is_histogram =
          declaration.type == MetricType::kHistogram || declaration.type == MetricType::kGaugeHistogram;
      if (is_histogram) histograms_.emplace(data.symbols.Text(declaration.name), declaration.type);
      if (declaration.type == MetricType::kCounter) counters_.insert(data.symbols.Text(declaration.name));
    }
  }

  std::vector<DumpRemark> Run() {
    Declarations();
    for (const SeriesTable& table : data_.tables) Names(table);
    if (!data_.sketched) {  // sketches keep no lines
      for (size_t input = 0; input < data_.inputs.size(); ++input) Order(input);
      for (const SeriesTable& table : data_.tables) Buckets(table);
    }
    std::stable_sort(remarks_.begin(), remarks_.end(), [](const DumpRemark& a, const DumpRemark& b) {
      return std::tie(a.kind, a.name, a.input) < std::tie(b.kind, b.name, b.input);
    });
    std::vector<DumpRemark> kept;
    size_t of_kind = 0;
    for (DumpRemark& remark : remarks_) {
      of_kind = !kept.empty() && kept.back().kind == remark.kind ? of_kind + 1 : 1;
      if (of_kind <= limit_)
        kept.push_back(std::move(remark));
      else
        of_kind = limit_;
    }
    return kept;
  }

 private:
  bool IsOpenMetrics(size_t input) const { return data_.inputs[input].format == "openmetrics-1.0"; }

  void Add(DumpRemark::Kind kind, size_t input, std::string_view name, MetricType type,
           MetricType other_type = MetricType::kNone, std::string_view other = {}) {
    remarks_.push_back({kind, input, std::string(name), std::string(other), type, other_type});
  }

  void Declarations() {
    for (const Declaration& declaration : data_.declarations) {
      const std::string_view name = data_.symbols.Text(declaration.name);
      if (declaration.conflicting != MetricType::kNone) {
        Add(DumpRemark::Kind::kTypeConflict, kAllInputs, name, declaration.type, declaration.conflicting);
      } else if (declaration.repeated && IsOpenMetrics(declaration.last_input)) {
        Add(DumpRemark::Kind::kRepeatedType, declaration.last_input, name, declaration.type);
      }
    }
  }

  // The first OpenMetrics input that has rows of the table; kAllInputs when none has.
  size_t OpenMetricsInputOf(const SeriesTable& table) const {
    for (const SeriesTable::InputRows& rows_of : table.inputs) {
      if (IsOpenMetrics(rows_of.input)) return rows_of.input;
    }
    return kAllInputs;
  }

  void Names(const SeriesTable& table) {
    const auto found = data_.declaration_of_name.find(table.name);
    if (found == data_.declaration_of_name.end() || table.rows == 0) return;
    const Declaration& declaration = data_.declarations[found->second];
    const std::string_view name = data_.symbols.Text(table.name);
    if (!NeedsSuffix(declaration.type)) return;
    // In text 0.0.4 a counter is declared by its sample's name; the OpenMetrics input declares it without the suffix.
    if (EndsWith(name, kTotal) && counters_.contains(name.substr(0, name.size() - kTotal.size()))) return;
    const size_t input = OpenMetricsInputOf(table);
    if (input == kAllInputs) return;
    Add(DumpRemark::Kind::kSuffixNotOfType, input, name, declaration.type);
  }

  // Families whose line ranges overlap: one begins before the other has ended.
  void Order(size_t input) {
    if (!IsOpenMetrics(input)) return;
    struct Range {
      uint64_t first, last;
      const FamilyTables* family;
    };
    std::vector<Range> ranges;
    for (const FamilyTables& family : data_.families) {
      Range range{UINT64_MAX, 0, &family};
      for (const uint32_t t : family.tables) {
        const SeriesTable& table = data_.tables[t];
        const SeriesTable::Rows rows = table.RowsOfInput(static_cast<uint32_t>(input));
        if (rows.first == rows.end) continue;
        range.first = std::min(range.first, LineOfRow(table, rows.first));
        range.last = std::max(range.last, LineOfRow(table, rows.end - 1));
      }
      if (range.last != 0) ranges.push_back(range);
    }
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    for (size_t i = 1; i < ranges.size(); ++i) {
      if (ranges[i].first > ranges[i - 1].last) continue;
      Add(DumpRemark::Kind::kInterleaved, input, ranges[i - 1].family->info.name, ranges[i - 1].family->info.type,
          MetricType::kNone, ranges[i].family->info.name);
      ranges[i].last = std::max(ranges[i].last, ranges[i - 1].last);
    }
  }

  void Buckets(const SeriesTable& table) {
    const size_t input = OpenMetricsInputOf(table);
    const std::string_view name = data_.symbols.Text(table.name);
    if (table.rows == 0 || input == kAllInputs || !EndsWith(name, "_bucket")) return;
    const auto histogram = histograms_.find(name.substr(0, name.size() - 7));
    if (histogram == histograms_.end()) return;
    for (const LabelColumn& column : table.columns) {
      if (column.boundary != Boundary::kLe) continue;
      const auto& segments = column.values.segments();
      const bool complete = std::all_of(segments.begin(), segments.end(), [](const NumberColumn::Segment& segment) {
        if (segment.base != kNoSymbol) return true;
        if (segment.width == 0) return false;
        std::vector<uint32_t> numbers(segment.rows);
        DecodeSegment(segment, 0, segment.rows, numbers.data());
        return std::find(numbers.begin(), numbers.end(), kNoSymbol) == numbers.end();
      });
      if (complete) return;
    }
    Add(DumpRemark::Kind::kBucketWithoutLe, input, name, histogram->second);
  }

  const CensusData& data_;
  const size_t limit_;
  absl::flat_hash_set<std::string_view> counters_;                // names that are declared a counter
  absl::flat_hash_map<std::string_view, MetricType> histograms_;  // declared ones, by name; with buckets
  std::vector<DumpRemark> remarks_;
};

}  // namespace

std::vector<DumpRemark> FindRemarks(const CensusData& data, size_t limit) { return RemarkFinder(data, limit).Run(); }

}  // namespace seriesguard
