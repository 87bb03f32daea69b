// SPDX-License-Identifier: Apache-2.0
//
// metrics_snapshot.cc: how near two label sets are: a label that only one of them has counts more than another value,
// and of values the one with fewer edits is nearer.
#include "lib/testing/metrics_snapshot.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/metrics/number_text.h"
#include "lib/testing/sample_families.h"
#include "lib/testing/sample_number.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kSeriesColumns = 200;
constexpr size_t kValueColumns = 60;
constexpr size_t kNameColumns = 80;
constexpr size_t kMostEdits = 8;

bool IsBoundaryLabel(std::string_view name) { return name == "le" || name == "quantile"; }

bool SameValue(const std::string& label, const std::string& a, const std::string& b) {
  double x, y;
  return a == b || (IsBoundaryLabel(label) && ParseSampleNumber(a, &x) && ParseSampleNumber(b, &y) && x == y);
}

bool SameLabels(const LabelSet& a, const LabelSet& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
           return x.first == y.first && SameValue(x.first, x.second, y.second);
         });
}

LabelSet WithoutEmpty(LabelSet labels) {
  for (auto label = labels.begin(); label != labels.end();) {
    label = label->second.empty() ? labels.erase(label) : std::next(label);
  }
  return labels;
}

size_t Distance(const LabelSet& wanted, const LabelSet& there) {
  constexpr size_t kOther = kMostEdits + 1, kAbsent = 2 * kOther;
  size_t distance = 0, shared = 0;
  for (const auto& [name, value] : wanted) {
    const auto found = there.find(name);
    if (found == there.end()) {
      distance += kAbsent;
      continue;
    }
    ++shared;
    if (!SameValue(name, value, found->second)) {
      distance += kOther + EditDistance(value.substr(0, 100), found->second.substr(0, 100), kMostEdits);
    }
  }
  return distance + kAbsent * (there.size() - shared);
}

std::string Number(double value) {
  char text[kNumberBytes];
  return std::string(text, WriteNumber(value, text));
}

std::string Count(size_t count, const char* what) {
  const bool is_series = std::string_view(what) == "series";
  return absl::StrCat(count, " ", what, count == 1 || is_series ? "" : "s");
}

}  // namespace

MetricsSnapshot MetricsSnapshot::FromText(std::string_view text, SampleFormat format) {
  MetricsSnapshot snapshot;
  absl::StatusOr<ReadMetrics> read = ReadSamples(text, format);
  if (!read.ok()) {
    snapshot.status_ = read.status();
    return snapshot;
  }
  std::map<std::string, bool> has_le;
  std::vector<ReadSample>& samples = read->samples;
  // A sample without a time has that of the scrape, which is the latest.
  const auto key = [](const ReadSample& sample) { return std::tie(sample.name, sample.labels); };
  std::stable_sort(samples.begin(), samples.end(), [&](const ReadSample& a, const ReadSample& b) {
    if (key(a) != key(b)) return key(a) < key(b);
    if (a.timestamp_ms.has_value() != b.timestamp_ms.has_value()) return b.timestamp_ms.has_value();
    return a.timestamp_ms > b.timestamp_ms;
  });
  for (ReadSample& sample : samples) {
    std::vector<SnapshotSeries>& series = snapshot.series_;
    if (!series.empty() && std::tie(series.back().name, series.back().labels) == key(sample)) continue;
    bool& le = has_le[sample.name];
    le = le || sample.labels.count("le") > 0;
    series.push_back({std::move(sample.name), std::move(sample.labels), sample.value});
  }
  const std::map<std::string, std::string> families = FamiliesOfSamples(has_le, read->types);
  for (size_t i = 0; i < snapshot.series_.size(); ++i) {
    snapshot.families_[families.at(snapshot.series_[i].name)].push_back(i);
  }
  return snapshot;
}

const SnapshotSeries* MetricsSnapshot::Find(std::string_view name, const LabelSet& labels) const {
  const LabelSet wanted = WithoutEmpty(labels);
  const SnapshotSeries* found = nullptr;
  auto one = std::lower_bound(series_.begin(), series_.end(), name,
                              [](const SnapshotSeries& series, std::string_view text) { return series.name < text; });
  for (; one != series_.end() && one->name == name; ++one) {
    if (one->labels == wanted) return &*one;
    if (found == nullptr && SameLabels(wanted, one->labels)) found = &*one;
  }
  return found;
}

std::string MetricsSnapshot::Nearest(std::string_view name, const LabelSet& labels) const {
  const LabelSet wanted = WithoutEmpty(labels);
  std::vector<std::string_view> names;
  for (const SnapshotSeries& series : series_) {
    if (names.empty() || names.back() != series.name) names.push_back(series.name);
  }
  std::string near(name);
  if (!std::binary_search(names.begin(), names.end(), name)) {
    const auto family = families_.find(near);
    near = std::string(family != families_.end() ? std::string_view(series_[family->second[0]].name)
                                                 : NearestName(name, names));
    if (near.empty()) return NearestFamily(name);
  }
  std::vector<std::pair<size_t, size_t>> ranked;  // distance and index
  for (size_t i = 0; i < series_.size(); ++i) {
    if (series_[i].name == near) ranked.emplace_back(Distance(wanted, series_[i].labels), i);
  }
  std::sort(ranked.begin(), ranked.end());
  const bool is_same = near == name;
  std::string text =
      is_same ? absl::StrCat("of that name there ", ranked.size() == 1 ? "is " : "are ", Count(ranked.size(), "series"))
              : absl::StrCat("there is no such name; the nearest is ", SafeTextTruncated(near, kNameColumns), " with ",
                             Count(ranked.size(), "series"));
  absl::StrAppend(&text, ranked.size() > kMostNearest ? ", the nearest are:" : ":");
  for (size_t i = 0; i < std::min(ranked.size(), kMostNearest); ++i) {
    const SnapshotSeries& series = series_[ranked[i].second];
    absl::StrAppend(&text, "\n  ", SeriesText(series.name, series.labels), " ", Number(series.value));
  }
  return text;
}

std::string MetricsSnapshot::NearestFamily(std::string_view name) const {
  if (families_.empty()) return "there are no series at all";
  std::vector<std::string_view> names;
  for (const auto& [family, indexes] : families_) names.push_back(family);
  const std::string_view near = NearestName(name, names);
  if (near.empty()) {
    return absl::StrCat("there ", names.size() == 1 ? "is " : "are ", Count(names.size(), "metric"), " with ",
                        Count(series_.size(), "series"), ", none of a similar name; the first is ",
                        SafeTextTruncated(names[0], kNameColumns));
  }
  const std::vector<size_t>& indexes = families_.find(std::string(near))->second;
  return absl::StrCat(near == name ? "" : "there is no metric of that name; the nearest is ",
                      SafeTextTruncated(near, kNameColumns), " with ", Count(indexes.size(), "series"));
}

std::string SeriesText(std::string_view name, const LabelSet& labels) {
  std::string text = SafeTextTruncated(name, kNameColumns);
  const char* before = "{";
  for (const auto& [label, value] : labels) {
    if (DisplayColumns(text) > kSeriesColumns) {
      text += ",\u2026";
      break;
    }
    absl::StrAppend(&text, before, SafeTextTruncated(label, kValueColumns), "=\"");
    for (const char c : SafeTextTruncated(value, kValueColumns)) {
      if (c == '"') text += '\\';
      text += c;
    }
    text += '"';
    before = ",";
  }
  return labels.empty() ? text : text + "}";
}

void PrintTo(const MetricsSnapshot& snapshot, std::ostream* out) {
  if (!snapshot.status().ok()) {
    *out << "an exposition that no server would take";
    return;
  }
  *out << Count(snapshot.series().size(), "series") << " of " << Count(snapshot.families().size(), "metric");
}

}  // namespace seriesguard
