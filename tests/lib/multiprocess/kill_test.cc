// SPDX-License-Identifier: Apache-2.0
//
// kill_test.cc: workers killed at any instruction, started again, scraped all the time: every finished increment is
// there, no total goes back, no scrape fails, and the folder does not grow.
//
// Each worker notes in memory that outlives it what it is about to count, and again when that is done. So the true
// total lies between what was done and what was begun.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/service_harness.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = R"(version: 1
defaults: {series_limit: 100}
metrics:
- name: jobs_total
  labels:
    kind: {allow: [k0, k1, k2]}
- name: cost_total
- name: job_seconds
- name: users_total
  series_limit: 40
  labels:
    user: {value_limit: 8}
)";
constexpr int kKinds = 3;
constexpr double kCost = 0.1;  // has no exact sum
constexpr std::array<double, 3> kObserved{0.05, 0.7, 30};
constexpr int kWorkers = 4;
constexpr uint32_t kMaxWorkers = 16;
constexpr double kRounding = 1e-6;

// What is counted, each with a count of its own.
enum Counted { kJobs = 0, kRefused = kKinds, kCosts, kBuckets, kUsers = kBuckets + 3, kCountedThings };

struct Ledger {
  struct Entry {
    std::atomic<uint64_t> begun{0}, done{0};
  };
  std::array<Entry, kCountedThings> entries;
  // The largest value that any finished scrape showed of what was counted.
  std::array<std::atomic<double>, kCountedThings> shown{};
  SharedComplaint complaint;
  std::atomic<uint64_t> scrapes{0};
};

void RaiseTo(std::atomic<double>* largest, double value) {
  double before = largest->load();
  while (before < value && !largest->compare_exchange_weak(before, value)) {
  }
}

struct Families {
  GuardedFamily<Counter, 1> jobs;
  GuardedFamily<Counter, 0> costs;
  GuardedFamily<Histogram, 0> seconds;
  GuardedFamily<Counter, 1> users;

  static absl::StatusOr<Families> Add(ServiceRegistry* registry) {
    auto jobs = registry->AddCounter({"jobs_total", "Jobs."}, {"kind"});
    auto costs = registry->AddCounter({"cost_total", "Cost."});
    auto seconds = registry->AddHistogram({"job_seconds", "Time.", "seconds"}, HistogramBoundaries{0.1, 1});
    auto users = registry->AddCounter({"users_total", "Calls of users."}, {"user"});
    for (const absl::Status& status : {jobs.status(), costs.status(), seconds.status(), users.status()}) {
      if (!status.ok()) return status;
    }
    return Families{*jobs, *costs, *seconds, *users};
  }
};

// One scrape as the numbers of what is counted.
std::array<double, kCountedThings> Shown(const std::map<std::string, double>& numbers) {
  std::array<double, kCountedThings> shown{};
  const auto number = [&numbers](const std::string& name) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? 0.0 : found->second;
  };
  for (int i = 0; i < kKinds; ++i) shown[kJobs + i] = number("jobs_total{kind=\"k" + std::to_string(i) + "\"}");
  shown[kRefused] = number("jobs_total{kind=\"other\"}");
  shown[kCosts] = number("cost_total{}");
  for (int i = 0; i < 3; ++i) shown[kBuckets + i] = number("job_seconds[" + std::to_string(i) + "]{}");
  for (const auto& [name, value] : numbers) {
    if (name.compare(0, 12, "users_total{") == 0) shown[kUsers] += value;
  }
  return shown;
}

class Service {
 public:
  explicit Service(int stripes) {
    options_.service = "kill_test";
    options_.max_workers = kMaxWorkers;
    options_.stripes = stripes;
    auto opened = ServiceRegistry::OpenWithText(folder_.path(), kPolicy, options_);
    if (!opened.ok()) {
      ADD_FAILURE() << opened.status();
      std::abort();
    }
    registry_.emplace(std::move(*opened));
    auto families = Families::Add(&*registry_);
    if (!families.ok()) {
      ADD_FAILURE() << families.status();
      std::abort();
    }
    families_.emplace(std::move(*families));
  }

  // Scrapes and looks whether anything went back.
  std::map<std::string, double> Scrape(ServiceRegistry* registry, std::map<std::string, double>* last) {
    std::array<double, kCountedThings> before;
    for (int i = 0; i < kCountedThings; ++i) before[i] = ledger_->shown[i].load();
    std::map<std::string, double> numbers = Numbers(registry->Collect());
    const std::array<double, kCountedThings> now = Shown(numbers);
    for (int i = 0; i < kCountedThings; ++i) {
      if (now[i] < before[i]) Complain("thing " + std::to_string(i) + " went back", before[i], now[i]);
      RaiseTo(&ledger_->shown[i], now[i]);
    }
    for (const auto& [name, value] : *last) {
      if (name.compare(0, 12, "seriesguard_") == 0 && name.find("_total{") == std::string::npos) continue;
      const auto found = numbers.find(name);
      if (found == numbers.end()) {
        Complain(name + " is gone", value, 0);
      } else if (found->second < value) {
        Complain(name + " went back", value, found->second);
      }
    }
    *last = numbers;
    const ServiceRegistry::Health health = registry->health();
    if (!health.problem.empty()) ledger_->complaint.Say(health.problem);
    for (const FileProblem& problem : health.problems) ledger_->complaint.Say(problem.name + " " + problem.reason);
    if (health.refused > 0) ledger_->complaint.Say("a worker found no place");
    ++ledger_->scrapes;
    return numbers;
  }

  // The life of a worker: counts, scrapes now and then, until it has done its part or is killed.
  void Work(uint64_t seed, int increments, int threads, bool opens_itself) {
    std::optional<ServiceRegistry> own;
    std::optional<Families> families = families_;
    ServiceRegistry* registry = &*registry_;
    if (opens_itself) {
      auto opened = ServiceRegistry::OpenWithText(folder_.path(), kPolicy, options_);
      if (!opened.ok()) return ledger_->complaint.Say(std::string(opened.status().message()));
      own.emplace(std::move(*opened));
      auto added = Families::Add(&*own);
      if (!added.ok()) return ledger_->complaint.Say(std::string(added.status().message()));
      families.emplace(std::move(*added));
      registry = &*own;
    }
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back([&, i] { Count(&*families, seed + i, increments, nullptr); });
    Count(&*families, seed, increments, registry);
    for (std::thread& other : others) other.join();
  }

  void Count(Families* families, uint64_t seed, int increments, ServiceRegistry* scraped) {
    std::mt19937_64 random(seed);
    std::map<std::string, double> last;
    // A handle makes a process a worker; half of them begin with a call.
    BoundMetric<Counter> handle;
    if (seed % 2 == 0) handle = families->jobs.Bind({"k0"});
    for (int i = 0; i < increments; ++i) {
      const auto counts = [this](int thing, const std::function<void()>& count) {
        ledger_->entries[thing].begun.fetch_add(1);
        count();
        ledger_->entries[thing].done.fetch_add(1);
      };
      switch (random() % 6) {
        case 0:
          if (seed % 2 != 0) break;
          counts(kJobs, [&] { handle.Increment(); });
          break;
        case 1: {
          const int kind = static_cast<int>(random() % kKinds);
          counts(kJobs + kind, [&] { families->jobs.With({"k" + std::to_string(kind)}).Increment(); });
          break;
        }
        case 2:
          counts(kRefused, [&] { families->jobs.With({"x" + std::to_string(random() % 100)}).Increment(); });
          break;
        case 3: counts(kCosts, [&] { families->costs.With().Increment(kCost); }); break;
        case 4: {
          const int bucket = static_cast<int>(random() % 3);
          counts(kBuckets + bucket, [&] { families->seconds.With().Observe(kObserved[bucket]); });
          break;
        }
        case 5: counts(kUsers, [&] { families->users.With({"u" + std::to_string(random() % 40)}).Increment(); }); break;
      }
      if (scraped != nullptr && random() % 2000 == 0) Scrape(scraped, &last);
    }
  }

  void Complain(const std::string& what, double before, double now) {
    char text[256];
    std::snprintf(text, sizeof text, "%s: %.17g, then %.17g", what.c_str(), before, now);
    ledger_->complaint.Say(text);
  }

  ServiceRegistry& registry() { return *registry_; }
  const std::string& folder() const { return folder_.path(); }
  Ledger& ledger() { return *ledger_; }

  // When nobody is counting: everything lies between what was done and what was begun.
  void ExpectExact(const std::map<std::string, double>& numbers) {
    const std::array<double, kCountedThings> shown = Shown(numbers);
    for (int i = 0; i < kCountedThings; ++i) {
      const double amount = i == kCosts ? kCost : 1;
      const double most = static_cast<double>(ledger_->entries[i].begun.load()) * amount;
      const double least = static_cast<double>(ledger_->entries[i].done.load()) * amount;
      EXPECT_GE(shown[i], least * (1 - kRounding)) << "thing " << i;
      EXPECT_LE(shown[i], most * (1 + kRounding)) << "thing " << i;
      if (i != kCosts) {
        EXPECT_EQ(shown[i], std::floor(shown[i])) << "thing " << i;
      }
    }
    // What was refused was counted as a fold, by everybody who is no more as well.
    const auto folds =
        numbers.find("seriesguard_folded_total{label=\"kind\",metric=\"jobs_total\",reason=\"not_allowed\"}");
    const double folded = folds == numbers.end() ? 0 : folds->second;
    EXPECT_GE(folded, static_cast<double>(ledger_->entries[kRefused].done.load()));
    EXPECT_LE(folded, static_cast<double>(ledger_->entries[kRefused].begun.load()));
  }

 private:
  ScratchFolder folder_;
  SharedObject<Ledger> ledger_;
  ServiceOptions options_;
  std::optional<ServiceRegistry> registry_;
  std::optional<Families> families_;
};

struct Way {
  const char* name;
  bool marks;  // the master says who is dead
  int threads;
  int stripes;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

class Kill : public ::testing::TestWithParam<Way> {};

TEST_P(Kill, LosesNoFinishedIncrement) {
  const Way& way = GetParam();
  std::mt19937_64 random(Seed());
  const uint64_t rounds = NumberFromEnvironment("SERIESGUARD_KILL_ROUNDS", 20);
  Service service(way.stripes);
  std::map<std::string, double> last;
  uint64_t kills = 0;
  const auto start_worker = [&](int increments) {
    const uint64_t seed = random();
    const bool opens_itself = seed / 2 % 4 == 0;
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::alarm(100);
    service.Work(seed, increments, way.threads, opens_itself);
    ::_exit(0);
  };
  for (uint64_t round = 0; round < rounds; ++round) {
    std::vector<pid_t> pids;
    for (int i = 0; i < kWorkers; ++i) pids.push_back(start_worker(1 << 30));
    for (int kill = 0; kill < 2 * kWorkers; ++kill) {
      ::usleep(static_cast<useconds_t>(random() % 4 == 0 ? random() % 300 : random() % 4000));
      const bool is_last = kill >= kWorkers;
      pid_t& victim = pids[is_last ? static_cast<size_t>(kill - kWorkers) : random() % pids.size()];
      ASSERT_GT(victim, 0);
      ASSERT_EQ(::kill(victim, SIGKILL), 0);
      int status = 0;
      ASSERT_EQ(::waitpid(victim, &status, 0), victim);
      ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << service.ledger().complaint.text;
      ++kills;
      if (way.marks) {
        const absl::Status marked = service.registry().MarkProcessDead(victim);
        EXPECT_TRUE(marked.ok() || absl::IsNotFound(marked) || absl::IsUnavailable(marked)) << marked;
      }
      if (!is_last) victim = start_worker(random() % 2 == 0 ? 1 << 30 : 200000000);
      if (random() % 2 == 0) service.Scrape(&service.registry(), &last);
    }
    service.ExpectExact(service.Scrape(&service.registry(), &last));
    EXPECT_EQ(service.ledger().complaint.count.load(), 0) << service.ledger().complaint.text;
    // The service's file, a file a place, and one that a claim which was just broken off had linked.
    EXPECT_LE(FilesIn(service.folder()), 2u + kWorkers) << "round " << round;
    if (HasFailure()) FAIL() << "in round " << round;
  }
  const ServiceRegistry::Health health = service.registry().health();
  EXPECT_EQ(health.live, 0u);
  std::printf("%llu rounds, %llu kills, %llu scrapes, %.0f increments, %llu decisions finished for the dead\n",
              static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(kills),
              static_cast<unsigned long long>(service.ledger().scrapes.load()),
              service.ledger().shown[kRefused].load() * 6, static_cast<unsigned long long>(health.recovered));
}

INSTANTIATE_TEST_SUITE_P(Ways, Kill,
                         ::testing::Values(Way{"Marked", true, 1, 1}, Way{"FoundOut", false, 1, 1},
                                           Way{"ThreadsAndStripes", true, 3, 2}),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace seriesguard
