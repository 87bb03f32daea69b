// SPDX-License-Identifier: Apache-2.0
//
// junk_test.cc: eight processes, each sent junk of its own, under one budget that random ones of them reload: no scrape
// by any of them shows more, what was counted is there, and all of them name the same values.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/budget_rules.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/service_harness.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

constexpr int kWorkers = 8;
constexpr int kPhases = 4;

struct Stage {
  std::atomic<int64_t> now_ns{1'000'000 * kSecondNs};
  std::atomic<uint64_t> calls{0}, seconds{0};
  std::atomic<uint64_t> scrapes{0}, most_samples{0};
  std::atomic<int> calm{0};  // how many have stopped counting
  std::atomic<bool> stop{false};
  SharedComplaint complaint;
};

class Junk : public ::testing::TestWithParam<bool> {};

TEST_P(Junk, OfEightProcessesStaysWithinOneBudget) {
  std::mt19937_64 random(Seed());
  SharedObject<Stage> stage;
  ScratchFolder folder, answers;
  ServiceOptions options;
  options.service = "budget_test";
  options.max_workers = 2 * kWorkers;
  options.guard.clock_ns = [&stage] { return stage->now_ns.load(); };
  Rules rules;
  rules.total = 180;
  rules.is_busiest = GetParam();
  Process master;
  ASSERT_TRUE(master.Open(folder.path(), rules.Text(), options).ok());
  const auto scrape = [&](Process* process) {
    const Exposition text = process->registry->Expose("application/openmetrics-text; version=1.0.0");
    const uint64_t samples = SamplesOf(text.body);
    uint64_t before = stage->most_samples.load();
    while (before < samples && !stage->most_samples.compare_exchange_weak(before, samples)) {
    }
    ++stage->scrapes;
    if (samples > static_cast<uint64_t>(rules.total)) {
      stage->complaint.Say(std::to_string(samples) + " samples are above the budget:\n" + text.body.substr(0, 300));
    }
    const ServiceRegistry::Health health = process->registry->health();
    if (!health.problem.empty()) stage->complaint.Say(health.problem);
    for (const FileProblem& problem : health.problems) stage->complaint.Say(problem.name + " " + problem.reason);
  };
  const auto work = [&](int worker, uint64_t seed) {
    std::mt19937_64 junk(seed);
    while (!stage->stop.load()) {
      for (int i = 0; i < 100; ++i) {
        const uint64_t value = junk() % 4 == 0 ? junk() % 1000 : (stage->now_ns.load() / (300 * kSecondNs)) % 7;
        const std::string text = std::to_string(worker) + "-" + std::to_string(value);
        master.calls->With({text, "p" + std::to_string(junk() % 5)}).Increment();
        ++stage->calls;
        master.seconds->With({text}).Observe(0.5);
        ++stage->seconds;
      }
      if (junk() % 3 == 0) scrape(&master);
      if (junk() % 10 == 0) stage->now_ns += static_cast<int64_t>(junk() % 60) * kSecondNs;
      if (junk() % 50 == 0) {
        Rules next = Rules::Random(&junk, rules.total);
        next.is_busiest = rules.is_busiest;
        const absl::Status status = master.registry->guard().ReloadFromText(next.Text());
        if (!status.ok() && !absl::IsResourceExhausted(status) && !absl::IsInvalidArgument(status) &&
            !absl::IsUnavailable(status)) {
          stage->complaint.Say(std::string(status.message()));
        }
      }
    }
  };
  for (uint64_t round = 0; round < NumberFromEnvironment("SERIESGUARD_BUDGET_ROUNDS", 3); ++round) {
    stage->stop = false;
    stage->calm = 0;
    int go[2];
    ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
    std::vector<pid_t> pids;
    for (int worker = 0; worker < kWorkers; ++worker) {
      const uint64_t seed = random();
      const pid_t pid = ::fork();
      ASSERT_GE(pid, 0);
      if (pid == 0) {
        ::alarm(100);
        ::close(go[1]);
        work(worker, seed);
        // What one lets go of, another one ends: after some scrapes by all of them nothing is under way any more.
        for (int phase = 1; phase <= kPhases; ++phase) {
          (void)master.registry->Collect();
          ++stage->calm;
          while (stage->calm.load() < phase * kWorkers) ::usleep(500);
        }
        // Told what there is when all were calm, each says what it sees and what it calls by name.
        char byte;
        if (::read(go[0], &byte, 1) != 0) ::_exit(2);
        std::string seen;
        for (const std::string& name : SumsOf(master.registry->Collect()).names) seen += name + "\n";
        for (const FamilyReport& family : master.registry->guard().Report().families) {
          seen += family.name + " " + std::to_string(family.series) + " of " + std::to_string(family.series_limit);
          for (const LabelReport& label : family.labels) seen += " " + std::to_string(label.named);
          seen += "\n";
        }
        answers.Write(std::to_string(worker), seen);
        ::_exit(0);
      }
      pids.push_back(pid);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
    while (std::chrono::steady_clock::now() < end) {
      scrape(&master);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    stage->stop = true;
    for (int i = 0; i < 30'000 && stage->calm.load() < kPhases * kWorkers; ++i) ::usleep(1000);
    ASSERT_EQ(stage->calm.load(), kPhases * kWorkers) << "a worker hangs";
    const Sums sums = SumsOf(master.registry->Collect());
    const GuardReport report = master.registry->guard().Report();
    EXPECT_EQ(sums.calls + RetiredOf(report.families[0]), static_cast<double>(stage->calls.load()));
    EXPECT_EQ(sums.seconds + RetiredOf(report.families[1]), static_cast<double>(stage->seconds.load()));
    ::close(go[0]);
    ::close(go[1]);
    for (const pid_t pid : pids) {
      int status = 0;
      EXPECT_TRUE(AwaitChild(pid, std::chrono::milliseconds(60'000), &status));
      EXPECT_EQ(status, 0);
    }
    std::set<std::string> different;
    for (int worker = 0; worker < kWorkers; ++worker) different.insert(answers.Read(std::to_string(worker)));
    EXPECT_EQ(different.size(), 1u) << *different.begin() << "\nand\n" << *different.rbegin();
    EXPECT_GT(different.begin()->size(), 0u);
    EXPECT_EQ(stage->complaint.count.load(), 0) << stage->complaint.text;
    if (HasFailure()) break;
  }
  std::printf("%llu scrapes, at most %llu samples of %d, %llu calls\n",
              static_cast<unsigned long long>(stage->scrapes.load()),
              static_cast<unsigned long long>(stage->most_samples.load()), rules.total,
              static_cast<unsigned long long>(stage->calls.load()));
}

INSTANTIATE_TEST_SUITE_P(Admit, Junk, ::testing::Bool(),
                         [](const auto& of) { return std::string(of.param ? "Busiest" : "First"); });

}  // namespace
}  // namespace seriesguard
