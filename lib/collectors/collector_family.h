// SPDX-License-Identifier: Apache-2.0
//
// collector_family.h: one family that a collector tells anew at every scrape, held inside the budget.
//
// Use:      family = CollectorFamily::Create(...); at every run: Begin(), Add() for each label set, End().
// Threads:  one run at a time; reloads of the guard may come meanwhile.
// Memory:   what the guard keeps of the family, and two points a series that it exports.
// Errors:   of Create: as Guard::AddFamily. Allocation failure (std::bad_alloc) passes through Add and End.
// Source:   docs/collectors.md.
//
// A collector tells totals, not increments, so what folds is added up anew in each run. Where a label set ends (a queue that
// is gone) the sum of a series that stands for many falls, and a server would take that for a restart of the counter and
// count the rest a second time.
//
// Invariants
//   1. A cumulative series that stands for more than one label set, or for one under another name, shows sum + offset; the
//      offset rises by what the sum falls. So it never goes back, and stays when nobody feeds it any more.
//   2. A series that is one label set under its own name shows what the collector said, falls included: its own restart is
//      its own. Where it comes to stand for more, invariant 1 holds from what it showed last.
//   3. A label set is counted in one series a run. A series that a reload takes away while a run goes on misses what it
//      was told until the next run.
#ifndef SERIESGUARD_LIB_COLLECTORS_COLLECTOR_FAMILY_H_
#define SERIESGUARD_LIB_COLLECTORS_COLLECTOR_FAMILY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/guard/guard.h"
#include "lib/guard/series_backend.h"

namespace seriesguard {

// What is said of one label set.
struct CollectedPoint {
  double value = 0;             // of a counter or gauge; the sum of a histogram or summary
  std::vector<double> buckets;  // histogram: counts, not cumulated, the last for +Inf; summary: the count
  std::vector<double> extra;    // a summary's quantiles, which no two label sets can share: dropped where they fold
};

class CollectorFamily {
 public:
  // Has the guard watch over the family: whoever comes first keeps its place as long as the guard lives.
  //
  // cost:   stored series a label set.
  // parts:  how many buckets a point has.
  static absl::StatusOr<std::unique_ptr<CollectorFamily>> Create(Guard guard, std::string name,
                                                                 std::vector<std::string> labels, MetricKind kind,
                                                                 uint64_t cost, size_t parts);
  CollectorFamily(const CollectorFamily&) = delete;
  CollectorFamily& operator=(const CollectorFamily&) = delete;

  void Begin() { ++run_; }
  // Requires:  one value for each label name; an empty one is a label that is not there.
  void Add(const std::string_view* values, const CollectedPoint& point);
  // Calls show(labels, point) for each series, in the order in which they first came.
  void End(const std::function<void(const LabelPairs&, const CollectedPoint&)>& show);

  const std::vector<std::string>& label_names() const { return labels_; }
  MetricKind kind() const { return kind_; }
  size_t parts() const { return parts_; }
  // How often a sum fell, and its offset rose.
  uint64_t resets() const { return resets_; }

 private:
  class Backend;
  struct Series;

  CollectorFamily(Guard guard, std::vector<std::string> labels, MetricKind kind, size_t parts)
      : guard_(std::move(guard)), labels_(std::move(labels)), kind_(kind), parts_(parts) {}

  bool IsOwnName(const Series& series, const std::string_view* values) const;
  bool Settle(Series* series);

  Guard guard_;
  const std::vector<std::string> labels_;
  const MetricKind kind_;
  const size_t parts_;
  FamilyGuard* family_ = nullptr;
  Backend* backend_ = nullptr;  // the guard's
  uint64_t run_ = 1;            // a family may begin in the middle of one
  uint64_t resets_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_COLLECTORS_COLLECTOR_FAMILY_H_
