// SPDX-License-Identifier: Apache-2.0
//
// worker_table_crash_test.cc: a process killed between any two steps of each protocol of the table, and who repairs it.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/multiprocess/worker_table.h"
#include "tests/lib/multiprocess/crash_harness.h"
#include "tests/lib/multiprocess/shared_workers.h"

namespace seriesguard {
namespace {

using State = WorkerState;
using End = CrashRun::End;

class WorkerTableCrash : public ::testing::Test {
 protected:
  static constexpr uint32_t kWorkers = 3;

  // What a lead does, as often as it likes.
  void Repair() {
    table().Reap(workers_.probe_fd(), own_);
    for (const DeadWorker& dead : table().FindDead(workers_.probe_fd(), own_)) {
      const bool is_archived = dead.state == State::kArchived || table().MarkArchived(dead.ticket);
      EXPECT_TRUE(is_archived);
      EXPECT_TRUE(table().Free(dead.ticket));
    }
  }

  // After every crash: the same again for all places, with numbers that never were.
  void ExpectAllPlacesUsable() {
    EXPECT_EQ(table().Count().free, kWorkers);
    std::vector<Descriptor> locks;
    for (uint32_t i = 0; i < kWorkers; ++i) {
      locks.push_back(workers_.OpenToLock());
      WorkerTicket ticket;
      ASSERT_EQ(table().Claim(locks.back().get(), own_, &ticket), ClaimAnswer::kClaimed);
      EXPECT_EQ(ticket.index, i);
      EXPECT_TRUE(seen_.insert({ticket.index, ticket.incarnation}).second) << "a number was given twice";
      EXPECT_EQ(table().Look(i).identity, own_);
      ASSERT_TRUE(table().Publish(ticket, 1));
    }
    locks.clear();
    Repair();
    EXPECT_EQ(table().Count().free, kWorkers);
  }
  WorkerTable& table() { return *workers_.table; }

  SharedWorkers workers_{kWorkers};
  const ProcessIdentity own_ = ReadOwnIdentity();
  std::set<std::pair<uint32_t, uint32_t>> seen_;
};

TEST_F(WorkerTableCrash, InClaimAndPublish) {
  const auto worker = [&] {
    Descriptor lock = workers_.OpenToLock();
    WorkerTicket ticket;
    if (table().Claim(lock.get(), ReadOwnIdentity(), &ticket) != ClaimAnswer::kClaimed) ::_exit(1);
    if (!table().Publish(ticket, 5)) ::_exit(1);
  };
  std::vector<std::string> points;
  for (int n = 1;; ++n) {
    const CrashRun run = RunAndKillAt(n, worker);
    if (run.end == End::kFinished) break;
    ASSERT_EQ(run.end, End::kKilled) << n << ": " << run.wait_status;
    points.push_back(run.point);
    SCOPED_TRACE(run.point);
    const WorkerCounts counts = table().Count();
    const bool is_taken = n > 3;  // see the list of points below
    const bool is_live = run.point == "worker_table.publish.live";
    EXPECT_EQ(counts.free, is_taken ? kWorkers - 1 : kWorkers);
    EXPECT_EQ(counts.live, is_live ? 1u : 0u);
    EXPECT_EQ(counts.claiming, is_taken && !is_live ? 1u : 0u);
    if (is_taken) {
      EXPECT_NE(table().Look(0).identity.pid, 0u) << "its holder stands in it from the first moment";
      EXPECT_NE(table().Look(0).identity, own_) << "and not the one before";
    }
    if (counts.claiming == 1) {
      EXPECT_EQ(table().OldestAck(), 0u);
      const std::vector<WorkerTicket> reaped = table().Reap(workers_.probe_fd(), own_);
      ASSERT_EQ(reaped.size(), 1u);
      EXPECT_EQ(reaped[0].index, 0u);
      EXPECT_EQ(table().OldestAck(), UINT64_MAX) << "the dead claimer holds nobody back any longer";
    }
    if (is_live) {
      EXPECT_TRUE(table().Reap(workers_.probe_fd(), own_).empty());
      ASSERT_EQ(table().FindDead(workers_.probe_fd(), own_).size(), 1u);
      EXPECT_EQ(table().Look(0).acked_change, 5u);
    }
    Repair();
    ExpectAllPlacesUsable();
  }
  EXPECT_EQ(points, (std::vector<std::string>{"worker_table.claim.seen", "worker_table.claim.locked",
                                              "worker_table.claim.stored", "worker_table.claim.claiming",
                                              "worker_table.publish.acked", "worker_table.publish.live"}));
}

TEST_F(WorkerTableCrash, InAbandon) {
  const CrashRun run = RunAndKillAt(5, [&] {
    Descriptor lock = workers_.OpenToLock();
    WorkerTicket ticket;
    if (table().Claim(lock.get(), ReadOwnIdentity(), &ticket) != ClaimAnswer::kClaimed) ::_exit(1);
    table().Abandon(lock.get(), ticket);
  });
  ASSERT_EQ(run.end, End::kKilled);
  EXPECT_EQ(run.point, "worker_table.abandon.free");
  ExpectAllPlacesUsable();
}

// The lead dies between its steps; the next one finds every entry in a state from which it goes on.
TEST_F(WorkerTableCrash, OfTheLeadWhileItReapsAndArchives) {
  for (int n = 1;; ++n) {
    // Two died while claiming, one live.
    ASSERT_EQ(RunAndKillAt(6,
                           [&] {
                             Descriptor lock = workers_.OpenToLock();
                             WorkerTicket ticket;
                             table().Claim(lock.get(), ReadOwnIdentity(), &ticket);
                             table().Publish(ticket, 5);
                           })
                  .end,
              End::kKilled);
    ASSERT_EQ(RunAndKillAt(8,
                           [&] {
                             Descriptor first = workers_.OpenToLock(), second = workers_.OpenToLock();
                             WorkerTicket ticket;
                             table().Claim(first.get(), ReadOwnIdentity(), &ticket);
                             table().Claim(second.get(), ReadOwnIdentity(), &ticket);
                           })
                  .end,
              End::kKilled);
    ASSERT_EQ(table().Count().live, 1u);
    ASSERT_EQ(table().Count().claiming, 2u);
    const uint32_t incarnation = table().Look(0).incarnation;
    const CrashRun run = RunAndKillAt(n, [&] {
      const ProcessIdentity own = ReadOwnIdentity();
      table().Reap(workers_.probe_fd(), own);
      for (const DeadWorker& dead : table().FindDead(workers_.probe_fd(), own)) {
        if (dead.state == State::kLive) table().MarkArchived(dead.ticket);
        table().Free(dead.ticket);
      }
    });
    ASSERT_NE(run.end, End::kFailed);
    if (run.end == End::kKilled && run.point == "worker_table.archive.archived") {
      const std::vector<DeadWorker> dead = table().FindDead(workers_.probe_fd(), own_);
      ASSERT_EQ(dead.size(), 1u);
      EXPECT_EQ(dead[0].state, State::kArchived);
      EXPECT_EQ(dead[0].ticket.incarnation, incarnation) << "the archive can tell whether it has it";
    }
    Repair();
    ExpectAllPlacesUsable();
    if (run.end == End::kFinished) {
      EXPECT_EQ(run.passed, (std::vector<std::string>{"worker_table.reap.free", "worker_table.reap.free",
                                                      "worker_table.archive.archived", "worker_table.archive.free"}));
      break;
    }
  }
}

SharedWorkers* workers_of_rival = nullptr;

// Another process claims the first entry, publishes itself and dies.
void Rival(const char* name) {
  if (std::string(name) != "worker_table.claim.seen") return;
  crash_point::hook.store(nullptr);
  const CrashRun run = RunAndKillAt(6, [] {
    Descriptor lock = workers_of_rival->OpenToLock();
    WorkerTicket ticket;
    workers_of_rival->table->Claim(lock.get(), ReadOwnIdentity(), &ticket);
    workers_of_rival->table->Publish(ticket, 5);
  });
  EXPECT_EQ(run.point, "worker_table.publish.live");
}

// Its lock is free, its entry is not: what it counted would be lost.
TEST_F(WorkerTableCrash, OfARivalBetweenTheLookAndTheLock) {
  workers_of_rival = &workers_;
  crash_point::hook.store(Rival);
  const Descriptor lock = workers_.OpenToLock();
  WorkerTicket ticket;
  EXPECT_EQ(table().Claim(lock.get(), own_, &ticket), ClaimAnswer::kClaimed);
  EXPECT_EQ(crash_point::hook.load(), nullptr) << "the rival came";
  EXPECT_EQ(ticket.index, 1u);
  const WorkerView rival = table().Look(0);
  EXPECT_EQ(rival.state, State::kLive);
  EXPECT_EQ(rival.acked_change, 5u);
  EXPECT_EQ(table().FindDead(workers_.probe_fd(), own_).size(), 1u);
}

SharedWorkers* workers_of_short_life = nullptr;
WorkerTicket claim_of_short_life;
Descriptor lock_of_short_life;

// Goes live and ends.
void EndShortLife(const char*) {
  crash_point::hook.store(nullptr);
  EXPECT_TRUE(workers_of_short_life->table->Publish(claim_of_short_life, 5));
  lock_of_short_life.Close();
}

// It was seen claiming, and is found dead: but its file has counts by now.
TEST_F(WorkerTableCrash, OfAWorkerThatGoesLiveAndEndsBetweenTheLookAndTheQuestion) {
  workers_of_short_life = &workers_;
  lock_of_short_life = workers_.OpenToLock();
  ASSERT_EQ(table().Claim(lock_of_short_life.get(), own_, &claim_of_short_life), ClaimAnswer::kClaimed);
  crash_point::hook.store(EndShortLife);
  const auto reaped = table().Reap(workers_.probe_fd(), own_,
                                   [](const WorkerTicket&) { ADD_FAILURE() << "its file is taken for a claim's"; });
  EXPECT_EQ(crash_point::hook.load(), nullptr) << "it ended";
  EXPECT_TRUE(reaped.empty());
  const std::vector<DeadWorker> dead = table().FindDead(workers_.probe_fd(), own_);
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].state, State::kLive);
}

TEST(CrashHarness, TellsWhereAndHowAChildEnded) {
  const auto child = [] {
    SERIESGUARD_CRASH_POINT("first");
    SERIESGUARD_CRASH_POINT("second");
  };
  CrashRun run = RunAndKillAt(0, child);
  EXPECT_EQ(run.end, End::kFinished);
  EXPECT_EQ(run.passed, (std::vector<std::string>{"first", "second"}));
  run = RunAndKillAt(1, child);
  EXPECT_EQ(run.end, End::kKilled);
  EXPECT_EQ(run.point, "first");
  EXPECT_EQ(run.passed, std::vector<std::string>{"first"});
  run = RunAndKillAt(2, child);
  EXPECT_EQ(run.point, "second");
  EXPECT_EQ(RunAndKillAt(3, child).end, End::kFinished);
  EXPECT_EQ(RunAndKillAt(1, [] { ::_exit(3); }).end, End::kFailed);
  EXPECT_EQ(RunAndKillAt(1, [] { ::kill(::getpid(), SIGKILL); }).end, End::kFailed) << "not by us";
  EXPECT_EQ(crash_point::hook.load(), nullptr) << "the test itself passes points unharmed";
}

}  // namespace
}  // namespace seriesguard
