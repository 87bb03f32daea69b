// SPDX-License-Identifier: Apache-2.0
//
// worker_merge.cc: a key is parsed when it is first seen and given its place when a file with it is first added, because
// a file that is refused must not decide a metric's type.
#include "analyzer/multiproc/worker_merge.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "analyzer/multiproc/client_number.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kTypes = 4;
constexpr char kPid[] = "pid";
constexpr char kBoundary[] = "le";

std::string_view TypeWord(WorkerFileType type) {
  switch (type) {
    case WorkerFileType::kCounter: return "counter";
    case WorkerFileType::kGauge: return "gauge";
    case WorkerFileType::kHistogram: return "histogram";
    case WorkerFileType::kSummary: break;
  }
  return "summary";
}

// What finds a sample of one metric: no two metrics and texts have the same.
std::string IndexKey(uint32_t metric, const std::string& text) {
  return std::string(reinterpret_cast<const char*>(&metric), sizeof metric) + text;
}

}  // namespace

WorkerMerge::WorkerMerge(const HashKey& hash, NameForm form)
    : hash_(hash),
      form_(form),
      keys_by_type_(kTypes, Index(0, Hasher{&hash_})),
      metric_index_(0, Hasher{&hash_}),
      pid_index_(0, Hasher{&hash_}),
      series_index_(0, Hasher{&hash_}),
      bucket_set_index_(0, Hasher{&hash_}) {}

absl::StatusOr<WorkerMerge::KeyId> WorkerMerge::Intern(WorkerFileType type, std::string_view key) {
  Index& index = keys_by_type_[static_cast<size_t>(type)];
  if (const auto known = index.find(key); known != index.end()) return known->second;
  absl::StatusOr<EntryKey> parsed = ParseEntryKey(key);
  if (!parsed.ok()) return parsed.status();
  Key entry;
  if (type == WorkerFileType::kHistogram) {
    for (const auto& [name, value] : parsed->labels) {
      if (name != kBoundary) continue;
      entry.boundary = ReadBoundary(value);
      if (!entry.boundary) return absl::InvalidArgumentError("its key has a label le that is no number");
    }
  }
  entry.parsed = std::make_unique<EntryKey>(*std::move(parsed));
  const KeyId id = static_cast<KeyId>(keys_.size());
  keys_.push_back(std::move(entry));
  index.emplace(std::string(key), id);
  return id;
}

uint32_t WorkerMerge::MetricOf(WorkerFileType type, EntryKey* parsed) {
  const auto [place, is_new] = metric_index_.try_emplace(parsed->metric, static_cast<uint32_t>(metrics_.size()));
  if (is_new) {
    Metric metric;
    metric.name = parsed->metric;
    metric.help = std::move(parsed->help);
    metric.type = type;
    metrics_.push_back(std::move(metric));
  }
  return place->second;
}

uint32_t WorkerMerge::SeriesOf(uint32_t metric, SampleLine sample) {
  const auto [place, is_new] =
      series_index_.try_emplace(IndexKey(metric, sample.text), static_cast<uint32_t>(series_.size()));
  if (is_new) {
    Series series;
    series.sample = std::move(sample);
    metrics_[metric].series.push_back(static_cast<uint32_t>(series_.size()));
    series_.push_back(std::move(series));
  }
  return place->second;
}

uint32_t WorkerMerge::BucketSetOf(uint32_t metric, const EntryKey& parsed) {
  BucketSet set;
  set.bucket = MakeSampleLine(metrics_[metric].name + "_bucket", parsed.labels, kBoundary, form_);
  set.count = MakeSampleLine(metrics_[metric].name + "_count", parsed.labels, kBoundary, form_);
  const auto [place, is_new] =
      bucket_set_index_.try_emplace(IndexKey(metric, set.count.text), static_cast<uint32_t>(bucket_sets_.size()));
  if (is_new) {
    metrics_[metric].bucket_sets.push_back(static_cast<uint32_t>(bucket_sets_.size()));
    bucket_sets_.push_back(std::move(set));
  }
  return place->second;
}

uint32_t WorkerMerge::PidOf(std::string_view pid) {
  const auto [place, is_new] = pid_index_.try_emplace(std::string(pid), static_cast<uint32_t>(pids_.size()));
  if (is_new) pids_.emplace_back(pid);
  return place->second;
}

void WorkerMerge::Resolve(WorkerFileType type, Key* key) {
  const std::unique_ptr<EntryKey> parsed = std::move(key->parsed);
  key->metric = MetricOf(type, parsed.get());
  if (metrics_[key->metric].type == WorkerFileType::kHistogram && key->boundary) {
    key->bucket_set = BucketSetOf(key->metric, *parsed);
    key->bucket = &bucket_sets_[key->bucket_set].buckets[*key->boundary];
    return;
  }
  // The worker's own pid takes the place of whatever label of that name the service has given a gauge.
  const std::string_view without = type == WorkerFileType::kGauge ? kPid : "";
  key->series = SeriesOf(key->metric, MakeSampleLine(parsed->sample, parsed->labels, without, form_));
}

// Returns how many series this is the worker's first part in: the bucket's, and that of the count of all.
uint64_t WorkerMerge::AddToBucket(double value, Key* key) {
  key->bucket->sum += value;
  BucketSet& set = bucket_sets_[key->bucket_set];
  const uint64_t first = (key->bucket->seen_in != worker_ ? 1u : 0u) + (set.seen_in != worker_ ? 1u : 0u);
  key->bucket->seen_in = set.seen_in = worker_;
  return first;
}

uint64_t WorkerMerge::AddFile(const WorkerFileName& file, const std::vector<Entry>& entries) {
  const bool is_gauge = file.type == WorkerFileType::kGauge;
  const uint32_t pid = is_gauge ? PidOf(file.pid) : kNone;
  uint64_t added = 0;
  for (const Entry& entry : entries) {
    Key& key = keys_[entry.key];
    if (key.parsed != nullptr) Resolve(file.type, &key);
    if (key.bucket != nullptr) {
      added += AddToBucket(entry.value, &key);
      continue;
    }
    Metric& metric = metrics_[key.metric];
    Series& series = series_[key.series];
    if (is_gauge) metric.mode = file.mode;
    if (is_gauge || metric.type == WorkerFileType::kGauge) {
      series.contributions.push_back({pid, entry.value, entry.timestamp});
    } else {
      series.sum += entry.value;
      series.has_sum = true;
    }
    const bool shows = !is_gauge || file.mode != ClientGaugeMode::kMostRecent || entry.timestamp > 0;
    if (shows && series.seen_in != worker_) {
      series.seen_in = worker_;
      ++added;
    }
  }
  return added;
}

void WorkerMerge::PutOfPids(const Series& series, const std::map<uint32_t, double>& values, std::string* out) const {
  for (const auto& [pid, value] : values) {
    SampleLine sample = series.sample;
    if (pid != kNone) AddLabel(kPid, pids_[pid], form_, &sample);
    AppendLine(sample, value, out);
  }
}

void WorkerMerge::PutGauge(const Series& series, ClientGaugeMode mode, std::string* out) const {
  std::map<uint32_t, double> of_pids;
  double value = 0, latest = 0;
  bool shows = false;
  for (const Contribution& part : series.contributions) {
    switch (mode) {
      case ClientGaugeMode::kEach: of_pids[part.pid] = part.value; continue;
      case ClientGaugeMode::kMin: value = shows && !(part.value < value) ? value : part.value; break;
      case ClientGaugeMode::kMax: value = shows && !(part.value > value) ? value : part.value; break;
      case ClientGaugeMode::kSum: value += part.value; break;
      case ClientGaugeMode::kMostRecent:
        if (!(latest < part.timestamp)) continue;
        latest = part.timestamp;
        value = part.value;
        break;
    }
    shows = true;
  }
  if (shows) AppendLine(series.sample, value, out);
  PutOfPids(series, of_pids, out);
}

void WorkerMerge::PutSum(const Series& series, std::string* out) const {
  if (series.has_sum) AppendLine(series.sample, series.sum, out);
  std::map<uint32_t, double> of_pids;  // only where one metric is a gauge to some workers and none to the first
  for (const Contribution& part : series.contributions) of_pids[part.pid] += part.value;
  PutOfPids(series, of_pids, out);
}

void WorkerMerge::PutBuckets(const BucketSet& set, std::string* out) const {
  double so_far = 0;
  for (const auto& [boundary, bucket] : set.buckets) {
    so_far += bucket.sum;
    SampleLine sample = set.bucket;
    AddLabel(kBoundary, ClientNumber(boundary), form_, &sample);
    AppendLine(sample, so_far, out);
  }
  AppendLine(set.count, so_far, out);
}

void WorkerMerge::PutMetric(const Metric& metric, std::string* out) const {
  const std::string name =
      MetadataName(metric.type == WorkerFileType::kCounter ? metric.name + "_total" : metric.name, form_);
  *out += "# HELP " + name + " " + EscapeHelpText(metric.help) + "\n# TYPE " + name + " ";
  *out += TypeWord(metric.type);
  *out += '\n';
  const uint32_t number = static_cast<uint32_t>(&metric - metrics_.data());
  for (const uint32_t set : metric.bucket_sets) PutBuckets(bucket_sets_[set], out);
  for (const uint32_t index : metric.series) {
    const Series& series = series_[index];
    if (metric.type == WorkerFileType::kGauge) {
      PutGauge(series, metric.mode, out);
    } else if (metric.bucket_sets.empty() || !bucket_set_index_.contains(IndexKey(number, series.sample.text))) {
      // Else it is a `_count` beside buckets, and theirs stands.
      PutSum(series, out);
    }
  }
}

std::string WorkerMerge::Text() const {
  std::string text;
  for (const Metric& metric : metrics_) PutMetric(metric, &text);
  return text;
}

}  // namespace seriesguard
