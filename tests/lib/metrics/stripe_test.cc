// SPDX-License-Identifier: Apache-2.0
//
// stripe_test.cc: who gets which stripe, when the hooks run, and what a fork does to both.
#include "lib/metrics/stripe.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/guard/child_process.h"

namespace seriesguard {
namespace {

// What a hook is given: counts its calls.
struct Calls {
  static void Count(void* context) { ++static_cast<Calls*>(context)->count; }
  std::atomic<int> count{0};
};

// Runs `work` in a thread of its own.
template <typename Work>
void InThread(Work work) {
  std::thread thread(work);
  thread.join();
}

TEST(Stripe, SuggestsAPowerOfTwoThatIsAlwaysTheSame) {
  const int stripes = SuggestedStripes();
  EXPECT_GE(stripes, 1);
  EXPECT_LE(stripes, kMostStripes);
  EXPECT_EQ(stripes & (stripes - 1), 0);
  EXPECT_EQ(SuggestedStripes(), stripes);
  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  EXPECT_GE(stripes, std::min(processors, kMostStripes));
  EXPECT_LT(stripes, 2 * std::max(processors, 1));
}

TEST(Stripe, StaysTheThreadsOwn) {
  InThread([] {
    EXPECT_EQ(stripe_internal::this_thread, stripe_internal::kNoStripe);
    const int stripe = ThisStripe();
    EXPECT_GE(stripe, 0);
    EXPECT_LT(stripe, SuggestedStripes());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ThisStripe(), stripe);
  });
}

// Whatever threads were there before: those that live have a stripe each.
TEST(Stripe, GivesAsManyThreadsAsThereAreStripesOneEach) {
  for (int round = 0; round < 20; ++round) {
    InThread([] { ThisStripe(); });  // shifts whose turn it is
    if (round % 3 == 0) InThread([] { ThisStripe(); });
    std::atomic<int> turn{0};
    std::set<int> stripes = {ThisStripe()};
    const int others = SuggestedStripes() - 1;
    std::vector<int> found(static_cast<size_t>(others), -1);
    std::vector<std::thread> threads;
    for (int i = 0; i < others; ++i) {
      threads.emplace_back([&, i] {
        while (turn != i) std::this_thread::yield();
        found[static_cast<size_t>(i)] = ThisStripe();
        ++turn;
        while (turn != others) std::this_thread::yield();
      });
    }
    for (std::thread& thread : threads) thread.join();
    stripes.insert(found.begin(), found.end());
    EXPECT_EQ(stripes.size(), static_cast<size_t>(SuggestedStripes())) << "round " << round;
  }
}

TEST(Stripe, RunsAHookOnceAThreadBeforeItsFirstAnswer) {
  Calls calls;
  ThisStripe();  // of this thread: before the hook was there
  ASSERT_TRUE(AddFirstUseHook(Calls::Count, &calls));
  ThisStripe();
  EXPECT_EQ(calls.count, 0);
  for (int i = 1; i <= 3; ++i) {
    InThread([&calls, i] {
      ThisStripe();
      EXPECT_EQ(calls.count, i);
      ThisStripe();
    });
  }
  EXPECT_EQ(calls.count, 3);
  RemoveFirstUseHook(Calls::Count, &calls);
  InThread([] { ThisStripe(); });
  EXPECT_EQ(calls.count, 3);
}

TEST(Stripe, LetsAHookCountItself) {
  struct Counts {
    static void Ask(void* context) { static_cast<Counts*>(context)->stripe = ThisStripe(); }
    std::atomic<int> stripe{-1};
  } counts;
  ASSERT_TRUE(AddFirstUseHook(Counts::Ask, &counts));
  InThread([] { EXPECT_GE(ThisStripe(), 0); });
  RemoveFirstUseHook(Counts::Ask, &counts);
  EXPECT_GE(counts.stripe, 0);
}

TEST(Stripe, UsesThePlaceOfAHookThatIsGone) {
  Calls first, second;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(AddFirstUseHook(Calls::Count, &first));
    RemoveFirstUseHook(Calls::Count, &first);
  }
  ASSERT_TRUE(AddFirstUseHook(Calls::Count, &second));
  RemoveFirstUseHook(Calls::Count, &first);  // is not there: nothing
  InThread([] { ThisStripe(); });
  RemoveFirstUseHook(Calls::Count, &second);
  EXPECT_EQ(first.count, 0);
  EXPECT_EQ(second.count, 1);
}

// A hook that is gone is not called, however many threads begin meanwhile.
TEST(Stripe, WaitsForThoseWhoRunTheHookThatItTakesBack) {
  std::atomic<bool> is_over{false};
  std::thread starter([&is_over] {
    while (!is_over) InThread([] { ThisStripe(); });
  });
  for (int round = 0; round < 200; ++round) {
    struct Alive {
      static void Check(void* context) { EXPECT_TRUE(static_cast<Alive*>(context)->alive); }
      std::atomic<bool> alive{true};
    } alive;
    ASSERT_TRUE(AddFirstUseHook(Alive::Check, &alive));
    std::this_thread::yield();
    RemoveFirstUseHook(Alive::Check, &alive);
    alive.alive = false;
  }
  is_over = true;
  starter.join();
}

TEST(Stripe, RunsTheHooksAgainInAForkedChild) {
  Calls calls;
  ThisStripe();
  ASSERT_TRUE(AddFirstUseHook(Calls::Count, &calls));
  const int in_child = InChildProcess([&calls] {
    if (stripe_internal::this_thread != stripe_internal::kNoStripe) return 1;
    if (calls.count != 0) return 2;
    if (ThisStripe() < 0 || calls.count != 1) return 3;
    if (ThisStripe() < 0 || calls.count != 1) return 4;
    return 0;
  });
  RemoveFirstUseHook(Calls::Count, &calls);
  EXPECT_EQ(in_child, 0);
  EXPECT_EQ(calls.count, 0) << "the parent's thread goes on";
}

// Threads that are in the middle of their first call exist only in the parent: the child waits for none of them.
TEST(Stripe, DoesNotHangInAChildOfBusyThreads) {
  std::atomic<bool> is_over{false};
  Calls calls;
  ASSERT_TRUE(AddFirstUseHook(Calls::Count, &calls));
  std::vector<std::thread> starters;
  for (int i = 0; i < 2; ++i) {
    starters.emplace_back([&is_over] {
      while (!is_over) InThread([] { ThisStripe(); });
    });
  }
  for (int round = 0; round < 100; ++round) {
    EXPECT_EQ(InChildProcess([&calls] {
                ThisStripe();
                RemoveFirstUseHook(Calls::Count, &calls);
                return 0;
              }),
              0);
  }
  is_over = true;
  for (std::thread& starter : starters) starter.join();
  RemoveFirstUseHook(Calls::Count, &calls);
}

}  // namespace
}  // namespace seriesguard
