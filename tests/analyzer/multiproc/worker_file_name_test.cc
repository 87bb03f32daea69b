// SPDX-License-Identifier: Apache-2.0
#include "analyzer/multiproc/worker_file_name.h"

#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(ParseWorkerFileName, ReadsTypeModeAndWorker) {
  EXPECT_EQ(ParseWorkerFileName("counter_123.db")->type, WorkerFileType::kCounter);
  EXPECT_EQ(ParseWorkerFileName("histogram_123.db")->type, WorkerFileType::kHistogram);
  EXPECT_EQ(ParseWorkerFileName("summary_123.db")->type, WorkerFileType::kSummary);
  EXPECT_EQ(ParseWorkerFileName("counter_123.db")->worker, "123");
  EXPECT_EQ(ParseWorkerFileName("counter_host_1-a.db")->worker, "host_1-a");
  struct {
    const char* name;
    ClientGaugeMode mode;
    bool is_live;
  } const kGauges[] = {{"gauge_all_7.db", ClientGaugeMode::kEach, false},
                       {"gauge_liveall_7.db", ClientGaugeMode::kEach, true},
                       {"gauge_min_7.db", ClientGaugeMode::kMin, false},
                       {"gauge_livemin_7.db", ClientGaugeMode::kMin, true},
                       {"gauge_max_7.db", ClientGaugeMode::kMax, false},
                       {"gauge_livemax_7.db", ClientGaugeMode::kMax, true},
                       {"gauge_sum_7.db", ClientGaugeMode::kSum, false},
                       {"gauge_livesum_7.db", ClientGaugeMode::kSum, true},
                       {"gauge_mostrecent_7.db", ClientGaugeMode::kMostRecent, false},
                       {"gauge_livemostrecent_7.db", ClientGaugeMode::kMostRecent, true}};
  for (const auto& gauge : kGauges) {
    const auto file = ParseWorkerFileName(gauge.name);
    ASSERT_TRUE(file.ok()) << gauge.name;
    EXPECT_EQ(file->type, WorkerFileType::kGauge);
    EXPECT_EQ(file->mode, gauge.mode) << gauge.name;
    EXPECT_EQ(file->is_live, gauge.is_live) << gauge.name;
    EXPECT_EQ(file->worker, "7");
    EXPECT_EQ(file->pid, "7");
  }
}

// The client splits at every `_` and takes the ending's three characters off the third piece, whatever that is.
TEST(ParseWorkerFileName, GivesThePidThatTheClientWouldGive) {
  EXPECT_EQ(ParseWorkerFileName("gauge_all_web-17.db")->pid, "web-17");
  EXPECT_EQ(ParseWorkerFileName("gauge_all_host_12.db")->pid, "h");
  EXPECT_EQ(ParseWorkerFileName("gauge_all_ab_12.db")->pid, "");
  EXPECT_EQ(ParseWorkerFileName("gauge_all_\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc_12.db")->pid, "\xc3\xbc");
}

TEST(ParseWorkerFileName, RefusesWhatIsNoWorkersFile) {
  for (const char* name :
       {"", ".db", "evil.db", "counter.db", "counter_.db", "counter_1", "counter_1.db.bak", "Counter_1.db",
        "gauge_1.db", "gauge_all.db", "gauge_all_.db", "gauge_live_1.db", "gauge__1.db", "gauge_ALL_1.db",
        "gaugehistogram_1.db", "info_1.db", "counter_\xff.db", "gauge_all_\xc3.db", "counter_1.DB"}) {
    const auto file = ParseWorkerFileName(name);
    EXPECT_FALSE(file.ok()) << name;
    EXPECT_FALSE(MarksWorkerFolder(name)) << name;
  }
}

TEST(MarksWorkerFolder, WantsADigitInTheWorkersName) {
  EXPECT_TRUE(MarksWorkerFolder("counter_123.db"));
  EXPECT_TRUE(MarksWorkerFolder("gauge_liveall_web-1.db"));
  EXPECT_FALSE(MarksWorkerFolder("counter_state.db"));
  EXPECT_FALSE(MarksWorkerFolder("summary_.db"));
}

}  // namespace
}  // namespace seriesguard
