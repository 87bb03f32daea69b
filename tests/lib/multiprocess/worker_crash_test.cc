// SPDX-License-Identifier: Apache-2.0
//
// worker_crash_test.cc: a process killed while it becomes a worker, and while it folds a dead worker into the archive.
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/service_memory.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

TEST(WorkerCrash, WhileItBecomesOne) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        world.witness().Job("known", "GET");
        world.actor().Maintain();
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Job("known", "GET"); },
      {"worker_table.claim.claiming", "worker_cells.become.claimed", "worker_cells.become.mapped",
       "worker_cells.become.filled", "owned_file.link.after", "worker_cells.become.linked",
       "worker_table.publish.acked", "worker_table.publish.live", "worker_cells.become.published"});
}

// The one place is a dead worker's: it is had by folding that one in.
TEST(WorkerCrash, WhileItTakesTheLastPlace) {
  ForEachCrash(
      {WorldPolicy(), false, 4},
      [](CrashWorld& world) {
        world.witness().Job("known", "GET");
        world.actor().Maintain();
        for (int i = 0; i < 3; ++i) {
          const CrashRun run = RunAndKillAt(0, [&] { world.actor().Job("known", "GET"); });
          ASSERT_EQ(run.end, CrashRun::End::kFinished);
        }
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Job("known", "GET"); },
      {"archive.run.copied", "archive.finish.unlinked", "worker_cells.become.published"});
}

// Somebody else decides just then: a newcomer waits for the place instead of counting for nobody.
TEST(WorkerCrash, WhileTheLeadOfThoseWhoSeekThePlaceIsTaken) {
  CrashWorld world({WorldPolicy(), false, 4});
  world.witness().Job("known", "GET");
  world.actor().Maintain();
  for (;;) {
    const CrashRun run = RunAndKillAt(0, [&] { world.actor().Job("known", "GET"); });
    ASSERT_EQ(run.end, CrashRun::End::kFinished);
    if (world.witness().registry().health().free == 0) break;
  }
  ServiceMemory::Shape shape;
  shape.service = kWorldService;
  shape.max_workers = 4;
  const auto leading = ServiceMemory::Open(world.folder().path(), shape, world.options().policy);
  ASSERT_TRUE(leading.ok()) << leading.status();
  ASSERT_EQ(TryLockByte((*leading)->lock_fd(), kLeadByte), LockAnswer::kYes);
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    UnlockByte((*leading)->lock_fd(), kLeadByte);
  });
  const CrashRun newcomer = RunAndKillAt(0, [&] { world.actor().Job("known", "GET"); });
  leaves.join();
  ASSERT_EQ(newcomer.end, CrashRun::End::kFinished);
  world.ExpectSound();
}

std::map<std::string, std::multiset<double>> Gauges(WorldProcess* process) {
  std::map<std::string, std::multiset<double>> shown;
  for (const CollectedFamily& family : process->registry().Collect()) {
    if (family.name.compare(0, 6, "gauge_") != 0) continue;
    for (const CollectedSeries& series : family.series) shown[family.name].insert(series.value);
  }
  return shown;
}

TEST(WorkerCrash, WhileItFoldsADeadOneIn) {
  ForEachCrash(
      {WorldPolicy("series_limit: 48", "value_limit: 4"), true},
      [](CrashWorld& world) {
        world.witness().Job("known", "GET");
        world.witness().SetGauges(3);
        world.actor().Maintain();
        const CrashRun died = RunAndKillAt(0, [&] {
          for (const char* kind : {"known", "a", "b", "c", "folded", "folded too"}) {
            world.actor().Job(kind, "GET");
            world.actor().Size(kind, 7);
          }
          world.actor().SetGauges(7);
        });
        ASSERT_EQ(died.end, CrashRun::End::kFinished);
        // One more that died while it was becoming a worker.
        CrashRun half;
        for (int n = 1; half.point != "worker_cells.become.linked"; ++n) {
          half = RunAndKillAt(n, [&] { world.actor().Job("known", "GET"); });
          ASSERT_EQ(half.end, CrashRun::End::kKilled);
        }
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Maintain(); },
      {"worker_table.reap.free", "archive.run.reaped", "archive.copy.incarnations", "archive.copy.begun",
       "archive.copy.added", "archive.copy.family", "archive.run.copied", "archive.run.in_force",
       "worker_table.archive.archived", "archive.finish.archived"},
      [](CrashWorld& world, const CrashRun&) {
        const std::map<std::string, std::multiset<double>> expected = {
            {"gauge_all", {3, 7}},     {"gauge_liveall", {3}},       {"gauge_sum", {10}}, {"gauge_livesum", {3}},
            {"gauge_min", {3}},        {"gauge_livemin", {3}},       {"gauge_max", {7}},  {"gauge_livemax", {3}},
            {"gauge_mostrecent", {7}}, {"gauge_livemostrecent", {3}}};
        EXPECT_EQ(Gauges(&world.witness()), expected);
        EXPECT_EQ(world.witness().registry().Collect()[0].name, "jobs_total");
      },
      /*may_admit=*/false);
}

}  // namespace
}  // namespace seriesguard
