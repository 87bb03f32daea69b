// SPDX-License-Identifier: Apache-2.0
//
// bill.cc: adding up.
#include "analyzer/bill/bill.h"

namespace seriesguard {

void AddToLine(const BillLine& line, BillLine* sum) {
  sum->metrics += line.metrics;
  sum->series += line.series;
  sum->samples += line.samples;
  sum->bytes += line.bytes;
  sum->samples_per_day += line.samples_per_day;
  sum->bytes_per_day += line.bytes_per_day;
  if (!line.symbols) return;
  if (!sum->symbols) sum->symbols.emplace();
  sum->symbols->own.strings += line.symbols->own.strings;
  sum->symbols->own.bytes += line.symbols->own.bytes;
  sum->symbols->own.label_pairs += line.symbols->own.label_pairs;
  sum->symbols->series_pairs += line.symbols->series_pairs;
  sum->symbols->series_bytes += line.symbols->series_bytes;
  sum->symbols->server_bytes += line.symbols->server_bytes;
}

}  // namespace seriesguard
