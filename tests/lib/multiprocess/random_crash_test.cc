// SPDX-License-Identifier: Apache-2.0
//
// random_crash_test.cc: three processes count, scrape, reload and let time pass, each killed at a random step again and
// again, while another one scrapes all the time; nothing that was finished is lost, and no series goes back.
//
// SERIESGUARD_CRASH_ROUNDS: how often each process is started; SERIESGUARD_CRASH_SEED: of the first round.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/multiprocess/crash_world.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

std::string Policy(uint32_t choice) {
  switch (choice % 3) {
    case 0: return WorldPolicy();
    case 1: return WorldPolicy("series_limit: 20", "value_limit: 5, pin: [pinned]");
    default: return WorldPolicy("series_limit: 32", "value_limit: 8", "series_limit: 12");
  }
}

void Act(WorldProcess* process, CrashWorld* world, std::mt19937* random) {
  const uint32_t draw = (*random)();
  const std::string kind = "kind-" + std::to_string((*random)() % 24);
  switch (draw % 40) {
    case 0: process->Maintain(); return;
    case 1: world->Advance(1 + draw / 40 % 20); return;
    case 2: process->registry().guard().Maintain(); return;
    case 3:
      if (draw / 40 % 8 == 0) (void)process->registry().guard().ReloadFromText(Policy(draw / 320));
      return;
    case 4:
      if (draw / 40 % 8 == 0) world->Advance(400);
      return;
    default: break;
  }
  if (draw % 3 == 0) process->Size(kind, draw / 40 % 15);
  if (draw % 3 == 1) process->Call("route-" + std::to_string((*random)() % 7 * ((*random)() % 3)));
  if (draw % 3 == 2) process->Job(kind, draw / 40 % 2 == 0 ? "GET" : "POST");
}

// Scrapes until it is told to stop; what a series shows never falls.
void ScrapeAllTheTime(CrashWorld* world) {
  std::map<std::string, double> highest;
  while (!world->facts().is_over) {
    for (const auto& [series, value] : CrashWorld::Shown(&world->witness(), /*with_created=*/true)) {
      double& known = highest[series];
      if (value < known) {
        std::fprintf(stderr, "%s fell from %g to %g\n", series.c_str(), known, value);
        world->facts().faults.fetch_add(1);
      }
      known = value;
    }
    world->facts().rounds.fetch_add(1);
  }
}

TEST(RandomCrash, OfThreeProcessesWhileAnotherScrapes) {
  const uint64_t rounds = CasesToRun("SERIESGUARD_CRASH_ROUNDS", 60);
  const auto seed = static_cast<uint32_t>(NumberFromEnvironment("SERIESGUARD_CRASH_SEED", std::random_device{}()));
  std::printf("SERIESGUARD_CRASH_SEED=%u\n", seed);
  constexpr uint32_t kRoundsOfAWorld = 12;
  for (uint32_t round = 0; round < rounds; round += kRoundsOfAWorld) {
    CrashWorld world({Policy(0)});
    world.witness().Maintain();
    const pid_t scraper = ::fork();
    if (scraper == 0) {
      ::alarm(300);
      ScrapeAllTheTime(&world);
      ::_exit(0);
    }
    // Each has a parent of its own, which starts it anew whenever it was killed.
    std::vector<pid_t> parents;
    for (uint32_t place = 0; place < 3; ++place) {
      parents.push_back(::fork());
      if (parents.back() != 0) continue;
      ::alarm(300);
      for (uint32_t life = 0; life < kRoundsOfAWorld; ++life) {
        std::mt19937 random(seed + (round + life) * 3 + place);
        const int kill_at = static_cast<int>(1 + random() % (life % 2 == 0 ? 60 : 600));
        const bool is_newcomer = random() % 2 == 0;
        const CrashRun run = RunAndKillAt(kill_at, [&] {
          std::unique_ptr<WorldProcess> own;
          if (is_newcomer) {
            std::string error;
            own = WorldProcess::Open(world.folder().path(), world.options(), &world.facts(), &error);
            if (own == nullptr) {
              std::fprintf(stderr, "a newcomer: %s\n", error.c_str());
              ::_exit(1);
            }
          }
          for (int i = 0; i < 3000; ++i) Act(own != nullptr ? own.get() : &world.actor(), &world, &random);
          // (What is still held by this process dies with it, as by a kill.)
        });
        if (run.end == CrashRun::End::kFailed) {
          std::fprintf(stderr, "round %u, place %u: status %d\n", round + life, place, run.wait_status);
          ::_exit(1);
        }
      }
      ::_exit(0);
    }
    for (const pid_t parent : parents) {
      int status = 0;
      ASSERT_EQ(::waitpid(parent, &status, 0), parent);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    }
    world.facts().is_over = true;
    int status = 0;
    ASSERT_EQ(::waitpid(scraper, &status, 0), scraper);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(world.facts().faults, 0u);
    EXPECT_GT(world.facts().rounds, 0u);
    world.ExpectSound(/*may_admit=*/false);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace seriesguard
