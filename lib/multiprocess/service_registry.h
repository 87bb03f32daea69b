// SPDX-License-Identifier: Apache-2.0
//
// service_registry.h: the metric families of a service of many processes: one budget, and one /metrics whoever answers it.
//
// Use:      auto registry = seriesguard::ServiceRegistry::Open("/run/shop/metrics", "seriesguard.yaml").value();
//           auto requests = registry.AddCounter({"http_requests_total", "Requests."}, {"method", "path"}).value();
//           auto busy = registry.AddGauge({"workers_busy", "Busy."}, seriesguard::GaugeMode::kLiveSum).value();
//           ... fork() ...                                          // in every worker, without a further word:
//           requests.With({"GET", path}).Increment();
//           const Exposition answer = registry.Expose(accept);      // by any of them
//           registry.MarkProcessDead(pid);                          // by the master, when waitpid() has told
//           A worker that is not forked but started later calls Open() and the same Add...() as the first one did.
// Threads:  all members from any thread. Copies are the same registry.
// Lifetime: families and handles may outlive the registry, and a fork.
// Memory:   fixed by the policy: docs/multiprocess.md has the arithmetic.
// Errors:   Open: those of ServiceMemory::Open, and what is wrong with the policy. Add...: those of Registry; InvalidArgument:
//           another process declares the family differently; FailedPrecondition: a metric without a series_limit, or a
//           policy in shadow mode; ResourceExhausted: no space in the folder.
// Cost:     as Registry; a scrape reads the cells of every worker once (bench/multiprocess_bench.cc).
// Fork:     may be forked at any moment, whatever other threads are doing.
// Source:   docs/multiprocess.md.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SERVICE_REGISTRY_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SERVICE_REGISTRY_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/guard/guard.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"
#include "lib/metrics/metric_operations.h"
#include "lib/metrics/registry.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/worker_files.h"

namespace seriesguard {

struct ServiceOptions {
  // Whose folder it is; empty: the name of the program. Another service is refused while this one lives.
  std::string service;
  uint32_t max_workers = 64;
  // Copies of each counter in a worker, for workers of many threads: a power of two up to kMostStripes.
  int stripes = 1;
  bool created_series = true;  // as RegistryOptions
  GuardOptions guard;
  std::function<int64_t()> wall_clock_ns;  // as RegistryOptions
};

class ServiceRegistry {
 public:
  // Opens the folder, making it where it is missing, and joins the service that lives in it or begins one. What an earlier
  // run left is removed. Where the service lives already its policy stays in force, whatever the file says: ReloadFromFile
  // of guard() changes it for all.
  static absl::StatusOr<ServiceRegistry> Open(const std::string& folder, const std::string& policy_path,
                                              ServiceOptions options = {});
  static absl::StatusOr<ServiceRegistry> OpenWithText(const std::string& folder, std::string_view policy,
                                                      ServiceOptions options = {});

  template <size_t N>
  absl::StatusOr<GuardedFamily<Counter, N>> AddCounter(FamilyText text, const std::string_view (&labels)[N]) {
    return Guarded<Counter, N>(Add(MetricKind::kCounter, GaugeMode::kSum, std::move(text), Names(labels), {}));
  }
  absl::StatusOr<GuardedFamily<Counter, 0>> AddCounter(FamilyText text) {
    return Guarded<Counter, 0>(Add(MetricKind::kCounter, GaugeMode::kSum, std::move(text), {}, {}));
  }
  template <size_t N>
  absl::StatusOr<GuardedFamily<Gauge, N>> AddGauge(FamilyText text, GaugeMode mode,
                                                   const std::string_view (&labels)[N]) {
    return Guarded<Gauge, N>(Add(MetricKind::kGauge, mode, std::move(text), Names(labels), {}));
  }
  absl::StatusOr<GuardedFamily<Gauge, 0>> AddGauge(FamilyText text, GaugeMode mode) {
    return Guarded<Gauge, 0>(Add(MetricKind::kGauge, mode, std::move(text), {}, {}));
  }
  template <size_t N>
  absl::StatusOr<GuardedFamily<Histogram, N>> AddHistogram(FamilyText text, const std::string_view (&labels)[N],
                                                           const HistogramBoundaries& boundaries) {
    return Guarded<Histogram, N>(
        Add(MetricKind::kHistogram, GaugeMode::kSum, std::move(text), Names(labels), boundaries.bounds()));
  }
  absl::StatusOr<GuardedFamily<Histogram, 0>> AddHistogram(FamilyText text, const HistogramBoundaries& boundaries) {
    return Guarded<Histogram, 0>(
        Add(MetricKind::kHistogram, GaugeMode::kSum, std::move(text), {}, boundaries.bounds()));
  }
  // Adds a series that is always 1 and says something by its labels, such as a version. The name ends with _info. Only this
  // process and its children show it: declare it before they are forked, as everything else. Errors: as Registry's.
  absl::Status AddInfo(FamilyText text, const std::vector<std::pair<std::string, std::string>>& labels);
  // Always FailedPrecondition: quantiles of several processes cannot be joined; use a histogram.
  absl::Status AddSummary(const FamilyText& text) const;

  // The guard of all families, one of the service's replicas: for reloads, DebugString, SuggestPolicy.
  Guard& guard();

  // For a master's child-exit hook: the process has ended, and was waited for. What it counted goes into the archive now;
  // without this call the next scrape finds it out. Errors: NotFound: no worker of that pid; Unavailable: another process
  // is deciding right now, the next scrape does it.
  absl::Status MarkProcessDead(pid_t pid);

  // Joins all workers, and tells the guard's own families behind them. Runs Guard::Maintain.
  std::vector<CollectedFamily> Collect();
  Exposition Expose(std::string_view accept_header);

  // How many exemplars of a metric this process has refused.
  ExemplarRefusals exemplar_refusals(std::string_view metric) const;

  struct Health {
    uint32_t live = 0, archived = 0, free = 0;  // places for workers
    uint64_t refused = 0;                       // processes that found no place, and count for themselves only
    uint64_t recovered = 0;                     // decisions that a process died in, and another one finished
    std::vector<FileProblem> problems;          // of the last scrape by this process
    std::string problem;                        // of this process; empty: none
    bool opened_with_other_policy = false;      // what Open was given is not what was in force: that stayed
  };
  Health health() const;

 private:
  struct State;
  explicit ServiceRegistry(std::shared_ptr<State> state) : state_(std::move(state)) {}

  template <size_t N>
  static std::vector<std::string> Names(const std::string_view (&labels)[N]) {
    return std::vector<std::string>(std::begin(labels), std::end(labels));
  }
  template <typename T, size_t N>
  absl::StatusOr<GuardedFamily<T, N>> Guarded(absl::StatusOr<FamilyGuard*> added) {
    if (!added.ok()) return added.status();
    return GuardedFamily<T, N>(guard(), *added);
  }
  absl::StatusOr<FamilyGuard*> Add(MetricKind kind, GaugeMode mode, FamilyText text, std::vector<std::string> labels,
                                   std::vector<double> boundaries);

  std::shared_ptr<State> state_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SERVICE_REGISTRY_H_
