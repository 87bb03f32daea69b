// SPDX-License-Identifier: Apache-2.0
//
// around_cut_test.cc: places and types, each against a naive look at all bytes.
#include "analyzer/reading/around_cut.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr size_t kKiB = 1 << 10;
constexpr size_t kBlock = 256 * kKiB;  // what TypeBefore reads at a time ...
constexpr size_t kOverlap = 4 * kKiB;  // ... and how far behind it a TYPE line may run

class File {
 public:
  explicit File(const std::string& bytes) : fd_(open(folder_.Write("dump.prom", bytes).c_str(), O_RDONLY)) {}
  ~File() { close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  TempFolder folder_;
  int fd_;
};

std::string LinesOf(size_t bytes, std::string_view line) {
  std::string text;
  while (text.size() < bytes) text += line;
  text.resize(bytes);
  return text;
}

// The last line of the first `end` bytes that says TYPE, found by walking through all of them.
MetricType NaiveTypeBefore(std::string_view text, uint64_t end) {
  MetricType type = MetricType::kNone;
  for (size_t begin = 0; begin < end;) {
    const size_t newline = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, newline - begin);
    if (line.substr(0, 7) == "# TYPE ") {
      const std::string_view word = line.substr(line.rfind(' ') + 1);
      type = word == "counter"     ? MetricType::kCounter
             : word == "histogram" ? MetricType::kHistogram
             : word == "summary"   ? MetricType::kSummary
                                   : MetricType::kGauge;
    }
    begin = newline + 1;
  }
  return type;
}

TEST(CutNear, PrefersATypeLineThenAnyLine) {
  std::string text = LinesOf(1000, "abcdefg 1\n");
  const File plain(text);
  EXPECT_EQ(CutNear(plain.fd(), 500, 1000, 100), 510u);
  EXPECT_EQ(CutNear(plain.fd(), 509, 1000, 100), 510u);
  EXPECT_EQ(CutNear(plain.fd(), 510, 1000, 100), 520u);
  EXPECT_EQ(CutNear(plain.fd(), 500, 505, 100), 505u);  // none before the end
  EXPECT_EQ(CutNear(plain.fd(), 985, 1000, 100), 990u);
  EXPECT_EQ(CutNear(plain.fd(), 995, 1000, 100), 1000u);  // the last line's newline
  EXPECT_EQ(CutNear(plain.fd(), 500, 1000, 9), 1000u);    // not within so many bytes
  EXPECT_EQ(CutNear(plain.fd(), 2000, 3000, 100), 3000u);
  EXPECT_EQ(CutNear(-1, 500, 1000, 100), 1000u);
  text.replace(600, 20, "# TYPE abcdef gauge\n");
  const File typed(text);
  EXPECT_EQ(CutNear(typed.fd(), 500, 1000, 200), 600u);
  EXPECT_EQ(CutNear(typed.fd(), 599, 1000, 200), 600u);
  EXPECT_EQ(CutNear(typed.fd(), 600, 1000, 200), 620u);  // the line itself begins before
  EXPECT_EQ(CutNear(typed.fd(), 500, 1000, 107), 600u);
  EXPECT_EQ(CutNear(typed.fd(), 500, 1000, 106), 510u);  // its mark is not seen in full
}

TEST(TypeBefore, FindsALineAtEachOffsetAroundABlocksEdge) {
  const std::string type_line = "# TYPE abc histogram\n";
  const size_t end = kBlock + 1000;
  // The first block read is [1000, end): walk a line through both of its edges.
  for (const size_t edge : {size_t{1000}, end}) {
    for (size_t at = edge - 60; at <= std::min(edge + 60, end - type_line.size()); ++at) {
      std::string text(end, 'x');
      text[0] = '\n';
      text.back() = '\n';
      text.replace(at - 1, type_line.size() + 1, "\n" + type_line);
      const File file(text);
      ASSERT_EQ(TypeBefore(file.fd(), end), MetricType::kHistogram) << at;
      // Without the newline before it, it is no line.
      text[at - 1] = 'y';
      const File none(text);
      ASSERT_EQ(TypeBefore(none.fd(), end), MetricType::kNone) << at;
    }
  }
}

TEST(TypeBefore, KnowsTheFirstByteAndNothing) {
  const File first("# TYPE a summary\na 1\n");
  EXPECT_EQ(TypeBefore(first.fd(), 21), MetricType::kSummary);
  EXPECT_EQ(TypeBefore(first.fd(), 17), MetricType::kSummary);
  EXPECT_EQ(TypeBefore(first.fd(), 0), MetricType::kNone);
  const File far_first("# TYPE a counter\n" + LinesOf(3 * kBlock, "abcdefg 1\n"));
  for (const size_t end : {kBlock - 1, kBlock, kBlock + 1, 2 * kBlock, 2 * kBlock + 1, 3 * kBlock})
    EXPECT_EQ(TypeBefore(far_first.fd(), end), MetricType::kCounter) << end;
  const File none(LinesOf(3 * kBlock, "abcdefg 1\n"));
  EXPECT_EQ(TypeBefore(none.fd(), 3 * kBlock), MetricType::kNone);
  const File marks(LinesOf(3 * kBlock, "#########\n# type x\n # TYPE a counter\n"));
  EXPECT_EQ(TypeBefore(marks.fd(), 3 * kBlock), MetricType::kNone);
  EXPECT_EQ(TypeBefore(-1, 100), MetricType::kNone);
  const File short_file("# TYPE a counter\n");
  EXPECT_EQ(TypeBefore(short_file.fd(), 100), MetricType::kCounter);  // the file has become shorter
}

TEST(TypeBefore, SkipsMarksInsideValues) {
  const std::string text =
      "# TYPE a counter\na{b=\"# TYPE c summary\"} 1\na{b=\"#\"} 2\na{b=\"x# TYPE c histogram\"} 3\n";
  const File file(text);
  EXPECT_EQ(TypeBefore(file.fd(), text.size()), MetricType::kCounter);
}

TEST(TypeBefore, ReadsALineThatRunsIntoTheOverlap) {
  // The block before [kBlock, 2 * kBlock) ends at kBlock + 1: this line begins before and ends behind that.
  for (const size_t length : {size_t{100}, size_t{1000}, kOverlap - 100}) {
    std::string line = "# TYPE " + std::string(length, 'n') + " summary\n";
    std::string text = LinesOf(kBlock - 10, "abcdefg 1\n");
    text.back() = '\n';
    text += line;
    text += LinesOf(2 * kBlock - text.size(), "abcdefg 1\n");
    const File file(text);
    EXPECT_EQ(TypeBefore(file.fd(), text.size()), MetricType::kSummary) << length;
  }
}

TEST(TypeBefore, TellsWhatANaiveLookTells) {
  std::mt19937_64 random(20240607);
  const std::string_view pieces[] = {"# TYPE a counter\n",
                                     "# TYPE b gauge\n",
                                     "# TYPE c histogram\n",
                                     "# TYPE d summary\n",
                                     "# TYPE e_longer untyped\n",
                                     "# HELP a TYPE counter\n",
                                     "a{b=\"# TYPE \"} 1\n",
                                     "#\n",
                                     "\n"};
  for (int round = 0; round < 60; ++round) {
    std::string text;
    const size_t size = kBlock * (1 + random() % 3) + random() % 100;
    while (text.size() < size) {
      // Long stretches of samples, so that a TYPE line is often in another block than the place.
      text += LinesOf(10 * (random() % (random() % 4 == 0 ? 30'000 : 3)), "abcdefg 1\n");
      text += pieces[random() % std::size(pieces)];
    }
    const File file(text);
    for (int place = 0; place < 40; ++place) {
      const size_t newline = text.find('\n', random() % text.size());
      const size_t end = newline == std::string::npos ? text.size() : newline + 1;
      ASSERT_EQ(TypeBefore(file.fd(), end), NaiveTypeBefore(text, end)) << "round " << round << ", end " << end;
    }
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
  const File large(LinesOf(1'048'580, "abcdefg 1\n"));
  EXPECT_EQ(CountNewlines(large.fd(), 0, 1'000'000), 100'000u);
  EXPECT_EQ(CountNewlines(large.fd(), 0, 1'000'009), 100'000u);
  EXPECT_EQ(CountNewlines(large.fd(), 0, 1'000'010), 100'001u);
}

}  // namespace
}  // namespace seriesguard
