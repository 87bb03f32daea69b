// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/exemplar_shelf.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "lib/metrics/cell_store.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/family_cells.h"

namespace seriesguard {
namespace {

CollectedFamily Collect(const CellStore& store) {
  CollectedFamily family;
  family.type = CollectedType::kCounter;
  store.Collect(/*with_created=*/false, &family);
  return family;
}

TEST(ExemplarShelf, ShowsNoSeriesTheExemplarOfAnEarlierOne) {
  CellStore store(CellLayout::Counter(), 1);
  CellSeries* const first = store.Take("a=\"1\"", 0);
  EXPECT_EQ(first->exemplars->Keep(first->slot, 0, 1, {{{"t", "first"}}, 1}), ExemplarResult::kKept);
  ASSERT_EQ(Collect(store).exemplars.size(), 1u);
  EXPECT_EQ(Collect(store).exemplars[0].labels, "t=\"first\"");
  const uint32_t slot = first->slot;
  store.Give(first);
  CellSeries* const second = store.Take("a=\"2\"", 0);
  ASSERT_EQ(second->slot, slot);
  EXPECT_TRUE(Collect(store).exemplars.empty());
  EXPECT_EQ(Collect(store).series[0].exemplars_begin, -1);
  EXPECT_EQ(second->exemplars->Keep(second->slot, 0, 1, {{{"t", "second"}}, 1}), ExemplarResult::kKept);
  EXPECT_EQ(Collect(store).exemplars[0].labels, "t=\"second\"");
}

TEST(ExemplarShelf, TakesNoMemoryBeforeTheFirstExemplarAndNoMoreForTheMillionth) {
  const auto used = [] { return ::mallinfo2().uordblks; };
  CellStore store(CellLayout::Histogram(15), 1);
  CellSeries* const series = store.Take("", 0);
  const auto keep = [series](size_t i) {
    // Of every length; one that is long comes early, so that all the memory is there.
    const std::string text(i == 3 ? 120 : i % 120 + 1, 'x');
    EXPECT_EQ(series->exemplars->Keep(series->slot, i % 16, 1, {{{"t", text}}, 1}), ExemplarResult::kKept);
  };
  const std::string too_long(200, 'x');
  const auto none = used();
  EXPECT_EQ(series->exemplars->Keep(series->slot, 0, 1, {{{"t", too_long}}, 1}), ExemplarResult::kTooLong);
  EXPECT_EQ(used(), none);
  for (size_t i = 0; i < 16 * 120; ++i) keep(i);
  const auto all = used();
  for (size_t i = 0; i < 200000; ++i) keep(i);
  EXPECT_EQ(used(), all);
  // 16 slots of the first block, 16 places each of 8 bytes; of one series each place short and long; and some for the test's own.
  EXPECT_LT(all - none, 16u * 16 * 8 + 16 * (160 + 736) + 4096);
}

// A child keeps and shows an exemplar at once, whatever the threads of its parent were writing when they were left behind.
TEST(ExemplarShelf, IsFreeInAForkedChildWhateverTheParentWasWriting) {
  CellStore store(CellLayout::Counter(), 1);
  CellSeries* const series = store.Take("", 0);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      const std::string text(100, 'p');
      while (!stop.load()) series->exemplars->Keep(series->slot, 0, 1, {{{"t", text}}, 1});
    });
  }
  int bad = 0;
  for (int i = 0; i < 120 && bad == 0; ++i) {
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      ::alarm(60);
      const bool is_kept = series->exemplars->Keep(series->slot, 0, 1, {{{"t", "child"}}, 1}) == ExemplarResult::kKept;
      const CollectedFamily family = Collect(store);
      ::_exit(is_kept && family.exemplars.size() == 1 && family.exemplars[0].labels == "t=\"child\"" ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    bad += status != 0;
  }
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bad, 0);
}

}  // namespace
}  // namespace seriesguard
