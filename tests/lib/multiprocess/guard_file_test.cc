// SPDX-License-Identifier: Apache-2.0
//
// guard_file_test.cc: a guard.shm that is cut short, damaged, foreign or of another version: of a service that stopped it is put
// away; of one that lives the newcomer is told which file it is and what to do; nobody crashes or hangs.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/descriptor.h"
#include "lib/multiprocess/service_registry.h"
#include "lib/multiprocess/shared_layout.h"
#include "tests/lib/multiprocess/exposed.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kPolicy[] = R"(version: 1
defaults: {series_limit: 40, value_limit: 3}
metrics:
- name: jobs_total
  labels: {kind: {value_limit: 3, admit: busiest}}
)";

absl::StatusOr<ServiceRegistry> TryOpen(const ScratchFolder& folder) {
  ServiceOptions options;
  options.service = "guarded";
  options.max_workers = 8;
  return ServiceRegistry::OpenWithText(folder / "service", kPolicy, options);
}

// Declares what the file tells of, counts and scrapes; answers, whatever they are, must come.
void Use(ServiceRegistry registry) {
  auto jobs = registry.AddCounter({"jobs_total", "Jobs."}, {"kind"});
  auto level = registry.AddGauge({"level", "A level."}, GaugeMode::kAll);
  auto later = registry.AddHistogram({"later", "Added later."}, {"kind"}, {1, 2});
  for (int i = 0; i < 8; ++i) {
    const std::string kind = "kind" + std::to_string(i);
    if (jobs.ok()) jobs->With({kind}).Increment();
    if (later.ok()) later->With({kind}).Observe(i);
  }
  if (level.ok()) level->With().Set(1);
  (void)registry.Expose("");
  (void)registry.health();
}

// The bytes of a service's file: it has families, values, series and a worker that ended.
std::string MakeFile(const ScratchFolder& folder) {
  Use(TryOpen(folder).value());
  return folder.Read("service/guard.shm");
}

class GuardFile {
 public:
  GuardFile() : whole_(MakeFile(folder_)) {}

  // Lays `bytes` there as guard.shm; with `is_live` somebody is present, as a process of the service would be.
  void Put(const std::string& bytes, bool is_live) {
    present_.Close();
    std::filesystem::remove_all(folder_ / "service");
    EXPECT_EQ(::mkdir((folder_ / "service").c_str(), 0700), 0);
    present_ = Descriptor(::open(path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    EXPECT_EQ(::write(present_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    if (is_live) {
      EXPECT_EQ(TryShareByte(present_.get(), kPresenceByte), LockAnswer::kYes);
    } else {
      present_.Close();
    }
  }
  std::string path() const { return folder_ / "service/guard.shm"; }
  // Opens it and uses what is there. Returns what the open said.
  absl::Status Try() {
    const auto begin = Clock::now();
    absl::StatusOr<ServiceRegistry> registry = TryOpen(folder_);
    if (registry.ok()) Use(*std::move(registry));
    EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
    return registry.status();
  }
  void ExpectRefused(const std::string& bytes, const std::string& why) {
    Put(bytes, true);
    const absl::Status status = Try();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << why;
    const std::string message(status.message());
    EXPECT_NE(message.find("service/guard.shm " + why), std::string::npos) << message;
    EXPECT_NE(message.find("stop the service that uses the folder and remove the file"), std::string::npos) << message;
    EXPECT_EQ(folder_.Read("service/guard.shm"), bytes) << "and left as it was";
  }

  const ScratchFolder folder_;
  const std::string whole_;
  Descriptor present_;
};

std::string With(std::string bytes, size_t at, uint64_t value, size_t size) {
  std::memcpy(bytes.data() + at, &value, size);
  return bytes;
}

TEST(GuardFile, OfALivingServiceIsRefusedByNameAndReason) {
  GuardFile file;
  const std::string& whole = file.whole_;
  ASSERT_GT(whole.size(), sizeof(ServiceHeader));
  file.ExpectRefused("", "is cut short");
  file.ExpectRefused("x", "is cut short");
  file.ExpectRefused(whole.substr(0, 4096), "is cut short");
  file.ExpectRefused(whole.substr(0, whole.size() - 1), "is cut short");
  file.ExpectRefused(std::string(whole.size(), '\0'), "is not a file of seriesguard");
  file.ExpectRefused(With(whole, 0, 0x7f454c46, 8), "is not a file of seriesguard");
  file.ExpectRefused(With(whole, offsetof(ServiceHeader, layout_version), 99, 4),
                     "was made by another version of seriesguard");
  file.ExpectRefused(With(whole, offsetof(ServiceHeader, max_workers), 0, 4), "is damaged");
  file.ExpectRefused(With(whole, offsetof(ServiceHeader, max_workers), UINT32_MAX, 4), "is damaged");
  file.ExpectRefused(With(whole, offsetof(ServiceHeader, stripes), 3, 4), "is damaged");
  file.ExpectRefused(With(whole, offsetof(ServiceHeader, families), kMaxFamilies + 1, 8), "is damaged");
  file.ExpectRefused(With(whole, offsetof(ServiceHeader, families), kMaxFamilies, 8), "has a damaged family");
  std::string no_end = whole;
  std::memset(no_end.data() + offsetof(ServiceHeader, service), 'x', sizeof(ServiceHeader::service));
  file.ExpectRefused(no_end, "is damaged");
}

TEST(GuardFile, OfAServiceThatStoppedIsPutAway) {
  GuardFile file;
  for (const std::string& bytes :
       {std::string(), std::string("x"), file.whole_.substr(0, 5000), std::string(file.whole_.size(), '\0'),
        With(file.whole_, offsetof(ServiceHeader, layout_version), 99, 4),
        With(file.whole_, offsetof(ServiceHeader, boot_id_low), 1, 8), file.whole_}) {
    file.Put(bytes, false);
    EXPECT_TRUE(file.Try().ok()) << bytes.size();
  }
}

// Where the file holds something that is followed, in the order of the file.
std::vector<std::pair<size_t, size_t>> PartsOf(const std::string& whole) {
  uint64_t start = 0;
  std::memcpy(&start, whole.data() + offsetof(ServiceHeader, bytes_at_start), sizeof start);
  return {{0, offsetof(ServiceHeader, ring)},
          {offsetof(ServiceHeader, log), offsetof(ServiceHeader, log) + 4096},
          {offsetof(ServiceHeader, policy), offsetof(ServiceHeader, policy) + 256},
          {offsetof(ServiceHeader, archived_incarnation), offsetof(ServiceHeader, archived_incarnation) + 64},
          {sizeof(ServiceHeader) / 4096 * 4096, sizeof(ServiceHeader) / 4096 * 4096 + 8192},
          {start - kMaxFamilies * sizeof(FamilyRecord) / 4096 * 4096 - 8192, start},
          {start, whole.size()}};
}

TEST(GuardFile, NeverCrashesWhoOpensIt) {
  GuardFile file;
  const auto parts = PartsOf(file.whole_);
  constexpr uint64_t kOdd[] = {0, 1, UINT64_MAX, uint64_t{1} << 31, UINT32_MAX, uint64_t{1} << 63, 0x8000, 4095};
  std::mt19937 random(2026);
  int refused = 0, opened = 0;
  for (int i = 0; i < 1600; ++i) {
    SCOPED_TRACE(i);
    std::string bytes = file.whole_;
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      const auto [begin, end] = parts[random() % parts.size()];
      const size_t at = begin + random() % ((std::min(end, bytes.size()) - begin) / 8) * 8;
      switch (random() % 3) {
        case 0: bytes[at + random() % 8] = static_cast<char>(random()); break;
        case 1: std::memcpy(bytes.data() + at, &kOdd[random() % 8], 8); break;
        default: std::memcpy(bytes.data() + at, &kOdd[random() % 8], 4); break;
      }
    }
    file.Put(bytes, true);
    const absl::Status status = file.Try();
    (status.ok() ? opened : refused) += 1;
    if (!status.ok()) {
      EXPECT_NE(status.message(), "");
    }
  }
  EXPECT_GT(opened, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace seriesguard
