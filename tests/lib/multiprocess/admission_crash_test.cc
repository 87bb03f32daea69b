// SPDX-License-Identifier: Apache-2.0
//
// admission_crash_test.cc: a process killed between any two steps of an admission.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "lib/multiprocess/crash_point.h"
#include "tests/lib/multiprocess/crash_harness.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

const char kLowered[] = "series_limit: 8";

TEST(AdmissionCrash, OfNewValuesAndTheirSeries) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        world.witness().Job("known", "GET");
        world.actor().Maintain();
      },
      [](WorldProcess& actor, CrashWorld&) {
        actor.Job("known", "GET");
        actor.Job("new", "GET");
        actor.Job("new", "POST");
        actor.Size("new", 5);
      },
      {"service.take.locked", "shared_series.take_slot.zeroed", "change_log.publish.written",
       "change_log.publish.valid", "change_log.do.writing", "change_log.do.value_filled", "change_log.do.series_filled",
       "change_log.do.told", "change_log.do.forgotten", "service.leave.published", "worker_cells.become.published"},
      [](CrashWorld& world, const CrashRun& run) {
        if (run.point != "change_log.publish.valid") return;
        EXPECT_GE(world.witness().registry().health().recovered, 1u);
      });
}

TEST(AdmissionCrash, OfASeriesThatReturnsFromItsTotal) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        for (const char* kind : {"a", "b", "c", "d", "e"}) {
          world.actor().Job(kind, "GET");
          world.actor().Job(kind, "GET");
          world.Advance(1);
        }
        ASSERT_TRUE(world.witness().registry().guard().ReloadFromText(WorldPolicy(kLowered)).ok());
        world.Advance(400);
        for (int i = 0; i < 4; ++i) {
          world.actor().Maintain();
          world.witness().Maintain();
        }
        ASSERT_TRUE(world.witness().registry().guard().ReloadFromText(WorldPolicy()).ok());
        world.actor().Maintain();
        ASSERT_EQ(CrashWorld::Shown(&world.witness()).count("jobs_total{kind=\"e\",method=\"GET\"}"), 0u);
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Job("e", "GET"); },
      {"shared_series.take_slot.zeroed", "change_log.do.writing", "change_log.do.series_filled"},
      [](CrashWorld& world, const CrashRun&) {
        world.witness().Job("e", "GET");
        EXPECT_GE(CrashWorld::Shown(&world.witness()).at("jobs_total{kind=\"e\",method=\"GET\"}"), 3);
      });
}

TEST(AdmissionCrash, OfASeriesThatStandsAtZeroFirst) {
  ForEachCrash(
      {WorldPolicy("series_limit: 48\n  zero_first: true")}, [](CrashWorld& world) { world.witness().Maintain(); },
      [](WorldProcess& actor, CrashWorld&) {
        actor.Job("new", "GET");
        actor.Job("new", "GET");
      },
      {"change_log.do.series_filled", "service.leave.published"},
      [](CrashWorld& world, const CrashRun&) {
        world.witness().Job("new", "GET");
        EXPECT_EQ(CrashWorld::Shown(&world.witness()).at("jobs_total{kind=\"new\",method=\"GET\"}"), 0);
        world.Advance(30);
        world.witness().Maintain();
        world.witness().Job("new", "GET");
        EXPECT_EQ(CrashWorld::Shown(&world.witness()).at("jobs_total{kind=\"new\",method=\"GET\"}"), 1);
      });
}

TEST(AdmissionCrash, OfTheOverflow) {
  ForEachCrash(
      {WorldPolicy("series_limit: 48", "value_limit: 4")},
      [](CrashWorld& world) {
        for (const char* kind : {"a", "b"}) world.witness().Job(kind, "GET");
        world.actor().Maintain();
      },
      [](WorldProcess& actor, CrashWorld&) {
        for (const char* kind : {"c", "d", "e", "f"}) actor.Job(kind, "POST");
      },
      {"change_log.do.series_filled", "service.leave.published"}, nullptr, /*may_admit=*/false);
}

WorldProcess* counting = nullptr;

// Another thread finds the series that is being admitted, counts, and has finished when the process dies.
void CountAndDie(const char* name) {
  if (std::string(name) != "change_log.publish.written") return;
  crash_point::hook.store(nullptr);
  std::thread other([] { counting->Job("new", "GET"); });
  // It may have to wait for the admission; then it has finished nothing.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ::kill(::getpid(), SIGKILL);
}

TEST(AdmissionCrash, WhileAnotherThreadCountsInTheNewSeriesAlready) {
  CrashWorld world({WorldPolicy()});
  const CrashRun run = RunAndKillAt(0, [&] {
    counting = &world.actor();
    world.actor().Size("first", 1);  // a worker from here on
    crash_point::hook.store(CountAndDie);
    world.actor().Job("new", "GET");
  });
  ASSERT_TRUE(WIFSIGNALED(run.wait_status));
  world.witness().Job("other", "GET");
  world.witness().Job("new", "GET");
  world.ExpectSound();
}

}  // namespace
}  // namespace seriesguard
