// SPDX-License-Identifier: Apache-2.0
//
// epoch_test.cc: regions and the records behind them: nesting, threads that come and go, process start and end, fork.
#include "lib/guard/epoch.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "tests/lib/guard/child_process.h"
#include "tests/lib/guard/reader_thread.h"

namespace seriesguard {
namespace {

constexpr uint64_t kNoReader = UINT64_MAX;

// Orders the readers as the Reclaimer does, then looks.
uint64_t Oldest() {
  epoch_internal::DecideOrdering();
  EXPECT_TRUE(epoch_internal::OrderReaders());
  return epoch_internal::OldestReader();
}

// A region before main, while other objects are still being made, and one after it.
struct UsedOutsideOfMain {
  UsedOutsideOfMain() {
    EpochRegion region;
    was_inside = epoch_internal::OldestReader() != kNoReader;
  }
  ~UsedOutsideOfMain() {
    EpochRegion region;
    if (epoch_internal::OldestReader() == kNoReader) _exit(1);
  }
  bool was_inside = false;
} used_outside_of_main;

TEST(EpochRegion, WorksBeforeMain) { EXPECT_TRUE(used_outside_of_main.was_inside); }

TEST(EpochRegion, IsSeenWhileItLives) {
  EXPECT_EQ(Oldest(), kNoReader);
  {
    EpochRegion region;
    const uint64_t epoch = epoch_internal::AdvanceEpoch();
    EXPECT_EQ(Oldest(), epoch);
  }
  EXPECT_EQ(Oldest(), kNoReader);
}

TEST(EpochRegion, KeepsTheEpochOfTheOutermost) {
  EpochRegion outer;
  const uint64_t epoch = epoch_internal::AdvanceEpoch();
  {
    EpochRegion inner;
    EpochRegion innermost;
    EXPECT_EQ(Oldest(), epoch);
  }
  EXPECT_EQ(Oldest(), epoch);
}

TEST(EpochRegion, RegionsOfOneThreadEndInAnyOrder) {
  auto first = std::make_unique<EpochRegion>();
  const uint64_t epoch = epoch_internal::AdvanceEpoch();
  auto second = std::make_unique<EpochRegion>();
  auto third = std::make_unique<EpochRegion>();
  first.reset();
  EXPECT_EQ(Oldest(), epoch);
  third.reset();
  EXPECT_EQ(Oldest(), epoch);
  second.reset();
  EXPECT_EQ(Oldest(), kNoReader);
}

TEST(EpochRegion, TheOldestOfManyThreadsCounts) {
  const uint64_t before = epoch_internal::AdvanceEpoch() + 1;
  ReaderThread first;
  EXPECT_EQ(epoch_internal::AdvanceEpoch(), before);
  ReaderThread second;
  EXPECT_EQ(Oldest(), before);
  first.Leave();
  EXPECT_EQ(Oldest(), before + 1);
  second.Leave();
  EXPECT_EQ(Oldest(), kNoReader);
}

TEST(EpochRecords, AreUsedAgainByLaterThreads) {
  constexpr int kThreads = 10000, kAtOnce = 4;
  const size_t before = epoch_internal::RecordCountForTest();
  for (int i = 0; i < kThreads; i += kAtOnce) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kAtOnce; ++t) threads.emplace_back([] { EpochRegion region; });
    for (std::thread& thread : threads) thread.join();
  }
  // A thread that looks for a free record while others come and go may miss one, so a few more than kAtOnce.
  EXPECT_LE(epoch_internal::RecordCountForTest(), before + 4 * kAtOnce);
  EXPECT_EQ(Oldest(), kNoReader);
}

TEST(EpochRecords, ComeBackFromDestructorsThatRunAfterTheirOwn) {
  static pthread_key_t later_key;  // made after ours, so served after it in each round
  { EpochRegion region; }
  ASSERT_EQ(pthread_key_create(&later_key, [](void*) { EpochRegion region; }), 0);
  const size_t before = epoch_internal::RecordCountForTest();
  for (int i = 0; i < 100; ++i) {
    std::thread([] {
      EpochRegion region;
      pthread_setspecific(later_key, &later_key);
    }).join();
  }
  EXPECT_LE(epoch_internal::RecordCountForTest(), before + 1);
  pthread_key_delete(later_key);
}

TEST(EpochCrowd, AThreadWithoutARecordHoldsEverythingBack) {
  std::thread([] {
    epoch_internal::RefuseRecordsForTest(true);
    {
      EpochRegion outer;
      EXPECT_EQ(epoch_internal::this_thread, nullptr);
      EXPECT_EQ(Oldest(), 0u);
      epoch_internal::RefuseRecordsForTest(false);
      {
        EpochRegion inner;  // now there is a record; each region ends where it began
        EXPECT_NE(epoch_internal::this_thread, nullptr);
        EXPECT_EQ(Oldest(), 0u);
      }
      EXPECT_EQ(Oldest(), 0u);
    }
    EXPECT_EQ(Oldest(), kNoReader);
  }).join();
}

TEST(EpochFork, TheChildHasNoReadersOfTheParent) {
  ReaderThread first, second;
  epoch_internal::RefuseRecordsForTest(true);
  ReaderThread of_the_crowd;
  epoch_internal::RefuseRecordsForTest(false);
  EXPECT_EQ(Oldest(), 0u);
  EXPECT_EQ(InChildProcess([] { return epoch_internal::OldestReader() == kNoReader ? 0 : 1; }), 0);
  EXPECT_EQ(Oldest(), 0u);
}

TEST(EpochFork, TheChildKeepsTheRegionsOfItsOwnThread) {
  ReaderThread other;
  EpochRegion region;
  const uint64_t epoch = epoch_internal::AdvanceEpoch();
  epoch_internal::AdvanceEpoch();
  EXPECT_EQ(InChildProcess([epoch] {
              if (epoch_internal::OldestReader() != epoch) return 1;
              { EpochRegion inner; }
              return epoch_internal::OldestReader() == epoch ? 0 : 2;
            }),
            0);
}

TEST(EpochFork, TheChildUsesTheRecordsOfThreadsThatItDoesNotHave) {
  ReaderThread first, second;
  EXPECT_EQ(InChildProcess([] {
              const size_t before = epoch_internal::RecordCountForTest();
              epoch_internal::this_thread = nullptr;  // as a new thread would find it
              { EpochRegion region; }
              return epoch_internal::RecordCountForTest() == before ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace seriesguard
