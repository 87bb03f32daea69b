// SPDX-License-Identifier: Apache-2.0
//
// reclaimer.h: destroys what was unpublished once no reader can hold it any more.
//
// Use:      unpublish (a store that no later reader can miss), Retire(how to destroy it), Collect() now and then.
// Threads:  one at a time: the owner holds its own mutex around every call. There is no lock in here, so nothing that a
//           fork could leave locked; readers are those of epoch.h and take part in nothing.
// Memory:   one std::function per object not yet destroyed; Reserve() fixes the room ahead.
// Errors:   Retire() says whether there was memory; nothing else can fail.
// Cost:     Retire(): a move. Collect(): with newly retired objects one membarrier (microseconds, whatever their number)
//           and a look at each thread's record; with old ones that a reader holds back only the look; else nothing.
// Source:   the proof stands in epoch.h.
//
// Invariants
//   1. items_[0 .. ordered_) carry the epoch they were retired in, ascending; a barrier separates them from every scan.
//      The rest carries none yet. One Collect() orders all of the rest together.
//   2. An object is destroyed only when every reader shows an epoch above the object's own.
//   3. Where the kernel refuses the barrier, no scan is trusted before kSettleTime has passed: by then every store that
//      preceded the refusal has left its processor, which takes well below a millisecond.
#ifndef SERIESGUARD_LIB_GUARD_RECLAIMER_H_
#define SERIESGUARD_LIB_GUARD_RECLAIMER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace seriesguard {

class Reclaimer {
 public:
  static constexpr std::chrono::milliseconds kSettleTime{1000};

  Reclaimer();

  // Destroys all that is left.
  //
  // Requires:  no reader is left that could hold any of it.
  ~Reclaimer();

  Reclaimer(const Reclaimer&) = delete;
  Reclaimer& operator=(const Reclaimer&) = delete;

  // Keeps `destroy` until no reader can hold what it destroys.
  //
  // Requires:  the object was unpublished by the caller before; `destroy` is not empty and throws nothing.
  // Returns:   false where there is no memory: nothing was kept, the object lives on. Never after enough Reserve().
  // Threads:   the owner's mutex is held, also while `destroy` runs: it may call Retire(), it must neither call Collect()
  //            nor take that mutex. It runs on whichever thread calls Collect() (or the destructor).
  // Cost:      one move; an allocation when the room is used up.
  bool Retire(std::function<void()> destroy);

  // Runs the destroyers of all that no thread can see any more, in the order in which they were retired.
  //
  // Returns:   how many are left.
  // Threads:   never waits for a reader. Inside of an EpochRegion of the calling thread nothing retired since it began goes.
  size_t Collect();

  // Makes room for `count` objects, so that Retire() does not allocate below it. Returns false without memory.
  bool Reserve(size_t count);

  size_t pending() const { return items_.size(); }
  // The room, without what the destroyers themselves allocated.
  size_t bytes() const { return items_.capacity() * sizeof(Item); }

 private:
  struct Item {
    uint64_t epoch;
    std::function<void()> destroy;
  };

  // Gives an epoch to what has none and orders it before the scans that follow.
  void OrderNewItems();
  // Scans the readers and destroys what has an epoch and is seen by none of them.
  void DestroyUnseen();
  // Runs and forgets the first `count`.
  void DestroyFirst(size_t count);

  std::vector<Item> items_;
  size_t ordered_ = 0;
  bool is_settling_ = false;
  std::chrono::steady_clock::time_point settled_at_{};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_RECLAIMER_H_
