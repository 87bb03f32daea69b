// SPDX-License-Identifier: Apache-2.0
//
// folded_series.cc: label sets are filed by the series that counts them, then summed series by series.
#include "analyzer/simulation/folded_series.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "analyzer/simulation/exact_sum.h"
#include "lib/guard/gauge_join.h"

namespace seriesguard {
namespace {

bool IsSummed(PartRole role, MetricKind kind) {
  return kind != MetricKind::kGauge && role != PartRole::kCreated && role != PartRole::kQuantile;
}

// Half of the distance to the next double: what one rounding may change at most.
double HalfStep(double value) {
  const double size = std::fabs(value);
  return (std::nextafter(size, INFINITY) - size) / 2;
}

std::string_view PartName(PartRole role) {
  switch (role) {
    case PartRole::kSum: return "sum";
    case PartRole::kCount: return "count";
    case PartRole::kBucket: return "bucket";
    default: return "value";
  }
}

// The totals of one part.
struct PartTotal {
  ExactSum before, after, lost, rounding;
  uint64_t not_finite = 0;
};

// What of one series comes together in one part.
struct Joined {
  ExactSum sum;
  uint32_t sources = 0;
  uint32_t finite = 0;
  double single = 0;  // the latest
  int64_t timestamp_ms = kNoTimestamp;
  double least = std::numeric_limits<double>::quiet_NaN();
  double most = std::numeric_limits<double>::quiet_NaN();
};

class Folder {
 public:
  Folder(const DumpTable& table, const MetricSets& metric, const GuardedMetric& guarded)
      : table_(table), metric_(metric), guarded_(guarded), totals_(metric.parts.size()), joined_(metric.parts.size()) {
    part_order_.resize(metric.parts.size());
    std::iota(part_order_.begin(), part_order_.end(), 0);
    std::stable_sort(part_order_.begin(), part_order_.end(), [&metric](uint32_t a, uint32_t b) {
      const auto rank = [](PartRole role) {
        return role == PartRole::kBucket ? 0 : role == PartRole::kSum ? 1 : role == PartRole::kCount ? 2 : 3;
      };
      const MetricPart& left = metric.parts[a];
      const MetricPart& right = metric.parts[b];
      const int left_rank = rank(left.role), right_rank = rank(right.role);
      return left_rank != right_rank ? left_rank < right_rank : left.bound < right.bound;
    });
  }

  FoldedSeries Fold(const std::vector<uint32_t>& arrival);

 private:
  void Take(uint32_t set);
  void Show(uint32_t cell, size_t sources);
  double ValueOf(const MetricPart& part, Joined* joined, PartTotal* total) const;
  std::vector<TotalRow> Totals() const;

  const DumpTable& table_;
  const MetricSets& metric_;
  const GuardedMetric& guarded_;
  std::vector<PartTotal> totals_;  // by part
  std::vector<Joined> joined_;     // by part, of the series at hand
  std::vector<uint32_t> touched_;  // the parts of it
  uint32_t with_buckets_ = 0;      // label sets of it that have buckets
  std::vector<uint32_t> part_order_;
  FoldedSeries folded_;
};

void Folder::Take(uint32_t set) {
  bool has_buckets = false;
  for (uint32_t i = metric_.first[set]; i < metric_.first[set + 1]; ++i) {
    const PartOfSet& of_set = metric_.of_set[i];
    const SampleRow& row = table_.rows()[of_set.row];
    Joined& joined = joined_[of_set.part];
    if (joined.sources++ == 0) touched_.push_back(of_set.part);
    joined.single = row.value;
    joined.timestamp_ms = row.timestamp_ms;
    const MetricPart& part = metric_.parts[of_set.part];
    has_buckets = has_buckets || part.role == PartRole::kBucket;
    joined.least = std::fmin(joined.least, row.value);
    joined.most = std::fmax(joined.most, row.value);
    if (std::isfinite(row.value)) {
      ++joined.finite;
      joined.sum.Add(row.value);
    } else if (IsSummed(part.role, guarded_.kind())) {
      ++totals_[of_set.part].not_finite;
    }
  }
  with_buckets_ += has_buckets;
}

double Folder::ValueOf(const MetricPart& part, Joined* joined, PartTotal* total) const {
  if (joined->sources == 1) return joined->single;
  if (part.role == PartRole::kCreated) return joined->least;
  if (guarded_.kind() == MetricKind::kGauge) {
    switch (guarded_.fold()) {
      case Fold::kMax: return joined->most;
      case Fold::kMin: return joined->least;
      case Fold::kSum: break;
      case Fold::kLast:
      case Fold::kUnset: return joined->single;
    }
  }
  if (joined->finite == 0) return joined->single;
  const double value = joined->sum.Rounded();
  if (IsSummed(part.role, guarded_.kind())) total->rounding.Add(HalfStep(value));
  return value;
}

void Folder::Show(uint32_t cell, size_t sources) {
  if (sources == 0) {
    // Exported at 0 from the start, with all buckets that the metric has.
    for (const uint32_t part : part_order_) {
      if (metric_.parts[part].role != PartRole::kCreated) folded_.samples.push_back({cell, part, 0, kNoTimestamp});
    }
    return;
  }
  for (const uint32_t id : part_order_) {
    Joined& joined = joined_[id];
    if (joined.sources == 0) continue;
    const MetricPart& part = metric_.parts[id];
    PartTotal& total = totals_[id];
    const bool is_summed = IsSummed(part.role, guarded_.kind());
    if (is_summed) total.before.Add(joined.sum);
    if (part.role == PartRole::kBucket && joined.sources < with_buckets_) {
      total.lost.Add(joined.sum);
      continue;
    }
    FoldedSample sample{cell, id, ValueOf(part, &joined, &total), kNoTimestamp};
    if (joined.sources == 1 && sources == 1) sample.timestamp_ms = joined.timestamp_ms;
    folded_.samples.push_back(sample);
  }
  for (const uint32_t part : touched_) joined_[part] = Joined();
  touched_.clear();
  with_buckets_ = 0;
}

std::vector<TotalRow> Folder::Totals() const {
  std::vector<TotalRow> rows;
  for (const uint32_t id : part_order_) {
    const MetricPart& part = metric_.parts[id];
    if (!IsSummed(part.role, guarded_.kind())) continue;
    const PartTotal& total = totals_[id];
    TotalRow row;
    row.part = std::string(PartName(part.role));
    if (part.role == PartRole::kBucket) row.boundary = std::string(table_.Text(part.boundary));
    row.before = total.before.Rounded();
    row.after = total.after.Rounded();
    row.lost = total.lost.Rounded();
    row.not_finite = total.not_finite;
    ExactSum difference = total.before;
    difference.Subtract(total.lost);
    difference.Subtract(total.after);
    row.difference = difference.Rounded();
    row.verdict = difference.IsZero()                   ? TotalRow::Verdict::kExact
                  : difference.IsWithin(total.rounding) ? TotalRow::Verdict::kRounded
                                                        : TotalRow::Verdict::kBroken;
    rows.push_back(std::move(row));
  }
  return rows;
}

FoldedSeries Folder::Fold(const std::vector<uint32_t>& arrival) {
  const size_t cells = guarded_.cells().size();
  std::vector<uint32_t> begin(cells + 1, 0);
  for (const uint32_t set : arrival) ++begin[guarded_.CellOf(set) + 1];
  for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<uint32_t> by_cell(arrival.size());
  std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
  for (const uint32_t set : arrival) by_cell[next[guarded_.CellOf(set)]++] = set;
  for (uint32_t cell = 0; cell < cells; ++cell) {
    for (uint32_t i = begin[cell]; i < begin[cell + 1]; ++i) Take(by_cell[i]);
    Show(cell, begin[cell + 1] - begin[cell]);
  }
  // The proof looks at what is shown, not at how it came about.
  for (const FoldedSample& sample : folded_.samples) {
    if (std::isfinite(sample.value)) totals_[sample.part].after.Add(sample.value);
  }
  folded_.totals = Totals();
  return std::move(folded_);
}

}  // namespace

FoldedSeries FoldSeries(const DumpTable& table, const MetricSets& metric, const GuardedMetric& guarded,
                        const std::vector<uint32_t>& arrival) {
  return Folder(table, metric, guarded).Fold(arrival);
}

double TrafficOf(const DumpTable& table, const MetricSets& metric, MetricKind kind, uint32_t set) {
  if (kind == MetricKind::kGauge) return 0;
  const PartRole wanted = kind == MetricKind::kCounter ? PartRole::kValue : PartRole::kCount;
  double infinite_bucket = 0;
  for (uint32_t i = metric.first[set]; i < metric.first[set + 1]; ++i) {
    const MetricPart& part = metric.parts[metric.of_set[i].part];
    const double value = table.rows()[metric.of_set[i].row].value;
    if (!std::isfinite(value)) continue;
    if (part.role == wanted) return value;
    if (part.role == PartRole::kBucket && std::isinf(part.bound)) infinite_bucket = value;
  }
  return infinite_bucket;
}

}  // namespace seriesguard
