// SPDX-License-Identifier: Apache-2.0
#include "analyzer/bill/make_bill.h"

#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "analyzer/bill/bill.h"
#include "analyzer/bill/server_memory_model.h"
#include "analyzer/census/census.h"
#include "analyzer/census/symbol_bytes.h"
#include "analyzer/report/add_bill.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

// Round constants of no server: what is tested is the arithmetic.
ServerMemoryModel RoundModel() {
  ServerMemoryModel model;
  model.per_series.bytes = 1000;
  model.per_series_pair.bytes = 100;
  model.per_series_byte.bytes = 1;
  model.per_label_pair.bytes = 10'000;
  model.per_symbol_byte.bytes = 0.5;
  return model;
}

constexpr char kDump[] =
    "# TYPE ab gauge\n"
    "ab{x=\"12345\",y=\"q\"} 1\n"
    "ab{x=\"12345\",y=\"rr\"} 1\n"
    "cde{x=\"12345\"} 1\n";

TEST(PerDay, RoundsOnce) {
  EXPECT_EQ(PerDay(7, 60 * kSecondNs), 7u * 1440);
  EXPECT_EQ(PerDay(1, 7 * kSecondNs), 12'343u);  // 12,342.857
  EXPECT_EQ(PerDay(3, 500'000'000), 3u * 172'800);
  EXPECT_EQ(PerDay(1, 86'400 * kSecondNs), 1u);
  EXPECT_EQ(PerDay(0, kSecondNs), 0u);
  EXPECT_EQ(PerDay(UINT64_MAX / 2, 1'000'000), UINT64_MAX);
}

TEST(ServerBytes, AppliesEveryConstant) {
  SymbolBill symbols;
  symbols.own = {3, 11, 5};
  symbols.all = {9, 99, 9};  // what others have as well is not in this line
  symbols.series_pairs = 8;
  symbols.series_bytes = 70;
  EXPECT_EQ(ServerBytes(RoundModel(), 2, symbols), 2'000u + 800 + 70 + 50'000 + 6);  // 5.5 is rounded
  EXPECT_EQ(ServerBytes(ServerMemoryModel(), 2, symbols), 0u);
}

TEST(MakeBill, EachLineAndTheSum) {
  const Census census = CensusFromText(kDump);
  const ServerMemoryModel model = RoundModel();
  const Bill bill = MakeBill(census, 60 * kSecondNs, model);
  ASSERT_EQ(bill.metrics.size(), 2u);
  const BillLine& ab = bill.metrics[0];
  EXPECT_EQ(ab.series, 2u);
  EXPECT_EQ(ab.bytes, 22u + 23);
  EXPECT_EQ(ab.bytes_per_day, 45u * 1440);
  EXPECT_EQ(ab.samples_per_day, 2u * 1440);
  ASSERT_TRUE(ab.symbols);
  EXPECT_EQ(ab.symbols->own.bytes, 6u);
  EXPECT_EQ(ab.symbols->server_bytes, 2'000u + 6 * 100 + 37 + 3 * 10'000 + 3);
  EXPECT_EQ(bill.metrics[1].symbols->server_bytes, 1'000u + 2 * 100 + 17 + 10'000 + 2);
  EXPECT_EQ(bill.shared.symbols->server_bytes, 10'000u + 7);  // x="12345"; 14 bytes of __name__, x and 12345
  EXPECT_EQ(bill.shared.series, 0u);
  EXPECT_EQ(bill.comments.bytes, 16u);
  EXPECT_EQ(bill.total.metrics, 2u);
  EXPECT_EQ(bill.total.bytes, 45u + 17 + 16);
  EXPECT_EQ(bill.total.symbols->own.bytes, 23u);
  EXPECT_EQ(bill.total.symbols->all.bytes, 23u);
  EXPECT_EQ(bill.total.symbols->server_bytes, 32'640u + 11'219 + 10'007);
}

TEST(MakeBill, AnEstimateHasBytesButNoStrings) {
  const Census census = SketchedCensusFromTexts({{"one", kDump}}, 0);
  const Bill bill = MakeBill(census, 60 * kSecondNs, RoundModel());
  EXPECT_EQ(bill.total.bytes, 78u);
  EXPECT_FALSE(bill.total.symbols);
  for (const BillLine& line : bill.metrics) EXPECT_FALSE(line.symbols);
}

// What is shown, others, shared and comments add up to the total, whatever is cut.
TEST(AddBill, ColumnsAddUp) {
  const Census census = CensusFromText(kDump);
  const ServerMemoryModel model = RoundModel();
  for (size_t limit = 0; limit <= 3; ++limit) {
    SCOPED_TRACE(limit);
    Report report;
    BuildReportOptions options;
    options.limit = limit;
    BuildReport(census, options, &report);
    AddBill(census, MakeBill(census, 60 * kSecondNs, model), &report);
    ASSERT_TRUE(report.bill);
    BillLine sum;
    for (const MetricRow& row : report.metrics) {
      ASSERT_TRUE(row.bill);
      EXPECT_EQ(row.bill->series, row.count.series);
      AddToLine(*row.bill, &sum);
    }
    for (const BillLine* line : {&report.bill->others, &report.bill->shared, &report.bill->comments}) {
      AddToLine(*line, &sum);
    }
    EXPECT_EQ(report.bill->others.metrics, report.others ? report.others->rows : 0);
    const BillLine& total = report.bill->total;
    EXPECT_EQ(sum.series, total.series);
    EXPECT_EQ(sum.bytes, total.bytes);
    EXPECT_EQ(sum.bytes, report.total.bytes);
    EXPECT_EQ(sum.bytes_per_day, total.bytes_per_day);
    EXPECT_EQ(sum.samples_per_day, total.samples_per_day);
    EXPECT_EQ(sum.symbols->own.strings, total.symbols->own.strings);
    EXPECT_EQ(sum.symbols->own.label_pairs, total.symbols->own.label_pairs);
    EXPECT_EQ(sum.symbols->server_bytes, total.symbols->server_bytes);
  }
}

// No constant without its range, its runs and its error; the range holds the constant.
TEST(ServerMemoryModels, SayHowTheyWereMeasured) {
  for (const bool is_prometheus2 : {false, true}) {
    const ServerMemoryModel& model = ServerModelOf(is_prometheus2);
    EXPECT_EQ(model.server.substr(0, 2), is_prometheus2 ? "2." : "3.");
    EXPECT_FALSE(model.measured.empty());
    EXPECT_GE(model.runs, model.shapes);
    EXPECT_GT(model.shapes, 5);
    EXPECT_GT(model.rms_error, 0);
    EXPECT_GT(model.per_series.bytes, 0);
    for (const ServerConstant& constant : {model.per_series, model.per_series_pair, model.per_series_byte,
                                           model.per_label_pair, model.per_symbol_byte, model.resident}) {
      EXPECT_LE(constant.least, constant.bytes);
      EXPECT_GE(constant.most, constant.bytes);
    }
  }
}

}  // namespace
}  // namespace seriesguard
