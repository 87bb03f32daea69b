// SPDX-License-Identifier: Apache-2.0
//
// worker_files_cost_test.cc: what large and many worker files cost. The limits are on CPU time, because elapsed time on a
// shared machine says how busy the others are.
#include <ctime>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/multiproc/multiproc_folder.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"
#include "tests/analyzer/multiproc/worker_file_bytes.h"

namespace seriesguard {
namespace {

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// One histogram with 100,000 boundaries, in falling order, and a key of a mebibyte: no step is quadratic.
TEST(WorkerFilesCost, ManyBoundariesAndLongKeysTakeNoSecond) {
  TempFolder folder;
  WorkerFileBytes bytes;
  for (int i = 100'000; i > 0; --i) {
    bytes.Add(WorkerKey("h", "h_bucket", {{"le", std::to_string(i) + ".5"}}, ""), 1);
  }
  std::string labels;
  for (int i = 0; i < 60'000; ++i) absl::StrAppend(&labels, i > 0 ? "," : "", "\"l", i, "\":\"v\"");
  bytes.Add("[\"h\",\"h_sum\",{" + labels + "},\"\"]", 1);
  folder.Write("histogram_1.db", bytes.Bytes());
  const double before = CpuSeconds();
  const auto read = ReadMultiprocFolder(folder.root(), MultiprocOptions());
  EXPECT_LT(CpuSeconds() - before, 1);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->refused_files, 0u);
  EXPECT_EQ(read->workers[0].series, 100'002u);
}

TEST(WorkerFilesCost, FiftyThousandFilesTakeTwoSecondsOfCpu) {
  TempFolder folder;
  WorkerFileBytes bytes;
  for (int i = 0; i < 10; ++i) bytes.Add(WorkerKey("c", "c_total", {{"n", std::to_string(i)}}), 1);
  const std::string file = bytes.Bytes();
  for (int i = 0; i < 50'000; ++i) folder.Write(absl::StrCat("counter_", i, ".db"), i % 100 == 99 ? "x" : file);
  const double before = CpuSeconds();
  const auto read = ReadMultiprocFolder(folder.root(), MultiprocOptions());
  const double seconds = CpuSeconds() - before;
  EXPECT_LT(seconds, 2);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->refused_files, 500u);
  EXPECT_EQ(read->workers.size(), 49'500u);
  EXPECT_NE(read->text.find("c_total{n=\"9\"} 49500.0\n"), std::string::npos);
  std::cout << "50,000 files: " << seconds << " s\n";
}

}  // namespace
}  // namespace seriesguard
