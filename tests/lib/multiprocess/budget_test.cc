// SPDX-License-Identifier: Apache-2.0
//
// budget_test.cc: one budget for all processes, under random histories of calls, scrapes, reloads, deaths and restarts:
//   at every scrape there are no more series than the budget has; nothing that was counted is lost or counted twice; no
//   total goes back; a value is named in all processes or in none.
//
// The processes are several registries in one process, each with its own descriptors, which makes them processes to the
// files: fast, and the same again for the same seed. junk_test.cc has real ones.
#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/budget_rules.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/service_harness.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

class History {
 public:
  History(uint64_t seed, bool has_total) : random_(seed) {
    options_.service = "budget_test";
    options_.max_workers = 8;
    options_.guard.clock_ns = [this] { return now_ns_; };
    options_.wall_clock_ns = [this] { return now_ns_; };
    // Our families, and what the guard says of itself: less than all of them may have.
    if (has_total) total_ = 180;
    rules_.total = total_;
    rules_.is_busiest = One(2) == 0;
    rules_.is_zero_first = One(4) == 0;
  }

  void Run(int steps) {
    for (auto& process : processes_) Start(&process);
    for (step_ = 0; step_ < steps && !::testing::Test::HasFailure(); ++step_) Step();
    if (::testing::Test::HasFailure()) return;
    for (auto& process : processes_) Check(&process);
  }

 private:
  uint64_t One(uint64_t of) { return random_() % of; }
  Process& Any() { return processes_[One(processes_.size())]; }

  void Start(Process* process) {
    const absl::Status status = process->Open(folder_.path(), rules_.Text(), options_);
    ASSERT_TRUE(status.ok()) << status << "\n" << rules_.Text();
  }

  void Count(Process* process, const std::string& user, const std::string& path) {
    process->calls->With({user, path}).Increment();
    ++calls_;
  }

  void Step() {
    Process& process = Any();
    switch (One(20)) {
      default: {
        const uint64_t users = One(3) == 0 ? 30 : 4;
        const int times = One(4) == 0 ? 50 : 3;
        for (int i = 0; i < times; ++i) {
          Count(&process, "u" + std::to_string(One(users) + era_), "p" + std::to_string(One(5)));
          process.seconds->With({"k" + std::to_string(One(users) + era_)}).Observe(One(2) == 0 ? 0.05 : 5);
          ++seconds_;
        }
        break;
      }
      case 0: now_ns_ += static_cast<int64_t>(One(10)) * 60 * kSecondNs; break;
      case 1: now_ns_ += static_cast<int64_t>(One(20)) * kSecondNs; break;
      case 2:
      case 3:
      case 4: Check(&process); break;
      case 5: {
        const Rules next = Rules::Random(&random_, total_);
        Check(&process);
        const absl::Status status = process.registry->guard().ReloadFromText(next.Text());
        if (status.ok()) {
          // What is above a lowered limit may stay until its end. Another word needs a series at once, beside the old.
          const uint64_t for_word = next.otherwise != rules_.otherwise ? kCostOfCounter : 0;
          rules_ = next;
          calls_ceiling_ = std::max<uint64_t>(static_cast<uint64_t>(next.calls_limit), calls_exported_ + for_word);
          seconds_ceiling_ = std::max<uint64_t>(static_cast<uint64_t>(next.seconds_limit), seconds_exported_);
        } else {
          ASSERT_TRUE(absl::IsResourceExhausted(status) || absl::IsInvalidArgument(status)) << status;
        }
        break;
      }
      case 6: {  // dies; what it had open is closed as by its end
        if (One(2) == 0) break;
        process.Close();
        // Its successor may come before or after the others have noticed.
        if (One(2) == 0) Check(&processes_[&process == &processes_[0] ? 1 : 0]);
        Start(&process);
        break;
      }
      case 7: era_ = One(12); break;  // other values are busy now
      case 8: Probe(); break;
      case 9:
        if (process.handles.size() < 3) {
          process.handles.push_back(process.calls->Bind({"u" + std::to_string(One(6)), "p0"}));
        } else {
          process.handles.erase(process.handles.begin());
        }
        break;
      case 10:
        for (BoundMetric<Counter>& handle : process.handles) {
          handle.Increment();
          ++calls_;
        }
        break;
      case 11:
        for (auto& other : processes_) Check(&other);
        break;
    }
  }

  // The same call in each process, one after another, is counted in one and the same series.
  void Probe() {
    const std::string user = "u" + std::to_string(One(12)), path = "p" + std::to_string(One(4));
    for (auto& process : processes_) Check(&process);
    std::string landed;
    Count(&processes_[0], user, path);  // may give it a name
    std::map<std::string, double> before = SumsOf(processes_[0].registry->Collect()).numbers;
    for (auto& process : processes_) {
      Count(&process, user, path);
      const std::map<std::string, double> after =
          SumsOf(processes_[One(processes_.size())].registry->Collect()).numbers;
      std::string where;
      for (const auto& [name, value] : after) {
        if (name.compare(0, 12, "calls_total{") == 0 && value != before[name]) where += name + " ";
      }
      if (landed.empty()) landed = where;
      EXPECT_EQ(where, landed) << user << " " << path;
      before = after;
    }
  }

  void Check(Process* process) {
    SCOPED_TRACE("step " + std::to_string(step_) + ", process " + std::to_string(process - &processes_[0]));
    const Sums sums = SumsOf(process->registry->Collect());
    const GuardReport report = process->registry->guard().Report();
    EXPECT_EQ(sums.calls + RetiredOf(report.families[0]), static_cast<double>(calls_));
    EXPECT_EQ(sums.seconds + RetiredOf(report.families[1]), static_cast<double>(seconds_));
    EXPECT_LE(sums.calls_series, calls_ceiling_);
    EXPECT_LE(sums.seconds_series, seconds_ceiling_);
    calls_exported_ = sums.calls_series;
    seconds_exported_ = sums.seconds_series;
    // The excess over a limit only falls.
    calls_ceiling_ =
        std::max<uint64_t>(static_cast<uint64_t>(rules_.calls_limit), std::min(calls_ceiling_, calls_exported_));
    seconds_ceiling_ =
        std::max<uint64_t>(static_cast<uint64_t>(rules_.seconds_limit), std::min(seconds_ceiling_, seconds_exported_));
    if (total_ > 0) {
      EXPECT_LE(sums.calls_series + sums.seconds_series + sums.own_series, static_cast<uint64_t>(total_));
    }
    EXPECT_EQ(report.families[0].series, sums.calls_series);
    EXPECT_EQ(report.families[1].series, sums.seconds_series);
    for (const auto& [name, value] : last_) {
      if (name.compare(0, 12, "seriesguard_") == 0) continue;
      const auto found = sums.numbers.find(name);
      if (found != sums.numbers.end() && name.find("_sum") == std::string::npos) {
        EXPECT_GE(found->second, value) << name;
      }
    }
    last_ = sums.numbers;
    if (One(3) == 0) ExpectAllAgree();
    const ServiceRegistry::Health health = process->registry->health();
    EXPECT_EQ(health.problem, "");
    EXPECT_TRUE(health.problems.empty());
    EXPECT_EQ(health.refused, 0u);
  }

  // What one process sees and calls by name.
  static std::string Answer(Process* process) {
    std::string answer;
    for (const std::string& name : SumsOf(process->registry->Collect()).names) answer += name + "\n";
    for (const FamilyReport& family : process->registry->guard().Report().families) {
      answer += family.name + ": " + std::to_string(family.series) + " of " + std::to_string(family.series_limit);
      for (const LabelReport& label : family.labels) answer += ", " + std::to_string(label.named) + " " + label.name;
      answer += "\n";
    }
    return answer;
  }

  // A scrape may decide something, which the others see with their next one; while time stands still that has an end.
  void ExpectAllAgree() {
    constexpr int kMostRounds = 8;
    std::map<std::string, int> answers;
    for (int round = 0; round < kMostRounds && answers.size() != 1; ++round) {
      answers.clear();
      for (auto& process : processes_) {
        if (process.registry) ++answers[Answer(&process)];  // else between its end and its successor
      }
    }
    EXPECT_EQ(answers.size(), 1u) << answers.begin()->first << "and\n" << answers.rbegin()->first;
    last_.clear();
  }

  std::mt19937_64 random_;
  ScratchFolder folder_;
  int64_t now_ns_ = 1'000'000 * kSecondNs;
  ServiceOptions options_;
  int total_ = 0;
  Rules rules_;
  std::array<Process, 3> processes_;
  int step_ = 0;
  uint64_t calls_ = 0, seconds_ = 0;
  uint64_t calls_exported_ = 0, seconds_exported_ = 0;
  uint64_t calls_ceiling_ = kCallsLimit, seconds_ceiling_ = kSecondsLimit;
  uint64_t era_ = 0;
  std::map<std::string, double> last_;
};

TEST(Budget, HoldsInRandomHistoriesOfThreeProcesses) {
  const uint64_t seed = Seed();
  const uint64_t histories = CasesToRun("SERIESGUARD_HISTORIES", 60);
  for (uint64_t i = 0; i < histories; ++i) {
    SCOPED_TRACE("history " + std::to_string(i) + ": SERIESGUARD_SEED=" + std::to_string(seed + i));
    // In a thread of its own, whose first call is the first of these registries.
    std::thread([&] { History(seed + i, i % 2 == 1).Run(150); }).join();
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace seriesguard
