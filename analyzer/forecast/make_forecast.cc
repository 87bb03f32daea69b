// SPDX-License-Identifier: Apache-2.0
//
// make_forecast.cc: the same question for each label's values and for the label sets: in which snapshot did each come
// first, or, with few snapshots, how often was each counted in the last one.
#include "analyzer/forecast/make_forecast.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analyzer/census/boundary_label.h"
#include "analyzer/forecast/churn.h"
#include "analyzer/forecast/family_rows.h"

namespace seriesguard {
namespace {

constexpr uint32_t kNever = UINT32_MAX;

struct Estimated {
  Evidence evidence = Evidence::kNone;
  UnseenEstimate estimate;
};

class FamilyForecaster {
 public:
  FamilyForecaster(size_t inputs, const std::vector<bool>& restarts, const ForecastOptions& options, FamilyRows* rows)
      : inputs_(inputs), restarts_(restarts), options_(options), rows_(*rows) {}

  // Adds the family's series to those of each input.
  MetricForecast Forecast(const FamilyTables& family, std::vector<ForecastInput>* inputs) {
    rows_.Select(family);
    events_ = inputs_ < kFewestSnapshots ? rows_.Events() : std::vector<double>();
    MetricForecast metric;
    metric.name = family.info.name;
    metric.type = family.info.type;
    const RowNumbers series = rows_.Series(options_.ignored_labels);
    metric.series_seen = series.count;
    const std::vector<uint64_t> of_inputs = CountEach(options_.ignored_labels.empty() ? series : rows_.Series({}));
    metric.series_now = of_inputs.back();
    for (size_t i = 0; i < inputs_; ++i) (*inputs)[i].series += of_inputs[i];
    const RowNumbers sets = rows_.LabelSets(options_.ignored_labels);
    const Estimated of_sets = CanGrow(family) ? Estimate(sets, /*absent=*/kNever) : Closed(sets.count);
    metric.evidence = of_sets.evidence;
    metric.series = InSeries(of_sets.estimate, metric.series_seen);
    if (inputs_ > 1) metric.churn = CountChurn(restarts_, options_.ignored_labels, &rows_);
    for (size_t i = 0; i < family.labels.size(); ++i) {
      if (!IsAsked(family.info.labels[i])) continue;
      const Estimated of_label = Estimate(rows_.Values(i), /*absent=*/0);
      metric.labels.push_back({family.info.labels[i], of_label.evidence, of_label.estimate});
    }
    return metric;
  }

 private:
  bool IsAsked(const std::string& label) const {
    const std::vector<std::string>& ignored = options_.ignored_labels;
    return !IsBoundaryName(label) && std::find(ignored.begin(), ignored.end(), label) == ignored.end();
  }

  // Without a label there is nothing that could have another value.
  bool CanGrow(const FamilyTables& family) const {
    return std::any_of(family.info.labels.begin(), family.info.labels.end(),
                       [this](const std::string& label) { return IsAsked(label); });
  }
  static Estimated Closed(uint64_t seen) { return {Evidence::kNone, {Growth::kSaturated, seen, seen, seen, seen}}; }

  // The series of each input.
  std::vector<uint64_t> CountEach(const RowNumbers& numbers) const {
    std::vector<uint32_t> last_seen(numbers.count, kNever);
    std::vector<uint64_t> counts(inputs_, 0);
    ForEachRowByInput(rows_, inputs_, [&](size_t input, size_t row) {
      uint32_t& seen = last_seen[numbers.of_row[row]];
      counts[input] += seen != input;
      seen = static_cast<uint32_t>(input);
    });
    return counts;
  }

  Estimated Estimate(const RowNumbers& numbers, uint32_t absent) const {
    if (inputs_ >= kFewestSnapshots) return {Evidence::kSnapshots, FromSnapshots(numbers, absent)};
    uint64_t seen = 0;
    std::vector<bool> occurs(numbers.count, false);
    for (const uint64_t number : numbers.of_row) {
      seen += number != absent && !occurs[number];
      occurs[number] = true;
    }
    if (events_.empty()) return {Evidence::kNone, {Growth::kUnknown, seen, seen, seen, seen}};
    return {Evidence::kEvents, FromEvents(numbers, absent, seen)};
  }

  UnseenEstimate FromSnapshots(const RowNumbers& numbers, uint32_t absent) const {
    std::vector<bool> seen(numbers.count, false);
    std::vector<uint64_t> first_seen(inputs_, 0);
    ForEachRowByInput(rows_, inputs_, [&](size_t input, size_t row) {
      const uint64_t number = numbers.of_row[row];
      if (number == absent || seen[number]) return;
      seen[number] = true;
      ++first_seen[input];
    });
    return EstimateFromSnapshots(first_seen, options_.horizon);
  }

  // Of the last input: counters there hold what happened before as well, unless the process began anew.
  UnseenEstimate FromEvents(const RowNumbers& numbers, uint32_t absent, uint64_t seen) const {
    std::vector<double> times(numbers.count, 0);
    for (const RowSpan& span : rows_.spans()) {
      if (span.input != inputs_ - 1) continue;
      for (size_t row = span.offset; row < span.offset + span.count; ++row) {
        if (!std::isnan(events_[row]) && numbers.of_row[row] != absent) times[numbers.of_row[row]] += events_[row];
      }
    }
    Abundance abundance;
    abundance.seen = seen;
    for (const double count : times) {
      abundance.once += count == 1;
      abundance.twice += count == 2;
      abundance.thrice += count == 3;
      abundance.events += count;
    }
    return EstimateFromAbundance(abundance, options_.horizon);
  }

  // Label sets to series: as many a label set as today.
  static UnseenEstimate InSeries(UnseenEstimate sets, uint64_t series) {
    if (sets.seen == 0) return sets;
    const double each = static_cast<double>(series) / static_cast<double>(sets.seen);
    const auto scale = [each](uint64_t value) {
      return static_cast<uint64_t>(std::llround(static_cast<double>(value) * each));
    };
    sets.low = std::max(series, scale(sets.low));
    sets.middle = std::max(sets.low, scale(sets.middle));
    sets.high = std::max(sets.middle, scale(sets.high));
    sets.seen = series;
    return sets;
  }

  const size_t inputs_;
  const std::vector<bool>& restarts_;
  const ForecastOptions& options_;
  FamilyRows& rows_;
  std::vector<double> events_;  // by row; see FamilyRows::Events
};

uint64_t Rounded(double value) { return static_cast<uint64_t>(std::llround(value)); }

void Add(const Comings& more, Comings* sum) {
  sum->born += more.born;
  sum->returned += more.returned;
  sum->died += more.died;
}

// The sums of the metrics [begin, end). Their errors are taken to be independent: the ends of the sum are as far from its
// middle as the root of the squares of theirs.
ForecastTotal Total(const std::vector<MetricForecast>& metrics, size_t begin, size_t end) {
  ForecastTotal total;
  double below = 0, above = 0;
  for (size_t i = begin; i < end; ++i) {
    const MetricForecast& metric = metrics[i];
    total.series_now += metric.series_now;
    total.series_seen += metric.series_seen;
    total.middle += metric.series.middle;
    below += std::pow(static_cast<double>(metric.series.middle - metric.series.low), 2);
    above += std::pow(static_cast<double>(metric.series.high - metric.series.middle), 2);
    if (!metric.churn) continue;
    if (!total.churn) total.churn.emplace();
    Add(metric.churn->between, &total.churn->between);
    Add(metric.churn->at_restarts, &total.churn->at_restarts);
    total.churn->replaced += metric.churn->replaced;
  }
  const auto least = std::max(total.series_seen, total.middle - std::min(total.middle, Rounded(std::sqrt(below))));
  total.low = std::min(total.middle, least);
  total.high = total.middle + Rounded(std::sqrt(above));
  return total;
}

}  // namespace

Forecast MakeForecast(const CensusData& data, const SampleValues& values, const ForecastOptions& options) {
  Forecast forecast;
  forecast.horizon = options.horizon;
  forecast.replicas = options.replicas;
  forecast.ignored_labels = options.ignored_labels;
  FamilyRows rows(data, values);
  const size_t inputs = data.inputs.size();
  const std::vector<bool> restarts = inputs > 1 ? FindRestarts(data, &rows) : std::vector<bool>(inputs, false);
  for (size_t i = 0; i < inputs; ++i) forecast.inputs.push_back({data.inputs[i].path, 0, restarts[i]});
  FamilyForecaster forecaster(inputs, restarts, options, &rows);
  for (const FamilyTables& family : data.families) {
    forecast.metrics.push_back(forecaster.Forecast(family, &forecast.inputs));
    forecast.without_evidence += forecast.metrics.back().series.growth == Growth::kUnknown;
  }
  std::stable_sort(forecast.metrics.begin(), forecast.metrics.end(),
                   [](const MetricForecast& a, const MetricForecast& b) { return a.series.middle > b.series.middle; });
  forecast.total = Total(forecast.metrics, 0, forecast.metrics.size());
  if (options.limit != 0 && forecast.metrics.size() > options.limit) {
    forecast.others = Total(forecast.metrics, options.limit, forecast.metrics.size());
    forecast.other_metrics = forecast.metrics.size() - options.limit;
    forecast.metrics.resize(options.limit);
  }
  return forecast;
}

}  // namespace seriesguard
