// SPDX-License-Identifier: Apache-2.0
//
// many_files_test.cc: a folder of 50,000 files, half of which must be opened to be judged.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/input/input_list.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr int kFiles = 50'000;
constexpr double kMaxSeconds = 2;

TEST(ManyFiles, FiftyThousandAreFoundWithinTwoSeconds) {
  TempFolder folder;
  folder.Write("first.prom", "a 1\n");
  for (int i = 1; i < kFiles; ++i) {
    const std::string path = folder.Path(absl::StrCat("node", i, i % 2 == 0 ? ".prom" : ""));
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ASSERT_GE(fd, 0);
    ASSERT_EQ(::write(fd, "a 1\n", 4), 4);
    ::close(fd);
  }
  const auto start = std::chrono::steady_clock::now();
  const ExpandedInputs inputs = ExpandInputs({folder.root()});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(inputs.paths.size(), static_cast<size_t>(kFiles));
  EXPECT_TRUE(inputs.notes.empty());
  EXPECT_TRUE(inputs.errors.empty());
  EXPECT_LT(seconds.count(), kMaxSeconds);
  RecordProperty("milliseconds", static_cast<int>(seconds.count() * 1000));
}

}  // namespace
}  // namespace seriesguard
