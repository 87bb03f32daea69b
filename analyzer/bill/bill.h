// SPDX-License-Identifier: Apache-2.0
//
// bill.h: what metrics cost whoever scrapes and stores them, as plain data.
//
// Use:      made by MakeBill; rendered by the reports.
// Threads:  plain data.
// Units:    bytes; a day is 86,400 seconds with a scrape each interval.
// Source:   docs/bill.md.
//
// Columns add up: total = the lines of all metrics + shared + comments.
#ifndef SERIESGUARD_ANALYZER_BILL_BILL_H_
#define SERIESGUARD_ANALYZER_BILL_BILL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/bill/server_memory_model.h"
#include "analyzer/census/symbol_bytes.h"

namespace seriesguard {

// The part of a line for which the strings themselves have to be known.
struct SymbolBill {
  SymbolSums own;  // in no other line
  SymbolSums all;  // with what other metrics have as well
  uint64_t series_pairs = 0;
  uint64_t series_bytes = 0;
  uint64_t server_bytes = 0;  // by the model, for what is `own`
};

struct BillLine {
  uint64_t metrics = 0;
  uint64_t series = 0;
  uint64_t samples = 0;               // a scrape
  uint64_t bytes = 0;                 // a scrape, uncompressed
  uint64_t samples_per_day = 0;       // rounded
  uint64_t bytes_per_day = 0;         // rounded
  std::optional<SymbolBill> symbols;  // empty where the census is an estimate
};

struct Bill {
  int64_t scrape_interval_ns = 0;
  const ServerMemoryModel* model = nullptr;  // of static lifetime, never null once made
  std::vector<BillLine> metrics;             // by family of the census
  BillLine shared;                           // strings and label pairs that several metrics have; no series
  BillLine comments;                         // bytes only
  BillLine total;
};

// Adds what `line` has to `sum`, but for `symbols->all`, of which sums mean nothing.
void AddToLine(const BillLine& line, BillLine* sum);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BILL_BILL_H_
