// SPDX-License-Identifier: Apache-2.0
//
// crash_world.h: a service of several processes in which one is killed between two steps, and what must hold then.
//
// Use:      ForEachCrash(options, prepare, step, must_pass): for n = 1, 2, ... a new world, `prepare` in it, `step` in a
//           child killed at its n-th crash point, the checks of CrashWorld::ExpectSound, the step once more, the checks
//           again; until the step finishes. `must_pass`: points without which the step was not the one that is meant.
// Requires: `step` is given the actor, a registry that was open before the fork; it asserts nothing.
//
// The processes: the witness and the actor are two registries of the test's own process, which are two processes to the
// files; newcomers open the folder after the crash. All have one clock, which stands still unless the test moves it, and
// one ledger: an increment is written down there when it is finished, and no crash point lies between the two.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_CRASH_WORLD_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_CRASH_WORLD_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/crash_harness.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {

inline constexpr int64_t kWorldSecond = 1'000'000'000;
inline constexpr char kWorldService[] = "crash-world";

// In memory that children share.
struct WorldFacts {
  std::atomic<int64_t> now_ns{1'000 * kWorldSecond};
  std::atomic<uint64_t> jobs{0}, calls{0}, sizes{0}, size_sum{0}, late{0};  // finished increments and observations
  std::atomic<bool> is_over{false};
  std::atomic<uint64_t> rounds{0}, faults{0};
};

struct WorldOptions {
  std::string policy;
  bool has_gauges = false;
  uint32_t max_workers = 16;
};

// One registry and its families: jobs_total{kind, method}, calls_total{route}, sizes{kind}, and gauges of every mode.
class WorldProcess {
 public:
  static std::unique_ptr<WorldProcess> Open(const std::string& folder, const WorldOptions& options, WorldFacts* facts,
                                            std::string* error);
  void Job(std::string_view kind, std::string_view method);
  void Call(std::string_view route, int times = 1);
  void Size(std::string_view kind, uint64_t size);
  bool AddLate(std::string* error);
  void Late(std::string_view kind);
  void SetGauges(double value);

  ServiceRegistry& registry() { return *registry_; }
  const FamilyGuard* family(std::string_view name) const;
  void Maintain() { (void)registry_->Collect(); }

 private:
  explicit WorldProcess(WorldFacts* facts) : facts_(*facts) {}

  WorldFacts& facts_;
  std::optional<ServiceRegistry> registry_;
  std::optional<GuardedFamily<Counter, 2>> jobs_;
  std::optional<GuardedFamily<Counter, 1>> calls_, late_;
  std::optional<GuardedFamily<Histogram, 1>> sizes_;
  std::vector<GuardedFamily<Gauge, 0>> gauges_;
};

class CrashWorld {
 public:
  explicit CrashWorld(WorldOptions options);
  CrashWorld(const CrashWorld&) = delete;
  CrashWorld& operator=(const CrashWorld&) = delete;
  ~CrashWorld();

  WorldProcess& witness() { return *witness_; }
  WorldProcess& actor() { return *actor_; }
  WorldFacts& facts() { return *facts_; }
  const WorldOptions& options() const { return options_; }
  const ScratchFolder& folder() const { return folder_; }
  void Advance(int64_t seconds) { facts_->now_ns.fetch_add(seconds * kWorldSecond); }
  std::unique_ptr<WorldProcess> OpenNewcomer();

  // What each series shows now, by family and labels: a counter's value, a histogram's count. `with_created`: and by the
  // time it began, because one that was forgotten begins anew.
  static std::map<std::string, double> Shown(WorldProcess* process, bool with_created = false);
  // Remembers what a scrape shows, so that a later ExpectSound can say that nothing went back. Repairs nothing.
  void Remember();

  // All that must hold after a crash, whatever died where; repairs what a scrape repairs. `may_admit`: there is a place
  // left for one more kind of job.
  void ExpectSound(bool may_admit = true);

 private:
  void ExpectTotals(WorldProcess* process, const std::string& who);
  void ExpectReplica(WorldProcess* process, const std::string& who);
  void ExpectFiles();

  const WorldOptions options_;
  const ScratchFolder folder_;
  WorldFacts* facts_;
  std::unique_ptr<WorldProcess> witness_, actor_;
  std::map<std::string, double> shown_before_;
  int newcomers_ = 0;
};

using WorldStep = std::function<void(WorldProcess& actor, CrashWorld& world)>;

void ForEachCrash(const WorldOptions& options, const std::function<void(CrashWorld&)>& prepare, const WorldStep& step,
                  const std::vector<std::string>& must_pass,
                  const std::function<void(CrashWorld&, const CrashRun&)>& check = nullptr, bool may_admit = true);

// The policy of most worlds; `jobs` and `calls` are further lines of the two families.
std::string WorldPolicy(const std::string& jobs_limits = "series_limit: 48",
                        const std::string& kind = "value_limit: 12",
                        const std::string& calls_limits = "series_limit: 20");

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_CRASH_WORLD_H_
