// SPDX-License-Identifier: Apache-2.0
//
// fork_test.cc: forks at any moment of eight busy threads: nobody hangs, everybody's increments are there, handles go
// on in both, and who never counts takes no place.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <optional>
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

using std::chrono::milliseconds;

// `path` has a regular expression with so many states that its library, which has locks of its own, makes new ones all
// the time; users are more than they have places.
std::string PolicyText(int users) {
  return R"(version: 1
defaults: {series_limit: 300}
metrics:
- name: calls_total
  labels:
    path: {replace: [{match: "[ab]*a[ab]{12}", with: "long"}], value_limit: 20}
- name: users_total
  series_limit: 60
  capacity: 120
  labels:
    user: {value_limit: )" +
         std::to_string(users) + R"(}
- name: seconds
)";
}

constexpr milliseconds kLongestChild{30'000};

struct Ledger {
  std::atomic<uint64_t> calls{0}, users{0}, seconds{0};
  std::atomic<uint64_t> children{0};
  SharedComplaint complaint;
};

class ServiceOfTest {
 public:
  explicit ServiceOfTest(uint32_t max_workers) {
    ServiceOptions options;
    options.service = "fork_test";
    options.max_workers = max_workers;
    auto opened = ServiceRegistry::OpenWithText(folder_.path(), PolicyText(10), options);
    if (!opened.ok()) std::abort();
    registry.emplace(std::move(*opened));
    calls.emplace(registry->AddCounter({"calls_total", "Calls."}, {"path"}).value());
    users.emplace(registry->AddCounter({"users_total", "Users."}, {"user"}).value());
    seconds.emplace(registry->AddHistogram({"seconds", "Time."}, HistogramBoundaries{0.1, 1}).value());
  }

  void CountCall(std::mt19937_64* random) {
    const uint64_t bits = (*random)();
    std::string path;
    for (int i = 0; i < 40; ++i) path += (bits >> i & 1) != 0 ? 'a' : 'b';
    calls->With({path}).Increment();
    ++ledger->calls;
  }
  void CountUser(std::mt19937_64* random) {
    users->With({"u" + std::to_string((*random)() % 200)}).Increment();
    ++ledger->users;
  }
  void CountSecond(BoundMetric<Histogram>* handle) {
    handle->Observe(0.5, {{"trace_id", "4bf92f3577b34da6"}});
    ++ledger->seconds;
  }

  // Compares what all processes have counted with what the families show, gone series included. Nobody may be counting.
  void ExpectSums() {
    const auto numbers = Numbers(registry->Collect());
    double shown_calls = 0, shown_users = 0;
    for (const auto& [name, value] : numbers) {
      if (name.compare(0, 12, "calls_total{") == 0) shown_calls += value;
      if (name.compare(0, 12, "users_total{") == 0) shown_users += value;
    }
    const GuardReport report = registry->guard().Report();
    shown_calls += report.families[0].retired.value;
    shown_users += report.families[1].retired.value;
    EXPECT_EQ(shown_calls, static_cast<double>(ledger->calls.load()));
    EXPECT_EQ(shown_users, static_cast<double>(ledger->users.load()));
    const auto seconds_shown = numbers.find("seconds[1]{}");
    EXPECT_EQ(seconds_shown == numbers.end() ? 0 : seconds_shown->second, static_cast<double>(ledger->seconds.load()));
    const ServiceRegistry::Health health = registry->health();
    EXPECT_EQ(health.problem, "");
    EXPECT_TRUE(health.problems.empty());
    EXPECT_EQ(ledger->complaint.count.load(), 0) << ledger->complaint.text;
  }

  SharedObject<Ledger> ledger;
  ScratchFolder folder_;
  std::optional<ServiceRegistry> registry;
  std::optional<GuardedFamily<Counter, 1>> calls, users;
  std::optional<GuardedFamily<Histogram, 0>> seconds;
};

// One of the eight.
void BeBusy(ServiceOfTest* test, int role, uint64_t seed, const std::atomic<bool>* stop) {
  std::mt19937_64 random(seed);
  BoundMetric<Histogram> handle = test->seconds->Bind();
  while (!stop->load(std::memory_order_relaxed)) {
    for (int i = 0; i < 50; ++i) {
      test->CountCall(&random);
      test->CountUser(&random);
      test->CountSecond(&handle);
    }
    switch (role) {
      case 0: (void)test->registry->Collect(); break;
      case 1: {
        const absl::Status status =
            test->registry->guard().ReloadFromText(PolicyText(6 + static_cast<int>(random() % 6)));
        if (!status.ok() && !absl::IsUnavailable(status)) test->ledger->complaint.Say(std::string(status.message()));
        break;
      }
      case 2: handle = test->seconds->Bind(); break;
      case 3: (void)test->registry->guard().Report(); break;
      case 4: (void)test->registry->Expose("application/openmetrics-text; version=1.0.0"); break;
      default: break;
    }
  }
}

// What a child does, then ends in one of the ways in which processes end.
[[noreturn]] void BeChild(ServiceOfTest* test, BoundMetric<Histogram>* inherited, uint64_t seed, int generation) {
  ::alarm(static_cast<unsigned>(kLongestChild.count() / 1000 * 2));
  std::mt19937_64 random(seed);
  ++test->ledger->children;
  const uint64_t role = random() % 8;
  if (role == 0) ::_exit(0);  // never counts
  if (random() % 2 == 0) test->CountSecond(inherited);
  for (int i = 0; i < 20; ++i) {
    test->CountCall(&random);
    test->CountUser(&random);
  }
  test->CountSecond(inherited);
  switch (role) {
    case 1: (void)test->registry->Collect(); break;
    case 2: {
      BoundMetric<Histogram> own = test->seconds->Bind();
      test->CountSecond(&own);
      break;
    }
    case 3:
      if (generation < 3) {
        const pid_t grandchild = ::fork();
        if (grandchild == 0) BeChild(test, inherited, seed * 31 + 7, generation + 1);
        int status = 0;
        if (!AwaitChild(grandchild, kLongestChild, &status)) test->ledger->complaint.Say("a grandchild hung");
        test->CountSecond(inherited);
      }
      break;
    case 4: {
      std::thread other([&] {
        std::mt19937_64 its_random(seed + 1);
        test->CountUser(&its_random);
        test->CountCall(&its_random);
      });
      other.join();
      break;
    }
    case 5: ::execl("/bin/true", "true", static_cast<char*>(nullptr)); ::_exit(1);
    case 6: ::kill(::getpid(), SIGKILL); break;
    default: break;
  }
  ::_exit(0);
}

TEST(Fork, UnderEightBusyThreadsHangsNobodyAndLosesNothing) {
  std::mt19937_64 random(Seed());
  const uint64_t forks = NumberFromEnvironment("SERIESGUARD_FORKS", 300);
  ServiceOfTest test(32);
  BoundMetric<Histogram> inherited = test.seconds->Bind();
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back(BeBusy, &test, i, random(), &stop);
  int hung = 0;
  for (uint64_t i = 0; i < forks && hung == 0; ++i) {
    const uint64_t seed = random();
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) BeChild(&test, &inherited, seed, 0);
    int status = 0;
    if (!AwaitChild(pid, kLongestChild, &status)) {
      ++hung;
      ADD_FAILURE() << "child " << i << " of seed " << seed << " (role " << std::mt19937_64(seed)() % 8 << ") hung";
    } else {
      EXPECT_TRUE(WIFEXITED(status) ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL) << status;
    }
    test.CountSecond(&inherited);
    if (i % 16 == 0) (void)test.registry->MarkProcessDead(pid);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  (void)test.registry->Collect();
  test.ExpectSums();
  EXPECT_EQ(test.registry->health().refused, 0u);
  EXPECT_EQ(test.registry->health().live, 1u);
  std::printf("%llu forks, %llu children, %llu calls\n", static_cast<unsigned long long>(forks),
              static_cast<unsigned long long>(test.ledger->children.load()),
              static_cast<unsigned long long>(test.ledger->calls.load()));
}

// One place for all children, each of which finds it taken by the one before, and its parent deciding without a pause.
TEST(Fork, PlaceOfEndedWorkerIsFreedByWhoeverDecides) {
  ServiceOfTest test(2);
  std::atomic<bool> stop{false};
  std::mt19937_64 random(Seed());
  BoundMetric<Histogram> inherited = test.seconds->Bind();
  test.CountSecond(&inherited);
  std::vector<std::thread> deciding;
  for (int i = 0; i < 3; ++i) {
    deciding.emplace_back([&test, &stop, seed = random()] {
      std::mt19937_64 its_random(seed);
      while (!stop.load(std::memory_order_relaxed)) {
        test.CountCall(&its_random);
        const absl::Status status =
            test.registry->guard().ReloadFromText(PolicyText(6 + static_cast<int>(its_random() % 6)));
        if (!status.ok() && !absl::IsUnavailable(status)) test.ledger->complaint.Say(std::string(status.message()));
      }
    });
  }
  for (int i = 0; i < 40; ++i) {
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      test.CountSecond(&inherited);
      test.CountUser(&random);
      ::_exit(0);
    }
    int status = 0;
    EXPECT_TRUE(AwaitChild(pid, kLongestChild, &status));
  }
  stop = true;
  for (std::thread& thread : deciding) thread.join();
  EXPECT_EQ(test.registry->health().refused, 0u);
  test.ExpectSums();
}

TEST(Fork, ChildThatNeverCountsTakesNoPlace) {
  ServiceOfTest test(4);
  BoundMetric<Histogram> inherited = test.seconds->Bind();
  test.CountSecond(&inherited);
  int hold[2];
  ASSERT_EQ(::pipe2(hold, O_CLOEXEC), 0);
  std::vector<pid_t> idle;
  for (int i = 0; i < 50; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::alarm(60);
      ::close(hold[1]);
      (void)test.registry->Collect();  // a scrape is no count
      char byte;
      ::_exit(static_cast<int>(::read(hold[0], &byte, 1)));
    }
    idle.push_back(pid);
  }
  ::close(hold[0]);
  const ServiceRegistry::Health before = test.registry->health();
  EXPECT_EQ(before.live, 1u);
  EXPECT_EQ(before.refused, 0u);
  for (int i = 0; i < 3; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      test.CountSecond(&inherited);
      ::_exit(0);
    }
    int status = 0;
    EXPECT_TRUE(AwaitChild(pid, kLongestChild, &status));
  }
  ::close(hold[1]);
  for (const pid_t pid : idle) {
    int status = 0;
    EXPECT_TRUE(AwaitChild(pid, kLongestChild, &status));
    EXPECT_EQ(status, 0);
  }
  test.ExpectSums();
  EXPECT_EQ(test.registry->health().refused, 0u);
}

void RunTrueByVfork() {
  const pid_t pid = ::vfork();
  if (pid == 0) {
    ::execl("/bin/true", "true", static_cast<char*>(nullptr));
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
}

// What a worker runs beside itself holds none of its locks, and does not disturb it.
TEST(Fork, SpawnedProgramsAreHarmless) {
  ServiceOfTest test(4);
  // This thread may have counted in a test before: then its process is a worker of every service that it opens.
  const uint32_t others = test.registry->health().live;
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const pid_t worker = ::fork();
  ASSERT_GE(worker, 0);
  if (worker == 0) {
    ::alarm(60);
    std::mt19937_64 random(1);
    for (int i = 0; i < 20; ++i) {
      test.CountUser(&random);
      if (std::system("true") != 0) ::_exit(1);
      test.CountUser(&random);
      RunTrueByVfork();
      test.CountUser(&random);
    }
    pid_t sleeper = 0;
    char name[] = "sleep", seconds[] = "20";
    char* arguments[] = {name, seconds, nullptr};
    if (::posix_spawn(&sleeper, "/bin/sleep", nullptr, nullptr, arguments, environ) != 0) ::_exit(1);
    test.CountUser(&random);
    if (::write(ready[1], &sleeper, sizeof sleeper) != sizeof sleeper) ::_exit(1);
    ::pause();
  }
  ::close(ready[1]);
  pid_t sleeper = 0;
  ASSERT_EQ(::read(ready[0], &sleeper, sizeof sleeper), static_cast<ssize_t>(sizeof sleeper));
  ::close(ready[0]);
  EXPECT_EQ(test.registry->health().live, others + 1);
  EXPECT_TRUE(absl::IsUnavailable(test.registry->MarkProcessDead(worker)));  // it lives
  ::kill(worker, SIGKILL);
  int status = 0;
  ::waitpid(worker, &status, 0);
  EXPECT_TRUE(test.registry->MarkProcessDead(worker).ok());
  EXPECT_EQ(test.registry->health().live, others);
  test.ExpectSums();
  ::kill(sleeper, SIGKILL);
}

// A family that another program declares later, in threads that have counted elsewhere before.
TEST(Fork, ServiceOpenedByThreadThatHasCountedBeforeIsCounted) {
  ServiceOfTest first(4);
  std::mt19937_64 random(1);
  first.CountUser(&random);
  ServiceOfTest second(4);
  second.CountUser(&random);
  BoundMetric<Histogram> handle = second.seconds->Bind();
  second.CountSecond(&handle);
  EXPECT_EQ(second.registry->health().live, 1u);
  second.ExpectSums();
  const pid_t pid = ::fork();
  if (pid == 0) {
    second.CountSecond(&handle);
    first.CountUser(&random);
    second.CountUser(&random);
    ::_exit(0);
  }
  int status = 0;
  EXPECT_TRUE(AwaitChild(pid, kLongestChild, &status));
  first.ExpectSums();
  second.ExpectSums();
}

}  // namespace
}  // namespace seriesguard
