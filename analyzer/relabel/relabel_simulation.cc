// SPDX-License-Identifier: Apache-2.0
//
// relabel_simulation.cc: sample by sample, in the order in which a scrape goes through them.
#include "analyzer/relabel/relabel_simulation.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "analyzer/relabel/relabel_labels.h"
#include "analyzer/relabel/sequence_set.h"
#include "analyzer/simulation/exposition_writer.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/series/keyed_hash.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kName = "__name__";

std::string SeriesText(const std::vector<RelabelLabels::Label>& labels) {
  std::string name, rest;
  for (const auto& [label, value] : labels) {
    if (label == kName) {
      name = value;
    } else {
      rest += (rest.empty() ? "" : ",") + label + "=\"" + EscapeLabelValue(value) + "\"";
    }
  }
  return rest.empty() ? name : name + "{" + rest + "}";
}

// The limits of one scrape while its samples go by.
class LimitWatch {
 public:
  explicit LimitWatch(const ScrapeLimits& limits) : limits_(limits) {
    labels_ = Make("label_limit", limits.label_limit);
    names_ = Make("label_name_length_limit", limits.label_name_length_limit);
    values_ = Make("label_value_length_limit", limits.label_value_length_limit);
    samples_ = Make("sample_limit", limits.sample_limit);
    body_ = Make("body_size_limit", limits.body_size_limit);
  }

  // Each sample that is left after relabelling.
  void See(const std::vector<RelabelLabels::Label>& labels, std::string_view metric, uint64_t line) {
    uint64_t name = 0, value = 0;
    for (const RelabelLabels::Label& label : labels) {
      name = std::max<uint64_t>(name, label.first.size());
      value = std::max<uint64_t>(value, label.second.size());
    }
    Note(labels.size(), metric, line, &labels_);
    Note(name, metric, line, &names_);
    Note(value, metric, line, &values_);
    samples_.seen++;
    Cross(metric, line, &samples_);
    if (limits_.sample_limit > 0) ++samples_of_[std::string(metric)];
  }
  // The body's size says nothing of metrics: the one with the most bytes is not known here.
  void SeeBody(uint64_t bytes) {
    body_.seen = bytes;
    // A server reads up to the limit, and takes a body that fills it for a longer one.
    body_.is_exceeded = body_.value > 0 && bytes >= body_.value;
  }

  // Why the scrape fails; a body that is too large is never parsed, and labels are looked at before samples are counted.
  std::string Failure(uint64_t last_line, const std::string& other) const {
    if (body_.is_exceeded) return Text(body_);
    const LimitEffect* first = nullptr;
    for (const LimitEffect* limit : {&labels_, &names_, &values_}) {
      if (limit->is_exceeded && limit->line <= last_line && (first == nullptr || limit->line < first->line)) {
        first = limit;
      }
    }
    if (first != nullptr) return Text(*first);
    if (!other.empty()) return other;
    return samples_.is_exceeded ? Text(samples_) : "";
  }

  std::vector<LimitEffect> Take() {
    for (const auto& [metric, count] : samples_of_) {
      if (count > samples_.biggest_share) samples_.biggest = metric, samples_.biggest_share = count;
    }
    std::vector<LimitEffect> set;
    for (LimitEffect* limit : {&body_, &samples_, &labels_, &names_, &values_}) {
      if (limit->value > 0) set.push_back(std::move(*limit));
    }
    return set;
  }

 private:
  static LimitEffect Make(std::string name, uint64_t value) {
    LimitEffect limit;
    limit.limit = std::move(name);
    limit.value = value;
    return limit;
  }
  static void Cross(std::string_view metric, uint64_t line, LimitEffect* limit) {
    if (limit->is_exceeded || limit->value == 0 || limit->seen <= limit->value) return;
    limit->is_exceeded = true;
    limit->metric = std::string(metric);
    limit->line = line;
  }
  static void Note(uint64_t seen, std::string_view metric, uint64_t line, LimitEffect* limit) {
    if (seen <= limit->seen) return;
    limit->seen = limit->biggest_share = seen;
    limit->biggest = std::string(metric);
    Cross(metric, line, limit);
  }
  static std::string Text(const LimitEffect& limit) {
    return absl::StrCat(limit.limit, " ", limit.value, " is exceeded: ", limit.seen);
  }

  const ScrapeLimits limits_;
  LimitEffect labels_, names_, values_, samples_, body_;
  std::map<std::string, uint64_t> samples_of_;  // by name; ties go to the first by name
};

class Scrape {
 public:
  Scrape(const RelabelJob& job, const std::vector<CompiledRelabelRule>& rules, const DumpTable& table,
         const RelabelOptions& options)
      : job_(job), rules_(rules), table_(table), options_(options), texts_(HashKey::Random()), limits_(job.limits) {
    for (const CompiledRelabelRule& rule : rules) {
      RuleEffect effect;
      effect.line = static_cast<uint64_t>(std::max(rule.rule().location.line, 0));
      effect.action = std::string(RelabelActionName(rule.rule().action));
      told_.rules.push_back(std::move(effect));
    }
  }

  RelabelledInput Run(const InputCount& input);

 private:
  void Take(const SampleRow& row);
  void LoadLabels(const SampleRow& row);
  void AttachTarget();
  // Why a server would refuse the labels, and with them the scrape; empty: it takes them.
  std::string Objection(const std::vector<RelabelLabels::Label>& labels) const;
  void Store(const SampleRow& row, uint32_t before, bool before_is_new, size_t metric);
  std::string BeforeText(uint32_t before) const;
  void Write(double value, int64_t timestamp_ms);

  const RelabelJob& job_;
  const std::vector<CompiledRelabelRule>& rules_;
  const DumpTable& table_;
  const RelabelOptions& options_;
  SymbolTable texts_;  // names and values, before and after
  RelabelLabels labels_;
  std::vector<RelabelLabels::Label> sorted_;
  std::vector<uint32_t> sequence_;
  SequenceSet before_, after_;
  std::vector<uint32_t> first_source_;                        // by series after: the series before that came first
  absl::flat_hash_set<std::pair<uint32_t, int64_t>> stored_;  // series after and timestamp
  std::unordered_map<std::string, size_t> lost_of_;           // by metric: place in told_.lost
  absl::flat_hash_set<uint32_t> lost_before_;                 // series before that lost a sample
  std::map<std::string, size_t, std::less<>> metric_of_;      // place in told_.metrics
  LimitWatch limits_;
  std::string failure_;  // of a sample's labels
  uint64_t failure_line_ = UINT64_MAX;
  RelabelledInput told_;
  std::map<std::string, std::string> document_;  // by metric name: one metric's samples stand together
};

void Scrape::LoadLabels(const SampleRow& row) {
  const SampleShape& shape = table_.shapes()[row.shape];
  sorted_.clear();
  sorted_.emplace_back(std::string(kName), std::string(table_.Text(shape.name)));
  for (size_t i = 0; i < shape.labels.size(); ++i) {
    const std::string_view value = table_.Text(table_.ValuesOf(row)[i]);
    if (!value.empty()) sorted_.emplace_back(std::string(table_.Text(shape.labels[i])), std::string(value));
  }
  std::sort(sorted_.begin(), sorted_.end());
  labels_.Clear();
  for (const auto& [name, value] : sorted_) labels_.AddFirst(name, value);
}

// The target's own labels win, and what a sample says under their names becomes exported_...; or the other way round.
void Scrape::AttachTarget() {
  std::vector<RelabelLabels::Label> conflicts;
  for (const auto& [name, value] : job_.target_labels) {
    const std::string existing(labels_.Get(name));
    if (existing.empty()) {
      labels_.Set(name, value);
    } else if (!job_.honor_labels) {
      conflicts.emplace_back(name, existing);
      labels_.Set(name, value);
    }
  }
  std::stable_sort(conflicts.begin(), conflicts.end(),
                   [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
  for (const auto& [name, value] : conflicts) {
    std::string exported = "exported_" + name;
    while (!labels_.Get(exported).empty()) exported = "exported_" + exported;
    labels_.Set(exported, value);
  }
  if (options_.server == ServerView::kPrometheus2) labels_.Settle();
}

std::string Scrape::Objection(const std::vector<RelabelLabels::Label>& labels) const {
  bool has_name = false;
  for (const auto& [name, value] : labels) {
    if (name == kName) {
      has_name = true;
      const bool is_fine =
          options_.server == ServerView::kPrometheus2 ? IsClassicMetricName(value) : IsValidUtf8(value);
      if (!is_fine) return absl::StrCat("\"", SafeTextTruncated(value, 60), "\" is no metric name");
    } else if (!IsLabelName(name, options_.server)) {
      return absl::StrCat("\"", SafeTextTruncated(name, 60), "\" is no label name");
    }
  }
  return has_name ? "" : "a sample has no metric name left";
}

std::string Scrape::BeforeText(uint32_t before) const {
  std::vector<RelabelLabels::Label> labels;
  const absl::Span<const uint32_t> numbers = before_.At(before);
  for (size_t i = 0; i + 1 < numbers.size(); i += 2) {
    labels.emplace_back(std::string(texts_.Text(numbers[i])), std::string(texts_.Text(numbers[i + 1])));
  }
  return SeriesText(labels);
}

void Scrape::Store(const SampleRow& row, uint32_t before, bool before_is_new, size_t metric) {
  sequence_.clear();
  for (const auto& [name, value] : sorted_) {
    sequence_.push_back(texts_.Intern(name));
    sequence_.push_back(texts_.Intern(value));
  }
  const SequenceSet::Inserted after = after_.Insert(sequence_);
  if (after.is_new) first_source_.push_back(before);
  const int64_t timestamp = job_.honor_timestamps ? row.timestamp_ms : kNoTimestamp;
  ++told_.kept_samples;
  const bool is_lost = !stored_.emplace(after.id, timestamp).second;
  // (A sample that the dump itself repeats is lost without any rule; its series is there all the same.)
  const bool is_repeated = first_source_[after.id] == before;
  if (before_is_new && (!is_lost || is_repeated)) ++told_.metrics[metric].series_after;
  if (!is_lost) return Write(row.value, timestamp);
  ++told_.lost_samples;
  const bool is_new_loser = lost_before_.insert(before).second;
  if (is_new_loser && !is_repeated) ++told_.metrics[metric].lost_series;
  std::string name;
  for (const auto& [label, value] : sorted_) {
    if (label == kName) name = value;
  }
  const auto [place, is_new] = lost_of_.try_emplace(name, told_.lost.size());
  if (is_new) {
    LostSeries lost;
    lost.metric = name;
    lost.kept = BeforeText(first_source_[after.id]);
    lost.lost = BeforeText(before);
    lost.becomes = SeriesText(sorted_);
    told_.lost.push_back(std::move(lost));
  }
  LostSeries& lost = told_.lost[place->second];
  ++lost.samples;
  if (is_new_loser) ++lost.series;
}

void Scrape::Write(double value, int64_t timestamp_ms) {
  if (options_.exposition == nullptr) return;
  std::string_view name;
  LabelViews labels;
  for (const auto& [label, text] : sorted_) {
    if (label == kName) {
      name = text;
    } else {
      labels.emplace_back(label, text);
    }
  }
  ExpositionWriter(&document_[std::string(name)]).Sample(name, labels, value, timestamp_ms);
}

void Scrape::Take(const SampleRow& row) {
  LoadLabels(row);
  sequence_.clear();
  for (const auto& [name, value] : sorted_) {
    sequence_.push_back(texts_.Intern(name));
    sequence_.push_back(texts_.Intern(value));
  }
  const SequenceSet::Inserted before = before_.Insert(sequence_);
  const std::string_view name = table_.Text(table_.shapes()[row.shape].name);
  auto known = metric_of_.find(name);
  if (known == metric_of_.end()) {
    known = metric_of_.emplace(std::string(name), told_.metrics.size()).first;
    told_.metrics.emplace_back();
    told_.metrics.back().name = std::string(name);
  }
  RelabelledMetric& metric = told_.metrics[known->second];
  if (before.is_new) ++metric.series_before;

  AttachTarget();
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].Apply(&labels_) && !labels_.empty()) continue;
    ++told_.rules[i].dropped_samples;
    if (before.is_new) {
      ++told_.rules[i].dropped_series;
      ++told_.dropped_series;
      ++metric.dropped_series;
    }
    return;
  }
  sorted_ = labels_.labels();
  std::sort(sorted_.begin(), sorted_.end());
  if (std::string objection = Objection(sorted_); !objection.empty()) {
    if (failure_.empty()) {
      failure_ = absl::StrCat(objection, " (line ", row.line, " of the dump)");
      failure_line_ = row.line;
    }
    return;
  }
  limits_.See(sorted_, name, row.line);
  Store(row, before.id, before.is_new, known->second);
}

RelabelledInput Scrape::Run(const InputCount& input) {
  told_.path = input.path;
  limits_.SeeBody(input.bytes);
  for (const SampleRow& row : table_.rows()) Take(row);
  told_.samples = table_.rows().size();
  told_.series_before = before_.size();
  told_.series_after = after_.size();
  told_.failure = limits_.Failure(failure_line_, failure_);
  told_.limits = limits_.Take();
  if (options_.exposition != nullptr && told_.failure.empty()) {
    for (const auto& [name, lines] : document_) *options_.exposition += lines;
  }
  std::stable_sort(told_.lost.begin(), told_.lost.end(),
                   [](const LostSeries& a, const LostSeries& b) { return a.samples > b.samples; });
  return std::move(told_);
}

}  // namespace

absl::StatusOr<RelabelSimulation> SimulateRelabelling(const RelabelJob& job, const Census& census,
                                                      const DumpTables& tables, const RelabelOptions& options) {
  std::vector<CompiledRelabelRule> rules;
  for (const ServerRelabelRule& rule : job.rules) {
    absl::StatusOr<CompiledRelabelRule> compiled = CompiledRelabelRule::Compile(rule, options.server);
    if (!compiled.ok()) return compiled.status();
    rules.push_back(*std::move(compiled));
  }
  RelabelSimulation simulation;
  simulation.job = job.name;
  simulation.server = options.server;
  for (size_t input = 0; input < tables.size(); ++input) {
    RelabelOptions of_input = options;
    if (input > 0) of_input.exposition = nullptr;
    simulation.inputs.push_back(Scrape(job, rules, tables.table(input), of_input).Run(census.inputs()[input]));
  }
  return simulation;
}

}  // namespace seriesguard
