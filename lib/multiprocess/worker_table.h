// SPDX-License-Identifier: Apache-2.0
//
// worker_table.h: which worker processes there are, in memory that they all share; who lives, who died half-way.
//
// Use:      a view on zeroed or already used memory of a shared file. A process claims an entry, makes its file of cells,
//           publishes itself; the lead asks FindDead, folds the dead into the archive and frees their entries.
// Threads:  any thread of any process that maps the memory. One Claim at a time per lock descriptor (byte_lock.h, trap 3).
// Memory:   128 bytes an entry, given by the caller; nothing is allocated, but for the lists that FindDead and Reap return.
// Errors:   an answer each. Words that no version of this code writes (a damaged file) are never free and never live.
// Cost:     Claim: one fcntl per free entry tried; FindDead: a handful of system calls per entry in use; the rest: atomics.
// Fork:     all but FindDead and Reap may be called in the child handler.
// Source:   docs/multiprocess.md, "The protocols".
//
// An entry's `word` holds its incarnation and its state, so that one store changes both and no stale compare-and-swap hits a
// later holder:
//
//   free(n) --Claim--> claiming(n+1) --Publish--> live(n+1) --MarkArchived--> archived(n+1) --Free--> free(n+1)
//                           `--Abandon, Reap--> free(n+1)
//
// The lock of the entry is byte lock_base + index of the shared file, held by the worker's own descriptor: opened by that
// process itself, never mapped, never inherited. A second descriptor, on which no worker lock is taken, asks for the locks.
//
// Invariants
//   1. Only the holder of the entry's lock takes it out of `free`; it stores identity and acknowledgement before that.
//      So what a claiming or live entry says about its holder is whole, whenever a crash came.
//   2. An entry is claiming or live and its lock is free: its holder is dead, or has lost its descriptor, or is just leaving
//      by Abandon (which frees the entry first, then the lock). In the last case the compare-and-swap of a reaper fails.
//   3. The incarnation rises with every claim and never falls, so (index, incarnation) names one claim for ever, and so does
//      a file name made of it. An entry that has used up its numbers is never claimed again.
//   4. A reader of identity or acknowledgement reads `word` before and after, with acquiring loads: if both agree, what it
//      read belongs to that incarnation. (The fields change only between free(n) and claiming(n+1), by releasing stores.)
//   5. OldestAck() counts a claiming entry as 0. If the lead stores the number of changes before it calls OldestAck(), and a
//      worker loads that number after Claim (both sequentially consistent), then either OldestAck() sees the claim and holds
//      back, or the worker sees the number: nobody goes live with an older view than OldestAck() promised.
//
// A crash (kill -9) between any two steps, and who repairs it:
//   Claim    1 lock taken           entry free; the kernel frees the lock: nothing to repair
//            2 fields stored        the same; the fields of a free entry mean nothing
//            3 word = claiming      Reap finds the lock free (or the identity dead): free again, one incarnation used up
//   between  4 the file is being made, then has its name: as 3; the file of a reaped claim holds no increment and is removed
//   Publish  5 acknowledgement stored: as 3
//            6 word = live          FindDead names it, the lead archives it
//   lead     7 word = archived, not free: the next lead finds it archived and calls Free; its numbers are in the archive
//            8 Reap: every entry is one step
//   Abandon  9 word = free, lock held: the kernel frees the lock
// A process that holds a dead worker's lock (a child by plain clone() that kept the descriptor) keeps the place from being
// claimed anew until it ends: a place lost, no count wrong.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_WORKER_TABLE_H_
#define SERIESGUARD_LIB_MULTIPROCESS_WORKER_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "lib/multiprocess/process_identity.h"

namespace seriesguard {

enum class WorkerState : uint32_t { kFree = 0, kClaiming = 1, kLive = 2, kArchived = 3 };

// One claim of one entry; never given twice.
struct WorkerTicket {
  uint32_t index = 0;
  uint32_t incarnation = 0;  // from 1 on

  friend bool operator==(const WorkerTicket& a, const WorkerTicket& b) {
    return a.index == b.index && a.incarnation == b.incarnation;
  }
};

enum class ClaimAnswer : uint8_t {
  kClaimed,
  kFull,    // every entry is in use or just being claimed
  kNoLock,  // the kernel gives no locks on this descriptor (errno): closed by somebody, out of locks
};

struct WorkerView {
  WorkerState state = WorkerState::kFree;
  uint32_t incarnation = 0;
  ProcessIdentity identity;   // means nothing while free
  uint64_t acked_change = 0;  // likewise
  bool is_whole = false;      // false: the entry changed while it was read; ask again or leave it
};

struct DeadWorker {
  WorkerTicket ticket;
  WorkerState state = WorkerState::kFree;  // kClaiming, kLive or kArchived
};

struct WorkerCounts {
  uint32_t free = 0, claiming = 0, live = 0, archived = 0;
};

// What lies in the shared memory. All zeroes: free, never used.
struct alignas(128) WorkerEntry {
  std::atomic<uint64_t> word;  // incarnation in the upper half, WorkerState in the lower
  std::atomic<uint64_t> pid, start_ticks, boot_id_high, boot_id_low, pid_namespace;
  std::atomic<uint64_t> ack;  // the upper 20 bits: of the incarnation; the lower 44: the change
  std::atomic<uint64_t> reserved[9];
};
static_assert(sizeof(WorkerEntry) == 128, "the layout of the shared file");
static_assert(std::atomic<uint64_t>::is_always_lock_free, "processes share no lock table");

class WorkerTable {
 public:
  static constexpr uint64_t kMaxChange = (uint64_t{1} << 44) - 1;  // 55 years at 10,000 changes a second

  static constexpr uint64_t BytesFor(uint32_t max_workers) { return uint64_t{max_workers} * sizeof(WorkerEntry); }

  // Requires:  `memory` holds BytesFor(max_workers) bytes, aligned to 128, zeroed when the file was made; the lock bytes
  //            [lock_base, lock_base + max_workers) of the file are the table's.
  // Lifetime:  `memory` outlives the view; views may be copied.
  WorkerTable(void* memory, uint32_t max_workers, uint64_t lock_base)
      : entries_(static_cast<WorkerEntry*>(memory)), max_workers_(max_workers), lock_base_(lock_base) {}

  uint32_t max_workers() const { return max_workers_; }

  // Takes a free entry for the calling process: claiming, with `own` in it, its lock held on `lock_fd`.
  //
  // Requires:  `lock_fd` is this process's own description of the shared file, open for writing, never mapped.
  // Fork:      may be called in the child handler.
  ClaimAnswer Claim(int lock_fd, const ProcessIdentity& own, WorkerTicket* ticket);

  // Makes the entry live; from now on its file of cells counts. Returns false where a reaper took the entry meanwhile.
  //
  // Requires:  the ticket is the caller's; `acked_change` was read after Claim (invariant 5) and is at most kMaxChange.
  // Fork:      may be called in the child handler.
  bool Publish(const WorkerTicket& ticket, uint64_t acked_change);

  // Gives a claim back that was never published; the lock as well.
  //
  // Fork:      may be called in the child handler.
  void Abandon(int lock_fd, const WorkerTicket& ticket);

  // Says that the worker has seen all changes up to `change`. Returns false where the entry is no longer the ticket's: the
  // worker was taken for dead and archived, and must claim anew before it counts on.
  //
  // Requires:  `change` is at most kMaxChange.
  // Fork:      may be called in the child handler.
  bool Ack(const WorkerTicket& ticket, uint64_t change);

  // Returns the state of the ticket's entry, kFree where the entry has passed to a later incarnation.
  //
  // Fork:      may be called in the child handler.
  WorkerState StateOf(const WorkerTicket& ticket) const;

  WorkerView Look(uint32_t index) const;

  // Returns the smallest change that a live worker has acknowledged, 0 while anybody is claiming, UINT64_MAX without both.
  uint64_t OldestAck() const;

  WorkerCounts Count() const;

  // Says whether the holder of a claiming or live entry is gone: its lock is free, or its identity is dead. What cannot be
  // known (another pid namespace, no /proc) is left to the lock alone.
  //
  // Requires:  `probe_fd` is a descriptor of the shared file whose description holds no worker's lock; the one that is mapped
  //            will do. `own` as for IsAlive().
  bool IsDead(int probe_fd, const ProcessIdentity& own, const WorkerView& view, uint32_t index) const;

  // Lists the entries that wait for the lead: claiming or live ones whose holder is dead, and all archived ones.
  std::vector<DeadWorker> FindDead(int probe_fd, const ProcessIdentity& own) const;

  // Frees the entries that died while claiming; their files, if any, hold nothing. Calls before_free(ticket) for each while
  // the entry still says whose it is. Returns the tickets.
  std::vector<WorkerTicket> Reap(int probe_fd, const ProcessIdentity& own,
                                 const std::function<void(const WorkerTicket&)>& before_free = nullptr);

  // The lead's steps. Each returns false where the entry is not the ticket's or not in the state before.
  //
  // Requires:  the lead's lock is held.
  bool MarkArchived(const WorkerTicket& ticket);  // live -> archived
  bool Free(const WorkerTicket& ticket);          // archived -> free

 private:
  bool Move(const WorkerTicket& ticket, WorkerState from, WorkerState to);

  WorkerEntry* entries_;
  uint32_t max_workers_;
  uint64_t lock_base_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_WORKER_TABLE_H_
