// SPDX-License-Identifier: Apache-2.0
//
// guarded_collectable.h: a guard around a prometheus::Collectable: what it tells is normalised, folded and held inside the
// budget before an exposer sees it.
//
// Use:      auto guarded = GuardedCollectable::Make(guard, "pool", pool_metrics).value();
//           exposer.RegisterCollectable(guarded);      // instead of pool_metrics; an exposer holds it weakly: keep it
// Threads:  all members from any thread. The Collectable is asked in a thread of its own, one call at a time.
// Memory:   what one call tells, and what it shows, until the next.
// Errors:   a scrape shows nothing of a Collectable that throws, is late, or tells one metric twice; docs/collectors.md says
//           what else. seriesguard_collector_failures_total, one of the guard's own metrics (guard_collectable.h), counts
//           them, problem() says why.
// Cost:     a thread and two copies of what is told, a scrape.
// Source:   docs/collectors.md.
//
// A family's label names are those of all its metrics in the first call. Of a summary that folds, or stands for several, the
// quantiles are left out: count and sum add up, quantiles do not. What is untyped folds as a gauge.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_GUARDED_COLLECTABLE_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_GUARDED_COLLECTABLE_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/collectors/collector_options.h"
#include "lib/collectors/guarded_collector.h"
#include "lib/guard/guard.h"

namespace seriesguard {

class GuardedCollectable : public prometheus::Collectable {
 public:
  // `name`: of the label `collector` in what is told of it.
  // Errors:  InvalidArgument: no name, no Collectable, a timeout that is not above 0.
  static absl::StatusOr<std::shared_ptr<GuardedCollectable>> Make(Guard guard, std::string name,
                                                                  std::shared_ptr<prometheus::Collectable> collectable,
                                                                  CollectorOptions options = {});

  std::vector<prometheus::MetricFamily> Collect() const override;

  // Why the last scrape shows nothing, or not all; empty: it shows all.
  std::string problem() const { return guarded_->counts().problem; }

 private:
  class Source;
  GuardedCollectable(std::shared_ptr<Source> source, std::shared_ptr<GuardedCollector> guarded)
      : source_(std::move(source)), guarded_(std::move(guarded)) {}

  const std::shared_ptr<Source> source_;
  const std::shared_ptr<GuardedCollector> guarded_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_GUARDED_COLLECTABLE_H_
