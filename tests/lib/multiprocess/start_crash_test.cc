// SPDX-License-Identifier: Apache-2.0
//
// start_crash_test.cc: a process killed while it starts a service, joins one or puts away what an earlier run left; and
// two that start at once, whatever the order of their steps.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "lib/multiprocess/crash_point.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

class StartCrash : public ::testing::Test {
 protected:
  // While another process decides, a call is counted under the overflow: then once more.
  static bool Admit(WorldProcess* process, const std::string& kind) {
    for (int i = 0; i < 500; ++i) {
      process->Job(kind, "GET");
      if (CrashWorld::Shown(process).count("jobs_total{kind=\"" + kind + "\",method=\"GET\"}") == 1) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  // What a process does that starts.
  bool Start(const std::string& kind, bool waits_for_the_end = false) {
    std::string error;
    const std::unique_ptr<WorldProcess> process = WorldProcess::Open(folder_->path(), options_, facts(), &error);
    if (process == nullptr) return false;
    if (!Admit(process.get(), kind)) return false;
    while (waits_for_the_end && !facts()->is_over) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return true;
  }
  // A service of which nobody is left, with workers that had counted.
  void LeaveBehind() {
    for (const char* kind : {"old", "older"}) {
      ASSERT_EQ(RunAndKillAt(0,
                             [&] {
                               std::string error;
                               const auto process = WorldProcess::Open(folder_->path(), options_, facts(), &error);
                               if (process == nullptr) ::_exit(1);
                               process->Job(kind, "GET");
                               ::kill(::getpid(), SIGKILL);
                             })
                    .end,
                CrashRun::End::kFailed);
    }
  }
  // Whoever starts now counts from 0 in a folder that has nothing of the earlier run.
  void ExpectFreshStart() {
    facts()->jobs = 0;
    std::string error;
    const auto begin = std::chrono::steady_clock::now();
    const std::unique_ptr<WorldProcess> process = WorldProcess::Open(folder_->path(), options_, facts(), &error);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
    ASSERT_NE(process, nullptr) << error;
    process->Job("new", "GET");
    const std::map<std::string, double> shown = CrashWorld::Shown(process.get());
    EXPECT_EQ(shown.at("jobs_total{kind=\"new\",method=\"GET\"}"), 1);
    EXPECT_EQ(shown.count("jobs_total{kind=\"old\",method=\"GET\"}"), 0u);
    const ServiceRegistry::Health health = process->registry().health();
    EXPECT_EQ(health.problem, "");
    EXPECT_TRUE(health.problems.empty());
    EXPECT_EQ(health.live, 1u);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_->path())) {
      files += entry.path().filename().string().compare(0, 6, "probe-") != 0;
    }
    EXPECT_EQ(files, 2) << "guard.shm and one worker's cells";
  }
  WorldFacts* facts() { return &other_.facts(); }

  WorldOptions options_{WorldPolicy()};
  CrashWorld other_{WorldOptions{WorldPolicy()}};  // for its clock and ledger
  std::unique_ptr<ScratchFolder> folder_ = std::make_unique<ScratchFolder>();
};

TEST_F(StartCrash, InAFolderThatIsEmpty) {
  for (int n = 1;; ++n) {
    folder_ = std::make_unique<ScratchFolder>();
    const CrashRun run = RunAndKillAt(n, [&] {
      if (!Start("old")) ::_exit(1);
    });
    ASSERT_NE(run.end, CrashRun::End::kFailed) << run.wait_status;
    SCOPED_TRACE(run.point);
    ExpectFreshStart();
    if (HasFailure()) return;
    if (run.end == CrashRun::End::kFinished) break;
  }
}

TEST_F(StartCrash, WhereAnEarlierRunLeftItsFiles) {
  bool came_to_clean = false;
  for (int n = 1;; ++n) {
    folder_ = std::make_unique<ScratchFolder>();
    LeaveBehind();
    const CrashRun run = RunAndKillAt(n, [&] {
      if (!Start("old")) ::_exit(1);
    });
    ASSERT_NE(run.end, CrashRun::End::kFailed) << run.wait_status;
    SCOPED_TRACE(run.point);
    came_to_clean = came_to_clean || run.point == "service_memory.join.removed";
    ExpectFreshStart();
    if (HasFailure()) return;
    if (run.end == CrashRun::End::kFinished) break;
  }
  EXPECT_TRUE(came_to_clean);
}

// Who begins a service and dies at once has left nothing that binds the next one.
TEST_F(StartCrash, AnotherServiceMayFollowOneThatHadJustBegun) {
  for (int n = 1;; ++n) {
    folder_ = std::make_unique<ScratchFolder>();
    const CrashRun run = RunAndKillAt(n, [&] {
      ServiceOptions service;
      service.service = "another";
      if (!ServiceRegistry::OpenWithText(folder_->path(), "version: 1\ndefaults: {series_limit: 5}\n", service).ok()) {
        ::_exit(1);
      }
    });
    ASSERT_NE(run.end, CrashRun::End::kFailed);
    SCOPED_TRACE(run.point);
    ExpectFreshStart();
    if (HasFailure()) return;
    if (run.end == CrashRun::End::kFinished) break;
  }
}

int points_left = 0;
std::function<void()>* pause_at = nullptr;

void PauseAt(const char*) {
  if (--points_left != 0) return;
  crash_point::hook.store(nullptr);
  (*pause_at)();
}

// At each of its steps one process stops for a moment while another one starts.
TEST_F(StartCrash, TwoAtOnceAreOneService) {
  for (const bool is_stale : {false, true}) {
    for (int n = 1;; ++n) {
      folder_ = std::make_unique<ScratchFolder>();
      if (is_stale) LeaveBehind();
      facts()->jobs = 0;
      facts()->is_over = false;
      facts()->rounds = 0;
      bool was_there = false;
      // Forked ahead: in the middle of a step this process may hold what a fork waits for.
      const pid_t rival = ::fork();
      if (rival == 0) {
        ::alarm(20);
        while (facts()->rounds == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
        ::_exit(Start("rival", true) ? 0 : 1);
      }
      std::function<void()> pause = [&] {
        was_there = true;
        facts()->rounds = 1;
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
      };
      pause_at = &pause;
      points_left = n;
      crash_point::hook.store(PauseAt);
      std::string error;
      const std::unique_ptr<WorldProcess> process = WorldProcess::Open(folder_->path(), options_, facts(), &error);
      crash_point::hook.store(nullptr);
      ASSERT_NE(process, nullptr) << n << ": " << error;
      facts()->rounds = 1;
      EXPECT_TRUE(Admit(process.get(), "mine")) << n;
      const std::string rivals = "jobs_total{kind=\"rival\",method=\"GET\"}";
      for (int i = 0; i < 2000 && CrashWorld::Shown(process.get()).count(rivals) == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      const std::map<std::string, double> shown = CrashWorld::Shown(process.get());
      facts()->is_over = true;
      int status = 0;
      ASSERT_EQ(::waitpid(rival, &status, 0), rival);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << n << ": the rival: " << status;
      EXPECT_EQ(shown.count("jobs_total{kind=\"mine\",method=\"GET\"}"), 1u);
      EXPECT_EQ(shown.count(rivals), 1u) << n;
      if (HasFailure()) return;
      if (!was_there) break;
    }
  }
}

}  // namespace
}  // namespace seriesguard
