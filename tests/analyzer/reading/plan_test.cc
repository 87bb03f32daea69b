// SPDX-License-Identifier: Apache-2.0
//
// plan_test.cc: which bytes go to which thread, and that no byte goes to two or to none.
#include "analyzer/reading/plan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMiB = 1 << 20;

class File {
 public:
  explicit File(const std::string& bytes)
      : fd_(open(folder_.Write("dump.prom", bytes).c_str(), O_RDONLY)), bytes_(bytes.size()) {}
  ~File() { close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  InputShape shape() const { return {bytes_, fd_}; }
  int fd() const { return fd_; }

 private:
  TempFolder folder_;
  int fd_;
  uint64_t bytes_;
};

// "0w 1[0,5242880) | 1[5242880,9000000]w": input, w = whole, ] = the input's end; shares parted by |.
std::string Text(const std::vector<Share>& shares) {
  std::string text;
  for (size_t s = 0; s < shares.size(); ++s) {
    if (s > 0) text += "| ";
    for (const Part& part : shares[s]) {
      text += std::to_string(part.input);
      if (part.whole) {
        text += "w ";
        continue;
      }
      text += "[" + std::to_string(part.begin) + "," + std::to_string(part.end) + (part.is_last ? "] " : ") ");
    }
  }
  return text;
}

std::string LinesOf(size_t bytes, const std::string& line) {
  std::string text;
  while (text.size() < bytes) text += line;
  return text;
}

TEST(PlanShares, OneThreadReadsAllInOrder) {
  EXPECT_EQ(Text(PlanShares({}, 1)), "");
  EXPECT_EQ(Text(PlanShares({{100, -1}, {0, -1}, {kMiB * 100, -1}}, 1)), "0w 1w 2w ");
  EXPECT_EQ(Text(PlanShares({{100, -1}}, 0)), "0w ");
}

TEST(PlanShares, SmallInputsShareAThread) {
  // A share below 4 MiB does not pay for a thread.
  EXPECT_EQ(Text(PlanShares({{kMiB, -1}, {kMiB, -1}, {kMiB, -1}}, 8)), "0w 1w 2w ");
  EXPECT_EQ(Text(PlanShares({{3 * kMiB, -1}, {kMiB, -1}, {kMiB, -1}, {kMiB, -1}}, 8)), "0w 1w | 2w 3w ");
}

TEST(PlanShares, DealsWholeInputsWhereNothingMayBeCut) {
  EXPECT_EQ(Text(PlanShares({{50 * kMiB, -1}, {50 * kMiB, -1}, {50 * kMiB, -1}, {50 * kMiB, -1}}, 2)),
            "0w 1w 2w | 3w ");
  EXPECT_EQ(Text(PlanShares({{10 * kMiB, -1}, {90 * kMiB, -1}, {kMiB, -1}}, 3)), "0w 1w | 2w ");
  // Unknown sizes count as nothing.
  EXPECT_EQ(Text(PlanShares({{0, -1}, {0, -1}, {0, -1}}, 4)), "0w 1w 2w ");
}

TEST(PlanShares, CutsALargeFileBehindANewlineWhereNoTypeLineIsNear) {
  const File file(LinesOf(12 * kMiB, "abcdefg 1\n"));  // lines of 10 bytes
  const std::vector<Share> shares = PlanShares({file.shape()}, 2);
  // Half of 12,582,920 bytes and one more is 6,291,461: the next line begins at 6,291,470.
  EXPECT_EQ(Text(shares), "0[0,6291470) | 0[6291470,12582920] ");
}

TEST(PlanShares, CutsAtATypeLineWithinAMebibyte) {
  std::string bytes = LinesOf(12 * kMiB, "abcdefg 1\n");
  bytes.replace(7'000'000, 20, "# TYPE abcdef gauge\n");
  const File file(bytes);
  EXPECT_EQ(Text(PlanShares({file.shape()}, 2)), "0[0,7000000) | 0[7000000,12582920] ");
}

TEST(PlanShares, DoesNotCutASmallFileOrAFileOfOneLine) {
  const File small(LinesOf(8 * kMiB - 20, "abcdefg 1\n"));
  EXPECT_EQ(Text(PlanShares({small.shape()}, 4)), "0w ");
  const File one_line(std::string(12 * kMiB, 'x'));
  EXPECT_EQ(Text(PlanShares({one_line.shape()}, 4)), "0w ");
}

TEST(PlanShares, SharesAreInOrderAndCoverEachByteOnce) {
  const File a(LinesOf(20 * kMiB, "abcdefg 1\n")), b(LinesOf(9 * kMiB, "x 1\n"));
  const std::vector<InputShape> inputs = {{5 * kMiB, -1}, a.shape(), {100, -1}, b.shape(), {0, -1}};
  for (size_t threads = 1; threads <= 12; ++threads) {
    const std::vector<Share> shares = PlanShares(inputs, threads);
    EXPECT_LE(shares.size(), threads);
    size_t input = 0;
    uint64_t position = 0;
    for (const Share& share : shares) {
      EXPECT_FALSE(share.empty());
      for (const Part& part : share) {
        ASSERT_EQ(part.input, input) << threads;
        if (!part.whole) {
          ASSERT_EQ(part.begin, position) << threads;
          ASSERT_GT(part.end, part.begin);
          ASSERT_EQ(part.is_last, part.end == inputs[input].bytes);
        }
        position = part.whole || part.is_last ? 0 : part.end;
        input += part.whole || part.is_last;
      }
    }
    EXPECT_EQ(input, inputs.size()) << threads;
    EXPECT_GE(shares.size(), std::min<size_t>(threads, 4));
  }
}

TEST(CountNewlines, CountsInARangeOfAFile) {
  const File file("a\nb\n\nc");
  EXPECT_EQ(CountNewlines(file.fd(), 0, 0), 0u);
  EXPECT_EQ(CountNewlines(file.fd(), 0, 1), 0u);
  EXPECT_EQ(CountNewlines(file.fd(), 0, 2), 1u);
  EXPECT_EQ(CountNewlines(file.fd(), 0, 5), 3u);
  EXPECT_EQ(CountNewlines(file.fd(), 0, 6), 3u);
  EXPECT_EQ(CountNewlines(file.fd(), 0, 7), std::nullopt);  // the file has become shorter
  EXPECT_EQ(CountNewlines(file.fd(), 2, 5), 2u);
  EXPECT_EQ(CountNewlines(file.fd(), 5, 5), 0u);
  EXPECT_EQ(CountNewlines(-1, 0, 1), std::nullopt);
  const File large(LinesOf(kMiB, "abcdefg 1\n"));
  EXPECT_EQ(CountNewlines(large.fd(), 0, 1'000'000), 100'000u);
  EXPECT_EQ(CountNewlines(large.fd(), 0, 1'000'009), 100'000u);
  EXPECT_EQ(CountNewlines(large.fd(), 0, 1'000'010), 100'001u);
}

}  // namespace
}  // namespace seriesguard
