// SPDX-License-Identifier: Apache-2.0
//
// crash_world.cc: see the header; what must hold after a crash is in crash_world_checks.cc.
#include "tests/lib/multiprocess/crash_world.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

#include "gtest/gtest.h"

namespace seriesguard {

std::string WorldPolicy(const std::string& jobs_limits, const std::string& kind, const std::string& calls_limits) {
  return "version: 1\nscrape_interval: 10s\ndefaults: {series_limit: 16}\nmetrics:\n- name: jobs_total\n  capacity: "
         "48\n"
         "  freeze: 300s\n  " +
         jobs_limits + "\n  labels:\n    kind: {" + kind +
         "}\n    method: {allow: [GET, POST]}\n- name: calls_total\n  capacity: 20\n  freeze: 300s\n  "
         "busiest: {half_life: 60s, new_series_per_hour: 100%}\n  " +
         calls_limits + "\n  labels:\n    route: {value_limit: 3, admit: busiest}\n- name: sizes\n  series_limit: 60\n";
}

std::unique_ptr<WorldProcess> WorldProcess::Open(const std::string& folder, const WorldOptions& options,
                                                 WorldFacts* facts, std::string* error) {
  ServiceOptions service;
  service.service = kWorldService;
  service.max_workers = options.max_workers;
  service.guard.clock_ns = [facts] { return facts->now_ns.load(); };
  service.wall_clock_ns = [facts] { return facts->now_ns.load(); };
  absl::StatusOr<ServiceRegistry> opened = ServiceRegistry::OpenWithText(folder, options.policy, std::move(service));
  const auto failed = [error](const absl::Status& status) {
    *error = std::string(status.message());
    return nullptr;
  };
  if (!opened.ok()) return failed(opened.status());
  auto process = std::unique_ptr<WorldProcess>(new WorldProcess(facts));
  ServiceRegistry& registry = process->registry_.emplace(std::move(*opened));
  auto jobs = registry.AddCounter({"jobs_total", "Jobs."}, {"kind", "method"});
  if (!jobs.ok()) return failed(jobs.status());
  process->jobs_.emplace(std::move(*jobs));
  auto calls = registry.AddCounter({"calls_total", "Calls."}, {"route"});
  if (!calls.ok()) return failed(calls.status());
  process->calls_.emplace(std::move(*calls));
  auto sizes = registry.AddHistogram({"sizes", "Sizes."}, {"kind"}, {1, 10});
  if (!sizes.ok()) return failed(sizes.status());
  process->sizes_.emplace(std::move(*sizes));
  for (uint32_t mode = 0; options.has_gauges && mode < kGaugeModes; ++mode) {
    const GaugeMode gauge_mode = static_cast<GaugeMode>(mode);
    auto gauge = registry.AddGauge({"gauge_" + std::string(GaugeModeName(gauge_mode)), "A gauge."}, gauge_mode);
    if (!gauge.ok()) return failed(gauge.status());
    process->gauges_.push_back(std::move(*gauge));
  }
  return process;
}

void WorldProcess::Job(std::string_view kind, std::string_view method) {
  jobs_->With({kind, method}).Increment();
  facts_.jobs.fetch_add(1);
}

void WorldProcess::Call(std::string_view route, int times) {
  for (int i = 0; i < times; ++i) {
    calls_->With({route}).Increment();
    facts_.calls.fetch_add(1);
  }
}

void WorldProcess::Size(std::string_view kind, uint64_t size) {
  sizes_->With({kind}).Observe(static_cast<double>(size));
  facts_.sizes.fetch_add(1);
  facts_.size_sum.fetch_add(size);
}

bool WorldProcess::AddLate(std::string* error) {
  auto late = registry_->AddCounter({"late_total", "Declared later."}, {"kind"});
  if (!late.ok()) {
    *error = std::string(late.status().message());
    return false;
  }
  late_.emplace(std::move(*late));
  return true;
}

void WorldProcess::Late(std::string_view kind) {
  late_->With({kind}).Increment();
  facts_.late.fetch_add(1);
}

void WorldProcess::SetGauges(double value) {
  for (const GuardedFamily<Gauge, 0>& gauge : gauges_) gauge.With().Set(value);
}

const FamilyGuard* WorldProcess::family(std::string_view name) const {
  if (name == "jobs_total") return &jobs_->family();
  if (name == "calls_total") return &calls_->family();
  if (name == "sizes") return &sizes_->family();
  if (name == "late_total" && late_) return &late_->family();
  return nullptr;
}

CrashWorld::CrashWorld(WorldOptions options) : options_(std::move(options)) {
  void* const memory = ::mmap(nullptr, sizeof(WorldFacts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  facts_ = new (memory) WorldFacts;
  std::string error;
  witness_ = WorldProcess::Open(folder_.path(), options_, facts_, &error);
  if (witness_ != nullptr) actor_ = WorldProcess::Open(folder_.path(), options_, facts_, &error);
  if (actor_ == nullptr) {
    ADD_FAILURE() << error;
    std::abort();
  }
}

CrashWorld::~CrashWorld() {
  actor_.reset();
  witness_.reset();
  ::munmap(facts_, sizeof(WorldFacts));
}

std::unique_ptr<WorldProcess> CrashWorld::OpenNewcomer() {
  std::string error;
  std::unique_ptr<WorldProcess> newcomer = WorldProcess::Open(folder_.path(), options_, facts_, &error);
  if (newcomer == nullptr) ADD_FAILURE() << "a newcomer: " << error;
  return newcomer;
}

void ForEachCrash(const WorldOptions& options, const std::function<void(CrashWorld&)>& prepare, const WorldStep& step,
                  const std::vector<std::string>& must_pass,
                  const std::function<void(CrashWorld&, const CrashRun&)>& check, bool may_admit) {
  constexpr int kMostPoints = 2000;
  for (int n = 1; n < kMostPoints; ++n) {
    CrashWorld world(options);
    prepare(world);
    world.Remember();
    const CrashRun run = RunAndKillAt(n, [&] { step(world.actor(), world); });
    ASSERT_NE(run.end, CrashRun::End::kFailed) << "status " << run.wait_status << " at point " << n;
    SCOPED_TRACE(std::to_string(n) + " " + (run.point.empty() ? "finished" : run.point));
    world.ExpectSound(may_admit);
    if (check) check(world, run);
    if (::testing::Test::HasFailure()) return;  // one crash is enough to look at
    const CrashRun again = RunAndKillAt(0, [&] { step(world.actor(), world); });
    ASSERT_EQ(again.end, CrashRun::End::kFinished) << "the step cannot be repeated: status " << again.wait_status;
    world.ExpectSound(may_admit);
    if (::testing::Test::HasFailure()) return;
    if (run.end != CrashRun::End::kFinished) continue;
    for (const std::string& point : must_pass) {
      EXPECT_TRUE(std::count(run.passed.begin(), run.passed.end(), point) > 0) << "never came to " << point;
    }
    return;
  }
  ADD_FAILURE() << "more points than " << kMostPoints;
}

}  // namespace seriesguard
