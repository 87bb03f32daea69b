// SPDX-License-Identifier: Apache-2.0
//
// reclaimer_test.cc: what goes when, with the kernel's barrier and without it, also when it is taken away at run time.
#include "lib/guard/reclaimer.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "lib/guard/epoch.h"
#include "tests/lib/guard/child_process.h"
#include "tests/lib/guard/reader_thread.h"

namespace seriesguard {
namespace {

using epoch_internal::Ordering;

// With membarrier where there is one, and with the exchange that stands in for it.
class ReclaimerTest : public testing::TestWithParam<Ordering> {
 protected:
  ReclaimerTest() {
    { Reclaimer decides; }
    decided_ = epoch_internal::domain.ordering.load();
    if (GetParam() == Ordering::kExchange) epoch_internal::SetOrderingForTest(GetParam());
  }
  ~ReclaimerTest() override { epoch_internal::SetOrderingForTest(decided_); }

 private:
  Ordering decided_;
};

INSTANTIATE_TEST_SUITE_P(Orderings, ReclaimerTest, testing::Values(Ordering::kMembarrier, Ordering::kExchange),
                         [](const auto& test) {
                           return test.param == Ordering::kMembarrier ? "AsTheKernelAllows" : "Exchange";
                         });

TEST_P(ReclaimerTest, DestroysAtOnceWithoutReadersInTheOrderOfRetirement) {
  Reclaimer reclaimer;
  std::vector<int> destroyed;
  EXPECT_EQ(reclaimer.Collect(), 0u);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(reclaimer.Retire([&destroyed, i] { destroyed.push_back(i); }));
  EXPECT_EQ(reclaimer.pending(), 3u);
  EXPECT_TRUE(destroyed.empty());
  EXPECT_EQ(reclaimer.Collect(), 0u);
  EXPECT_EQ(destroyed, (std::vector<int>{0, 1, 2}));
}

TEST_P(ReclaimerTest, AReaderInsideHoldsBackAndItsEndFrees) {
  Reclaimer reclaimer;
  bool destroyed = false;
  ReaderThread reader;
  reclaimer.Retire([&destroyed] { destroyed = true; });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reclaimer.Collect(), 1u);
  EXPECT_FALSE(destroyed);
  reader.Leave();
  EXPECT_EQ(reclaimer.Collect(), 0u);
  EXPECT_TRUE(destroyed);
}

TEST_P(ReclaimerTest, OnlyReadersFromBeforeHoldBack) {
  Reclaimer reclaimer;
  int destroyed = 0;
  ReaderThread old_reader;
  reclaimer.Retire([&destroyed] { destroyed += 1; });
  EXPECT_EQ(reclaimer.Collect(), 1u);
  ReaderThread new_reader;  // cannot have seen the first object any more
  reclaimer.Retire([&destroyed] { destroyed += 10; });
  EXPECT_EQ(reclaimer.Collect(), 2u);
  old_reader.Leave();
  EXPECT_EQ(reclaimer.Collect(), 1u);
  EXPECT_EQ(destroyed, 1);
  new_reader.Leave();
  EXPECT_EQ(reclaimer.Collect(), 0u);
  EXPECT_EQ(destroyed, 11);
}

TEST_P(ReclaimerTest, TheCallersOwnRegionHoldsBack) {
  Reclaimer reclaimer;
  bool destroyed = false;
  {
    EpochRegion region;
    reclaimer.Retire([&destroyed] { destroyed = true; });
    EXPECT_EQ(reclaimer.Collect(), 1u);
  }
  EXPECT_FALSE(destroyed);
  EXPECT_EQ(reclaimer.Collect(), 0u);
  EXPECT_TRUE(destroyed);
}

TEST_P(ReclaimerTest, AReaderWithoutARecordHoldsBack) {
  Reclaimer reclaimer;
  epoch_internal::RefuseRecordsForTest(true);
  ReaderThread reader;
  epoch_internal::RefuseRecordsForTest(false);
  reclaimer.Retire([] {});
  EXPECT_EQ(reclaimer.Collect(), 1u);
  reader.Leave();
  EXPECT_EQ(reclaimer.Collect(), 0u);
}

TEST_P(ReclaimerTest, SeveralReclaimersShareTheReaders) {
  Reclaimer one, other;
  ReaderThread reader;
  one.Retire([] {});
  EXPECT_EQ(one.Collect(), 1u);
  for (int i = 0; i < 5; ++i) {  // advances the epoch that `one` sees too
    other.Retire([] {});
    EXPECT_EQ(other.Collect(), i + 1u);
    EXPECT_EQ(one.Collect(), 1u);
  }
  reader.Leave();
  EXPECT_EQ(one.Collect(), 0u);
  EXPECT_EQ(other.Collect(), 0u);
}

TEST_P(ReclaimerTest, ADestroyerMayRetire) {
  Reclaimer reclaimer;
  std::vector<int> destroyed;
  reclaimer.Retire([&] {
    for (int i = 1; i <= 100; ++i) reclaimer.Retire([&destroyed, i] { destroyed.push_back(i); });
    destroyed.push_back(0);
  });
  EXPECT_EQ(reclaimer.Collect(), 100u);
  EXPECT_EQ(destroyed, std::vector<int>{0});
  EXPECT_EQ(reclaimer.Collect(), 0u);
  ASSERT_EQ(destroyed.size(), 101u);
  EXPECT_EQ(destroyed.back(), 100);
}

TEST_P(ReclaimerTest, ItsDestructorDestroysAllThatIsLeft) {
  int destroyed = 0;
  ReaderThread reader;  // holds nothing of it, only its epoch is old
  {
    Reclaimer reclaimer;
    reclaimer.Retire([&destroyed] { ++destroyed; });
    EXPECT_EQ(reclaimer.Collect(), 1u);
    reclaimer.Retire([&destroyed, &reclaimer] {
      ++destroyed;
      reclaimer.Retire([&destroyed] { ++destroyed; });
    });
  }
  EXPECT_EQ(destroyed, 3);
}

TEST_P(ReclaimerTest, AForkedChildReclaims) {
  Reclaimer reclaimer;
  ReaderThread reader;
  reclaimer.Retire([] {});
  EXPECT_EQ(reclaimer.Collect(), 1u);
  EXPECT_EQ(InChildProcess([&reclaimer] {
              reclaimer.Retire([] {});
              return static_cast<int>(reclaimer.Collect());
            }),
            0);
  EXPECT_EQ(reclaimer.Collect(), 1u);
}

TEST(Reclaimer, ReservedRoomIsKept) {
  Reclaimer reclaimer;
  ASSERT_TRUE(reclaimer.Reserve(64));
  const size_t bytes = reclaimer.bytes();
  EXPECT_GE(bytes, 64 * sizeof(std::function<void()>));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(reclaimer.Retire([] {}));
    EXPECT_EQ(reclaimer.Collect(), 0u);
  }
  EXPECT_EQ(reclaimer.bytes(), bytes);
}

TEST(Reclaimer, SaysWhenThereIsNoMemory) {
  Reclaimer reclaimer;
  EXPECT_FALSE(reclaimer.Reserve(SIZE_MAX));
  EXPECT_TRUE(reclaimer.Retire([] {}));
}

// Denies membarrier to this process and its children, as a sandbox that is put on late would.
bool DenyMembarrier() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog filter = {static_cast<unsigned short>(sizeof(program) / sizeof(program[0])), program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

constexpr int kNoSeccomp = 100;

TEST(Reclaimer, WaitsWhereTheKernelTakesMembarrierAway) {
  Reclaimer reclaimer;
  if (epoch_internal::domain.ordering.load() != Ordering::kMembarrier) GTEST_SKIP() << "no membarrier here";
  const int outcome = InChildProcess([&reclaimer] {
    if (!DenyMembarrier()) return kNoSeccomp;
    const auto start = std::chrono::steady_clock::now();
    int destroyed = 0;
    reclaimer.Retire([&destroyed] { ++destroyed; });
    if (reclaimer.Collect() != 1 || destroyed != 0) return 1;
    reclaimer.Retire([&destroyed] { ++destroyed; });  // does not push the first one's time away
    while (destroyed == 0) reclaimer.Collect();
    if (std::chrono::steady_clock::now() - start < Reclaimer::kSettleTime) return 2;
    return destroyed == 1 && reclaimer.pending() == 1 ? 0 : 3;
  });
  if (outcome == kNoSeccomp) GTEST_SKIP() << "no seccomp here";
  EXPECT_EQ(outcome, 0);
}

TEST(Reclaimer, AChildThatIsDeniedMembarrierExchanges) {
  Reclaimer reclaimer;
  const int outcome = InChildProcess([&reclaimer] {
    if (!DenyMembarrier()) return kNoSeccomp;
    return InChildProcess([&reclaimer] {
      if (epoch_internal::domain.ordering.load() != Ordering::kExchange) return 1;
      reclaimer.Retire([] {});
      {
        EpochRegion region;
        if (reclaimer.Collect() != 1) return 2;
      }
      return reclaimer.Collect() == 0 ? 0 : 3;
    });
  });
  if (outcome == kNoSeccomp) GTEST_SKIP() << "no seccomp here";
  EXPECT_EQ(outcome, 0);
}

}  // namespace
}  // namespace seriesguard
