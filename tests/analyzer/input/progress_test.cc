// SPDX-License-Identifier: Apache-2.0
//
// progress_test.cc: the line under a clock that the test moves.
#include "analyzer/input/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMs = 1'000'000;

// What a terminal would show: carriage returns go back, everything else overwrites.
class Screen {
 public:
  void Write(std::string_view text) {
    ++writes;
    for (const char c : text) {
      if (c == '\r') {
        column_ = 0;
      } else {
        if (column_ == line_.size()) line_ += ' ';
        line_[column_++] = c;
      }
    }
  }
  std::string line() const { return line_.substr(0, line_.find_last_not_of(' ') + 1); }
  int writes = 0;

 private:
  std::string line_;
  size_t column_ = 0;
};

struct Fixture {
  explicit Fixture(bool is_terminal = true) {
    options.is_terminal = is_terminal;
    options.now_ns = [this] { return now_ns; };
    options.write = [this](std::string_view text) { screen.Write(text); };
  }
  uint64_t now_ns = 7'000'000'000;
  Screen screen;
  ProgressOptions options;
};

TEST(Progress, NothingWhereThereIsNoTerminal) {
  Fixture f(/*is_terminal=*/false);
  {
    Progress progress(f.options);
    progress.Begin(1, 2, 1000);
    f.now_ns += 10'000 * kMs;
    progress.Tick(500);
    progress.Clear();
  }
  EXPECT_EQ(f.screen.writes, 0);
}

TEST(Progress, NothingInAShortRunNotEvenAnErasure) {
  Fixture f;
  {
    Progress progress(f.options);
    progress.Begin(1, 1, 1000);
    f.now_ns += 499 * kMs;
    progress.Tick(500);
  }
  EXPECT_EQ(f.screen.writes, 0);
}

TEST(Progress, ShowsPercentRateAndInput) {
  Fixture f;
  Progress progress(f.options);
  progress.Begin(2, 3, 400'000'000);
  f.now_ns += 500 * kMs;
  progress.Tick(100'000'000);
  EXPECT_EQ(f.screen.line(), "seriesguard: input 2 of 3, 25 %, 200 MB/s");
  progress.Begin(3, 3, std::nullopt);
  f.now_ns += 500 * kMs;
  progress.Tick(20'000'000);
  EXPECT_EQ(f.screen.line(), "seriesguard: input 3 of 3, 20 MB, 120 MB/s") << "without a size, megabytes";
}

TEST(Progress, AShorterLineLeavesNoRestOfTheLongerOne) {
  Fixture f;
  Progress progress(f.options);
  progress.Begin(1, 2, std::nullopt);
  f.now_ns += 500 * kMs;
  progress.Tick(100'000'000);
  progress.Begin(1, 1, 100);
  f.now_ns += 500 * kMs;
  progress.Tick(1);
  EXPECT_EQ(f.screen.line(), "seriesguard: 1 %, 100 MB/s");
}

TEST(Progress, OneInputIsNotNumberedAndAGrownFileStaysAt100) {
  Fixture f;
  Progress progress(f.options);
  progress.Begin(1, 1, 1'000'000);
  f.now_ns += 1000 * kMs;
  progress.Tick(3'000'000);
  EXPECT_EQ(f.screen.line(), "seriesguard: 100 %, 3 MB/s");
}

TEST(Progress, AtMostOneLineInAHundredMilliseconds) {
  Fixture f;
  Progress progress(f.options);
  progress.Begin(1, 1, 1'000'000);
  for (int ms = 0; ms < 2000; ++ms) {
    progress.Tick(ms);
    f.now_ns += kMs;
  }
  EXPECT_EQ(f.screen.writes, 15);  // at 500, 600, ... 1900 ms
}

TEST(Progress, ClearLeavesAnEmptyLineAndTheNextTickComesBack) {
  Fixture f;
  {
    Progress progress(f.options);
    progress.Begin(1, 1, 1000);
    f.now_ns += 600 * kMs;
    progress.Tick(10);
    EXPECT_NE(f.screen.line(), "");
    progress.Clear();
    EXPECT_EQ(f.screen.line(), "");
    const int writes = f.screen.writes;
    progress.Clear();
    EXPECT_EQ(f.screen.writes, writes);
    f.now_ns += 100 * kMs;
    progress.Tick(20);
    EXPECT_NE(f.screen.line(), "");
  }
  EXPECT_EQ(f.screen.line(), "") << "erased at the end";
}

TEST(Progress, AClockThatGoesBackDoesNoHarm) {
  Fixture f;
  Progress progress(f.options);
  progress.Begin(1, 1, 1000);
  f.now_ns = 5;
  progress.Tick(10);
  EXPECT_EQ(f.screen.writes, 0);
}

TEST(Progress, ThreadsMayTickTogether) {
  Fixture f;
  Progress progress(f.options);
  progress.Begin(1, 1, 1'000'000);
  f.now_ns += 600 * kMs;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&progress, t] {
      for (uint64_t i = 0; i < 10'000; ++i) progress.Tick(i * 4 + t);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(f.screen.writes, 1) << "the clock stood still";
}

TEST(Progress, APipeIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const ProgressOptions options = TerminalProgress(ends[1]);
  EXPECT_FALSE(options.is_terminal);
  const uint64_t first_ns = options.now_ns();
  EXPECT_LE(first_ns, options.now_ns());
  options.write("x");
  char byte;
  EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace seriesguard
