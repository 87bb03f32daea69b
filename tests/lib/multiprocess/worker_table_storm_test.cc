// SPDX-License-Identifier: Apache-2.0
//
// worker_table_storm_test.cc: far more processes than places, at once, and killed at random.
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "lib/multiprocess/worker_table.h"
#include "tests/lib/multiprocess/shared_workers.h"

namespace seriesguard {
namespace {

constexpr uint32_t kPlaces = 64;
constexpr int kProcesses = 200;

// What every claimer leaves: memory that outlives it.
struct Log {
  std::atomic<uint32_t> done, full, failed;
  std::atomic<int> holder[kPlaces];  // the one process that believes to hold it
  std::atomic<uint32_t> held_twice;
};

Log* NewLog() {
  void* const memory = ::mmap(nullptr, sizeof(Log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<Log*>(memory);
}

void AwaitEnd(int fd) {
  char byte;
  while (::read(fd, &byte, 1) > 0) {
  }
}

TEST(WorkerTableStorm, TwoHundredProcessesClaimSixtyFourPlaces) {
  for (int round = 0; round < 5; ++round) {
    SharedWorkers workers(kPlaces);
    Log* const log = NewLog();
    ASSERT_NE(log, nullptr);
    int start[2], stop[2];
    ASSERT_EQ(::pipe2(start, O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(stop, O_CLOEXEC), 0);
    std::vector<pid_t> pids;
    for (int i = 0; i < kProcesses; ++i) {
      const pid_t pid = ::fork();
      ASSERT_GE(pid, 0);
      if (pid == 0) {
        ::alarm(60);
        ::close(start[1]);
        ::close(stop[1]);
        Descriptor lock = workers.OpenToLock();
        const ProcessIdentity own = ReadOwnIdentity();
        AwaitEnd(start[0]);
        WorkerTicket ticket;
        const ClaimAnswer answer = workers.table->Claim(lock.get(), own, &ticket);
        if (answer == ClaimAnswer::kClaimed) {
          if (log->holder[ticket.index].exchange(::getpid()) != 0) ++log->held_twice;
          if (!workers.table->Publish(ticket, 1)) ++log->failed;
        } else if (answer == ClaimAnswer::kFull) {
          ++log->full;
        } else {
          ++log->failed;
        }
        ++log->done;
        AwaitEnd(stop[0]);
        ::_exit(0);
      }
      pids.push_back(pid);
    }
    ::close(start[1]);
    while (log->done.load() < kProcesses) ::usleep(1000);
    EXPECT_EQ(log->full.load(), kProcesses - kPlaces);
    EXPECT_EQ(log->failed.load(), 0u);
    EXPECT_EQ(log->held_twice.load(), 0u);
    EXPECT_EQ(workers.table->Count().live, kPlaces);
    std::set<uint64_t> holders;
    for (uint32_t i = 0; i < kPlaces; ++i) {
      const WorkerView view = workers.table->Look(i);
      EXPECT_TRUE(view.is_whole);
      EXPECT_EQ(view.incarnation, 1u);
      EXPECT_EQ(view.identity.pid, static_cast<uint64_t>(log->holder[i].load()));
      holders.insert(view.identity.pid);
    }
    EXPECT_EQ(holders.size(), kPlaces);
    EXPECT_TRUE(workers.table->FindDead(workers.probe_fd(), ReadOwnIdentity()).empty());
    ::close(stop[1]);
    for (const pid_t pid : pids) ::waitpid(pid, nullptr, 0);
    EXPECT_EQ(workers.table->FindDead(workers.probe_fd(), ReadOwnIdentity()).size(), kPlaces);
    ::close(start[0]);
    ::close(stop[0]);
    ::munmap(log, sizeof(Log));
  }
}

// Workers come, publish, leave and are killed at any instruction while a lead archives the dead; each (index, incarnation)
// is held by one process only, and in the end every place is free again.
TEST(WorkerTableStorm, KilledAtRandomNothingIsHeldTwiceOrLost) {
  constexpr int kAtOnce = 16;
  constexpr int kRounds = 2000;
  constexpr uint32_t kFew = 8;
  SharedWorkers workers(kFew);
  WorkerTable& table = *workers.table;
  Log* const log = NewLog();
  ASSERT_NE(log, nullptr);
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const ProcessIdentity own = ReadOwnIdentity();
  std::vector<pid_t> pids;
  std::vector<uint32_t> last_incarnation(kFew, 0);
  uint64_t archived = 0, reaped = 0;

  const auto lead = [&] {
    for (const DeadWorker& dead : table.FindDead(workers.probe_fd(), own)) {
      if (dead.state != WorkerState::kLive) continue;
      ASSERT_GT(dead.ticket.incarnation, last_incarnation[dead.ticket.index]);
      last_incarnation[dead.ticket.index] = dead.ticket.incarnation;
      log->holder[dead.ticket.index] = 0;
      ASSERT_TRUE(table.MarkArchived(dead.ticket));
      ASSERT_TRUE(table.Free(dead.ticket));
      ++archived;
    }
    for (const WorkerTicket& ticket : table.Reap(workers.probe_fd(), own)) {
      ASSERT_GT(ticket.incarnation, last_incarnation[ticket.index]);
      last_incarnation[ticket.index] = ticket.incarnation;
      ++reaped;
    }
  };
  for (int round = 0; round < kRounds; ++round) {
    if (pids.size() < kAtOnce) {
      const unsigned wait = random();
      const pid_t pid = ::fork();
      ASSERT_GE(pid, 0);
      if (pid == 0) {
        ::alarm(60);
        Descriptor lock = workers.OpenToLock();
        const ProcessIdentity me = ReadOwnIdentity();
        for (unsigned i = 0;; ++i) {
          WorkerTicket ticket;
          if (table.Claim(lock.get(), me, &ticket) != ClaimAnswer::kClaimed) {
            ::usleep(100);
            continue;
          }
          ::usleep((wait + i) % 256);  // where its file would be made
          if ((wait + i) % 32 != 0) {
            table.Abandon(lock.get(), ticket);
            continue;
          }
          // Live: nobody else may be until the lead, which sees this process dead, has cleared the name.
          if (!table.Publish(ticket, 1)) continue;
          const int before = log->holder[ticket.index].exchange(::getpid());
          if (before != 0 && before != ::getpid()) ++log->held_twice;
          for (;;) ::pause();
        }
      }
      pids.push_back(pid);
    }
    ::usleep(random() % 300);
    if (pids.size() == kAtOnce || random() % 2 == 0) {
      std::swap(pids[random() % pids.size()], pids.back());
      ASSERT_EQ(::kill(pids.back(), SIGKILL), 0);
      ASSERT_EQ(::waitpid(pids.back(), nullptr, 0), pids.back());
      pids.pop_back();
    }
    lead();
  }
  for (const pid_t pid : pids) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  lead();
  EXPECT_EQ(log->held_twice.load(), 0u);
  EXPECT_EQ(table.Count().free, kFew);
  EXPECT_GT(archived, 100u);
  EXPECT_GT(reaped, 0u) << "nobody died while claiming: the storm is too weak";
  ::munmap(log, sizeof(Log));
}

}  // namespace
}  // namespace seriesguard
