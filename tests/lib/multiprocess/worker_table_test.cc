// SPDX-License-Identifier: Apache-2.0
//
// worker_table_test.cc: the way of an entry from free to free, who counts as dead, and what late comers may still do.
#include "lib/multiprocess/worker_table.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/multiprocess/byte_lock.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/shared_workers.h"

namespace seriesguard {
namespace {

using State = WorkerState;

class WorkerTableTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kWorkers = 4;

  // A worker in a process of its own, live until it is killed.
  pid_t StartWorker(uint64_t acked_change = 1) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::alarm(60);
      Descriptor lock = workers_.OpenToLock();
      WorkerTicket ticket;
      if (table().Claim(lock.get(), ReadOwnIdentity(), &ticket) != ClaimAnswer::kClaimed) ::_exit(1);
      if (!table().Publish(ticket, acked_change)) ::_exit(1);
      if (::write(ends[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char byte;
    EXPECT_EQ(::read(ends[0], &byte, 1), 1) << "the worker did not start";
    ::close(ends[0]);
    return pid;
  }
  static void Kill(pid_t pid) {
    EXPECT_EQ(::kill(pid, SIGKILL), 0);
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
  }
  WorkerTable& table() { return *workers_.table; }
  std::vector<DeadWorker> Dead() { return table().FindDead(workers_.probe_fd(), own_); }
  std::vector<WorkerTicket> Reaped() { return table().Reap(workers_.probe_fd(), own_); }
  WorkerTicket Claim(const Descriptor& lock) {
    WorkerTicket ticket;
    EXPECT_EQ(table().Claim(lock.get(), own_, &ticket), ClaimAnswer::kClaimed);
    return ticket;
  }

  SharedWorkers workers_{kWorkers};
  const ProcessIdentity own_ = ReadOwnIdentity();
};

TEST_F(WorkerTableTest, ZeroedMemoryIsAnEmptyTable) {
  EXPECT_EQ(table().Count().free, kWorkers);
  EXPECT_TRUE(Dead().empty());
  EXPECT_EQ(table().OldestAck(), UINT64_MAX);
  EXPECT_EQ(WorkerTable::BytesFor(64), 8192u);
}

TEST_F(WorkerTableTest, AnEntryGoesRoundAndItsIncarnationRises) {
  Descriptor lock = workers_.OpenToLock();
  for (uint32_t round = 1; round <= 3; ++round) {
    const WorkerTicket ticket = Claim(lock);
    EXPECT_EQ(ticket.index, 0u);
    EXPECT_EQ(ticket.incarnation, round);
    EXPECT_EQ(table().StateOf(ticket), State::kClaiming);
    EXPECT_EQ(table().Look(0).identity, own_);
    EXPECT_TRUE(table().Publish(ticket, 7));
    EXPECT_FALSE(table().Publish(ticket, 7)) << "once";
    EXPECT_EQ(table().StateOf(ticket), State::kLive);
    EXPECT_EQ(table().Look(0).acked_change, 7u);
    EXPECT_TRUE(Dead().empty());
    EXPECT_FALSE(table().Free(ticket)) << "not archived";
    EXPECT_TRUE(table().MarkArchived(ticket));
    EXPECT_FALSE(table().MarkArchived(ticket));
    ASSERT_EQ(Dead().size(), 1u);
    EXPECT_EQ(Dead()[0].state, State::kArchived);
    EXPECT_TRUE(table().Free(ticket));
    EXPECT_FALSE(table().Free(ticket));
    EXPECT_EQ(table().Count().free, kWorkers);
    UnlockByte(lock.get(), SharedWorkers::kLockBase);
  }
}

TEST_F(WorkerTableTest, IsFullWhenEveryEntryIsTaken) {
  std::vector<Descriptor> locks;
  for (uint32_t i = 0; i < kWorkers; ++i) {
    locks.push_back(workers_.OpenToLock());
    EXPECT_EQ(Claim(locks.back()).index, i);
  }
  const Descriptor lock = workers_.OpenToLock();
  WorkerTicket ticket;
  EXPECT_EQ(table().Claim(lock.get(), own_, &ticket), ClaimAnswer::kFull);
}

TEST_F(WorkerTableTest, WithoutLocksNobodyIsAWorker) {
  WorkerTicket ticket;
  EXPECT_EQ(table().Claim(-1, own_, &ticket), ClaimAnswer::kNoLock);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(table().Count().free, kWorkers);
}

TEST_F(WorkerTableTest, AnAbandonedClaimIsFreeAtOnce) {
  const Descriptor lock = workers_.OpenToLock(), other = workers_.OpenToLock();
  const WorkerTicket ticket = Claim(lock);
  table().Abandon(lock.get(), ticket);
  EXPECT_EQ(table().Count().free, kWorkers);
  EXPECT_FALSE(table().Publish(ticket, 1));
  const WorkerTicket next = Claim(other);
  EXPECT_EQ(next.index, 0u) << "its lock is free as well";
  EXPECT_EQ(next.incarnation, 2u);
  table().Abandon(lock.get(), ticket);  // a second time, too late
  EXPECT_EQ(table().StateOf(next), State::kClaiming);
  EXPECT_EQ(IsByteLockedByOther(lock.get(), SharedWorkers::kLockBase), LockAnswer::kYes);
}

TEST_F(WorkerTableTest, AKilledWorkerIsFoundAndItsPlaceUsedAgain) {
  const pid_t pid = StartWorker();
  EXPECT_TRUE(Dead().empty());
  Kill(pid);
  const std::vector<DeadWorker> dead = Dead();
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].state, State::kLive);
  EXPECT_EQ(dead[0].ticket, (WorkerTicket{0, 1}));
  EXPECT_TRUE(Reaped().empty()) << "what was live is the archive's";
  EXPECT_TRUE(table().MarkArchived(dead[0].ticket));
  EXPECT_TRUE(table().Free(dead[0].ticket));
  const pid_t next = StartWorker();
  EXPECT_EQ(table().Look(0).incarnation, 2u);
  EXPECT_EQ(table().Look(0).identity.pid, static_cast<uint64_t>(next));
  Kill(next);
}

TEST_F(WorkerTableTest, AnotherProcessWithThePidIsNotTheWorker) {
  const pid_t pid = StartWorker();
  workers_.entries()[0].start_ticks.fetch_sub(1);  // as if the pid had been used again and somebody kept the lock
  ASSERT_EQ(Dead().size(), 1u);
  Kill(pid);
}

TEST_F(WorkerTableTest, ALockKeptByAnotherDoesNotKeepTheDeadAlive) {
  // A worker whose child was made without any fork handler and holds a copy of the descriptor.
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t worker = ::fork();
  if (worker == 0) {
    Descriptor lock = workers_.OpenToLock();
    WorkerTicket ticket;
    if (table().Claim(lock.get(), ReadOwnIdentity(), &ticket) != ClaimAnswer::kClaimed) ::_exit(1);
    if (!table().Publish(ticket, 1)) ::_exit(1);
    const pid_t keeper = ::fork();
    if (keeper == 0) {
      ::alarm(60);
      for (;;) ::pause();
    }
    if (::write(ends[1], &keeper, sizeof keeper) != sizeof keeper) ::_exit(1);
    for (;;) ::pause();
  }
  pid_t keeper = -1;
  ASSERT_EQ(::read(ends[0], &keeper, sizeof keeper), static_cast<ssize_t>(sizeof keeper));
  EXPECT_TRUE(Dead().empty());
  Kill(worker);
  EXPECT_EQ(IsByteLockedByOther(workers_.probe_fd(), SharedWorkers::kLockBase), LockAnswer::kYes);
  const std::vector<DeadWorker> dead = Dead();
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_TRUE(table().MarkArchived(dead[0].ticket));
  EXPECT_TRUE(table().Free(dead[0].ticket));
  const Descriptor lock = workers_.OpenToLock();
  EXPECT_EQ(Claim(lock).index, 1u) << "the place is lost as long as the lock is kept";
  ::kill(keeper, SIGKILL);
  while (IsByteLockedByOther(workers_.probe_fd(), SharedWorkers::kLockBase) != LockAnswer::kNo) ::usleep(1000);
  const Descriptor next = workers_.OpenToLock();
  EXPECT_EQ(Claim(next).index, 0u);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(WorkerTableTest, AWorkerOfAnotherNamespaceLivesByItsLockAlone) {
  const pid_t pid = StartWorker();
  WorkerEntry& entry = workers_.entries()[0];
  entry.pid_namespace.fetch_add(1);
  entry.pid.store(4'000'000);  // nobody's here
  EXPECT_TRUE(Dead().empty());
  Kill(pid);
  EXPECT_EQ(Dead().size(), 1u);
}

TEST_F(WorkerTableTest, WorksFromWithinAnotherNamespace) {
  int ends[2], stop[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(stop, O_CLOEXEC), 0);
  const pid_t outer = ::fork();
  if (outer == 0) {
    ::close(stop[1]);
    char answer = 'n';
    if (::unshare(CLONE_NEWPID) != 0) ::_exit(::write(ends[1], &answer, 1) == 1 ? 0 : 1);
    const pid_t inner = ::fork();
    if (inner == 0) {
      Descriptor lock = workers_.OpenToLock();
      WorkerTicket ticket;
      const bool is_live =
          table().Claim(lock.get(), ReadOwnIdentity(), &ticket) == ClaimAnswer::kClaimed && table().Publish(ticket, 1);
      answer = is_live ? 'y' : 'f';
      if (::write(ends[1], &answer, 1) != 1) ::_exit(1);
      ::_exit(::read(stop[0], &answer, 1) == 0 ? 0 : 1);
    }
    ::waitpid(inner, nullptr, 0);
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ends[0], &answer, 1), 1);
  ::close(stop[0]);
  if (answer == 'n') {
    ::waitpid(outer, nullptr, 0);
    GTEST_SKIP() << kNotPermitted;
  }
  EXPECT_EQ(answer, 'y');
  EXPECT_EQ(table().Look(0).identity.pid, 1u);
  EXPECT_TRUE(Dead().empty());
  ::close(stop[1]);
  ::waitpid(outer, nullptr, 0);
  EXPECT_EQ(Dead().size(), 1u);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(WorkerTableTest, AWorkerThatLostItsDescriptorIsTakenForDeadAndNotices) {
  Descriptor lock = workers_.OpenToLock();
  const WorkerTicket ticket = Claim(lock);
  ASSERT_TRUE(table().Publish(ticket, 3));
  EXPECT_TRUE(table().Ack(ticket, 4));
  lock.Close();  // as a daemon does with all descriptors
  ASSERT_EQ(Dead().size(), 1u);
  ASSERT_TRUE(table().MarkArchived(ticket));
  EXPECT_FALSE(table().Ack(ticket, 5));
  EXPECT_EQ(table().StateOf(ticket), State::kArchived);
  ASSERT_TRUE(table().Free(ticket));
  const Descriptor fresh = workers_.OpenToLock();
  const WorkerTicket next = Claim(fresh);
  EXPECT_EQ(table().StateOf(ticket), State::kFree);
  ASSERT_TRUE(table().Publish(next, 9));
  EXPECT_FALSE(table().Ack(ticket, 100)) << "the entry is another incarnation's";
  EXPECT_FALSE(table().MarkArchived(ticket));
  EXPECT_EQ(table().Look(0).acked_change, 9u);
}

TEST_F(WorkerTableTest, TheOldestAckWaitsForClaimersAndIgnoresTheArchived) {
  const Descriptor a = workers_.OpenToLock(), b = workers_.OpenToLock();
  const WorkerTicket first = Claim(a);
  EXPECT_EQ(table().OldestAck(), 0u) << "a claimer may not have read any change yet";
  ASSERT_TRUE(table().Publish(first, 10));
  EXPECT_EQ(table().OldestAck(), 10u);
  const WorkerTicket second = Claim(b);
  EXPECT_EQ(table().OldestAck(), 0u);
  ASSERT_TRUE(table().Publish(second, 20));
  EXPECT_EQ(table().OldestAck(), 10u);
  EXPECT_TRUE(table().Ack(first, 30));
  EXPECT_EQ(table().OldestAck(), 20u);
  EXPECT_TRUE(table().Ack(first, 25)) << "never goes back";
  EXPECT_EQ(table().Look(0).acked_change, 30u);
  ASSERT_TRUE(table().MarkArchived(second));
  EXPECT_EQ(table().OldestAck(), 30u);
  EXPECT_TRUE(table().Ack(first, WorkerTable::kMaxChange));
  EXPECT_EQ(table().OldestAck(), WorkerTable::kMaxChange);
}

TEST_F(WorkerTableTest, AnEntryThatUsedUpItsNumbersIsNeverClaimedAgain) {
  workers_.entries()[0].word.store(uint64_t{UINT32_MAX} << 32);
  workers_.entries()[1].word.store(uint64_t{UINT32_MAX - 1} << 32);
  const Descriptor lock = workers_.OpenToLock();
  const WorkerTicket ticket = Claim(lock);
  EXPECT_EQ(ticket, (WorkerTicket{1, UINT32_MAX}));
  EXPECT_TRUE(table().Publish(ticket, 5));
  EXPECT_TRUE(table().Ack(ticket, 6));
  EXPECT_EQ(table().Look(1).acked_change, 6u);
  EXPECT_EQ(IsByteLockedByOther(workers_.probe_fd(), SharedWorkers::kLockBase), LockAnswer::kNo) << "given back";
}

// The acknowledgement holds the lower 20 bits of the incarnation; a difference above them must not matter.
TEST_F(WorkerTableTest, AnAckNeedsTheWholeIncarnation) {
  workers_.entries()[0].word.store(((uint64_t{1} << 20) + 4) << 32);
  const Descriptor lock = workers_.OpenToLock();
  const WorkerTicket ticket = Claim(lock);
  ASSERT_TRUE(table().Publish(ticket, 5));
  EXPECT_FALSE(table().Ack(WorkerTicket{0, 5}, 100));
  EXPECT_TRUE(table().Ack(ticket, 6));
}

TEST_F(WorkerTableTest, ADamagedWordIsNeitherFreeNorLive) {
  for (uint32_t i = 0; i < kWorkers; ++i) workers_.entries()[i].word.store(uint64_t{7} << 32 | (4 + i * 1'000'000'007));
  const Descriptor lock = workers_.OpenToLock();
  WorkerTicket ticket;
  EXPECT_EQ(table().Claim(lock.get(), own_, &ticket), ClaimAnswer::kFull);
  EXPECT_TRUE(Dead().empty());
  EXPECT_TRUE(Reaped().empty());
  EXPECT_EQ(table().OldestAck(), UINT64_MAX);
  const WorkerCounts counts = table().Count();
  EXPECT_EQ(counts.free + counts.claiming + counts.live + counts.archived, 0u);
  EXPECT_FALSE(table().MarkArchived(WorkerTicket{kWorkers, 1})) << "an index beyond the table";
  EXPECT_FALSE(table().Publish(WorkerTicket{UINT32_MAX, 1}, 1));
  EXPECT_FALSE(table().Ack(WorkerTicket{kWorkers, 0}, 1));
}

}  // namespace
}  // namespace seriesguard
