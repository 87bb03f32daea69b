// SPDX-License-Identifier: Apache-2.0
//
// reclaimer_stress_test.cc: one writer that replaces objects, eight readers that look at them. Each object says whether it
// lives, in a plain word: AddressSanitizer sees a look at freed memory, ThreadSanitizer a look that races with the
// destruction, and the word itself is compared in every build. Beside it the one reordering that the barrier exists for,
// alone: it is too rare to be met by chance.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "lib/guard/epoch.h"
#include "lib/guard/reclaimer.h"

namespace seriesguard {
namespace {

using epoch_internal::Ordering;

constexpr int kReaders = 8, kLooks = 20000, kReplacements = 20000;
constexpr uint64_t kAlive = 0x600dcafe600dcafe, kDead = 0xdeaddeaddeaddead;

struct Object {
  uint64_t canary = kAlive;
};

class ReclaimerStress : public testing::TestWithParam<Ordering> {
 protected:
  ReclaimerStress() {
    { Reclaimer decides; }
    decided_ = epoch_internal::domain.ordering.load();
    if (GetParam() == Ordering::kExchange) epoch_internal::SetOrderingForTest(GetParam());
  }
  ~ReclaimerStress() override { epoch_internal::SetOrderingForTest(decided_); }

 private:
  Ordering decided_;
};

INSTANTIATE_TEST_SUITE_P(Orderings, ReclaimerStress, testing::Values(Ordering::kMembarrier, Ordering::kExchange),
                         [](const auto& test) {
                           return test.param == Ordering::kMembarrier ? "AsTheKernelAllows" : "Exchange";
                         });

TEST_P(ReclaimerStress, NoReaderSeesADeadObject) {
  std::atomic<Object*> published{new Object};
  std::atomic<int> started{0}, finished{0};
  std::atomic<bool> is_enough{false};  // both sides go on until the other has done its share
  std::atomic<uint64_t> dead_seen{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < kReaders; ++t) {
    readers.emplace_back([&, t] {
      ++started;
      while (started.load() < kReaders) std::this_thread::yield();
      uint64_t dead = 0;
      for (int look = 0; look < kLooks || !is_enough.load(std::memory_order_relaxed); ++look) {
        EpochRegion region;
        const Object* const object = published.load(std::memory_order_acquire);
        if (object != nullptr) dead += object->canary != kAlive;
        if (t % 2 == 0) {  // half of the readers nest and look twice, some stay inside for long
          EpochRegion inner;
          if (look % 64 == 0) std::this_thread::yield();
          const Object* const later = published.load(std::memory_order_acquire);
          if (later != nullptr) dead += later->canary != kAlive;
          if (object != nullptr) dead += object->canary != kAlive;
        }
      }
      dead_seen += dead;
      ++finished;
    });
  }
  while (started.load() < kReaders) std::this_thread::yield();
  uint64_t made = 1, destroyed = 0, replacements = 0;
  {
    Reclaimer reclaimer;
    for (; finished.load() < kReaders; ++replacements) {
      if (replacements == kReplacements) is_enough = true;
      Object* const next = replacements % 3 == 0 ? nullptr : new Object;
      if (next != nullptr) ++made;
      Object* const old = published.exchange(next, std::memory_order_acq_rel);
      if (old != nullptr) {
        EXPECT_TRUE(reclaimer.Retire([old, &destroyed] {
          const_cast<volatile uint64_t&>(old->canary) = kDead;
          delete old;
          ++destroyed;
        }));
      }
      if (replacements % 7 != 0) reclaimer.Collect();
    }
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(reclaimer.Collect(), 0u);
  }
  EXPECT_EQ(dead_seen, 0u);
  EXPECT_EQ(destroyed + (published.load() != nullptr ? 1 : 0), made);
  delete published.load();
}

// Waits until `word` is `value`, without blocking the other thread where both share a processor.
void Await(const std::atomic<int>& word, int value) {
  for (int spins = 0; word.load(std::memory_order_acquire) != value; ++spins) {
    if (spins > 2000) std::this_thread::yield();
  }
}

// Puts the calling thread on the first or the last processor that it may use, until the end of the scope: a scheduler
// likes to put two threads that wait for each other on one, where nothing can go wrong.
class OnProcessor {
 public:
  explicit OnProcessor(bool first) {
    pthread_getaffinity_np(pthread_self(), sizeof(before_), &before_);
    int chosen = -1;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &before_) && (chosen < 0 || !first)) chosen = cpu;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(chosen < 0 ? 0 : chosen, &one);
    pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
  }
  ~OnProcessor() { pthread_setaffinity_np(pthread_self(), sizeof(before_), &before_); }
  OnProcessor(const OnProcessor&) = delete;
  OnProcessor& operator=(const OnProcessor&) = delete;

 private:
  cpu_set_t before_;
};

// Invariant 2 of epoch.h: a reader whose look came too early is seen by the scan. A processor that holds the store of the
// reader's epoch back behind the look breaks it: without its barrier either way fails here, in up to a third of the rounds.
TEST_P(ReclaimerStress, TheScanSeesAReaderThatSawWhatIsUnpublished) {
#ifdef SERIESGUARD_EPOCH_TSAN
  constexpr int kRounds = 5000;  // ten times slower there, and only the exchange is in use
#else
  constexpr int kRounds = 20000;
#endif
  struct alignas(128) Word {
    std::atomic<int> value{0};
  };
  Word round, arrived, published, looked, scanned;
  // Written by both: the reader's stores wait for these lines, and behind them the store of its epoch.
  std::array<Word, 32> slow;
  std::vector<char> saw_old(kRounds + 1), was_seen(kRounds + 1);
  std::thread reader([&] {
    const OnProcessor last(false);
    for (int i = 1; i <= kRounds; ++i) {
      published.value.load(std::memory_order_acquire);  // so that the look need not wait
      arrived.value.store(i, std::memory_order_release);
      Await(round.value, i);
      for (volatile int delay = i % 32; delay > 0; delay = delay - 1) {
      }
      for (Word& word : slow) word.value.store(i, std::memory_order_relaxed);
      EpochRegion region;
      saw_old[i] = published.value.load(std::memory_order_acquire) < i;
      looked.value.store(i, std::memory_order_release);
      Await(scanned.value, i);
    }
  });
  const OnProcessor first(true);
  for (int i = 1; i <= kRounds; ++i) {
    Await(arrived.value, i);
    for (Word& word : slow) word.value.store(-i, std::memory_order_relaxed);
    round.value.store(i, std::memory_order_release);
    for (volatile int delay = i / 32 % 256; delay > 0; delay = delay - 1) {
    }
    published.value.exchange(i, std::memory_order_acq_rel);
    const bool is_ordered = epoch_internal::OrderReaders();
    was_seen[i] = epoch_internal::OldestReader() != UINT64_MAX;
    EXPECT_TRUE(is_ordered);
    Await(looked.value, i);
    scanned.value.store(i, std::memory_order_release);
  }
  reader.join();
  int missed = 0;
  for (int i = 1; i <= kRounds; ++i) missed += saw_old[i] != 0 && was_seen[i] == 0;
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace seriesguard
