// SPDX-License-Identifier: Apache-2.0
//
// hostile_worker_files_test.cc: more than 10,000 damaged files, each in a folder beside a good one.
// Each damaged file may cost itself, never the other, and never a second.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <ctime>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analyzer/multiproc/multiproc_folder.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"
#include "tests/analyzer/multiproc/worker_file_bytes.h"

namespace seriesguard {
namespace {

constexpr char kGood[] = "good_total 1.0\n";

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string Subject(WorkerFileBytes::Layout layout) {
  return WorkerFileBytes(layout)
      .Add(WorkerKey("a", "a_total"), 1.5, 1700000000.5)
      .Add(WorkerKey("b", "b_bucket", {{"le", "1.0"}}), -2, 0)
      .Add(WorkerKey("b", "b_sum", {{"path", "/api/{id}"}}), 3e300, 1)
      .Bytes(512);
}

std::vector<std::string> DamagedFiles() {
  std::vector<std::string> files;
  for (const auto layout : {WorkerFileBytes::kStamped, WorkerFileBytes::kPlain}) {
    const std::string whole = Subject(layout);
    int32_t used;
    std::memcpy(&used, whole.data(), sizeof used);
    for (size_t size = 0; size < whole.size(); ++size) files.push_back(whole.substr(0, size));
    for (size_t offset = 0; offset + 4 <= static_cast<size_t>(used); ++offset) {
      for (const int32_t value : {INT_MIN, -28, -24, -1, 0, 1, INT_MAX}) {
        files.push_back(whole);
        Put(&files.back(), offset, value);
      }
    }
    for (size_t offset = 0; offset < static_cast<size_t>(used); ++offset) {
      for (const char byte : {'\xff', '\x00', '\x1b', '"', '\\', '{'}) {
        files.push_back(whole);
        files.back()[offset] = byte;
      }
    }
  }
  std::mt19937 random(20);
  while (files.size() < 10500) {  // several bytes at once, and noise
    std::string bytes = Subject(random() % 2 == 0 ? WorkerFileBytes::kStamped : WorkerFileBytes::kPlain);
    if (random() % 8 == 0) {
      for (char& byte : bytes) byte = static_cast<char>(random());
      Put(&bytes, 0, static_cast<int32_t>(random() % 600));
    }
    for (unsigned i = random() % 6; i > 0; --i) bytes[random() % bytes.size()] = static_cast<char>(random());
    files.push_back(std::move(bytes));
  }
  return files;
}

TEST(HostileWorkerFiles, EachOfTenThousandCostsItselfOnly) {
  TempFolder folder;
  folder.Write("counter_1.db", WorkerFileBytes().Add(WorkerKey("good", "good_total"), 1).Bytes(4096));
  const std::vector<std::string> files = DamagedFiles();
  ASSERT_GE(files.size(), 10000u);
  double slowest = 0;
  size_t refused = 0;
  // Written in place: making a file anew costs a disk milliseconds.
  const std::string names[] = {"histogram_2.db", "gauge_mostrecent_3.db"};
  int fds[2];
  for (int i = 0; i < 2; ++i) {
    fds[i] = ::open(folder.Write(names[i], "").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(fds[i], 0);
  }
  const auto write = [&fds](size_t which, const std::string& bytes) {
    return ::ftruncate(fds[which], static_cast<off_t>(bytes.size())) == 0 &&
           ::pwrite(fds[which], bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
  };
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string& name = names[i % 2];
    ASSERT_TRUE(write(i % 2, files[i]));
    ASSERT_TRUE(write(1 - i % 2, std::string(64, '\0')));
    const double before = CpuSeconds();
    const auto read = ReadMultiprocFolder(folder.root(), MultiprocOptions());
    slowest = std::max(slowest, CpuSeconds() - before);
    ASSERT_TRUE(read.ok());
    ASSERT_NE(read->text.find(kGood), std::string::npos) << i;
    ASSERT_LE(read->refused_files, 1u) << i;
    if (read->refused_files == 0) continue;
    ++refused;
    ASSERT_EQ(read->refused[0].name, name);
    ASSERT_FALSE(read->refused[0].reason.empty());
    // All or nothing: no trace of a refused file.
    ASSERT_EQ(read->text, std::string("# HELP good_total help\n# TYPE good_total counter\n") + kGood) << i;
    for (const char c : read->refused[0].reason) ASSERT_TRUE(c >= 0x20 && c < 0x7f);
  }
  for (const int fd : fds) ::close(fd);
  EXPECT_LT(slowest, 1);
  EXPECT_GT(refused, files.size() / 4);
  std::cout << files.size() << " files, " << refused << " refused, slowest " << slowest << " s\n";
}

// Long, but honest about it: a sparse gigabyte of which nothing is used, and one that claims to be full of entries.
TEST(HostileWorkerFiles, LongFilesCostWhatTheyUse) {
  TempFolder folder;
  folder.Write("counter_1.db", WorkerFileBytes().Add(WorkerKey("good", "good_total"), 1).Bytes(4096));
  for (const int32_t used : {0, 8, INT_MAX}) {
    std::string header(8, '\0');
    Put(&header, 0, used);
    const std::string path = folder.Write("counter_2.db", header);
    ASSERT_EQ(::truncate(path.c_str(), off_t{1} << 33), 0);
    const double before = CpuSeconds();
    const auto read = ReadMultiprocFolder(folder.root(), MultiprocOptions());
    EXPECT_LT(CpuSeconds() - before, 1);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->refused_files, used == INT_MAX ? 1u : 0u);
    EXPECT_NE(read->text.find(kGood), std::string::npos);
  }
}

}  // namespace
}  // namespace seriesguard
