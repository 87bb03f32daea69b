// SPDX-License-Identifier: Apache-2.0
//
// bucket_counts.cc: a label set is one text, its labels sorted and each preceded by its length.
#include "analyzer/buckets/bucket_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/exposition/entry_scanner.h"
#include "analyzer/exposition/go_float.h"
#include "analyzer/exposition/sample_value.h"
#include "lib/metrics/buckets.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr int64_t kNoTimestamp = std::numeric_limits<int64_t>::min();
constexpr size_t kShownColumns = 40;

void AppendText(std::string_view text, std::string* key) {
  absl::StrAppend(key, text.size(), ":", absl::string_view(text.data(), text.size()));
}

absl::Status Wrong(const std::string& message) { return absl::InvalidArgumentError(message); }

}  // namespace

void BucketCounts::Reject(size_t input, const SampleEvent& sample, std::string_view what, std::string_view text) {
  if (!problem_.empty()) return;
  problem_input_ = input;
  problem_ = absl::StrCat(", line ", sample.line_number, ", has the ", std::string(what), " \"",
                          SafeTextTruncated(text, kShownColumns), "\"");
}

void BucketCounts::OnSample(size_t input, const SampleEvent& sample) {
  if (sample.has_escapes) {
    UnescapeQuoted(sample.name(), &buffer_);
    if (buffer_ != sample_name_) return;
  } else if (sample.name() != sample_name_) {
    return;
  }
  bool has_boundary = false;
  double boundary = 0;
  labels_.clear();
  for (size_t i = 0; i < sample.label_count; ++i) {
    std::string name, value;
    UnescapeQuoted(sample.label_name(i), &name);
    UnescapeQuoted(sample.label_value(i), &value);
    if (value.empty()) continue;  // as if it were not there
    if (name != "le") {
      labels_.emplace_back(std::move(name), std::move(value));
      continue;
    }
    has_boundary = true;
    if (!ParseGoLabelFloat(value, &boundary) || std::isnan(boundary) || boundary == -HUGE_VAL) {
      return Reject(input, sample, "boundary", value);
    }
  }
  if (!has_boundary) return;  // no bucket; the census says so
  double count = 0;
  const std::string_view text = SampleValueText(sample);
  if (!ParseGoFloat(text, &count) || !(count >= 0) || std::isinf(count)) return Reject(input, sample, "count", text);

  std::sort(labels_.begin(), labels_.end());
  key_.clear();
  absl::StrAppend(&key_, input, ":");
  for (const auto& [name, value] : labels_) {
    AppendText(name, &key_);
    AppendText(value, &key_);
  }
  LabelSet& set = label_sets_[key_];
  const int64_t timestamp = sample.has_timestamp ? sample.timestamp_ms : kNoTimestamp;
  const auto at = std::lower_bound(set.buckets.begin(), set.buckets.end(), boundary,
                                   [](const Bucket& bucket, double other) { return bucket.boundary < other; });
  const auto place = at - set.buckets.begin();
  const bool is_again = at != set.buckets.end() && at->boundary == boundary;
  if (timestamp != kNoTimestamp || !set.timestamps.empty()) set.timestamps.resize(set.buckets.size(), kNoTimestamp);
  if (is_again) {
    if (timestamp == kNoTimestamp || timestamp <= set.timestamps[static_cast<size_t>(place)]) return;
    set.timestamps[static_cast<size_t>(place)] = timestamp;
    at->count = count;
    return;
  }
  if (timestamp != kNoTimestamp || !set.timestamps.empty()) {
    set.timestamps.insert(set.timestamps.begin() + place, timestamp);
  }
  set.buckets.insert(at, {boundary, count});
}

absl::StatusOr<HistogramCounts> BucketCounts::Sum(const std::vector<std::string>& input_names) const {
  if (!problem_.empty()) {
    const bool is_named = problem_input_ < input_names.size();
    return Wrong((is_named ? SafeText(input_names[problem_input_]) : absl::StrCat("input ", problem_input_ + 1)) +
                 problem_);
  }
  if (label_sets_.empty()) return absl::NotFoundError("it has no buckets");
  HistogramCounts sum;
  sum.label_sets = label_sets_.size();
  absl::flat_hash_map<double, HistogramCounts::Boundary> boundaries;
  uint64_t without_last = 0;
  for (const auto& [key, set] : label_sets_) {
    if (!std::isinf(set.buckets.back().boundary)) ++without_last;
    for (const Bucket& bucket : set.buckets) {
      HistogramCounts::Boundary& here = boundaries[bucket.boundary];
      here.boundary = bucket.boundary;
      ++here.series;
      here.cumulative += bucket.count;
    }
  }
  if (without_last > 0) {
    return Wrong(absl::StrCat(without_last, " of ", sum.label_sets,
                              " label sets have no bucket le=\"+Inf\", without "
                              "which histogram_quantile answers nothing"));
  }
  for (const auto& [value, boundary] : boundaries) {
    if (std::isinf(value)) {
      sum.observations = boundary.cumulative;
    } else {
      sum.boundaries.push_back(boundary);
    }
  }
  if (sum.boundaries.empty()) {
    return Wrong(
        "it has no bucket but +Inf; the text formats show nothing else of a native histogram, whose boundaries "
        "cost no series of their own");
  }
  std::sort(sum.boundaries.begin(), sum.boundaries.end(),
            [](const auto& a, const auto& b) { return a.boundary < b.boundary; });
  if (sum.boundaries.size() > kMostHistogramBoundaries) {
    return Wrong(absl::StrCat("it has ", sum.boundaries.size(), " boundaries, at most ", kMostHistogramBoundaries,
                              " are taken"));
  }
  // -0 and 0 are one key, so a boundary can be in no label set twice.
  double before = 0;
  bool any_common = false;
  for (HistogramCounts::Boundary& boundary : sum.boundaries) {
    boundary.is_common = boundary.series == sum.label_sets;
    if (!boundary.is_common) continue;
    any_common = true;
    if (boundary.cumulative < before) {
      boundary.cumulative = before;
      ++sum.raised;
    }
    before = boundary.cumulative;
  }
  if (!any_common) return Wrong(absl::StrCat("its ", sum.label_sets, " label sets have no boundary in common"));
  if (sum.observations < before) {
    sum.observations = before;
    ++sum.raised;
  }
  if (!(sum.observations > 0)) return Wrong("it has observed nothing yet");
  if (std::isinf(sum.observations)) return Wrong("its counts are too large to be added up");
  return sum;
}

}  // namespace seriesguard
