// SPDX-License-Identifier: Apache-2.0
//
// traffic_crash_test.cc: a process killed while places of a label with `admit: busiest` change hands.
#include <string>

#include "gtest/gtest.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

// Three places are taken; a fourth route is busier than the quietest of them, as the actor knows.
void MakeRival(CrashWorld& world) {
  world.actor().Call("first", 40);
  world.actor().Call("second", 30);
  world.actor().Call("third", 1);
  world.actor().Maintain();
  world.witness().Maintain();
  world.Advance(10);
  world.actor().Call("first", 40);
  world.actor().Call("second", 30);
  world.actor().Call("rival", 50);
}

TEST(TrafficCrash, WhenAPlaceIsTakenFromTheQuietest) {
  ForEachCrash(
      {WorldPolicy()}, MakeRival, [](WorldProcess& actor, CrashWorld&) { actor.registry().guard().Maintain(); },
      {"shared_series.traffic.taken", "shared_series.traffic.half_kept", "change_log.do.one",
       "service.leave.published"},
      [](CrashWorld& world, const CrashRun& run) {
        if (run.end != CrashRun::End::kFinished) return;
        EXPECT_EQ(world.witness().family("calls_total")->label(0).leaving, 1u) << "third has lost its name";
      });
}

// Its series has ended, so that the place is free.
TEST(TrafficCrash, WhenTheRivalGetsThePlace) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        MakeRival(world);
        world.actor().registry().guard().Maintain();
        world.Advance(400);
        for (int i = 0; i < 3; ++i) {
          world.actor().Maintain();
          world.witness().Maintain();
        }
        world.Advance(2);
        ASSERT_EQ(CrashWorld::Shown(&world.witness()).count("calls_total{route=\"third\"}"), 0u);
        world.Advance(2);
        world.actor().Call("rival", 200);
      },
      [](WorldProcess& actor, CrashWorld&) {
        actor.registry().guard().Maintain();
        actor.Call("rival", 5);
      },
      {"shared_series.traffic.half_kept", "change_log.do.value_filled", "change_log.do.series_filled",
       "service.leave.published"},
      [](CrashWorld& world, const CrashRun& run) {
        if (run.end != CrashRun::End::kFinished) return;
        EXPECT_EQ(CrashWorld::Shown(&world.witness()).count("calls_total{route=\"rival\"}"), 1u);
      });
}

}  // namespace
}  // namespace seriesguard
