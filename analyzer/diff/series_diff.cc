// SPDX-License-Identifier: Apache-2.0
//
// series_diff.cc: families are resolved over both sides together, so that a lost TYPE line tears no metric apart.
#include "analyzer/diff/series_diff.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/family_resolution.h"
#include "analyzer/census/on_threads.h"
#include "analyzer/diff/family_diff.h"
#include "analyzer/diff/side_keys.h"

namespace seriesguard {
namespace {

// What each side's TYPE lines say of a name.
class SideTypes {
 public:
  SideTypes(const CensusData& data, const std::vector<uint8_t>& bit_of_input) {
    for (const Declaration& declaration : data.declarations) {
      Types& types = of_name_[std::string(data.symbols.Text(declaration.name))];
      if (bit_of_input[declaration.first_input] == kBeforeBit) types.before = declaration.type;
      if (bit_of_input[declaration.last_input] == kAfterBit) types.after = declaration.last_type;
    }
  }

  // A counter's family has _total, which OpenMetrics leaves out of the TYPE line.
  void Fill(MetricChange* change) const {
    constexpr std::string_view kTotal = "_total";
    std::string_view name = change->name;
    Take(name, change);
    if (name.size() <= kTotal.size() || name.substr(name.size() - kTotal.size()) != kTotal) return;
    Take(name.substr(0, name.size() - kTotal.size()), change);
  }

 private:
  struct Types {
    MetricType before = MetricType::kNone;
    MetricType after = MetricType::kNone;
  };

  void Take(std::string_view name, MetricChange* change) const {
    const auto found = of_name_.find(std::string(name));
    if (found == of_name_.end()) return;
    const bool is_base = name.size() < change->name.size();  // then only a counter can be meant
    const auto take = [is_base](MetricType from, bool is_there, MetricType* to) {
      if (is_there && *to == MetricType::kNone && (!is_base || from == MetricType::kCounter)) *to = from;
    };
    take(found->second.before, change->is_before, &change->type_before);
    take(found->second.after, change->is_after, &change->type_after);
  }

  absl::flat_hash_map<std::string, Types> of_name_;
};

std::vector<uint8_t> BitOfInput(size_t inputs, const std::vector<TargetPair>& pairs) {
  std::vector<uint8_t> bits(inputs, 0);
  for (const TargetPair& pair : pairs) {
    if (pair.before) bits[*pair.before] = kBeforeBit;
    if (pair.after) bits[*pair.after] = kAfterBit;
  }
  return bits;
}

std::vector<TargetChange> EmptyTargets(const std::vector<TargetPair>& pairs) {
  std::vector<TargetChange> targets;
  for (const TargetPair& pair : pairs) {
    TargetChange& target = targets.emplace_back();
    target.name = pair.name;
    target.is_before = pair.before.has_value();
    target.is_after = pair.after.has_value();
  }
  return targets;
}

void AddTo(const std::vector<TargetChange>& from, std::vector<TargetChange>* to) {
  for (size_t i = 0; i < from.size(); ++i) {
    (*to)[i].before += from[i].before;
    (*to)[i].after += from[i].after;
    (*to)[i].added += from[i].added;
    (*to)[i].gone += from[i].gone;
  }
}

// Largest first, so that no thread is left with a large one at the end.
std::vector<size_t> BySize(const CensusData& data) {
  std::vector<uint64_t> rows(data.families.size(), 0);
  for (size_t f = 0; f < rows.size(); ++f) {
    for (const uint32_t table : data.families[f].tables) rows[f] += data.tables[table].rows;
  }
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&rows](size_t a, size_t b) { return rows[a] > rows[b]; });
  return order;
}

void AddMetric(MetricChange change, Diff* diff) {
  diff->before.series += change.before;
  diff->after.series += change.after;
  diff->before.metrics += change.is_before ? 1 : 0;
  diff->after.metrics += change.is_after ? 1 : 0;
  diff->metrics_on_both += change.is_before && change.is_after ? 1 : 0;
  *diff->added += *change.added;
  *diff->gone += *change.gone;
  if (change.is_changed() || change.is_retyped()) {
    diff->metrics.push_back(std::move(change));
    return;
  }
  ++diff->unchanged.metrics;
  diff->unchanged.before += change.before;
  diff->unchanged.after += change.after;
}

}  // namespace

Diff DiffSeries(std::unique_ptr<CensusData> data, const SeriesDiffOptions& options) {
  ResolveFamilies(data.get());
  data->symbols.DropIndex();  // nothing is looked up by its text any more
  const std::vector<uint8_t> bit_of_input = BitOfInput(data->inputs.size(), options.pairs);
  const SideTypes types(*data, bit_of_input);

  Diff diff;
  diff.added = diff.gone = 0;
  diff.unchanged.added = diff.unchanged.gone = 0;
  diff.ignored_labels = options.ignored_labels;
  for (size_t i = 0; i < data->inputs.size(); ++i) {
    DiffSide& side = bit_of_input[i] == kBeforeBit ? diff.before : diff.after;
    side.inputs.push_back({data->inputs[i].path, data->inputs[i].format});
  }

  std::vector<MetricChange> changes(data->families.size());
  std::vector<TargetChange> targets = EmptyTargets(options.pairs);
  const std::vector<size_t> order = BySize(*data);
  std::atomic<size_t> next{0};
  std::mutex mutex;
  OnThreads(std::max<size_t>(options.threads, 1), [&](size_t) {
    FamilyDiff family_diff(*data, options.pairs, bit_of_input, options.ignored_labels);
    std::vector<TargetChange> of_thread = EmptyTargets(options.pairs);
    for (size_t i = next.fetch_add(1); i < order.size(); i = next.fetch_add(1)) {
      changes[order[i]] = family_diff.Compare(data->families[order[i]], &of_thread);
      types.Fill(&changes[order[i]]);
    }
    const std::lock_guard<std::mutex> lock(mutex);
    AddTo(of_thread, &targets);
  });

  for (const std::string& label : options.ignored_labels) {
    const bool occurs = std::any_of(data->families.begin(), data->families.end(), [&label](const FamilyTables& family) {
      return std::binary_search(family.info.labels.begin(), family.info.labels.end(), label);
    });
    if (!occurs) diff.ignored_in_vain.push_back(label);
  }
  for (MetricChange& change : changes) AddMetric(std::move(change), &diff);
  if (targets.size() > 1 || !targets[0].is_before || !targets[0].is_after) diff.targets = std::move(targets);
  SortChanges(&diff.metrics);
  SumCauses(&diff);
  return diff;
}

}  // namespace seriesguard
