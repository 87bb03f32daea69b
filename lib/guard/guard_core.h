// SPDX-License-Identifier: Apache-2.0
//
// guard_core.h: what all families of one guard share: the mutex, the secret, the reclaimer, the total budget.
//
// Threads:  the mutex guards everything that is not const or atomic.
//
// Invariant: used_series() <= total_limit, unless a reload lowered it below what was in use; then it only falls. A place
// that one family frees goes to another one only kCoolingNs later, because a scrape collects family by family: without
// that it could see the old series of the one and the new series of the other.
#ifndef SERIESGUARD_LIB_GUARD_GUARD_CORE_H_
#define SERIESGUARD_LIB_GUARD_GUARD_CORE_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "lib/guard/fold_cache.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"

namespace seriesguard {

class FamilyGuard;
class SharedLead;

// The budget of one target, in stored series. Mutex.
class TotalBudget {
 public:
  static constexpr int64_t kCoolingNs = 60'000'000'000;
  static constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

  void SetLimit(uint64_t limit, uint64_t unguarded) {
    limit_ = limit;
    unguarded_ = unguarded;
  }
  uint64_t limit() const { return limit_; }
  uint64_t unguarded() const { return unguarded_; }
  // What families of a service of many processes take that this process does not have.
  void SetForeign(uint64_t series) { foreign_ = series; }
  uint64_t used() const { return unguarded_ + foreign_ + used_; }

  // Says whether `family` may have `series` more.
  bool HasPlace(const FamilyGuard* family, uint64_t series, int64_t now_ns) const {
    return limit_ == kNoLimit || Fits(used(), family, series, now_ns);
  }
  // What the families export, which may be more than they keep places for after a reload that moved places from one to
  // another: until the rest is gone, even reserved series wait.
  void NoteExported(uint64_t series) { exported_ += series; }
  void NoteGone(uint64_t series) { exported_ -= series; }
  bool MayExport(const FamilyGuard* family, uint64_t series, int64_t now_ns) const {
    return limit_ == kNoLimit || Fits(unguarded_ + foreign_ + exported_, family, series, now_ns);
  }
  void Take(const FamilyGuard* family, uint64_t series) {
    used_ += series;
    for (Cooling& place : cooling_) {
      if (place.family != family) continue;
      const uint64_t again = std::min(place.series, series);
      place.series -= again;
      series -= again;
    }
  }
  void Give(const FamilyGuard* family, uint64_t series, int64_t now_ns) {
    used_ -= series;
    if (limit_ == kNoLimit) return;
    const auto is_over = [now_ns](const Cooling& place) { return place.until_ns <= now_ns || place.series == 0; };
    cooling_.erase(std::remove_if(cooling_.begin(), cooling_.end(), is_over), cooling_.end());
    if (!cooling_.empty() && cooling_.back().family == family && cooling_.back().until_ns == now_ns + kCoolingNs) {
      cooling_.back().series += series;  // a reload gives and takes every place
      return;
    }
    try {
      cooling_.push_back({family, series, now_ns + kCoolingNs});
    } catch (const std::bad_alloc&) {
      // Without memory the place is free at once: a scrape may see one series too many, which is the lesser evil.
    }
  }

 private:
  struct Cooling {
    const FamilyGuard* family;
    uint64_t series;
    int64_t until_ns;
  };
  bool Fits(uint64_t taken, const FamilyGuard* family, uint64_t series, int64_t now_ns) const {
    for (const Cooling& place : cooling_) {
      if (place.family != family && place.until_ns > now_ns) taken += place.series;
    }
    return series <= limit_ && taken <= limit_ - series;
  }

  uint64_t limit_ = kNoLimit;
  uint64_t unguarded_ = 0;
  uint64_t foreign_ = 0;
  uint64_t exported_ = 0;
  uint64_t used_ = 0;
  std::vector<Cooling> cooling_;
};

struct GuardCore {
  GuardCore(const HashKey& key, std::function<int64_t()> clock) : secret(key), now_ns(std::move(clock)) {}

  std::mutex mutex;
  const KeySecret secret;
  const std::function<int64_t()> now_ns;  // monotonic
  TotalBudget total;
  size_t most_known_folds = FoldCache::kMaxPlaces;  // that a family remembers; 0: none. From the next policy on
  // Of a service of many processes (shared_family.h), set before the first family; else null.
  SharedLead* lead = nullptr;
  bool leads = false;  // in Guard::Maintain: decisions may be made
  // The news that the families have been told of; kNotCounting in a process that is to become a worker with its next call.
  static constexpr uint64_t kNotCounting = std::numeric_limits<uint64_t>::max();
  std::atomic<uint64_t> followed{kNotCounting};
  // Mutex. Says whether what a hit cache replaces may be given to the reclaimer: however seldom Guard::Maintain is called,
  // and however long a reader stays, what waits there has an end.
  bool MayReplaceHits() {
    constexpr size_t kMostWaiting = 1024;
    if (reclaimer.pending() >= kMostWaiting / 4) reclaimer.Collect();
    return reclaimer.pending() < kMostWaiting;
  }
  Reclaimer reclaimer;  // destroyed first: what it still has to destroy uses the rest
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GUARD_CORE_H_
