// SPDX-License-Identifier: Apache-2.0
//
// no_room_test.cc: a service without space for its files, and one with more processes than places: what is there goes on, and
// who counts for itself only says so.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/counter.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/exposed.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/worker_process.h"

namespace seriesguard {
namespace {

absl::StatusOr<ServiceRegistry> TryOpen(const std::string& folder, uint32_t max_workers = 8) {
  ServiceOptions options;
  options.service = "no room";
  options.max_workers = max_workers;
  return ServiceRegistry::OpenWithText(folder, "version: 1\ndefaults: {series_limit: 60, value_limit: 3}\n", options);
}

using Jobs = GuardedFamily<Counter, 0>;
Jobs AddJobs(ServiceRegistry& registry) { return registry.AddCounter({"jobs_total", "Jobs."}).value(); }
double JobsOf(ServiceRegistry& registry) { return SumOf(ExposedOf(registry, "jobs_total")); }

// Space ------------------------------------------------------------------------------------------------------------

// A small file system of its own, which the check may fill.
std::string OnSmallDisk(const ScratchFolder& folder, const char* size,
                        const std::function<std::string(const std::string& disk)>& check) {
  return InChild([&]() -> std::string {
    if (!EnterPrivateMounts()) return kNotPermitted;
    const std::string disk = folder / "disk";
    if (::mkdir(disk.c_str(), 0700) != 0) return "no folder";
    if (::mount("none", disk.c_str(), "tmpfs", 0, (std::string("mode=700,size=") + size).c_str()) != 0) {
      return kNotPermitted;
    }
    return check(disk);
  });
}

TEST(NoRoom, IsToldAtTheStart) {
  const ScratchFolder folder;
  const std::string found = OnSmallDisk(folder, "64k", [](const std::string& disk) -> std::string {
    const auto refused = TryOpen(disk);
    CHILD_CHECK(refused.status().code() == absl::StatusCode::kResourceExhausted);
    CHILD_CHECK(std::filesystem::is_empty(disk));
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

TEST(NoRoom, DoesNotStopWhatIsThere) {
  const ScratchFolder folder;
  const std::string found = OnSmallDisk(folder, "8m", [](const std::string& disk) -> std::string {
    ServiceRegistry registry = TryOpen(disk).value();
    const Jobs jobs = AddJobs(registry);
    WorkerProcess early([&] { jobs.With().Increment(5); });
    const int fd = ::open((disk + "/filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    static char block[4096];
    while (::write(fd, block, sizeof block) > 0) {
    }
    // What is there goes on; what is new is refused, or counts for itself and says so.
    CHILD_CHECK(registry.AddCounter({"more_total", "More."}).status().code() == absl::StatusCode::kResourceExhausted);
    {
      WorkerProcess late([&] {
        jobs.With().Increment(7);
        const std::string told = registry.health().problem;
        if (told.find("is not exported") == std::string::npos) ::_exit(1);
        if (JobsOf(registry) != 5) ::_exit(1);
      });
      CHILD_CHECK(JobsOf(registry) == 5);
      CHILD_CHECK(registry.health().refused == 1);
      early.Kill();
      CHILD_CHECK(JobsOf(registry) == 5);  // the archive needs no space
      CHILD_CHECK(registry.health().live == 0);
    }
    // With space again, who comes next counts for all.
    CHILD_CHECK(::ftruncate(fd, 0) == 0);
    WorkerProcess next([&] { jobs.With().Increment(1); });
    CHILD_CHECK(JobsOf(registry) == 6);
    CHILD_CHECK(registry.AddCounter({"more_total", "More."}).ok());
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

// A limit of file size would be a signal, SIGXFSZ, for whoever runs into it.
TEST(NoRoom, ByALimitOfFileSizeIsTold) {
  const ScratchFolder folder;
  EXPECT_EQ(InChild([&]() -> std::string {
              ServiceRegistry registry = TryOpen(folder / "service").value();
              const Jobs jobs = AddJobs(registry);
              jobs.With().Increment();
              const struct rlimit limit = {16384, 16384};
              CHILD_CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
              CHILD_CHECK(registry.AddCounter({"more_total", "More."}).status().code() ==
                          absl::StatusCode::kResourceExhausted);
              CHILD_CHECK(JobsOf(registry) == 1);
              CHILD_CHECK(TryOpen(folder / "another").status().code() == absl::StatusCode::kResourceExhausted);
              return kFine;
            }),
            kFine);
}

// More processes than places --------------------------------------------------------------------------------------------

TEST(NoRoom, ForMoreProcessesIsTold) {
  const ScratchFolder folder;
  ServiceRegistry registry = TryOpen(folder / "service", 2).value();
  const Jobs jobs = AddJobs(registry);
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  const uint32_t places = 2 - registry.health().live;
  for (uint32_t i = 0; i < places + 2; ++i) {
    workers.push_back(std::make_unique<WorkerProcess>([&] { jobs.With().Increment(10); }));
  }
  EXPECT_EQ(JobsOf(registry), 10 * places);
  EXPECT_EQ(registry.health().refused, 2u);
  EXPECT_EQ(registry.health().free, 0u);
  // When one ends its place is the next one's.
  workers.front()->Kill();
  const WorkerProcess next([&] { jobs.With().Increment(1); });
  EXPECT_EQ(JobsOf(registry), 10 * places + 1);
  EXPECT_EQ(registry.health().refused, 2u);
}

}  // namespace
}  // namespace seriesguard
