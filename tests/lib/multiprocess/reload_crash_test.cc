// SPDX-License-Identifier: Apache-2.0
//
// reload_crash_test.cc: a process killed between any two steps of a reload, and of what follows from it: frozen series
// that retire, are given up and forgotten.
#include <unistd.h>

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "lib/multiprocess/crash_point.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

const char* const kKinds[] = {"a", "b", "c", "d", "e", "f"};

void Fill(CrashWorld& world) {
  for (const char* kind : kKinds) {
    world.actor().Job(kind, "GET");
    world.witness().Job(kind, "POST");
    world.witness().Size(kind, 3);
    world.Advance(1);
  }
  world.actor().Maintain();
  world.witness().Maintain();
}

const std::string& Lowered() {
  static const std::string& policy = *new std::string(WorldPolicy("series_limit: 20", "value_limit: 6, pin: [pinned]"));
  return policy;
}

void Lower(CrashWorld& world) {
  Fill(world);
  ASSERT_TRUE(world.witness().registry().guard().ReloadFromText(Lowered()).ok());
  world.actor().Maintain();
}

TEST(ReloadCrash, WhenAPolicyIsGiven) {
  ForEachCrash(
      {WorldPolicy()}, Fill,
      [](WorldProcess& actor, CrashWorld&) {
        if (!actor.registry().guard().ReloadFromText(Lowered()).ok()) ::_exit(1);
        actor.Job("pinned", "GET");
      },
      {"service.policy.written", "change_log.do.one", "change_log.do.told", "service.leave.noted",
       "service.policy.in_force", "service.leave.published"},
      [](CrashWorld& world, const CrashRun&) {
        world.witness().Job("pinned", "POST");
        world.actor().Job("f", "GET");
      },
      /*may_admit=*/false);
}

// Series that the new policy has from the start, and values that it names, do not stay where it never came into force.
TEST(ReloadCrash, WhenAPolicyWithOtherClosedValuesIsGiven) {
  static const std::string& closed = *new std::string(WorldPolicy("series_limit: 48", "allow: [x, y, z]"));
  ForEachCrash(
      {WorldPolicy("series_limit: 48", "allow: [a, b, c, d, e, f]")}, Fill,
      [](WorldProcess& actor, CrashWorld&) {
        if (!actor.registry().guard().ReloadFromText(closed).ok()) ::_exit(1);
        actor.Job("x", "GET");
      },
      {"service.policy.written", "service.leave.noted", "service.policy.in_force"},
      [](CrashWorld& world, const CrashRun&) {
        for (const char* kind : {"a", "b", "x", "y"}) world.witness().Job(kind, "POST");
      },
      /*may_admit=*/false);
}

TEST(ReloadCrash, WhenFrozenSeriesRetire) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        Lower(world);
        world.Advance(400);
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Maintain(); }, {"change_log.do.one", "service.leave.published"},
      nullptr, /*may_admit=*/false);
}

// All processes have let them go: their totals go into the archive, and their places to others.
TEST(ReloadCrash, WhenRetiringSeriesAreGivenUp) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        Lower(world);
        world.Advance(400);
        // Told by one, acknowledged by all; nobody archives before the step.
        world.witness().registry().guard().Maintain();
        world.actor().registry().guard().Maintain();
        world.witness().registry().guard().Maintain();
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Maintain(); },
      {"archive.run.copied", "archive.run.in_force", "change_log.do.told"},
      [](CrashWorld& world, const CrashRun&) {
        // The same label sets come back while that is half done, and count on.
        EXPECT_TRUE(world.witness().registry().guard().ReloadFromText(WorldPolicy()).ok());
        for (const char* kind : kKinds) world.witness().Job(kind, "POST");
      },
      /*may_admit=*/false);
}

// The same, but what survives admits before it archives.
TEST(ReloadCrash, WhenWhatIsBeingGivenUpReturnsAtOnce) {
  for (const char* point : {"archive.run.copied", "archive.run.in_force"}) {
    SCOPED_TRACE(point);
    CrashWorld world({WorldPolicy()});
    Lower(world);
    world.Advance(400);
    world.witness().registry().guard().Maintain();
    world.actor().registry().guard().Maintain();
    world.witness().registry().guard().Maintain();
    CrashRun run;
    int n = 1;
    for (; run.point != point; ++n) {
      run = RunAndKillAt(n, [&] { world.actor().Maintain(); });
      ASSERT_EQ(run.end, CrashRun::End::kKilled);
    }
    ASSERT_TRUE(world.witness().registry().guard().ReloadFromText(WorldPolicy()).ok());
    for (const char* kind : kKinds) world.witness().Job(kind, "GET");
    for (const char* kind : kKinds) world.actor().Job(kind, "POST");
    world.ExpectSound(/*may_admit=*/false);
  }
}

TEST(ReloadCrash, WhenTooManyWaitForTheirReturn) {
  ForEachCrash(
      {WorldPolicy("series_limit: 16")},
      [](CrashWorld& world) {
        for (int round = 0; round < 3; ++round) {
          for (int i = 0; i < 6; ++i) {
            world.actor().Job("kind-" + std::to_string(round * 10 + i), i % 2 == 0 ? "GET" : "POST");
            world.Advance(1);
          }
          const std::string none = WorldPolicy("series_limit: 6");
          ASSERT_TRUE(world.witness().registry().guard().ReloadFromText(none).ok());
          world.Advance(400);
          for (int i = 0; i < (round < 2 ? 4 : 0); ++i) {
            world.actor().Maintain();
            world.witness().Maintain();
          }
          if (round == 2) break;
          ASSERT_TRUE(world.witness().registry().guard().ReloadFromText(world.options().policy).ok());
        }
        world.actor().registry().guard().Maintain();
        world.witness().registry().guard().Maintain();
        world.actor().registry().guard().Maintain();
      },
      [](WorldProcess& actor, CrashWorld&) { actor.Maintain(); },
      {"archive.run.copied", "archive.run.in_force", "change_log.do.told"}, nullptr, /*may_admit=*/false);
}

CrashWorld* read_world = nullptr;

// The reader has chosen its copy; another policy comes into force, and whoever writes the next one dies over it.
void ReloadTwice(const char* name) {
  if (std::string(name) != "service_memory.policy.chosen") return;
  crash_point::hook.store(nullptr);
  EXPECT_EQ(RunAndKillAt(0,
                         [] {
                           if (!read_world->actor().registry().guard().ReloadFromText(Lowered()).ok()) ::_exit(1);
                         })
                .end,
            CrashRun::End::kFinished);
  const std::string next = WorldPolicy("series_limit: 30");
  CrashRun run;
  for (int n = 1; run.point != "service.policy.written"; ++n) {
    run = RunAndKillAt(n, [&] { (void)read_world->actor().registry().guard().ReloadFromText(next); });
    ASSERT_EQ(run.end, CrashRun::End::kKilled);
  }
}

TEST(ReloadCrash, AReaderNeverHasHalfOfAPolicy) {
  CrashWorld world({WorldPolicy()});
  read_world = &world;
  crash_point::hook.store(ReloadTwice);
  const std::unique_ptr<WorldProcess> newcomer = world.OpenNewcomer();
  EXPECT_EQ(crash_point::hook.exchange(nullptr), nullptr) << "it came to the point";
  ASSERT_NE(newcomer, nullptr);
  world.ExpectSound(/*may_admit=*/false);
}

}  // namespace
}  // namespace seriesguard
