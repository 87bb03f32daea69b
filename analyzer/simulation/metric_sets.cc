// SPDX-License-Identifier: Apache-2.0
//
// metric_sets.cc: samples are told apart by the shape they have, then filed by label set.
#include "analyzer/simulation/metric_sets.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/exposition/go_float.h"

namespace seriesguard {
namespace {

bool EndsIn(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

// What a sample called `name` is of the family.
PartRole RoleOf(const FamilyInfo& family, std::string_view name, bool has_le, bool has_quantile) {
  if (EndsIn(name, "_created") && family.parts.size() > 1 && name != family.name) return PartRole::kCreated;
  switch (family.type) {
    case MetricType::kHistogram:
      if (EndsIn(name, "_bucket") && has_le) return PartRole::kBucket;
      if (EndsIn(name, "_sum") && name != family.name) return PartRole::kSum;
      return EndsIn(name, "_count") && name != family.name ? PartRole::kCount : PartRole::kOther;
    case MetricType::kSummary:
      if (has_quantile && name == family.name) return PartRole::kQuantile;
      if (EndsIn(name, "_sum") && name != family.name) return PartRole::kSum;
      return EndsIn(name, "_count") && name != family.name ? PartRole::kCount : PartRole::kOther;
    case MetricType::kGaugeHistogram: return PartRole::kOther;
    default: break;
  }
  // A counter's family bears the name of its samples; an info's does not. One kind of sample is the value.
  if (name == family.name) return PartRole::kValue;
  const auto is_created = [](const std::string& part) { return EndsIn(part, "_created"); };
  const auto others = std::count_if(family.parts.begin(), family.parts.end(),
                                    [&is_created](const std::string& part) { return !is_created(part); });
  return others <= 1 && !is_created(std::string(name)) ? PartRole::kValue : PartRole::kOther;
}

// What all samples of one shape have in common.
struct ShapePlan {
  size_t metric = 0;
  PartRole role = PartRole::kOther;
  size_t boundary_at = SIZE_MAX;  // the label that is the boundary
  std::vector<size_t> places;     // by label of the shape: its place in the set; SIZE_MAX = the boundary
  uint32_t plain_part = UINT32_MAX;
};

class Gatherer {
 public:
  Gatherer(const DumpTable& table, const Census& census) : table_(table), census_(census) {
    for (size_t f = 0; f < census.family_count(); ++f) {
      for (const std::string& part : census.family(f).parts) family_of_.try_emplace(part, f);
    }
  }

  std::vector<MetricSets> Gather() {
    PlanShapes();
    set_of_row_.resize(table_.rows().size());
    part_of_row_.resize(table_.rows().size());
    for (uint32_t row = 0; row < table_.rows().size(); ++row) File(row);
    for (MetricSets& metric : metrics_) Sort(&metric);
    return std::move(metrics_);
  }

 private:
  void PlanShapes();
  void File(uint32_t row);
  void Sort(MetricSets* metric);
  uint32_t PartFor(size_t metric, const ShapePlan& plan, Symbol name, Symbol boundary);

  const DumpTable& table_;
  const Census& census_;
  std::map<std::string, size_t, std::less<>> family_of_;  // by sample name
  std::vector<ShapePlan> plans_;                          // by shape
  std::vector<MetricSets> metrics_;
  std::vector<absl::flat_hash_map<uint64_t, uint32_t>> part_of_;  // by metric; by name and boundary
  std::vector<std::map<std::pair<Symbol, double>, uint32_t>> part_of_bound_;
  std::vector<uint32_t> set_of_row_, part_of_row_;
  std::vector<uint32_t> key_;
};

void Gatherer::PlanShapes() {
  std::map<size_t, size_t> metric_of_family;
  std::vector<std::vector<Symbol>> labels;  // by metric
  const std::vector<SampleShape>& shapes = table_.shapes();
  plans_.resize(shapes.size());
  std::vector<size_t> families;
  for (size_t s = 0; s < shapes.size(); ++s) {
    const auto found = family_of_.find(table_.Text(shapes[s].name));
    const size_t family = found == family_of_.end() ? SIZE_MAX - shapes[s].name : found->second;
    const auto [metric, is_new] = metric_of_family.try_emplace(family, families.size());
    if (is_new) {
      families.push_back(family);
      labels.emplace_back();
    }
    ShapePlan& plan = plans_[s];
    plan.metric = metric->second;
    FamilyInfo info;
    if (family < census_.family_count()) {
      info = census_.family(family);
    } else {
      info.name = std::string(table_.Text(shapes[s].name));
      info.parts = {info.name};
    }
    const auto place_of = [&](std::string_view name) {
      for (size_t i = 0; i < shapes[s].labels.size(); ++i) {
        if (table_.Text(shapes[s].labels[i]) == name) return i;
      }
      return SIZE_MAX;
    };
    const size_t le = place_of("le"), quantile = place_of("quantile");
    plan.role = RoleOf(info, table_.Text(shapes[s].name), le != SIZE_MAX, quantile != SIZE_MAX);
    if (plan.role == PartRole::kBucket) plan.boundary_at = le;
    if (plan.role == PartRole::kQuantile) plan.boundary_at = quantile;
    if (plan.role == PartRole::kOther) continue;
    for (size_t i = 0; i < shapes[s].labels.size(); ++i) {
      if (i != plan.boundary_at) labels[plan.metric].push_back(shapes[s].labels[i]);
    }
  }
  for (size_t m = 0; m < families.size(); ++m) {
    std::vector<Symbol>& names = labels[m];
    std::sort(names.begin(), names.end(), [this](Symbol a, Symbol b) { return table_.Text(a) < table_.Text(b); });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    FamilyInfo info;
    if (families[m] < census_.family_count()) info = census_.family(families[m]);
    metrics_.emplace_back(std::move(info), names.size());
    metrics_.back().labels = names;
  }
  for (size_t s = 0; s < shapes.size(); ++s) {
    MetricSets& metric = metrics_[plans_[s].metric];
    if (metric.info.name.empty()) metric.info.name = std::string(table_.Text(shapes[s].name));
    for (size_t i = 0; i < shapes[s].labels.size(); ++i) {
      const auto place = std::find(metric.labels.begin(), metric.labels.end(), shapes[s].labels[i]);
      plans_[s].places.push_back(i == plans_[s].boundary_at || place == metric.labels.end()
                                     ? SIZE_MAX
                                     : static_cast<size_t>(place - metric.labels.begin()));
    }
  }
  part_of_.resize(metrics_.size());
  part_of_bound_.resize(metrics_.size());
}

uint32_t Gatherer::PartFor(size_t m, const ShapePlan& plan, Symbol name, Symbol boundary) {
  const uint64_t key = (uint64_t{name} << 32) | boundary;
  const auto known = part_of_[m].find(key);
  if (known != part_of_[m].end()) return known->second;
  MetricPart part{plan.role, name, boundary, 0};
  if (plan.boundary_at != SIZE_MAX && !ParseGoLabelFloat(table_.Text(boundary), &part.bound)) {
    part.role = PartRole::kOther;  // a boundary that is no number
  }
  uint32_t id = static_cast<uint32_t>(metrics_[m].parts.size());
  if (part.role == PartRole::kBucket || part.role == PartRole::kQuantile) {
    if (part.bound != part.bound) part.role = PartRole::kOther;  // NaN has no order
  }
  if (part.role == PartRole::kBucket || part.role == PartRole::kQuantile) {
    const auto [same, is_new] = part_of_bound_[m].try_emplace({name, part.bound}, id);
    id = same->second;
    if (is_new) metrics_[m].parts.push_back(part);
  } else {
    metrics_[m].parts.push_back(part);
  }
  part_of_[m].emplace(key, id);
  return id;
}

void Gatherer::File(uint32_t r) {
  const SampleRow& row = table_.rows()[r];
  ShapePlan& plan = plans_[row.shape];
  MetricSets& metric = metrics_[plan.metric];
  metric.rows.push_back(r);
  set_of_row_[r] = UINT32_MAX;
  if (plan.role == PartRole::kOther) {
    metric.has_strangers = true;
    return;
  }
  if (plan.role == PartRole::kQuantile) metric.has_quantiles = true;
  const Symbol* const values = table_.ValuesOf(row);
  const Symbol name = table_.shapes()[row.shape].name;
  if (plan.boundary_at != SIZE_MAX) {
    part_of_row_[r] = PartFor(plan.metric, plan, name, values[plan.boundary_at]);
  } else {
    if (plan.plain_part == UINT32_MAX) plan.plain_part = PartFor(plan.metric, plan, name, kNoSymbol);
    part_of_row_[r] = plan.plain_part;
  }
  if (metric.parts[part_of_row_[r]].role == PartRole::kOther) {
    metric.has_strangers = true;
    return;
  }
  key_.assign(metric.labels.size(), kNoSymbol);
  for (size_t i = 0; i < plan.places.size(); ++i) {
    if (plan.places[i] != SIZE_MAX) key_[plan.places[i]] = values[i];
  }
  set_of_row_[r] = metric.sets.Insert(key_.data()).id;
}

// Files the parts by label set, without a comparison sort over all of them.
void Gatherer::Sort(MetricSets* metric) {
  std::vector<uint32_t> place(metric->sets.size() + 1, 0);
  for (const uint32_t r : metric->rows) {
    if (set_of_row_[r] != UINT32_MAX) ++place[set_of_row_[r] + 1];
  }
  for (size_t i = 1; i < place.size(); ++i) place[i] += place[i - 1];
  std::vector<PartOfSet> all(place.back());
  std::vector<uint32_t> next(place.begin(), place.end() - 1);
  for (const uint32_t r : metric->rows) {
    if (set_of_row_[r] != UINT32_MAX) all[next[set_of_row_[r]]++] = {part_of_row_[r], r};
  }
  metric->first.reserve(metric->sets.size() + 1);
  const std::vector<SampleRow>& rows = table_.rows();
  for (size_t set = 0; set < metric->sets.size(); ++set) {
    metric->first.push_back(static_cast<uint32_t>(metric->of_set.size()));
    const auto begin = all.begin() + place[set], end = all.begin() + place[set + 1];
    std::sort(begin, end, [&rows](const PartOfSet& a, const PartOfSet& b) {
      if (a.part != b.part) return a.part < b.part;
      if (rows[a.row].timestamp_ms != rows[b.row].timestamp_ms) {
        return rows[a.row].timestamp_ms > rows[b.row].timestamp_ms;
      }
      return a.row < b.row;
    });
    for (auto it = begin; it != end; ++it) {
      if (it != begin && it->part == (it - 1)->part) {
        ++metric->left_out_samples;
      } else {
        metric->of_set.push_back(*it);
      }
    }
  }
  metric->first.push_back(static_cast<uint32_t>(metric->of_set.size()));
}

}  // namespace

std::vector<MetricSets> GatherMetricSets(const DumpTable& table, const Census& census) {
  return Gatherer(table, census).Gather();
}

}  // namespace seriesguard
