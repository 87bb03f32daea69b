// SPDX-License-Identifier: Apache-2.0
//
// damage_test.cc: whatever lies under the names of workers' files costs that worker only, and is named; a folder full of other
// things costs nothing.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/gauge.h"
#include "lib/multiprocess/own_names.h"
#include "lib/multiprocess/service_registry.h"
#include "lib/multiprocess/shared_layout.h"
#include "lib/multiprocess/worker_files.h"
#include "tests/lib/multiprocess/exposed.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/worker_process.h"

namespace seriesguard {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kPolicy[] = "version: 1\ndefaults: {series_limit: 12, value_limit: 3}\n";
constexpr auto kLongest = std::chrono::seconds(20);

ServiceRegistry Open(const ScratchFolder& folder) {
  ServiceOptions options;
  options.service = "damage";
  options.max_workers = 8;
  return ServiceRegistry::OpenWithText(folder / "service", kPolicy, options).value();
}

// A service of two workers; under the name of the second one's file the test puts what it likes. Both count with their own
// label, so that the first one's series tells whether it was touched.
class TwoWorkers {
 public:
  TwoWorkers() : registry_(Open(folder_)), jobs_(registry_.AddCounter({"jobs_total", "Jobs."}, {"of"}).value()) {
    levels_ = registry_.AddGauge({"level", "A level."}, GaugeMode::kAll).value();
    sound_ = std::make_unique<WorkerProcess>([this] {
      for (int i = 0; i < 1000; ++i) jobs_.With({"sound"}).Increment();
      levels_->With().Set(5);
    });
    damaged_ = std::make_unique<WorkerProcess>([this] { Damaged(); });
    Find();
  }

  void Damaged() {
    jobs_.With({"damaged"}).Increment(7);
    levels_->With().Set(6);
  }
  // The name of the damaged worker's file, and the bytes it had.
  void Find() {
    name_.clear();
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "service")) {
      const std::string name = entry.path().filename();
      if (ParseOwnName(name).kind != OwnName::Kind::kWorkerCells) continue;
      const std::string bytes = folder_.Read("service/" + name);
      uint64_t pid = 0;
      if (bytes.size() < WorkerFileHeader::kBytes) continue;  // of an earlier round
      std::memcpy(&pid, bytes.data() + offsetof(WorkerFileHeader, pid), sizeof(pid));
      if (pid != static_cast<uint64_t>(damaged_->pid())) continue;
      name_ = name;
      bytes_ = bytes;
    }
    ASSERT_NE(name_, "");
  }
  std::string path() const { return folder_ / "service/" + name_; }
  void Put(const std::string& bytes) const {
    ::unlink(path().c_str());
    const int fd = ::open(path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    EXPECT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(fd);
  }

  // One scrape: in time, the sound worker's counts are there, and the problem is named if there is one.
  void Check(bool must_be_reported) {
    const auto begin = Clock::now();
    const auto shown = Exposed(registry_);
    EXPECT_LT(Clock::now() - begin, kLongest);
    EXPECT_EQ(shown.count("jobs_total{of=\"sound\"}"), 1u);
    const auto problems = registry_.health().problems;
    for (const FileProblem& problem : problems) {
      EXPECT_EQ(problem.name, name_);
      EXPECT_NE(problem.reason, "");
    }
    if (!must_be_reported) return;
    EXPECT_FALSE(problems.empty());
    EXPECT_EQ(shown.at("jobs_total{of=\"sound\"}"), 1000);
  }
  std::string Reason() {
    (void)registry_.Expose("");
    const auto problems = registry_.health().problems;
    return problems.empty() ? "" : problems.front().reason;
  }

  const ScratchFolder folder_;
  ServiceRegistry registry_;
  GuardedFamily<Counter, 1> jobs_;
  std::optional<GuardedFamily<Gauge, 0>> levels_;
  std::unique_ptr<WorkerProcess> sound_, damaged_;
  std::string name_, bytes_;
};

constexpr int32_t kOddNumbers[] = {INT32_MIN, -28, -24, -1, 0, 1, INT32_MAX};

TEST(Damage, CostsOnlyTheFileThatHasIt) {
  TwoWorkers two;
  two.Check(false);
  const std::string whole = two.bytes_;
  const size_t head = offsetof(WorkerFileHeader, stripes_used) + 8;
  std::mt19937 random(20);
  int files = 0;
  const auto check = [&](const std::string& bytes, bool must_be_reported) {
    SCOPED_TRACE("file " + std::to_string(files++));
    two.Put(bytes);
    two.Check(must_be_reported);
  };
  check("", true);
  for (const size_t size : {1u, 4u, 10u, 8u, 4095u}) check(whole.substr(0, size), true);
  for (int i = 0; i < 600; ++i) check(whole.substr(0, random() % whole.size()), true);
  // Every field of the head; the map of families may say what it likes.
  for (size_t at = 0; at + 4 <= head; at += 4) {
    for (const int32_t odd : kOddNumbers) {
      std::string bytes = whole;
      std::memcpy(bytes.data() + at, &odd, sizeof odd);
      const bool is_told = at < offsetof(WorkerFileHeader, pid) && bytes != whole;
      check(bytes, is_told);
    }
  }
  while (files < 10'000) {
    std::string bytes = whole;
    switch (files % 4) {
      case 0:  // some bytes anywhere
        for (int i = 0; i < 8; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
        check(bytes, false);
        break;
      case 1:  // an odd number in a word
        std::memcpy(bytes.data() + random() % (bytes.size() / 4) * 4, &kOddNumbers[random() % 7], 4);
        check(bytes, false);
        break;
      case 2:  // foreign
        for (char& byte : bytes) byte = static_cast<char>(random());
        check(bytes.substr(0, random() % bytes.size()), true);
        break;
      default:  // longer than it was
        bytes.append(random() % 65536, static_cast<char>(random()));
        check(bytes, false);
    }
  }
  two.Put(whole);
  EXPECT_EQ(SumOf(ExposedOf(two.registry_, "jobs_total")), 1007) << "back again, and nothing was lost";
  EXPECT_TRUE(two.registry_.health().problems.empty());
}

TEST(Damage, OfAWorkerThatEndedIsTold) {
  TwoWorkers two;
  std::mt19937 random(21);
  for (int i = 0; i < 120; ++i) {
    SCOPED_TRACE(i);
    std::string bytes = two.bytes_;
    bool must_be_reported = true;
    switch (i % 4) {
      case 0: bytes.resize(random() % bytes.size()); break;
      case 1: bytes = "not one of ours"; break;
      case 2: bytes[random() % 8] ^= 0x40; break;
      default:
        for (int k = 0; k < 8; ++k) bytes[4096 + random() % (bytes.size() - 4096)] = static_cast<char>(random());
        must_be_reported = false;
    }
    if (i % 8 == 7) {
      ::unlink(two.path().c_str());
      must_be_reported = true;
    } else {
      two.Put(bytes);
    }
    two.damaged_->Kill();
    two.Check(must_be_reported);
    two.Check(false);
    EXPECT_TRUE(two.registry_.health().problems.empty()) << "given up, and told once";
    two.damaged_ = std::make_unique<WorkerProcess>([&two] { two.Damaged(); });
    two.Find();
  }
}

TEST(Damage, IsWhatHasAWorkersNameAndIsNoFileOfOurs) {
  TwoWorkers two;
  const std::string path = two.path();
  const auto put = [&](const std::function<bool()>& make) {
    ::unlink(path.c_str());
    ::rmdir(path.c_str());
    return make();
  };
  two.folder_.Write("elsewhere", two.bytes_);
  ASSERT_TRUE(put([&] { return ::symlink((two.folder_ / "elsewhere").c_str(), path.c_str()) == 0; }));
  EXPECT_EQ(two.Reason(), "is not a regular file");
  ASSERT_TRUE(put([&] { return ::symlink("nowhere", path.c_str()) == 0; }));
  EXPECT_EQ(two.Reason(), "is not a regular file");
  ASSERT_TRUE(put([&] { return ::mkfifo(path.c_str(), 0600) == 0; }));
  EXPECT_EQ(two.Reason(), "is not a regular file");
  ASSERT_TRUE(put([&] { return ::mkdir(path.c_str(), 0700) == 0; }));
  EXPECT_EQ(two.Reason(), "is not a regular file");
  const int folder = ::open((two.folder_ / "service").c_str(), O_DIRECTORY | O_CLOEXEC);
  int socket = -1;
  ASSERT_TRUE(put([&] { return (socket = PlantSocket(folder, two.name_)) >= 0; }));
  EXPECT_EQ(two.Reason(), "is not a regular file");
  ::close(socket);
  ::close(folder);
  if (put([&] { return ::mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0; })) {  // as root: /dev/zero
    EXPECT_EQ(two.Reason(), "is not a regular file");
  }
  two.Put(two.bytes_);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    EXPECT_EQ(two.Reason(), "belongs to another user");
  }
  ASSERT_TRUE(put([&] { return ::link((two.folder_ / "elsewhere").c_str(), path.c_str()) == 0; }));
  EXPECT_EQ(two.Reason(), "has more than one name");
  two.Put(two.bytes_);
  ASSERT_EQ(::truncate(path.c_str(), off_t{5} << 30), 0);
  EXPECT_EQ(two.Reason(), "is too long");
  ::unlink(path.c_str());
  EXPECT_EQ(two.Reason(), "is missing");
  two.Put(two.bytes_);
  EXPECT_EQ(two.Reason(), "");
  EXPECT_EQ(two.folder_.Read("elsewhere"), two.bytes_) << "what a link leads to is not touched";
}

TEST(Damage, UnderAScrapeThatReads) {
  TwoWorkers two;
  two.Put(two.bytes_);
  std::atomic<bool> is_over{false};
  std::thread other([&] {
    std::mt19937 random(22);
    const int fd = ::open(two.path().c_str(), O_RDWR | O_CLOEXEC);
    while (!is_over) {
      EXPECT_EQ(::ftruncate(fd, static_cast<off_t>(random() % two.bytes_.size())), 0);
      EXPECT_EQ(::pwrite(fd, two.bytes_.data(), two.bytes_.size(), 0), static_cast<ssize_t>(two.bytes_.size()));
    }
    ::close(fd);
  });
  int reported = 0;
  for (int i = 0; i < 3000; ++i) {
    two.Check(false);
    reported += two.registry_.health().problems.empty() ? 0 : 1;
  }
  is_over = true;
  other.join();
  EXPECT_GT(reported, 0) << "it was never met";
  EXPECT_EQ(SumOf(ExposedOf(two.registry_, "jobs_total")), 1007);
}

// A worker counts in a mapping of its own file. Whoever cuts that short takes the memory away that it counts in.
TEST(Damage, OfTheFileThatAWorkerCountsInEndsThatWorkerOnly) {
  TwoWorkers two;
  pid_t pid = ::fork();
  if (pid == 0) {
    two.jobs_.With({"third"}).Increment();
    for (const auto& entry : std::filesystem::directory_iterator(two.folder_ / "service")) {
      if (ParseOwnName(entry.path().filename().string()).kind != OwnName::Kind::kWorkerCells) continue;
      uint64_t of = 0;
      const int fd = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
      if (::pread(fd, &of, sizeof of, offsetof(WorkerFileHeader, pid)) == sizeof of &&
          of == static_cast<uint64_t>(::getpid())) {
        if (::ftruncate(fd, 0) != 0) ::_exit(2);
      }
      ::close(fd);
    }
    two.jobs_.With({"third"}).Increment();
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const auto shown = Exposed(two.registry_);
  EXPECT_EQ(shown.at("jobs_total{of=\"sound\"}"), 1000);
  EXPECT_EQ(shown.at("jobs_total{of=\"damaged\"}"), 7);
  ASSERT_EQ(two.registry_.health().problems.size(), 1u);
  EXPECT_EQ(two.registry_.health().problems[0].reason, "is too short");
}

TEST(Damage, DoesNotComeFromManyForeignFiles) {
  TwoWorkers two;
  const auto scrape_ns = [&] {
    auto least = Clock::duration::max();
    for (int i = 0; i < 20; ++i) {
      const auto begin = Clock::now();
      (void)two.registry_.Expose("");
      least = std::min(least, Clock::now() - begin);
    }
    return std::chrono::duration_cast<std::chrono::nanoseconds>(least).count();
  };
  const auto before = scrape_ns();
  const std::vector<std::string> odd = {
      "counter_1.db", "..foo", "worker-0-1.cells\n", "worker-\x1b[31m-1.cells",   "\xff\xfe", "worker-00-1.cells",
      "guard.shm ",   " ",     "worker--1-1.cells",  "worker-99999999999-1.cells"};
  for (const std::string& name : odd) two.folder_.Write("service/" + name, "foreign");
  for (int i = 0; i < 50'000; ++i) {
    const std::string path = two.folder_ / "service/foreign_" + std::to_string(i);
    ::close(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  }
  EXPECT_LT(scrape_ns(), before * 3) << "a scrape looks at no name that the service has not given";
  EXPECT_EQ(two.Reason(), "");
  auto begin = Clock::now();
  {
    ServiceRegistry joined = Open(two.folder_);
    EXPECT_LE(Clock::now() - begin, std::chrono::seconds(20));
  }
  // An earlier run's folder: the newcomer must look through all of it.
  const std::string guard = two.folder_.Read("service/guard.shm");
  const ScratchFolder stopped;
  std::filesystem::rename(two.folder_ / "service", stopped / "service");
  std::filesystem::remove(stopped / "service/guard.shm");
  const int fd = ::open((stopped / "service/guard.shm").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::write(fd, guard.data(), guard.size()), static_cast<ssize_t>(guard.size()));
  ::close(fd);
  begin = Clock::now();
  ServiceRegistry fresh = Open(stopped);
  EXPECT_LE(Clock::now() - begin, std::chrono::seconds(20));
  for (const std::string& name : odd) EXPECT_EQ(stopped.Read("service/" + name), "foreign");
}

// Links under names that the service is about to use lead nowhere.
TEST(Damage, DoesNotReachWhatALinkIsPlantedTo) {
  const ScratchFolder folder;
  folder.Write("victim", "precious");
  ASSERT_EQ(::mkdir((folder / "service").c_str(), 0700), 0);
  for (int incarnation = 1; incarnation <= 5; ++incarnation) {
    const std::string name = WorkerFileName(0, static_cast<uint32_t>(incarnation)).c_str();
    ASSERT_EQ(::symlink((folder / "victim").c_str(), (folder / "service/" + name).c_str()), 0);
  }
  for (uint32_t number = 0; number < 3; ++number) {
    const std::string name = ProbeFileName(static_cast<uint32_t>(::getpid()), number).c_str();
    ASSERT_EQ(::symlink((folder / "victim").c_str(), (folder / "service/" + name).c_str()), 0);
  }
  ServiceRegistry registry = Open(folder);
  const auto jobs = registry.AddCounter({"jobs_total", "Jobs."}).value();
  const WorkerProcess worker([&] { jobs.With().Increment(3); });
  EXPECT_EQ(SumOf(ExposedOf(registry, "jobs_total")), 3) << registry.health().problem;
  EXPECT_EQ(folder.Read("victim"), "precious");

  const ScratchFolder other;
  other.Write("victim", "precious");
  ASSERT_EQ(::mkdir((other / "service").c_str(), 0700), 0);
  ASSERT_EQ(::symlink((other / "victim").c_str(), (other / "service/guard.shm").c_str()), 0);
  ServiceOptions options;
  options.service = "damage";
  const auto refused = ServiceRegistry::OpenWithText(other / "service", kPolicy, options);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.status().message().find("guard.shm is not a regular file"), absl::string_view::npos);
  EXPECT_NE(refused.status().message().find("remove the file"), absl::string_view::npos);
  EXPECT_EQ(other.Read("victim"), "precious");
}

}  // namespace
}  // namespace seriesguard
