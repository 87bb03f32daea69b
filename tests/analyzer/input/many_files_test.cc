// SPDX-License-Identifier: Apache-2.0
//
// many_files_test.cc: a folder of 50,000 files, half of which must be opened to be judged. The limit is on CPU time,
// because elapsed time on a shared machine says how busy the others are; elapsed time is recorded beside it.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/input/input_list.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr int kFiles = 50'000;
constexpr double kMaxCpuSeconds = 2;

double CpuSeconds() {
  struct rusage usage;
  EXPECT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

TEST(ManyFiles, FiftyThousandAreFoundWithinTwoSecondsOfCpu) {
  TempFolder folder;
  folder.Write("first.prom", "a 1\n");
  for (int i = 1; i < kFiles; ++i) {
    const std::string path = folder.Path(absl::StrCat("node", i, i % 2 == 0 ? ".prom" : ""));
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ASSERT_GE(fd, 0);
    ASSERT_EQ(::write(fd, "a 1\n", 4), 4);
    ::close(fd);
  }
  const double cpu_before = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  const ExpandedInputs inputs = ExpandInputs({folder.root()});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(inputs.paths.size(), static_cast<size_t>(kFiles));
  EXPECT_TRUE(inputs.notes.empty());
  EXPECT_TRUE(inputs.errors.empty());
  const double cpu_seconds = CpuSeconds() - cpu_before;
  EXPECT_LT(cpu_seconds, kMaxCpuSeconds);
  std::cout << "50,000 files: " << cpu_seconds << " s of CPU, " << seconds.count() << " s elapsed\n";
}

}  // namespace
}  // namespace seriesguard
