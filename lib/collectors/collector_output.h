// SPDX-License-Identifier: Apache-2.0
//
// collector_output.h: what a collector tells in one run: families, and in each the values of label sets.
//
// Use:      out.AddGauge({"queue_length", "Jobs that wait."}, {"queue"}).Add({"mail"}, 17);
// Threads:  one.
// Memory:   the values of labels in one buffer a family; about 40 bytes a label set besides.
// Errors:   what is wrong makes the run fail, with the first mistake as its message: a family twice, a number of values that
//           is not that of the names, a label set twice, a counter that is negative or no number, counts of a histogram that
//           do not fit its boundaries, too many label sets. What is told after it is not looked at.
// Lifetime: what Add... of a family returns lives as long as the output.
// Source:   docs/collectors.md.
#ifndef SERIESGUARD_LIB_COLLECTORS_COLLECTOR_OUTPUT_H_
#define SERIESGUARD_LIB_COLLECTORS_COLLECTOR_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "lib/collectors/collector_family.h"
#include "lib/guard/series_backend.h"

namespace seriesguard {

// One family as it is told in one run.
class ToldFamily {
 public:
  // Tells a counter's or a gauge's value. `values`: by label name, bytes that are UTF-8; an empty one is no label.
  void Add(std::initializer_list<std::string_view> values, double value) {
    AddPoint(values.begin(), values.size(), {value, {}, {}});
  }
  void Add(const std::vector<std::string_view>& values, double value) {
    AddPoint(values.data(), values.size(), {value, {}, {}});
  }
  // Of a family without labels.
  void Add(double value) { AddPoint(nullptr, 0, {value, {}, {}}); }
  // Tells a histogram: how many observations fell into each bucket (not cumulated, the last one above all boundaries), and
  // their sum.
  void AddHistogram(std::initializer_list<std::string_view> values, const std::vector<uint64_t>& counts, double sum) {
    AddPoint(values.begin(), values.size(), {sum, std::vector<double>(counts.begin(), counts.end()), {}});
  }
  void AddHistogram(const std::vector<std::string_view>& values, const std::vector<uint64_t>& counts, double sum) {
    AddPoint(values.data(), values.size(), {sum, std::vector<double>(counts.begin(), counts.end()), {}});
  }

  // The same for any type. `values`: `count` of them, read in the call only.
  void AddPoint(const std::string_view* values, size_t count, CollectedPoint point);

  const std::string& name() const { return name_; }
  const std::string& help() const { return help_; }
  const std::string& unit() const { return unit_; }
  MetricKind kind() const { return kind_; }
  const std::vector<std::string>& labels() const { return labels_; }
  const std::vector<double>& boundaries() const { return boundaries_; }
  size_t size() const { return points_.size(); }
  // Calls use(values, point) for each label set, in the order in which they were told.
  template <typename Use>
  void ForEach(Use use) const {
    std::vector<std::string_view> values(labels_.size());
    const char* at = text_.data();
    const uint32_t* size = sizes_.data();
    for (const CollectedPoint& point : points_) {
      for (std::string_view& value : values) {
        value = std::string_view(at, *size);
        at += *size++;
      }
      use(static_cast<const std::string_view*>(values.data()), point);
    }
  }

 private:
  friend class CollectorOutput;

  class CollectorOutput* output_ = nullptr;
  std::string name_, help_, unit_;
  MetricKind kind_ = MetricKind::kGauge;
  std::vector<std::string> labels_;
  std::vector<double> boundaries_;
  size_t parts_ = 0;
  std::string text_;             // the values of all label sets, one after the other
  std::vector<uint32_t> sizes_;  // of each
  std::vector<CollectedPoint> points_;
  absl::flat_hash_set<std::string> seen_;
};

class CollectorOutput {
 public:
  explicit CollectorOutput(size_t most_label_sets) : left_(most_label_sets), most_(most_label_sets) {}
  CollectorOutput(const CollectorOutput&) = delete;
  CollectorOutput& operator=(const CollectorOutput&) = delete;

  // Begins a family. `name`: a counter's with _total. `boundaries`: finite and ascending.
  ToldFamily& AddCounter(std::string name, std::string help, std::vector<std::string> labels = {},
                         std::string unit = {}) {
    return AddFamily(MetricKind::kCounter, std::move(name), std::move(help), std::move(unit), std::move(labels), {});
  }
  ToldFamily& AddGauge(std::string name, std::string help, std::vector<std::string> labels = {},
                       std::string unit = {}) {
    return AddFamily(MetricKind::kGauge, std::move(name), std::move(help), std::move(unit), std::move(labels), {});
  }
  ToldFamily& AddHistogram(std::string name, std::string help, std::vector<std::string> labels,
                           std::vector<double> boundaries, std::string unit = {}) {
    return AddFamily(MetricKind::kHistogram, std::move(name), std::move(help), std::move(unit), std::move(labels),
                     std::move(boundaries));
  }
  ToldFamily& AddFamily(MetricKind kind, std::string name, std::string help, std::string unit,
                        std::vector<std::string> labels, std::vector<double> boundaries);

  // What was wrong first.
  const absl::Status& status() const { return status_; }
  const std::deque<ToldFamily>& families() const { return families_; }

 private:
  friend class ToldFamily;
  void Refuse(const ToldFamily& family, const std::string& what);

  size_t left_;
  const size_t most_;
  absl::Status status_;
  std::deque<ToldFamily> families_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_COLLECTORS_COLLECTOR_OUTPUT_H_
