// SPDX-License-Identifier: Apache-2.0
//
// stripe.h: which of several copies of a counter the calling thread adds to, so that threads do not wait for each other's
// cache lines; and the moment at which a thread adds for the first time.
//
// Use:      ThisStripe() & (stripes - 1), where `stripes` is the power of two that the counter has.
// Threads:  any, before main and during static destruction as well; not in signal handlers.
// Memory:   an int a thread; 32 bytes a hook, used again, never freed.
// Errors:   none. A thread for which nothing more can be had (no pthread key) has a stripe all the same.
// Cost:     ThisStripe: a load and a compare, but for a thread's first call.
// Fork:     the child's one thread has no stripe, so that its first call runs the hooks again: there a worker process gets
//           cells of its own before it counts. The handler only stores. What bypasses fork handlers (clone, vfork) is not
//           seen. Nothing here holds a lock that a fork could tear.
// Source:   docs/multiprocess.md.
//
// Invariants
//   1. A thread's stripe changes only from and to kNoStripe: at its first call, and in a forked child.
//   2. Every hook that was there before a thread's first call has run before that call returns; on the same thread, once.
//   3. A stripe is taken by the thread that finds the fewest living threads on it, so that as many threads as there are
//      stripes have one each, whatever threads came and went before (but for those that choose at the same moment).
#ifndef SERIESGUARD_LIB_METRICS_STRIPE_H_
#define SERIESGUARD_LIB_METRICS_STRIPE_H_

namespace seriesguard {

inline constexpr int kMostStripes = 8;

// Returns how many stripes a counter should have here: the smallest power of two that is at least the number of processors,
// at most kMostStripes. Always the same in one process.
int SuggestedStripes();

namespace stripe_internal {

inline constexpr int kNoStripe = -1;
inline thread_local int this_thread = kNoStripe;

// Runs the hooks and chooses a stripe.
int FirstUse();

}  // namespace stripe_internal

// Returns the calling thread's stripe, below kMostStripes.
inline int ThisStripe() {
  const int stripe = stripe_internal::this_thread;
  return __builtin_expect(stripe >= 0, 1) ? stripe : stripe_internal::FirstUse();
}

// Calls hook(context) in each thread that asks for its stripe for the first time from now on, before it is answered. A hook
// may count itself: then it has a stripe already, and no hooks are run for that.
//
// Returns:  false without memory.
bool AddFirstUseHook(void (*hook)(void* context), void* context);

// Says whether a thread of this process has asked for its stripe already, and so may run no hook that was added after that.
// Whoever adds a hook and is told no then, misses no thread.
bool HasFirstUseBegun();

// Takes back one such hook, and waits until no thread runs it any more.
//
// Requires:  the caller is not a hook, and nobody else takes back the same at the same time.
void RemoveFirstUseHook(void (*hook)(void* context), void* context);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_STRIPE_H_
