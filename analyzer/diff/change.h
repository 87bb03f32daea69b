// SPDX-License-Identifier: Apache-2.0
//
// change.h: what differs between two sides, as plain data; every output of `diff` is a rendering of it.
//
// Use:      made by DiffSeries (dumps) or DiffCounts (where a stored report takes part).
// Threads:  plain data.
// Units:    series, as in count.h.
// Source:   docs/diff.md defines every word; the document "seriesguard.diff/1" mirrors this file.
#ifndef SERIESGUARD_ANALYZER_DIFF_CHANGE_H_
#define SERIESGUARD_ANALYZER_DIFF_CHANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

// Why a series is on one side only: the first that holds. "The other side" is the one that lacks the series.
enum class ChangeCause : uint8_t {
  kTarget,       // its target is not on the other side
  kMetric,       // its metric is not there
  kSampleName,   // its sample name is not there (X_created of a known X)
  kLabel,        // it has a label that no series of the metric has there
  kBucket,       // its le or quantile is not there
  kValue,        // the value of exactly one label is not there
  kValues,       // the values of several labels are not there
  kCombination,  // all its values are there, not together
};

inline constexpr std::array<std::string_view, 8> kChangeCauseNames = {
    "target", "metric", "sample_name", "label", "bucket", "value", "values", "combination",
};

constexpr std::string_view ChangeCauseName(ChangeCause cause) { return kChangeCauseNames[static_cast<size_t>(cause)]; }

// Series of one metric that are there for one reason.
struct CauseCount {
  ChangeCause cause = ChangeCause::kMetric;
  std::vector<std::string> labels;  // by name; the labels that kLabel, kBucket, kValue and kValues are about
  uint64_t series = 0;
};

struct ChangedValue {
  std::string value;    // raw bytes
  uint64_t series = 0;  // on one side only, that carry the value
};

// Values of a label that one side has and the other lacks.
struct ValueChange {
  uint64_t values = 0;            // absence not counted
  std::vector<ChangedValue> top;  // most series first, then by value; at most kListedValues
  uint64_t other_values = 0;      // not in `top` ...
  uint64_t other_series = 0;      // ... and the series that carry them
  uint64_t absent_series = 0;     // that lack the label, where on the other side every series has it
};

inline constexpr size_t kListedValues = 10;

// One label of a metric, where its values differ.
struct LabelChange {
  std::string name;
  uint64_t values_before = 0;  // distinct over the targets of a side, absence not counted
  uint64_t values_after = 0;
  ValueChange added, gone;  // empty where only counts were compared
  // Boundaries that both sides have, written differently: "1" and "1.0" are two series to a server.
  uint64_t respelled = 0;
};

struct MetricChange {
  std::string name;
  bool is_before = false, is_after = false;
  MetricType type_before = MetricType::kNone, type_after = MetricType::kNone;
  uint64_t before = 0, after = 0;
  std::optional<uint64_t> added, gone;  // empty where only counts were compared; else after = before + added - gone
  std::vector<CauseCount> added_causes, gone_causes;  // most series first; their sums are `added` and `gone`
  std::vector<LabelChange> labels;                    // by name; those with a difference

  bool is_changed() const {
    return added ? *added > 0 || *gone > 0 : before != after || is_before != is_after || !labels.empty();
  }
  bool is_retyped() const { return is_before && is_after && MetricTypeName(type_before) != MetricTypeName(type_after); }
};

// Metrics that are only counted.
struct MetricSums {
  uint64_t metrics = 0;
  uint64_t before = 0, after = 0;
  std::optional<uint64_t> added, gone;
};

// One dump of a side, or a pair of the same name.
struct TargetChange {
  std::string name;
  bool is_before = false, is_after = false;
  uint64_t before = 0, after = 0, added = 0, gone = 0;
};

// What was read for one side.
struct SideInput {
  std::string path;
  std::string format;  // as InputCount has it; "report" for a stored one
};

struct DiffSide {
  std::vector<SideInput> inputs;
  bool is_report = false;
  bool is_estimated = false;  // a report whose counts are sketches
  uint64_t series = 0;
  uint64_t metrics = 0;
};

// The cause that added most series, of those that name a label.
struct DiffCulprit {
  std::string metric;
  CauseCount cause;
};

struct Diff {
  std::string tool;    // "seriesguard 0.1.0"
  std::string server;  // "prometheus3", "prometheus2"
  bool by_counts = false;
  std::vector<std::string> ignored_labels;
  std::vector<std::string> ignored_in_vain;  // of those: on neither side
  DiffSide before, after;
  std::optional<uint64_t> added, gone;
  std::vector<TargetChange> targets;                  // more than one pair, or one without a partner; else empty
  std::vector<CauseCount> added_causes, gone_causes;  // over all metrics, without labels; in the order of ChangeCause
  std::optional<DiffCulprit> culprit;
  std::vector<MetricChange> metrics;  // changed or retyped, see SortChanges
  std::optional<MetricSums> others;   // what --limit cut from `metrics`
  MetricSums unchanged;
  std::optional<MetricSums> not_compared;  // a report was cut: what it does not list, and what may be there
  uint64_t metrics_on_both = 0;
  uint64_t skipped_lines = 0;  // --lenient only
  uint64_t masked_values = 0;  // see mask_diff.h
};

// Puts what moved most first: series added and gone (or the difference of the counts), then by name.
void SortChanges(std::vector<MetricChange>* metrics);

// Adds the causes of all metrics to the totals of `diff`, and finds the culprit.
void SumCauses(Diff* diff);

// Keeps the first `limit` metrics (0 = all) and counts the others.
void CutChanges(size_t limit, Diff* diff);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_CHANGE_H_
