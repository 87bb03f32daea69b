// SPDX-License-Identifier: Apache-2.0
//
// registry.h: the metric families of a process, guarded from their birth, and what a scrape of them shows.
//
// Use:      auto registry = seriesguard::Registry::FromFile("seriesguard.yaml").value();
//           auto requests = registry.AddCounter({"http_requests_total", "Requests."}, {"method", "path"}).value();
//           auto latency = registry.AddHistogram({"http_request_duration_seconds", "Time.", "seconds"}, {"path"},
//                                                {0.01, 0.1, 1, 10}).value();
//           requests.With({"GET", path}).Increment();                    // for one expression
//           auto checkout = latency.Bind({"/checkout"});                 // a handle to keep
//           const Exposition answer = registry.Expose(accept_header);    // for GET /metrics
//           Values are given in the order of the label names; another number of them does not compile.
// Threads:  all members from any thread. Copies of a Registry are the same registry.
// Lifetime: families and handles may outlive the registry; the guard lives until the last of them ends.
// Memory:   fixed by the policy (lib/guard/family_guard.h), and the cells: 16 bytes a counter and stripe.
// Errors:   Status with a sentence that names metric and label; nothing is thrown but std::bad_alloc, by With and Bind.
// Cost:     With on known values: a keyed hash and a look-up besides an atomic addition; a handle: a load and a compare
//           besides it (bench/metrics_bench.cc). A scrape holds the guard's mutex for the copy of one family at a time.
// Source:   docs/guard.md; OpenMetrics 1.0.
//
// What a label set costs, in stored series: a counter 1, a gauge 1, a histogram its finite boundaries + 3. A server that asks
// for OpenMetrics is sent a counter's and a histogram's `_created` besides, and stores it like any other: 1 more, unless
// RegistryOptions::created_series says that none is sent. `seriesguard policy check` knows no types and counts 1.
#ifndef SERIESGUARD_LIB_METRICS_REGISTRY_H_
#define SERIESGUARD_LIB_METRICS_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/collectors/collector_options.h"
#include "lib/collectors/guarded_collector.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/guard.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"
#include "lib/metrics/metric_operations.h"
#include "lib/metrics/state_set.h"
#include "rules/policy.h"

namespace seriesguard {

struct RegistryOptions {
  GuardOptions guard;
  // Copies of each counter and histogram, so that threads do not wait for each other: a power of two up to kMostStripes
  // (stripe.h); 0: as many as there are processors.
  int stripes = 0;
  // Nanoseconds since the epoch, for `_created`; empty: the system's clock. Tests set their own.
  std::function<int64_t()> wall_clock_ns;
  // Whether `_created` is sent where the format has it, and counted in the budget.
  bool created_series = true;
};

// What a family is called and described by.
struct FamilyText {
  std::string name;       // a counter's with _total
  std::string help = {};  // for people
  std::string unit = {};  // in OpenMetrics; the name ends with it (a counter's before _total). Empty: none.
};

// The upper bounds of a histogram's buckets, finite and ascending; an +Inf at their end is tolerated. None is legal: one
// bucket.
class HistogramBoundaries {
 public:
  HistogramBoundaries(std::initializer_list<double> bounds) : bounds_(bounds) {}
  HistogramBoundaries(std::vector<double> bounds) : bounds_(std::move(bounds)) {}  // NOLINT: meant to convert
  const std::vector<double>& bounds() const { return bounds_; }

 private:
  std::vector<double> bounds_;
};

struct Exposition {
  std::string content_type;
  std::string body;
};

class Registry {
 public:
  // Reads a policy and makes a registry without families. Errors: as Guard's functions of these names; InvalidArgument for
  // a number of stripes.
  static absl::StatusOr<Registry> FromFile(const std::string& path, RegistryOptions options = {});
  static absl::StatusOr<Registry> FromText(std::string_view yaml, RegistryOptions options = {});
  static absl::StatusOr<Registry> FromPolicy(Policy policy, RegistryOptions options = {});

  // Adds a family, with label names or without labels.
  //
  // Errors:  InvalidArgument: a name, unit, label or boundary that cannot be, with what would be right; a rule of the policy
  //          that does not fit. AlreadyExists: another family has the name, or one that its samples would have.
  //          ResourceExhausted: the series that must always have a place do not fit into the limits.
  template <size_t N>
  absl::StatusOr<GuardedFamily<Counter, N>> AddCounter(FamilyText text, const std::string_view (&labels)[N]) {
    return Guarded<Counter, N>(AddGuarded(CollectedType::kCounter, std::move(text), Names(labels), {}));
  }
  absl::StatusOr<GuardedFamily<Counter, 0>> AddCounter(FamilyText text) {
    return Guarded<Counter, 0>(AddGuarded(CollectedType::kCounter, std::move(text), {}, {}));
  }
  template <size_t N>
  absl::StatusOr<GuardedFamily<Gauge, N>> AddGauge(FamilyText text, const std::string_view (&labels)[N]) {
    return Guarded<Gauge, N>(AddGuarded(CollectedType::kGauge, std::move(text), Names(labels), {}));
  }
  absl::StatusOr<GuardedFamily<Gauge, 0>> AddGauge(FamilyText text) {
    return Guarded<Gauge, 0>(AddGuarded(CollectedType::kGauge, std::move(text), {}, {}));
  }
  template <size_t N>
  absl::StatusOr<GuardedFamily<Histogram, N>> AddHistogram(FamilyText text, const std::string_view (&labels)[N],
                                                           const HistogramBoundaries& boundaries) {
    return Guarded<Histogram, N>(
        AddGuarded(CollectedType::kHistogram, std::move(text), Names(labels), boundaries.bounds()));
  }
  absl::StatusOr<GuardedFamily<Histogram, 0>> AddHistogram(FamilyText text, const HistogramBoundaries& boundaries) {
    return Guarded<Histogram, 0>(AddGuarded(CollectedType::kHistogram, std::move(text), {}, boundaries.bounds()));
  }

  // Adds a series that is always 1 and says something by its labels, such as a version. The name ends with _info.
  absl::Status AddInfo(FamilyText text, const std::vector<std::pair<std::string, std::string>>& labels);
  // Adds a series a state, with the state as the value of a label that is called as the metric.
  // Errors: besides the above InvalidArgument: no state, more than StateSet::kMostStates, an empty one or one twice.
  absl::StatusOr<StateSet> AddStateSet(FamilyText text, const std::vector<std::string>& states);

  // Adds a collector, which is asked at each scrape and only then: for values that something else keeps. What it tells is
  // held inside the budget as all else (docs/collectors.md). `name`: of the label `collector` in what is told of it.
  //
  // Errors:   InvalidArgument: no name, a timeout that is not above 0; AlreadyExists: another collector has the name.
  // Threads:  `collector` is called in a thread of its own, one call at a time. It may not use this registry.
  // Lifetime: the registry's end waits for a call that goes on.
  absl::Status AddCollector(std::string name, Collector collector, CollectorOptions options = {});
  // Why the last scrape shows nothing, or not all, of a collector; empty: it shows all.
  std::string CollectorProblem(std::string_view name) const;

  // The guard of all families: for Reload, DebugString, SuggestPolicy.
  Guard& guard();

  // Returns all families in the order in which they were added, behind them those of the collectors by their names, and the
  // guard's own. Runs Guard::Maintain. Waits for collectors, up to their timeouts.
  std::vector<CollectedFamily> Collect();

  // How many exemplars of a metric were refused, which no call tells but by what it returns.
  ExemplarRefusals exemplar_refusals(std::string_view metric) const;

  // Returns the same as text, in the format that a scraper's Accept header asks for.
  Exposition Expose(std::string_view accept_header);

 private:
  struct State;
  explicit Registry(std::shared_ptr<State> state) : state_(std::move(state)) {}

  template <size_t N>
  static std::vector<std::string> Names(const std::string_view (&labels)[N]) {
    return std::vector<std::string>(std::begin(labels), std::end(labels));
  }
  template <typename T, size_t N>
  absl::StatusOr<GuardedFamily<T, N>> Guarded(absl::StatusOr<FamilyGuard*> added) {
    if (!added.ok()) return added.status();
    return GuardedFamily<T, N>(guard(), *added);
  }
  static absl::StatusOr<Registry> FromGuard(absl::StatusOr<Guard> guard, RegistryOptions options);
  absl::StatusOr<FamilyGuard*> AddGuarded(CollectedType type, FamilyText text, std::vector<std::string> labels,
                                          std::vector<double> boundaries);

  std::shared_ptr<State> state_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_REGISTRY_H_
