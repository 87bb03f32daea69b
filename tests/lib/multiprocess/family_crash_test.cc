// SPDX-License-Identifier: Apache-2.0
//
// family_crash_test.cc: a process killed while it declares a family, as the first of the service or as a later one.
#include <unistd.h>

#include <string>

#include "gtest/gtest.h"
#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/service_memory.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

void DeclareAndCount(WorldProcess& actor, CrashWorld&) {
  std::string error;
  if (!actor.AddLate(&error)) ::_exit(1);
  actor.Late("new");
}

// Whoever joins what a dead process has begun has a series for every call, even while somebody else decides.
void CountWhileAnotherDecides(CrashWorld& world) {
  ServiceMemory::Shape shape;
  shape.service = kWorldService;
  const auto other = ServiceMemory::Open(world.folder().path(), shape, world.options().policy);
  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_EQ(TryLockByte((*other)->lock_fd(), kLeadByte), LockAnswer::kYes);
  world.witness().Late("meanwhile");
  UnlockByte((*other)->lock_fd(), kLeadByte);
}

TEST(FamilyCrash, WhileTheFirstProcessDeclaresIt) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        world.witness().Job("known", "GET");
        world.actor().Maintain();
      },
      DeclareAndCount,
      {"shared_series.make.recorded", "service_memory.extend.allocated", "shared_series.make.defined",
       "shared_series.make.taken", "shared_series.make.counted", "change_log.do.told", "worker_cells.become.published"},
      [](CrashWorld& world, const CrashRun&) {
        std::string error;
        ASSERT_TRUE(world.witness().AddLate(&error)) << error;
        CountWhileAnotherDecides(world);
        world.witness().Late("of the witness");
      });
}

TEST(FamilyCrash, WhileALaterProcessDeclaresIt) {
  ForEachCrash(
      {WorldPolicy()},
      [](CrashWorld& world) {
        world.actor().Job("known", "GET");
        std::string error;
        ASSERT_TRUE(world.witness().AddLate(&error)) << error;
        world.witness().Late("known");
      },
      DeclareAndCount, {"service.take.locked", "service.leave.published"},
      [](CrashWorld& world, const CrashRun&) { CountWhileAnotherDecides(world); });
}

// The cells of a worker that counts already become longer.
TEST(FamilyCrash, WhileAWorkerDeclaresIt) {
  ForEachCrash(
      {WorldPolicy()}, [](CrashWorld& world) { world.witness().Job("known", "GET"); },
      [](WorldProcess& actor, CrashWorld& world) {
        actor.Job("known", "POST");
        DeclareAndCount(actor, world);
      },
      {"worker_cells.attach.allocated", "worker_cells.attach.attached"});
}

}  // namespace
}  // namespace seriesguard
