// SPDX-License-Identifier: Apache-2.0
//
// simulate_policy.cc: a fresh guard an input; its metrics are wrapped in the order of the dump, then all label sets
// come in the order that was asked for.
#include "analyzer/simulation/simulate_policy.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/simulation/exposition_writer.h"
#include "analyzer/simulation/fold_rows.h"
#include "analyzer/simulation/folded_series.h"
#include "analyzer/simulation/guarded_metric.h"
#include "analyzer/simulation/metric_sets.h"
#include "analyzer/simulation/order_range.h"
#include "lib/guard/guard.h"
#include "rules/metric_matcher.h"

namespace seriesguard {
namespace {

// A dump says nothing of time: what a server has not seen yet is of no interest here.
Policy WithoutTime(Policy policy) {
  policy.mode = PolicyMode::kEnforce;
  for (MetricRule& metric : policy.metrics) metric.zero_first = false;
  return policy;
}

// One label set on its way to the guard.
struct Arrival {
  uint32_t metric = 0;
  uint32_t set = 0;
  double traffic = 0;
};

class InputSimulation {
 public:
  InputSimulation(const Policy& policy, Guard guard, const MetricMatcher& matcher, const Census& census,
                  const DumpTables& tables, size_t input, const SimulationOptions& options)
      : policy_(policy),
        guard_(std::move(guard)),
        matcher_(matcher),
        census_(census),
        table_(tables.table(input)),
        input_(input),
        options_(options),
        metrics_(GatherMetricSets(table_, census)) {}

  SimulatedInput Run();

 private:
  void Wrap();
  std::vector<Arrival> Arrivals() const;
  void PutBusiestFirst(std::vector<Arrival>* arrivals) const;
  SharedPlaces SharedPlacesOf(size_t metric) const;
  void Tell(size_t metric, SimulatedMetric* told);
  void Write(bool of_shadow);
  void WriteAsItIs(const MetricSets& metric, ExpositionWriter* writer) const;
  void WriteFolded(size_t metric, ExpositionWriter* writer) const;

  const Policy& policy_;
  Guard guard_;
  const MetricMatcher& matcher_;
  const Census& census_;
  const DumpTable& table_;
  const size_t input_;
  const SimulationOptions& options_;
  std::vector<MetricSets> metrics_;
  std::vector<std::unique_ptr<GuardedMetric>> guarded_;  // by metric; null: passes as it is
  std::vector<std::string> refusals_;                    // by metric
  std::vector<std::vector<uint32_t>> arrived_;           // by metric: its label sets in their order
  std::vector<FoldedSeries> folded_;                     // by metric
  uint64_t total_room_ = UINT64_MAX;                     // series of all metrics together, beyond their reserves
};

void InputSimulation::Wrap() {
  guarded_.resize(metrics_.size());
  refusals_.resize(metrics_.size());
  for (size_t m = 0; m < metrics_.size(); ++m) {
    const MetricRule* const rule = matcher_.Find(metrics_[m].info.name);
    if (rule == nullptr) continue;
    absl::StatusOr<std::unique_ptr<GuardedMetric>> guarded = GuardedMetric::Create(&guard_, *rule, table_, metrics_[m]);
    if (guarded.ok()) {
      guarded_[m] = *std::move(guarded);
    } else {
      refusals_[m] = std::string(guarded.status().message());
    }
  }
  const GuardReport report = guard_.Report();
  if (report.total_limit > 0) total_room_ = report.total_limit - std::min(report.total_limit, report.total_taken);
}

// Where a label keeps its busiest values, those have the places after a while, whoever came first.
void InputSimulation::PutBusiestFirst(std::vector<Arrival>* arrivals) const {
  std::vector<std::vector<size_t>> places(metrics_.size());
  for (size_t i = 0; i < arrivals->size(); ++i) {
    const size_t m = (*arrivals)[i].metric;
    if (!guarded_[m]->BusiestLabels().empty()) places[m].push_back(i);
  }
  for (size_t m = 0; m < metrics_.size(); ++m) {
    if (places[m].empty()) continue;
    const size_t label = guarded_[m]->BusiestLabels().front();
    absl::flat_hash_map<uint32_t, double> traffic;  // by code
    std::vector<Arrival> own;
    for (const size_t place : places[m]) {
      own.push_back((*arrivals)[place]);
      traffic[guarded_[m]->CodeOf(label, own.back().set)] += own.back().traffic;
    }
    std::stable_sort(own.begin(), own.end(), [&](const Arrival& a, const Arrival& b) {
      const double left = traffic[guarded_[m]->CodeOf(label, a.set)];
      const double right = traffic[guarded_[m]->CodeOf(label, b.set)];
      return left != right ? left > right : a.traffic > b.traffic;
    });
    for (size_t i = 0; i < own.size(); ++i) (*arrivals)[places[m][i]] = own[i];
  }
}

std::vector<Arrival> InputSimulation::Arrivals() const {
  std::vector<Arrival> arrivals;
  for (uint32_t m = 0; m < metrics_.size(); ++m) {
    if (guarded_[m] == nullptr) continue;
    for (uint32_t set = 0; set < metrics_[m].sets.size(); ++set) {
      arrivals.push_back({m, set, TrafficOf(table_, metrics_[m], guarded_[m]->kind(), set)});
    }
  }
  if (options_.order == ArrivalOrder::kBusiest) {
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const Arrival& a, const Arrival& b) { return a.traffic > b.traffic; });
  } else if (options_.order == ArrivalOrder::kAdversarial) {
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const Arrival& a, const Arrival& b) { return a.traffic < b.traffic; });
  }
  PutBusiestFirst(&arrivals);
  if (options_.shuffle) {
    std::vector<uint32_t> order(arrivals.size());
    std::iota(order.begin(), order.end(), 0);
    options_.shuffle(&order);
    std::vector<Arrival> shuffled;
    for (const uint32_t i : order) shuffled.push_back(arrivals[i]);
    arrivals = std::move(shuffled);
  }
  return arrivals;
}

// The metric's own limit, and what the total leaves: at least, when every other metric took all it could.
SharedPlaces InputSimulation::SharedPlacesOf(size_t metric) const {
  const auto own = [this](size_t m) {
    return (guarded_[m]->series_limit() - guarded_[m]->reserve()) / guarded_[m]->cost();
  };
  SharedPlaces shared{own(metric), own(metric)};
  if (total_room_ == UINT64_MAX) return shared;
  uint64_t others = 0;
  for (size_t m = 0; m < metrics_.size(); ++m) {
    if (m == metric || guarded_[m] == nullptr) continue;
    others += std::min(own(m), guarded_[m]->normalised().CountNeedingPlace()) * guarded_[m]->cost();
  }
  shared.least = std::min(shared.least, (total_room_ - std::min(total_room_, others)) / guarded_[metric]->cost());
  shared.most = std::min(shared.most, total_room_ / guarded_[metric]->cost());
  return shared;
}

// The parts that each label set has, and that any has.
SeriesRange PartsOfASet(const MetricSets& metric) {
  std::vector<uint64_t> sets_with(metric.parts.size(), 0);
  for (const PartOfSet& part : metric.of_set) ++sets_with[part.part];
  SeriesRange range;
  for (const uint64_t sets : sets_with) {
    range.most += sets > 0;
    range.least += sets == metric.sets.size();
  }
  return range;
}

void InputSimulation::Tell(size_t m, SimulatedMetric* told) {
  const MetricSets& metric = metrics_[m];
  const GuardedMetric& guarded = *guarded_[m];
  told->treatment = SimulatedMetric::Treatment::kGuarded;
  told->left_out_samples = metric.left_out_samples;
  told->label_sets_after = guarded.cells().size();
  told->series_after = folded_[m].samples.size();
  told->totals = folded_[m].totals;
  std::vector<bool> is_fed(guarded.cells().size(), false);
  for (const uint32_t set : arrived_[m]) is_fed[guarded.CellOf(set)] = true;
  for (const FoldedSample& sample : folded_[m].samples) told->series_at_zero += !is_fed[sample.cell];

  const OrderRange range = RangeOverOrders(guarded.normalised(), SharedPlacesOf(m));
  told->range = {told->series_after, told->series_after};
  if (range.may_bite) {
    SeriesRange parts = PartsOfASet(metric);
    // A start time is not told of what is exported at 0.
    const bool has_created = std::any_of(metric.parts.begin(), metric.parts.end(),
                                         [](const MetricPart& part) { return part.role == PartRole::kCreated; });
    if (has_created && guarded.cells_from_the_start() > 0 && parts.least > 0) --parts.least;
    told->range = {range.label_sets.least * parts.least, range.label_sets.most * parts.most};
  }
  told->folds = FoldRowsOf(table_, metric, guarded, arrived_[m]);
  for (const FoldRow& row : told->folds) {
    told->limit_bit =
        told->limit_bit || row.reason == "value_limit" || row.reason == "series_limit" || row.reason == "total_limit";
  }
}

void InputSimulation::WriteAsItIs(const MetricSets& metric, ExpositionWriter* writer) const {
  LabelViews labels;
  for (const uint32_t r : metric.rows) {
    const SampleRow& row = table_.rows()[r];
    const SampleShape& shape = table_.shapes()[row.shape];
    labels.clear();
    for (size_t i = 0; i < shape.labels.size(); ++i) {
      labels.emplace_back(table_.Text(shape.labels[i]), table_.Text(table_.ValuesOf(row)[i]));
    }
    writer->Sample(table_.Text(shape.name), labels, row.value, row.timestamp_ms);
  }
}

void InputSimulation::WriteFolded(size_t m, ExpositionWriter* writer) const {
  const MetricSets& metric = metrics_[m];
  LabelViews labels;
  for (const FoldedSample& sample : folded_[m].samples) {
    const MetricPart& part = metric.parts[sample.part];
    labels.clear();
    for (const auto& [name, value] : guarded_[m]->cells()[sample.cell].labels) labels.emplace_back(name, value);
    if (part.role == PartRole::kBucket) labels.emplace_back("le", table_.Text(part.boundary));
    writer->Sample(table_.Text(part.name), labels, sample.value, sample.timestamp_ms);
  }
}

void InputSimulation::Write(bool of_shadow) {
  ExpositionWriter writer(options_.exposition);
  for (const bool with_type : {false, true}) {
    for (size_t m = 0; m < metrics_.size(); ++m) {
      const MetricSets& metric = metrics_[m];
      const MetricType type = metric.info.type_inferred ? MetricType::kNone : metric.info.type;
      const bool is_typed = type != MetricType::kNone && type != MetricType::kGaugeHistogram;
      if (is_typed != with_type) continue;
      // An info's samples have another name than the metric, and text 0.0.4 knows only theirs.
      const std::string& name =
          type == MetricType::kInfo && !metric.info.parts.empty() ? metric.info.parts.front() : metric.info.name;
      writer.Begin(name, type, table_.HelpOf(metric.info.name));
      if (guarded_[m] == nullptr || of_shadow) {
        WriteAsItIs(metric, &writer);
      } else {
        WriteFolded(m, &writer);
      }
    }
  }
}

SimulatedInput InputSimulation::Run() {
  Wrap();
  arrived_.resize(metrics_.size());
  for (const Arrival& arrival : Arrivals()) {
    guarded_[arrival.metric]->Offer(arrival.set);
    arrived_[arrival.metric].push_back(arrival.set);
  }
  folded_.resize(metrics_.size());
  SimulatedInput told;
  told.path = census_.inputs()[input_].path;
  for (size_t m = 0; m < metrics_.size(); ++m) {
    SimulatedMetric metric;
    metric.name = metrics_[m].info.name;
    metric.type = metrics_[m].info.type;
    CountOptions count;
    count.input = input_;
    count.top_values = 0;
    const size_t family = census_.FindFamily(metric.name);
    metric.series_before =
        family < census_.family_count() ? census_.Count(family, count).series : metrics_[m].rows.size();
    metric.label_sets_before = metric.label_sets_after = metrics_[m].sets.size();
    metric.series_after = metric.series_before;
    metric.range = {metric.series_before, metric.series_before};
    if (const MetricRule* const rule = matcher_.Find(metric.name)) {
      metric.rule_line = static_cast<uint64_t>(std::max(rule->location.line, 0));
      metric.treatment = SimulatedMetric::Treatment::kRefused;
      metric.why = refusals_[m];
    }
    if (guarded_[m] != nullptr) {
      folded_[m] = FoldSeries(table_, metrics_[m], *guarded_[m], arrived_[m]);
      Tell(m, &metric);
    }
    told.series_before += metric.series_before;
    told.series_after += metric.series_after;
    told.range.least += metric.range.least;
    told.range.most += metric.range.most;
    told.metrics.push_back(std::move(metric));
  }
  if (options_.exposition != nullptr && input_ == 0) Write(policy_.mode == PolicyMode::kShadow);
  return told;
}

}  // namespace

absl::StatusOr<Simulation> SimulatePolicy(const Policy& policy, const Census& census, const DumpTables& tables,
                                          const SimulationOptions& options) {
  const Policy enforced = WithoutTime(policy);
  const absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(enforced);
  if (!matcher.ok()) return matcher.status();
  Simulation simulation;
  simulation.policy_path = policy.path;
  simulation.policy_hash = policy.hash;
  simulation.is_shadow = policy.mode == PolicyMode::kShadow;
  simulation.order = options.order;
  for (size_t input = 0; input < tables.size(); ++input) {
    GuardOptions guard_options;
    guard_options.clock_ns = [] { return int64_t{1}; };
    absl::StatusOr<Guard> guard = Guard::FromPolicy(enforced, std::move(guard_options));
    if (!guard.ok()) return guard.status();
    simulation.inputs.push_back(
        InputSimulation(policy, *std::move(guard), *matcher, census, tables, input, options).Run());
  }
  return simulation;
}

}  // namespace seriesguard
