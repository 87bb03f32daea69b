// SPDX-License-Identifier: Apache-2.0
//
// guarded_collector.h: a collector whose families a guard holds inside the budget, whatever it tells.
//
// Use:      made by Registry::AddCollector and GuardCollectable; ticket = Start(), then Await(ticket), once a scrape.
// Threads:  all members from any. The collector is asked, and what it told is guarded, in one thread a run.
// Memory:   what one run tells, and what it shows, until the next.
// Errors:   of a run: CollectorRunner's, and CollectorOutput's mistakes; then none of its families is shown. A family that
//           the guard or the owner refuses is left out, and counted as an error.
// Source:   docs/collectors.md.
#ifndef SERIESGUARD_LIB_COLLECTORS_GUARDED_COLLECTOR_H_
#define SERIESGUARD_LIB_COLLECTORS_GUARDED_COLLECTOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/collectors/collector_family.h"
#include "lib/collectors/collector_options.h"
#include "lib/collectors/collector_output.h"
#include "lib/collectors/collector_runner.h"
#include "lib/guard/guard.h"
#include "lib/guard/guard_metrics.h"

namespace seriesguard {

// Tells the values of one moment. May throw; may return an error, after which nothing that it told is shown.
using Collector = std::function<absl::Status(CollectorOutput&)>;

// A family as it is shown.
struct ShownFamily {
  std::string name, help, unit;
  MetricKind kind = MetricKind::kGauge;
  std::vector<double> boundaries;
  std::vector<std::pair<LabelPairs, CollectedPoint>> series;
};
using ShownFamilies = std::vector<ShownFamily>;

struct CollectorCounts {
  uint64_t timeouts = 0, exceptions = 0, errors = 0;
  uint64_t resets = 0;  // of sums that fell, and whose offset rose
  std::string problem;  // of the last scrape; empty: none. Safe to show.
};

class GuardedCollector {
 public:
  struct Owner {
    // Says whether the owner can show the family beside its own, and keeps its names for it; asked until the guard has it.
    std::function<absl::Status(const ToldFamily&)> check;
    // The guard refused what was checked: its names are free again.
    std::function<void(const ToldFamily&)> release;
    // Stored series of one of its label sets.
    std::function<uint64_t(const ToldFamily&)> cost;
  };
  using Runner = CollectorRunner<ShownFamilies>;

  // `name`: of the collector, for messages and the label `collector`.
  GuardedCollector(Guard guard, std::string name, Collector collector, CollectorOptions options, Owner owner);
  GuardedCollector(const GuardedCollector&) = delete;
  GuardedCollector& operator=(const GuardedCollector&) = delete;

  // Begins to ask the collector, or takes part in a run that goes on. Does not wait.
  Runner::Ticket Start() { return runner_.Start(); }
  // Waits for what the run shows, at most the timeout since Start(); counts it where it failed. Errors: of the banner.
  absl::StatusOr<Runner::Shared> Await(Runner::Ticket ticket);

  const std::string& name() const { return name_; }
  // What is told of it; a copy.
  CollectorCounts counts() const;

 private:
  struct Known {
    ShownFamily empty;
    std::unique_ptr<CollectorFamily> guarded;
  };

  absl::StatusOr<ShownFamilies> Run();
  absl::StatusOr<Known*> Know(const ToldFamily& told);
  void Note(const absl::Status& status);

  Guard guard_;
  const std::string name_;
  const Collector collector_;
  const CollectorOptions options_;
  const Owner owner_;
  std::map<std::string, Known> families_;  // of the thread of the run
  mutable std::mutex mutex_;
  CollectorCounts counts_;  // mutex_
  Runner runner_;           // last: its run uses all of the above
};

// How many series CollectorMetrics has for one collector.
inline constexpr uint64_t kCollectorSeries = 4;
// What collectors say of themselves: seriesguard_collector_failures_total and seriesguard_collector_resets_total.
std::vector<GuardMetric> CollectorMetrics(const std::vector<std::pair<std::string, CollectorCounts>>& collectors);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_COLLECTORS_GUARDED_COLLECTOR_H_
