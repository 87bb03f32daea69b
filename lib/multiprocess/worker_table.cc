// SPDX-License-Identifier: Apache-2.0
//
// worker_table.cc: one word an entry, changed by compare-and-swap. Changes of state and acknowledgements are sequentially
// consistent for invariant 5's sake; they are rare, so nothing is gained by less.
#include "lib/multiprocess/worker_table.h"

#include <algorithm>

#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/crash_point.h"

namespace seriesguard {
namespace {

constexpr int kChangeBits = 44;
constexpr int kLooks = 64;  // a reader that meets a change each time gives up

constexpr uint64_t Word(uint32_t incarnation, WorkerState state) {
  return uint64_t{incarnation} << 32 | static_cast<uint32_t>(state);
}
constexpr uint32_t IncarnationOf(uint64_t word) { return static_cast<uint32_t>(word >> 32); }
constexpr WorkerState StateOfWord(uint64_t word) { return static_cast<WorkerState>(static_cast<uint32_t>(word)); }

// An acknowledgement carries the incarnation's lower bits: one that was on its way while the entry changed hands fails.
constexpr uint64_t AckWord(uint32_t incarnation, uint64_t change) {
  return uint64_t{incarnation} << kChangeBits | std::min(change, WorkerTable::kMaxChange);
}
constexpr uint64_t ChangeOf(uint64_t ack) { return ack & WorkerTable::kMaxChange; }
constexpr bool IsAckOf(uint64_t ack, uint32_t incarnation) {
  return ack >> kChangeBits == AckWord(incarnation, 0) >> kChangeBits;
}

void StoreIdentity(const ProcessIdentity& identity, WorkerEntry* entry) {
  entry->pid.store(identity.pid, std::memory_order_release);
  entry->start_ticks.store(identity.start_ticks, std::memory_order_release);
  entry->boot_id_high.store(identity.boot_id_high, std::memory_order_release);
  entry->boot_id_low.store(identity.boot_id_low, std::memory_order_release);
  entry->pid_namespace.store(identity.pid_namespace, std::memory_order_release);
}

ProcessIdentity LoadIdentity(const WorkerEntry& entry) {
  ProcessIdentity identity;
  identity.pid = entry.pid.load(std::memory_order_acquire);
  identity.start_ticks = entry.start_ticks.load(std::memory_order_acquire);
  identity.boot_id_high = entry.boot_id_high.load(std::memory_order_acquire);
  identity.boot_id_low = entry.boot_id_low.load(std::memory_order_acquire);
  identity.pid_namespace = entry.pid_namespace.load(std::memory_order_acquire);
  return identity;
}

}  // namespace

ClaimAnswer WorkerTable::Claim(int lock_fd, const ProcessIdentity& own, WorkerTicket* ticket) {
  for (uint32_t index = 0; index < max_workers_; ++index) {
    WorkerEntry& entry = entries_[index];
    // Asked before the lock is, so that a full table costs no system call.
    if (StateOfWord(entry.word.load()) != WorkerState::kFree) continue;
    SERIESGUARD_CRASH_POINT("worker_table.claim.seen");
    const LockAnswer lock = TryLockByte(lock_fd, lock_base_ + index);
    if (lock == LockAnswer::kUnknown) return ClaimAnswer::kNoLock;
    if (lock == LockAnswer::kNo) continue;
    SERIESGUARD_CRASH_POINT("worker_table.claim.locked");
    uint64_t word = entry.word.load();
    const uint32_t incarnation = IncarnationOf(word);
    if (StateOfWord(word) != WorkerState::kFree || incarnation == UINT32_MAX) {
      // Somebody was quicker, and is dead already; else the lock would not be ours.
      UnlockByte(lock_fd, lock_base_ + index);
      continue;
    }
    StoreIdentity(own, &entry);
    entry.ack.store(AckWord(incarnation + 1, 0));
    SERIESGUARD_CRASH_POINT("worker_table.claim.stored");
    // Fails only for a thread that shares the descriptor against the rules. The lock is then the other's too: it stays.
    if (!entry.word.compare_exchange_strong(word, Word(incarnation + 1, WorkerState::kClaiming))) continue;
    SERIESGUARD_CRASH_POINT("worker_table.claim.claiming");
    *ticket = WorkerTicket{index, incarnation + 1};
    return ClaimAnswer::kClaimed;
  }
  return ClaimAnswer::kFull;
}

bool WorkerTable::Publish(const WorkerTicket& ticket, uint64_t acked_change) {
  if (StateOf(ticket) != WorkerState::kClaiming) return false;
  uint64_t expected = AckWord(ticket.incarnation, 0);
  if (!entries_[ticket.index].ack.compare_exchange_strong(expected, AckWord(ticket.incarnation, acked_change))) {
    return false;  // reaped, and another's by now
  }
  SERIESGUARD_CRASH_POINT("worker_table.publish.acked");
  if (!Move(ticket, WorkerState::kClaiming, WorkerState::kLive)) return false;
  SERIESGUARD_CRASH_POINT("worker_table.publish.live");
  return true;
}

void WorkerTable::Abandon(int lock_fd, const WorkerTicket& ticket) {
  if (!Move(ticket, WorkerState::kClaiming, WorkerState::kFree)) return;
  SERIESGUARD_CRASH_POINT("worker_table.abandon.free");
  UnlockByte(lock_fd, lock_base_ + ticket.index);
}

bool WorkerTable::Ack(const WorkerTicket& ticket, uint64_t change) {
  std::atomic<uint64_t>& ack = entries_[ticket.index].ack;
  uint64_t seen = ack.load();
  for (;;) {
    // Asked after `seen` was read: whoever takes the entry from now on changes its ack, and the exchange fails.
    if (StateOf(ticket) != WorkerState::kLive) return false;
    if (ChangeOf(seen) >= change) return true;  // another thread of this worker is further
    if (ack.compare_exchange_weak(seen, AckWord(ticket.incarnation, change))) return true;
  }
}

WorkerState WorkerTable::StateOf(const WorkerTicket& ticket) const {
  if (ticket.index >= max_workers_) return WorkerState::kFree;
  const uint64_t word = entries_[ticket.index].word.load();
  return IncarnationOf(word) == ticket.incarnation ? StateOfWord(word) : WorkerState::kFree;
}

WorkerView WorkerTable::Look(uint32_t index) const {
  WorkerView view;
  const WorkerEntry& entry = entries_[index];
  for (int look = 0; look < kLooks && !view.is_whole; ++look) {
    const uint64_t word = entry.word.load();
    view.state = StateOfWord(word);
    view.incarnation = IncarnationOf(word);
    view.identity = LoadIdentity(entry);
    const uint64_t ack = entry.ack.load();
    view.acked_change = IsAckOf(ack, view.incarnation) ? ChangeOf(ack) : 0;
    view.is_whole = entry.word.load() == word;
  }
  return view;
}

uint64_t WorkerTable::OldestAck() const {
  uint64_t oldest = UINT64_MAX;
  for (uint32_t index = 0; index < max_workers_; ++index) {
    const WorkerView view = Look(index);
    if (!view.is_whole || view.state == WorkerState::kClaiming) return 0;
    if (view.state == WorkerState::kLive) oldest = std::min(oldest, view.acked_change);
  }
  return oldest;
}

WorkerCounts WorkerTable::Count() const {
  WorkerCounts counts;
  for (uint32_t index = 0; index < max_workers_; ++index) {
    switch (StateOfWord(entries_[index].word.load())) {
      case WorkerState::kFree: ++counts.free; break;
      case WorkerState::kClaiming: ++counts.claiming; break;
      case WorkerState::kLive: ++counts.live; break;
      case WorkerState::kArchived: ++counts.archived; break;
    }
  }
  return counts;
}

bool WorkerTable::IsDead(int probe_fd, const ProcessIdentity& own, const WorkerView& view, uint32_t index) const {
  if (!view.is_whole) return false;
  if (IsByteLockedByOther(probe_fd, lock_base_ + index) == LockAnswer::kNo) return true;
  return IsAlive(view.identity, own) == ProcessLiveness::kDead;
}

std::vector<DeadWorker> WorkerTable::FindDead(int probe_fd, const ProcessIdentity& own) const {
  std::vector<DeadWorker> dead;
  for (uint32_t index = 0; index < max_workers_; ++index) {
    const WorkerView view = Look(index);
    const bool is_held = view.state == WorkerState::kClaiming || view.state == WorkerState::kLive;
    const bool is_archived = view.state == WorkerState::kArchived;
    if (is_held) SERIESGUARD_CRASH_POINT("worker_table.find_dead.looked");
    if (!is_archived && !(is_held && IsDead(probe_fd, own, view, index))) continue;
    // It may have gone live, counted and ended between the look and the question; what it is now, it stays.
    if (!is_archived && StateOf(WorkerTicket{index, view.incarnation}) != view.state) continue;
    dead.push_back(DeadWorker{WorkerTicket{index, view.incarnation}, view.state});
  }
  return dead;
}

std::vector<WorkerTicket> WorkerTable::Reap(int probe_fd, const ProcessIdentity& own,
                                            const std::function<void(const WorkerTicket&)>& before_free) {
  std::vector<WorkerTicket> reaped;
  for (const DeadWorker& dead : FindDead(probe_fd, own)) {
    if (dead.state == WorkerState::kClaiming && before_free != nullptr) before_free(dead.ticket);
    // Refuses what was live, and what was abandoned since.
    if (!Move(dead.ticket, WorkerState::kClaiming, WorkerState::kFree)) continue;
    SERIESGUARD_CRASH_POINT("worker_table.reap.free");
    reaped.push_back(dead.ticket);
  }
  return reaped;
}

bool WorkerTable::MarkArchived(const WorkerTicket& ticket) {
  if (!Move(ticket, WorkerState::kLive, WorkerState::kArchived)) return false;
  SERIESGUARD_CRASH_POINT("worker_table.archive.archived");
  return true;
}

bool WorkerTable::Free(const WorkerTicket& ticket) {
  if (!Move(ticket, WorkerState::kArchived, WorkerState::kFree)) return false;
  SERIESGUARD_CRASH_POINT("worker_table.archive.free");
  return true;
}

bool WorkerTable::Move(const WorkerTicket& ticket, WorkerState from, WorkerState to) {
  if (ticket.index >= max_workers_) return false;
  uint64_t expected = Word(ticket.incarnation, from);
  return entries_[ticket.index].word.compare_exchange_strong(expected, Word(ticket.incarnation, to));
}

}  // namespace seriesguard
