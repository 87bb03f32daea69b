// SPDX-License-Identifier: Apache-2.0
//
// make_bill.cc: a line a family, then what several share, then the sum of all lines.
#include "analyzer/bill/make_bill.h"

#include <cmath>
#include <cstddef>

#include "analyzer/census/count.h"
#include "analyzer/census/symbol_bytes.h"

namespace seriesguard {
namespace {

constexpr double kDayNs = 86'400e9;
constexpr double kBeyondIntegers = 18'446'744'073'709'551'616.0;  // 2^64

uint64_t Rounded(double value) {
  return value < kBeyondIntegers ? static_cast<uint64_t>(std::round(value)) : UINT64_MAX;
}

}  // namespace

uint64_t PerDay(uint64_t per_scrape, int64_t scrape_interval_ns) {
  return Rounded(static_cast<double>(per_scrape) * (kDayNs / static_cast<double>(scrape_interval_ns)));
}

uint64_t ServerBytes(const ServerMemoryModel& model, uint64_t series, const SymbolBill& symbols) {
  return Rounded(model.per_series.bytes * static_cast<double>(series) +
                 model.per_series_pair.bytes * static_cast<double>(symbols.series_pairs) +
                 model.per_series_byte.bytes * static_cast<double>(symbols.series_bytes) +
                 model.per_label_pair.bytes * static_cast<double>(symbols.own.label_pairs) +
                 model.per_symbol_byte.bytes * static_cast<double>(symbols.own.bytes));
}

Bill MakeBill(const Census& census, int64_t scrape_interval_ns, const ServerMemoryModel& model) {
  Bill bill;
  bill.scrape_interval_ns = scrape_interval_ns;
  bill.model = &model;
  const CensusSymbols symbols = census.CountSymbols();
  const bool has_symbols = !census.estimated();
  const auto fill_per_day = [&](BillLine* line) {
    line->samples_per_day = PerDay(line->samples, scrape_interval_ns);
    line->bytes_per_day = PerDay(line->bytes, scrape_interval_ns);
  };
  for (size_t f = 0; f < census.family_count(); ++f) {
    const FamilyCount& count = census.plain(f);
    BillLine line;
    line.metrics = 1;
    line.series = count.series;
    line.samples = count.samples;
    line.bytes = count.bytes;
    fill_per_day(&line);
    if (has_symbols) {
      const FamilySymbols& found = symbols.families[f];
      line.symbols = SymbolBill{found.own, found.all, found.series_pairs, found.series_bytes, 0};
      line.symbols->server_bytes = ServerBytes(model, line.series, *line.symbols);
    }
    AddToLine(line, &bill.total);
    bill.metrics.push_back(line);
  }
  if (has_symbols) {
    bill.shared.symbols = SymbolBill{symbols.shared, symbols.shared, 0, 0, 0};
    bill.shared.symbols->server_bytes = ServerBytes(model, 0, *bill.shared.symbols);
    bill.comments.symbols.emplace();  // of which a server keeps nothing in its head
  }
  for (const InputCount& input : census.inputs()) bill.comments.bytes += input.comment_bytes;
  fill_per_day(&bill.comments);
  AddToLine(bill.shared, &bill.total);
  AddToLine(bill.comments, &bill.total);
  if (bill.total.symbols) bill.total.symbols->all = symbols.all;
  return bill;
}

}  // namespace seriesguard
