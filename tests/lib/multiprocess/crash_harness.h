// SPDX-License-Identifier: Apache-2.0
//
// crash_harness.h: lets a child process die by SIGKILL at its n-th crash point, and tells where that was.
//
// Use:      in a crash_test (lib/multiprocess/crash_points.bzl):
//             for (int n = 1;; ++n) {
//               const CrashRun run = RunAndKillAt(n, [&] { table.Claim(...); });
//               if (run.end == CrashRun::End::kFinished) break;   // it has fewer than n points
//               ... check what the others make of it; run.point says where it died
//             }
// Threads:  the child may start some; points are counted over all of them.
// Errors:   a child that ended in any other way (a signal, a sanitizer, 60 s) is kFailed.
// Requires: the child uses no GoogleTest assertion: what it finds it writes to shared memory or returns by _exit.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_CRASH_HARNESS_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_CRASH_HARNESS_H_

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

#include "lib/multiprocess/crash_point.h"

#ifndef SERIESGUARD_CRASH_POINTS
#error "declare the test by crash_test(), so that what it tests has crash points"
#endif

namespace seriesguard {

struct CrashRun {
  enum class End { kKilled, kFinished, kFailed };
  End end = End::kFailed;
  std::string point;                // kKilled: where
  std::vector<std::string> passed;  // all points passed, in order, the last one included
  int wait_status = 0;              // of waitpid
};

namespace crash_harness_internal {

constexpr int kMaxPoints = 4096;

// Shared with the child. Names are literals of one program image, so their addresses mean the same in both.
struct Record {
  std::atomic<int> passed;
  int kill_at;
  const char* names[kMaxPoints];
};

inline Record* record = nullptr;

inline void Pass(const char* name) {
  // Nothing was written since the point before: a hook of its own may act here, a death is the other one.
  constexpr std::string_view kLook = ".looked";
  const std::string_view point = name;
  if (point.size() > kLook.size() && point.substr(point.size() - kLook.size()) == kLook) return;
  const int number = record->passed.fetch_add(1);
  if (number < kMaxPoints) record->names[number] = name;
  if (number + 1 != record->kill_at) return;
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();  // another thread may get here before the signal does
}

}  // namespace crash_harness_internal

// Forks, runs `child` there and kills it at its n-th point (from 1 on). 0: at none, to learn which points there are.
//
// The child's own children inherit the count: the n-th point may be theirs, and then they die.
template <typename Child>
CrashRun RunAndKillAt(int n, Child child) {
  using crash_harness_internal::Record;
  CrashRun run;
  void* const memory = ::mmap(nullptr, sizeof(Record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return run;
  Record* const record = static_cast<Record*>(memory);
  record->kill_at = n;
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(60);
    crash_harness_internal::record = record;
    crash_point::hook.store(crash_harness_internal::Pass);
    child();
    ::_exit(0);
  }
  if (pid > 0) {
    while (::waitpid(pid, &run.wait_status, 0) < 0 && errno == EINTR) {
    }
    const int passed = record->passed.load();
    for (int i = 0; i < passed && i < crash_harness_internal::kMaxPoints; ++i) run.passed.push_back(record->names[i]);
    if (WIFEXITED(run.wait_status) && WEXITSTATUS(run.wait_status) == 0) {
      run.end = CrashRun::End::kFinished;
    } else if (WIFSIGNALED(run.wait_status) && WTERMSIG(run.wait_status) == SIGKILL && n > 0 && passed >= n) {
      run.end = CrashRun::End::kKilled;
      if (n <= crash_harness_internal::kMaxPoints) run.point = record->names[n - 1];
    }
  }
  ::munmap(memory, sizeof(Record));
  return run;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_CRASH_HARNESS_H_
