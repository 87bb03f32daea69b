// SPDX-License-Identifier: Apache-2.0
//
// epoch.h: marks a thread as a reader, so that nothing it can still see is destroyed under it.
//
// Use:      an EpochRegion around every look at what another thread may unpublish; Reclaimer (reclaimer.h) destroys.
// Threads:  any, before main and during static destruction as well; not in signal handlers. Nothing here waits.
// Memory:   one record of 128 bytes per thread, allocated at its first region, used again by later threads, never freed.
// Errors:   none. A thread that gets no record (no memory, no pthread key) is counted in one shared counter instead:
//           slower, and nothing at all is reclaimed while such a thread is inside.
// Cost:     entering and leaving: a nanosecond or two, no locked instruction, no shared line written
//           (bench/epoch_bench.cc). Without membarrier one locked instruction more.
// Fork:     the child has one thread. A handler empties the records of all others, so that readers which exist only in
//           the parent do not hold the child's Reclaimer back. Nothing here holds a lock that a fork could tear.
// Source:   docs/guard.md, "With and Bind"; membarrier(2).
//
// Invariants. U is the store that unpublishes an object, before it is given to the Reclaimer; e is the value that the
// Reclaimer's AdvanceEpoch() replaced; S is a reader's store of the epoch v into its record; L its look at what U changed.
//   1. v > e implies that L sees U. Every change of the epoch is a read-modify-write that releases, so whichever of them a
//      reader's acquiring load takes v from, it continues the release sequence of the one that replaced e: U happens
//      before L. A reader that still holds the object therefore has v <= e.
//   2. If L does not see U, the scan sees S or what the same thread stored later.
//      kMembarrier: S is a plain store, a compiler barrier keeps L behind it. membarrier() between U and the scan is a full
//      barrier at some point of every running thread. That point is behind S: S is visible to the scan; or before S: L sees U.
//      kExchange: S exchanges (acquire, release), the scan adds 0 (acquire, release) to the same word. One is first. The
//      reader's: the scan sees S. The scan's: S reads from it, so U happens before L.
//      A record is listed before its first S; the head of the list is pushed and read in the same two ways.
//   3. All that a reader did in a region happens before the destruction. The scan acquires, and every store of a record
//      releases: the 0 at a region's end, and S of a later region, which the scan may see in its place.
//   4. Invariant 2 holds for every later scan without a new barrier: what one scan saw a later one sees too.
// 1 + 2: the Reclaimer sees v <= e as long as a reader holds the object. 3: afterwards it may destroy.
// A stale (too small) v only delays. `depth` is its own thread's alone, so nesting needs no order.
#ifndef SERIESGUARD_LIB_GUARD_EPOCH_H_
#define SERIESGUARD_LIB_GUARD_EPOCH_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

// ThreadSanitizer sees neither membarrier nor fences; the exchanging form is correct in its eyes too.
#if defined(__SANITIZE_THREAD__)
#define SERIESGUARD_EPOCH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SERIESGUARD_EPOCH_TSAN 1
#endif
#endif

namespace seriesguard {
namespace epoch_internal {

// How a reader's store is ordered before its look (invariant 2). Decided once, by the first Reclaimer: before there is one
// nothing is destroyed, and a reader that has not yet heard of the decision exchanges, which suits both.
enum class Ordering : uint8_t { kUndecided, kExchange, kMembarrier };

// One thread. 128 bytes: processors fetch lines in pairs.
struct alignas(128) Record {
  std::atomic<uint64_t> epoch{0};  // 0: outside of all regions
  std::atomic<uint32_t> depth{0};  // regions open; the owner's alone, atomic only for the fork handler's sake
  std::atomic<bool> taken{true};   // by a living thread
  Record* next = nullptr;          // fixed once the record is listed
};

// Read by all, written rarely. Constant-initialised and never destroyed.
struct alignas(128) Domain {
  std::atomic<uint64_t> epoch{1};
  std::atomic<Ordering> ordering{Ordering::kUndecided};
};

inline Domain domain;
inline thread_local Record* this_thread = nullptr;

// Finds or makes the calling thread's record. Returns nullptr where that fails; the thread then counts as one of the
// crowd until LeaveCrowd().
Record* RegisterOrJoinCrowd();
void LeaveCrowd();

inline void Enter(Record& record) {
  const uint32_t depth = record.depth.load(std::memory_order_relaxed);
  if (__builtin_expect(depth != 0, 0)) {
    record.depth.store(depth + 1, std::memory_order_relaxed);
    return;
  }
  // Not depth + 1: storing a constant breaks the chain from one region to the next through memory.
  record.depth.store(1, std::memory_order_relaxed);
  const uint64_t now = domain.epoch.load(std::memory_order_acquire);
#ifndef SERIESGUARD_EPOCH_TSAN
  if (__builtin_expect(domain.ordering.load(std::memory_order_relaxed) == Ordering::kMembarrier, 1)) {
    record.epoch.store(now, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return;
  }
#endif
  record.epoch.exchange(now, std::memory_order_acq_rel);
}

inline void Leave(Record& record) {
  const uint32_t depth = record.depth.load(std::memory_order_relaxed);
  if (__builtin_expect(depth != 1, 0)) {
    record.depth.store(depth - 1, std::memory_order_relaxed);
    return;
  }
  record.depth.store(0, std::memory_order_relaxed);
  record.epoch.store(0, std::memory_order_release);
}

// What the Reclaimer needs -----------------------------------------------------------------------------------------

// Chooses kMembarrier where the kernel has it, else kExchange. Idempotent, from any thread.
void DecideOrdering();

// Advances the epoch. Returns the value before: that of every reader who may hold what was unpublished before the call.
uint64_t AdvanceEpoch();

// Orders every reader's store before the next OldestReader(). Returns false where the kernel refuses what it granted at
// the start (a seccomp filter that came later): then nothing is ordered.
bool OrderReaders();

// Returns the smallest epoch that a reader shows, UINT64_MAX without readers, 0 while one of the crowd is inside.
uint64_t OldestReader();

// For tests --------------------------------------------------------------------------------------------------------

size_t RecordCountForTest();
// Requires: no thread is inside of a region or of Reclaimer::Collect().
void SetOrderingForTest(Ordering ordering);
// While set, threads that have no record get none.
void RefuseRecordsForTest(bool refuse);

}  // namespace epoch_internal

// Marks the calling thread as a reader while it lives: nothing that the thread reaches inside is destroyed before the
// (outermost) region ends, as long as it is reached through an acquiring load.
//
// Requires:  is destroyed by the thread that made it; regions of one thread may end in any order.
// Threads:   any; inside of a destroyer too. A thread that calls Reclaimer::Collect() inside of a region holds itself back.
// Cost:      no lock; no allocation but for a thread's first region.
class EpochRegion {
 public:
  EpochRegion() : record_(epoch_internal::this_thread) {
    if (__builtin_expect(record_ == nullptr, 0)) {
      record_ = epoch_internal::RegisterOrJoinCrowd();
      if (record_ == nullptr) return;
    }
    epoch_internal::Enter(*record_);
  }
  ~EpochRegion() {
    if (__builtin_expect(record_ == nullptr, 0)) {
      epoch_internal::LeaveCrowd();
    } else {
      epoch_internal::Leave(*record_);
    }
  }
  EpochRegion(const EpochRegion&) = delete;
  EpochRegion& operator=(const EpochRegion&) = delete;

 private:
  epoch_internal::Record* record_;  // nullptr: one of the crowd
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_EPOCH_H_
