// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/text_bill.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "analyzer/bill/make_bill.h"
#include "analyzer/bill/server_memory_model.h"
#include "analyzer/census/census.h"
#include "analyzer/report/add_bill.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

constexpr int64_t kMinuteNs = 60'000'000'000;

std::string Render(const Census& census, const ServerMemoryModel& model) {
  Report report;
  BuildReport(census, BuildReportOptions(), &report);
  AddBill(census, MakeBill(census, kMinuteNs, model), &report);
  TextCanvas canvas(100, /*colour=*/false);
  PutBill(report, &canvas);
  return canvas.Take();
}

TEST(TextBill, NothingWithoutABill) {
  TextCanvas canvas(100, /*colour=*/false);
  PutBill(Report(), &canvas);
  EXPECT_EQ(canvas.Take(), "");
}

// Constants that are not in the model are not printed as zero.
TEST(TextBill, PrintsTheConstantsItUsed) {
  ServerMemoryModel model;
  model.server = "9.9.9";
  model.measured = "long ago";
  model.per_series = {1000, 900, 1100};
  const std::string text = Render(CensusFromText("a{b=\"c\"} 1\na{b=\"d\"} 1\n"), model);
  EXPECT_NE(text.find("a scrape every 1m"), std::string::npos) << text;
  EXPECT_NE(text.find("1.95 KiB"), std::string::npos) << text;  // 2,000 bytes
  EXPECT_NE(text.find("Prometheus 9.9.9"), std::string::npos) << text;
  EXPECT_NE(text.find("1,000 (900 to 1,100) a"), std::string::npos) << text;
  EXPECT_EQ(text.find("a label of a series"), std::string::npos) << text;
}

TEST(TextBill, AnEstimateSaysWhatIsNotKnown) {
  const std::string text = Render(SketchedCensusFromTexts({{"one", "a{b=\"c\"} 1\n"}}, 0), ServerMemoryModel());
  EXPECT_NE(text.find("not known"), std::string::npos) << text;
  EXPECT_EQ(text.find("live heap"), std::string::npos) << text;
}

}  // namespace
}  // namespace seriesguard
