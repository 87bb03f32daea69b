// SPDX-License-Identifier: Apache-2.0
//
// generation.h: a number that rises with every change by which a call may be answered differently than before.
//
// Use:      what remembers answers (fold_cache.h) reads now() before it looks at anything an answer is made of, keeps the
//           number with the answer, and takes the answer for right only while now() still is that number.
// Threads:  now() from any; End() by whoever makes the changes (the guard's mutex).
//
// Invariant: End() comes after the change, and before anything that the change took out of use is retired. So whoever reads
// the new number sees the change; whoever reads the old one entered its EpochRegion before the retirement, and what it finds
// by a remembered answer lives until it leaves. There is no moment at which an answer made of the old state has the new
// number. (Between a change and its End() an old answer may still be given: by a call that runs at the same time.)
#ifndef SERIESGUARD_LIB_GUARD_GENERATION_H_
#define SERIESGUARD_LIB_GUARD_GENERATION_H_

#include <atomic>
#include <cstdint>

namespace seriesguard {

class Generation {
 public:
  uint64_t now() const { return number_.load(std::memory_order_acquire); }
  void End() { number_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  std::atomic<uint64_t> number_{1};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GENERATION_H_
