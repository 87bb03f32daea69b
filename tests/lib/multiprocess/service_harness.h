// SPDX-License-Identifier: Apache-2.0
//
// service_harness.h: what tests of whole services share: memory that outlives its writers, a seed, children that end in
// bounded time, and a scrape as plain numbers.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_SERVICE_HARNESS_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_SERVICE_HARNESS_H_

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "tests/test_cases.h"

namespace seriesguard {

// A T in anonymous memory that forked processes share; it is there whoever is killed.
template <typename T>
class SharedObject {
 public:
  SharedObject() {
    void* const memory = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    object_ = new (memory) T();
  }
  ~SharedObject() { ::munmap(static_cast<void*>(object_), sizeof(T)); }
  SharedObject(const SharedObject&) = delete;
  SharedObject& operator=(const SharedObject&) = delete;
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }

 private:
  T* object_;
};

// The first thing that went wrong in any process.
struct SharedComplaint {
  std::atomic<int> count{0};
  char text[512] = {};
  void Say(const std::string& what) {
    if (count.fetch_add(1) == 0) std::snprintf(text, sizeof text, "pid %d: %s", ::getpid(), what.c_str());
  }
};

// Said, so that a failure can be had again: SERIESGUARD_SEED=n.
inline uint64_t Seed() {
  const uint64_t seed = NumberFromEnvironment("SERIESGUARD_SEED", std::random_device()());
  std::printf("SERIESGUARD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

// Waits for the end of a child at most `limit`; then kills it. Returns false where it hung; else its status.
inline bool AwaitChild(pid_t pid, std::chrono::milliseconds limit, int* status) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const pid_t got = ::waitpid(pid, status, WNOHANG);
    if (got == pid) return true;
    if (got < 0 && errno != EINTR) return false;
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, status, 0);
  return false;
}

// Every series of a scrape under "name{labels}"; of a histogram its buckets (not cumulated) under "name[i]{labels}" and
// its sum under "name_sum{labels}".
inline std::map<std::string, double> Numbers(const std::vector<CollectedFamily>& families) {
  std::map<std::string, double> numbers;
  for (const CollectedFamily& family : families) {
    for (const CollectedSeries& one : family.series) {
      const std::string labels = "{" + std::string(family.Labels(one)) + "}";
      if (family.type != CollectedType::kHistogram) {
        numbers[family.name + labels] = static_cast<double>(one.integer) + one.value;
        continue;
      }
      for (size_t i = 0; i <= family.boundaries.size(); ++i) {
        numbers[family.name + "[" + std::to_string(i) + "]" + labels] =
            static_cast<double>(family.bucket_counts[one.buckets_begin + i]);
      }
      numbers[family.name + "_sum" + labels] = one.value;
    }
  }
  return numbers;
}

inline size_t FilesIn(const std::string& folder) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    (void)entry;
    ++count;
  }
  return count;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_SERVICE_HARNESS_H_
