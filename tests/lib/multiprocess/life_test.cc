// SPDX-License-Identifier: Apache-2.0
//
// life_test.cc: a service's start, its second start, its neighbours and its end, and what a process does that has no place.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/registry.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/own_names.h"
#include "lib/multiprocess/service_registry.h"
#include "lib/multiprocess/shared_layout.h"
#include "tests/lib/multiprocess/exposed.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/worker_process.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = "version: 1\ndefaults: {series_limit: 60, value_limit: 3}\n";

absl::StatusOr<ServiceRegistry> TryOpen(const std::string& folder, ServiceOptions options = {},
                                        const std::string& policy = kPolicy) {
  if (options.service.empty()) options.service = "life";
  if (options.max_workers == 64) options.max_workers = 8;
  return ServiceRegistry::OpenWithText(folder, policy, options);
}

using Jobs = GuardedFamily<Counter, 0>;
Jobs AddJobs(ServiceRegistry& registry) { return registry.AddCounter({"jobs_total", "Jobs."}).value(); }
double JobsOf(ServiceRegistry& registry) { return SumOf(ExposedOf(registry, "jobs_total")); }

size_t ExposedWithGuard(ServiceRegistry& registry) {
  std::istringstream lines(registry.Expose("").body);
  size_t series = 0;
  for (std::string line; std::getline(lines, line);) series += line.empty() || line[0] == '#' ? 0 : 1;
  return series;
}

std::vector<std::string> WorkerFilesOf(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (ParseOwnName(name).kind == OwnName::Kind::kWorkerCells) names.push_back(name);
  }
  return names;
}

// Starting ------------------------------------------------------------------------------------------------------------

TEST(Life, BeginsAnewWhenNobodyIsLeft) {
  const ScratchFolder folder;
  const std::string service = folder / "service";
  for (int run = 0; run < 3; ++run) {
    ServiceRegistry registry = TryOpen(service).value();
    const Jobs jobs = AddJobs(registry);
    EXPECT_EQ(JobsOf(registry), 0) << "nothing of an earlier run";
    WorkerProcess killed([&] { jobs.With().Increment(5); });
    killed.Kill();
    if (run == 1) {
      EXPECT_EQ(JobsOf(registry), 5);
    }
    folder.Write("service/keep.txt", "not ours");
  }
  EXPECT_GE(WorkerFilesOf(service).size(), 1u) << "of the last run";
  ServiceRegistry registry = TryOpen(service).value();
  EXPECT_LE(WorkerFilesOf(service).size(), 1u);
  EXPECT_EQ(folder.Read("service/keep.txt"), "not ours");
}

TEST(Life, IsJoinedWhileSomebodyIsLeft) {
  const ScratchFolder folder;
  std::optional<ServiceRegistry> first = TryOpen(folder / "service").value();
  std::optional<Jobs> jobs = AddJobs(*first);
  WorkerProcess orphan([&] { jobs->With().Increment(5); });
  jobs.reset();
  first.reset();  // the master is gone, and its worker serves on
  ServiceRegistry next = TryOpen(folder / "service").value();
  const Jobs again = AddJobs(next);
  again.With().Increment();
  EXPECT_EQ(JobsOf(next), 6);
  orphan.End();
  EXPECT_EQ(JobsOf(next), 6);
}

// A worker that was started by exec joins by the folder; here another process that knows nothing of the first.
TEST(Life, IsJoinedByAProcessThatWasNotForkedFromIt) {
  const ScratchFolder folder;
  WorkerProcess other([&] {
    ServiceRegistry registry = TryOpen(folder / "service").value();
    AddJobs(registry).With().Increment(3);
    new ServiceRegistry(registry);  // stays
  });
  ServiceRegistry registry = TryOpen(folder / "service").value();
  AddJobs(registry).With().Increment(4);
  EXPECT_EQ(JobsOf(registry), 7);
  EXPECT_EQ(registry.health().live, 2u);
}

TEST(Life, RefusesAnotherServiceWhileItLives) {
  const ScratchFolder folder;
  {
    ServiceRegistry registry = TryOpen(folder / "service").value();
    ServiceOptions other;
    other.service = "another";
    const auto refused = TryOpen(folder / "service", other);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(refused.status().message().find("\"life\""), absl::string_view::npos);
  }
  ServiceOptions other;
  other.service = "another";
  EXPECT_TRUE(TryOpen(folder / "service", other).ok()) << "it is over";
}

TEST(Life, RefusesAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const ScratchFolder folder;
  ServiceRegistry registry = TryOpen(folder / "service").value();
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  EXPECT_EQ(InChild([&]() -> std::string {
              CHILD_CHECK(::setegid(65534) == 0 && ::seteuid(65534) == 0);
              CHILD_CHECK(TryOpen(folder / "service").status().code() == absl::StatusCode::kPermissionDenied);
              return kFine;
            }),
            kFine);
  ASSERT_EQ(::chmod((folder / "service").c_str(), 0777), 0);
  EXPECT_EQ(TryOpen(folder / "service").status().code(), absl::StatusCode::kPermissionDenied) << "others may write";
}

// What is left of another boot is put away, even where a process of this one has the old one's pid.
TEST(Life, PutsAwayWhatAnotherBootLeft) {
  const ScratchFolder folder;
  std::string guard;
  {
    ServiceRegistry registry = TryOpen(folder / "service").value();
    AddJobs(registry).With().Increment(5);
    guard = folder.Read("service/guard.shm");
  }
  guard[offsetof(ServiceHeader, boot_id_high)] ^= 1;
  std::filesystem::remove(folder / "service/guard.shm");
  const int fd = ::open((folder / "service/guard.shm").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::write(fd, guard.data(), guard.size()), static_cast<ssize_t>(guard.size()));
  ::close(fd);
  ServiceRegistry registry = TryOpen(folder / "service").value();
  AddJobs(registry).With().Increment(2);
  EXPECT_EQ(JobsOf(registry), 2);
  EXPECT_TRUE(registry.health().problems.empty());
}

// The master of a service that was founded and never used, and that died at once, leaves nothing that matters.
TEST(Life, TakesNothingFromAServiceThatHadNoTimeToBegin) {
  const ScratchFolder folder;
  { TryOpen(folder / "service", {}, "version: 1\ndefaults: {series_limit: 1}\n").value(); }
  ServiceOptions other;
  other.service = "another";
  ServiceRegistry registry = TryOpen(folder / "service", other).value();
  EXPECT_TRUE(registry.AddGauge({"levels", "Levels."}, GaugeMode::kAll).ok()) << "under its own policy";
}

TEST(Life, DoesNotTakeAPidForAProcess) {
  const ScratchFolder folder;
  ServiceRegistry registry = TryOpen(folder / "service").value();
  const Jobs jobs = AddJobs(registry);
  WorkerProcess worker([&] { jobs.With().Increment(5); });
  EXPECT_EQ(JobsOf(registry), 5);
  const uint32_t live = registry.health().live;
  // As if the pid had been given to a process that started later.
  const int fd = ::open((folder / "service/guard.shm").c_str(), O_RDWR | O_CLOEXEC);
  const uint64_t table = (sizeof(ServiceHeader) + 4095) / 4096 * 4096;
  for (uint32_t index = 0; index < 8; ++index) {
    uint64_t fields[3] = {};
    const off_t at = static_cast<off_t>(table + index * 128);
    ASSERT_EQ(::pread(fd, fields, sizeof fields, at), static_cast<ssize_t>(sizeof fields));
    if (fields[1] != static_cast<uint64_t>(worker.pid())) continue;
    fields[2] += 1;
    ASSERT_EQ(::pwrite(fd, fields, sizeof fields, at), static_cast<ssize_t>(sizeof fields));
  }
  ::close(fd);
  EXPECT_EQ(JobsOf(registry), 5);
  EXPECT_EQ(registry.health().live, live - 1) << "the pid lives, the worker does not";
  EXPECT_EQ(JobsOf(registry), 5);
}

TEST(Life, GoesOnOverPidNamespaces) {
  const ScratchFolder folder;
  ServiceRegistry registry = TryOpen(folder / "service").value();
  const Jobs jobs = AddJobs(registry);
  const auto level = registry.AddGauge({"level", "A level."}, GaugeMode::kLiveSum).value();
  EXPECT_EQ(InChild([&]() -> std::string {
              if (::unshare(CLONE_NEWPID) != 0) return kNotPermitted;
              const WorkerProcess inside([&] {  // pid 1 of its namespace
                jobs.With().Increment(5);
                level.With().Set(2);
              });
              jobs.With().Increment(3);
              CHILD_CHECK(JobsOf(registry) == 8);
              CHILD_CHECK(SumOf(ExposedOf(registry, "level")) == 2);
              CHILD_CHECK(registry.health().live >= 2);
              return kFine;
            }),
            kFine);
  EXPECT_EQ(JobsOf(registry), 8);
  EXPECT_EQ(SumOf(ExposedOf(registry, "level")), 0);
}

TEST(Life, SaysThatAFolderCannotBeWritten) {
  const ScratchFolder folder;
  ASSERT_EQ(::mkdir((folder / "service").c_str(), 0700), 0);
  const std::string found = InChild([&]() -> std::string {
    if (!EnterPrivateMounts()) return kNotPermitted;
    const std::string path = folder / "service";
    if (::mount("none", path.c_str(), "tmpfs", MS_RDONLY, nullptr) != 0) return kNotPermitted;
    const auto refused = TryOpen(path);
    CHILD_CHECK(!refused.ok());
    CHILD_CHECK(refused.status().message().find(path) != absl::string_view::npos);
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

// Policies and families --------------------------------------------------------------------------------------------------

TEST(Life, TellsItsPlacesOnMetrics) {
  const ScratchFolder folder;
  ServiceOptions options;
  options.max_workers = 1;
  ServiceRegistry registry = TryOpen(folder / "service", options).value();
  const Jobs jobs = AddJobs(registry);
  const auto says = [&registry](const std::string& line) {
    return registry.Expose("").body.find("\nseriesguard_" + line + "\n") != std::string::npos;
  };
  jobs.With().Increment();
  WorkerProcess too_many([&] { jobs.With().Increment(); });
  EXPECT_TRUE(says("workers{state=\"free\"} 0"));
  EXPECT_TRUE(says("workers{state=\"live\"} 1"));
  EXPECT_TRUE(says("workers{state=\"archived\"} 0"));
  EXPECT_TRUE(says("workers_refused_total 1"));
  EXPECT_TRUE(says("decisions_recovered_total 0"));
  EXPECT_TRUE(says("unreadable_files 0"));
}

TEST(Life, ShowsInfosInEachProcess) {
  const ScratchFolder folder;
  ServiceRegistry registry = TryOpen(folder / "service").value();
  ASSERT_TRUE(registry.AddInfo({"build_info", "The build."}, {{"version", "1.7"}, {"empty", ""}}).ok());
  EXPECT_EQ(registry.AddInfo({"build", "Without its ending."}, {}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(registry.AddInfo({"build_info", "Twice."}, {}).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(registry.AddGauge({"build_info", "Not as a gauge."}, GaugeMode::kSum).status().code(),
            absl::StatusCode::kAlreadyExists);
  const Jobs jobs = AddJobs(registry);
  const std::map<std::string, double> wanted = {{"build_info{version=\"1.7\"}", 1}};
  EXPECT_EQ(ExposedOf(registry, "build_info"), wanted);
  WorkerProcess worker([&] {
    jobs.With().Increment();
    if (ExposedOf(registry, "build_info") != wanted) ::_exit(1);
    jobs.With().Increment();
  });
  EXPECT_EQ(JobsOf(registry), 2) << "the worker has seen it too";
}

TEST(Life, KeepsItsPolicyWhenANewcomerBringsAnother) {
  const ScratchFolder folder;
  ServiceRegistry first = TryOpen(folder / "service").value();
  const auto of_first = first.AddCounter({"calls_total", "Calls."}, {"tenant"}).value();
  ServiceRegistry second =
      TryOpen(folder / "service", {}, "version: 1\ndefaults: {series_limit: 60, value_limit: 50}\n").value();
  const auto of_second = second.AddCounter({"calls_total", "Calls."}, {"tenant"}).value();
  for (int i = 0; i < 20; ++i) of_second.With({"tenant" + std::to_string(i)}).Increment();
  EXPECT_TRUE(second.health().opened_with_other_policy);
  EXPECT_FALSE(first.health().opened_with_other_policy);
  EXPECT_EQ(ExposedOf(second, "calls_total").size(), 4u) << "three and the others, as the policy in force says";
  EXPECT_EQ(SumOf(ExposedOf(first, "calls_total")), 20);
  EXPECT_FALSE(TryOpen(folder / "service", {}, "version: 1\nmetrics: [").ok()) << "a policy that is none is none";
}

TEST(Life, RefusesAFamilyThatIsDeclaredDifferently) {
  const ScratchFolder folder;
  ServiceRegistry first = TryOpen(folder / "service").value();
  ServiceRegistry second = TryOpen(folder / "service").value();
  ASSERT_TRUE(first.AddCounter({"calls_total", "Calls."}, {"tenant"}).ok());
  ASSERT_TRUE(first.AddHistogram({"seconds", "Time."}, {1, 2}).ok());
  ASSERT_TRUE(first.AddGauge({"level", "A level."}, GaugeMode::kSum).ok());
  const auto code = [](const auto& added) { return added.status().code(); };
  EXPECT_EQ(code(second.AddCounter({"calls_total", "Calls."}, {"user"})), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(second.AddCounter({"calls_total", "Other help."}, {"tenant"})), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(second.AddHistogram({"seconds", "Time."}, {1, 3})), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(second.AddGauge({"level", "A level."}, GaugeMode::kMax)), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(second.AddGauge({"seconds", "Time."}, GaugeMode::kMax)), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(second.AddCounter({"calls_total", "Calls."}, {"tenant"}).ok()) << "as the first one does";
  EXPECT_EQ(second.AddSummary({"quantiles", "No."}).code(), absl::StatusCode::kFailedPrecondition);
}

// A process takes what others have of the total into account, whether it has their families or not.
TEST(Life, KeepsOneTotalOverFamiliesThatNotAllDeclare) {
  const ScratchFolder folder;
  const std::string policy =
      "version: 1\nbudget: {series_limit: 100}\ndefaults: {series_limit: 90, value_limit: 100}\n";
  ServiceRegistry first = TryOpen(folder / "service", {}, policy).value();
  ServiceRegistry second = TryOpen(folder / "service", {}, policy).value();
  const auto a = first.AddGauge({"a", "A."}, GaugeMode::kSum, {"x"}).value();
  const auto b = second.AddGauge({"b", "B."}, GaugeMode::kSum, {"x"}).value();
  for (int i = 0; i < 60; ++i) {
    a.With({"v" + std::to_string(i)}).Set(1);
    b.With({"v" + std::to_string(i)}).Set(1);
    EXPECT_LE(ExposedWithGuard(i % 2 == 0 ? first : second), 100u);
  }
  EXPECT_EQ(ExposedOf(first, "b"), ExposedOf(second, "b")) << "told by who has it not, too";
  // (The guard's own series are part of the total, whether they are told yet or not.)
  EXPECT_GE(Exposed(first).size(), 60u);
  EXPECT_LT(Exposed(first).size(), 100u);
}

// Ends --------------------------------------------------------------------------------------------------------------------

TEST(Life, EndsBeforeItsHandlesDo) {
  const ScratchFolder folder;
  BoundMetric<Counter> kept;
  BoundMetric<Gauge> kept_gauge;
  std::optional<GuardedFamily<Counter, 1>> family;
  {
    ServiceRegistry registry = TryOpen(folder / "service").value();
    family = registry.AddCounter({"calls_total", "Calls."}, {"tenant"}).value();
    kept = family->Bind({"a"});
    kept_gauge = registry.AddGauge({"level", "A level."}, GaugeMode::kSum).value().Bind();
    kept.Increment();
  }
  kept.Increment(2);
  kept_gauge.Set(4);
  family->With({"b"}).Increment(3);
  {
    ServiceRegistry joined = TryOpen(folder / "service").value();
    EXPECT_EQ(SumOf(ExposedOf(joined, "calls_total")), 6) << "handles keep their process in the service";
    EXPECT_EQ(SumOf(ExposedOf(joined, "level")), 4);
  }
  kept = BoundMetric<Counter>();
  kept_gauge = BoundMetric<Gauge>();
  family.reset();
  ServiceRegistry fresh = TryOpen(folder / "service").value();
  EXPECT_TRUE(Exposed(fresh).empty()) << "without them it is over";
}

TEST(Life, HasNeighboursInOneProcess) {
  const ScratchFolder folder;
  // Metrics of one process only, before and beside.
  Registry alone = Registry::FromText(kPolicy).value();
  const auto own = alone.AddCounter({"own_total", "Own."}).value();
  own.With().Increment();
  std::vector<ServiceRegistry> services;
  std::vector<Jobs> jobs;
  for (int i = 0; i < 3; ++i) {
    services.push_back(TryOpen(folder / ("service" + std::to_string(i))).value());
    jobs.push_back(AddJobs(services.back()));
    jobs.back().With().Increment(100);
  }
  const WorkerProcess child([&] {
    for (size_t i = 0; i < jobs.size(); ++i) jobs[i].With().Increment(static_cast<double>(i));
  });
  WorkerProcess ended([&] { jobs[1].With().Increment(10); });
  ended.Kill();
  EXPECT_EQ(JobsOf(services[0]), 100);
  EXPECT_EQ(JobsOf(services[1]), 111);
  EXPECT_EQ(JobsOf(services[2]), 102);
  services.pop_back();
  jobs.pop_back();
  const WorkerProcess later([&] { jobs[0].With().Increment(5); });
  EXPECT_EQ(JobsOf(services[0]), 105);
}

}  // namespace
}  // namespace seriesguard
