// SPDX-License-Identifier: Apache-2.0
//
// text_bill.cc: one row a metric as in the table before it; then constants and what they leave out.
#include "analyzer/report/text_bill.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analyzer/bill/bill.h"
#include "analyzer/bill/server_memory_model.h"
#include "analyzer/report/number_text.h"
#include "rules/reading/quantity.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowestName = 20;
constexpr size_t kCells = 6;

using Cells = std::array<std::string, kCells>;  // rank, scrape, a day, samples a day, symbols, server

struct Row {
  Cells cells;
  std::string name;  // safe
  Ink ink = Ink::kPlain;
};

// Zero is left empty: such a line has nothing of the kind.
std::string Exact(uint64_t value) { return value == 0 ? "" : WithThousands(value); }
std::string Rough(uint64_t bytes) { return bytes == 0 ? "" : ByteSize(bytes); }

Row RowOf(std::string rank, const BillLine& line, std::string name, Ink ink) {
  return {{std::move(rank), Exact(line.bytes), Rough(line.bytes_per_day), Exact(line.samples_per_day),
           line.symbols ? Exact(line.symbols->own.bytes) : "", line.symbols ? Rough(line.symbols->server_bytes) : ""},
          std::move(name),
          ink};
}

std::vector<Row> RowsOf(const Report& report) {
  const ReportBill& bill = *report.bill;
  std::vector<Row> rows = {{{"#", "SCRAPE", "BYTES/DAY", "SAMPLES/DAY", "SYMBOLS", "SERVER"}, "METRIC", Ink::kPlain}};
  for (size_t i = 0; i < report.metrics.size(); ++i) {
    const MetricRow& metric = report.metrics[i];
    if (metric.bill) rows.push_back(RowOf(std::to_string(i + 1), *metric.bill, metric.name, Ink::kBold));
  }
  if (bill.others.metrics > 0) {
    rows.push_back(RowOf("", bill.others, absl::StrCat("(", Quantity(bill.others.metrics, "other"), ")"), Ink::kDim));
  }
  if (bill.shared.symbols && bill.shared.symbols->own.strings > 0) {
    rows.push_back(RowOf("", bill.shared, "(strings of several metrics)", Ink::kDim));
  }
  if (bill.comments.bytes > 0) rows.push_back(RowOf("", bill.comments, "(comments and metadata)", Ink::kDim));
  rows.push_back(RowOf("", bill.total, "TOTAL", Ink::kBold));
  return rows;
}

void PutTable(const std::vector<Row>& rows, size_t metrics, TextCanvas* canvas) {
  std::array<size_t, kCells> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kCells; ++i) widths[i] = std::max(widths[i], row.cells[i].size());
  }
  for (size_t r = 0; r < rows.size(); ++r) {
    const Row& row = rows[r];
    for (size_t i = 0; i < kCells; ++i) {
      canvas->PutRight(row.cells[i], (i == 0 ? 0 : kGap) + widths[i], i == 0 ? Ink::kDim : Ink::kPlain);
    }
    canvas->Put(std::string(kGap, ' '));
    const size_t taken = canvas->position();
    const size_t room = std::max(canvas->columns(), taken + kNarrowestName) - taken;
    const bool is_metric = r > 0 && r <= metrics;
    canvas->Line(is_metric ? SafeTextTruncated(row.name, room) : row.name, row.ink);
  }
}

// Three digits or more; constants are never negative.
std::string BytesText(double bytes) {
  return bytes < 100 ? absl::StrFormat("%.1f", bytes) : WithThousands(static_cast<uint64_t>(bytes + 0.5));
}

std::string ConstantText(const ServerConstant& constant, std::string_view per) {
  return absl::StrCat(BytesText(constant.bytes), " (", BytesText(constant.least), " to ", BytesText(constant.most),
                      ") a ", absl::string_view(per.data(), per.size()));
}

std::string ModelText(const ServerMemoryModel& model) {
  std::string constants;
  const auto add = [&constants](const ServerConstant& constant, std::string_view per) {
    if (constant.bytes > 0) absl::StrAppend(&constants, constants.empty() ? "" : ", ", ConstantText(constant, per));
  };
  add(model.per_series, "series");
  add(model.per_series_pair, "label of a series");
  add(model.per_series_byte, "byte of a series' labels");
  add(model.per_label_pair, "distinct name and value");
  add(model.per_symbol_byte, "byte of SYMBOLS");
  add(model.once, "server");
  return absl::StrFormat(
      "SERVER: live heap of Prometheus %s by constants measured %s (%d runs of %d dumps; error %.1f %% rms, %.1f %% at "
      "worst). Bytes: %s. Resident memory was %.2f times the live heap (%.2f to %.2f).",
      absl::string_view(model.server.data(), model.server.size()),
      absl::string_view(model.measured.data(), model.measured.size()), model.runs, model.shapes, 100 * model.rms_error,
      100 * model.worst_error, constants, model.resident.bytes, model.resident.least, model.resident.most);
}

}  // namespace

void PutBill(const Report& report, TextCanvas* canvas) {
  if (!report.bill) return;
  const ReportBill& bill = *report.bill;
  canvas->EndLine();
  canvas->Line(absl::StrCat("The bill, with a scrape every ", DurationText(bill.scrape_interval_ns), ":"));
  PutTable(RowsOf(report), report.metrics.size(), canvas);
  canvas->EndLine();
  const auto paragraph = [canvas](const std::string& text) {
    canvas->PutWrapped(text, 2);
    canvas->EndLine();
  };
  paragraph(
      "SCRAPE, BYTES/DAY: uncompressed bytes of exposition. SYMBOLS: bytes of the distinct names and values that no "
      "other metric has.");
  if (!bill.total.symbols) {
    paragraph("SYMBOLS and SERVER are not known: --memory-limit turned the counts into estimates.");
    return;
  }
  paragraph(ModelText(*bill.model));
  paragraph(
      "It leaves out: the empty server, series that came and went (churn), chunks after the first, the WAL, "
      "queries, rules and compaction.");
}

}  // namespace seriesguard
