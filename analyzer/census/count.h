// SPDX-License-Identifier: Apache-2.0
//
// count.h: the answers of the census, as plain data.
//
// Use:      returned by Census; read by the verdict and by the reports.
// Units:    `series` = distinct series, `samples` = sample lines, `bytes` = uncompressed bytes of sample lines.
// Source:   docs/counting.md (what one series is), docs/json_report.md (where each number is printed).
#ifndef SERIESGUARD_ANALYZER_CENSUS_COUNT_H_
#define SERIESGUARD_ANALYZER_CENSUS_COUNT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

// All inputs together: series are summed over targets (one input = one target).
inline constexpr size_t kAllInputs = static_cast<size_t>(-1);

// What was read from one input.
struct InputCount {
  std::string path;            // as the user gave it ("-" for stdin)
  std::string format;          // "text-0.0.4", "text-1.0.0", "openmetrics-1.0", "worker-files"
  bool is_negotiated = false;  // fetched with a server's own Accept header: what the server would get
  uint64_t bytes = 0;          // uncompressed, comments included
  uint64_t comment_bytes = 0;  // of lines that are no sample
  uint64_t samples = 0;
  uint64_t series = 0;
  uint64_t skipped_lines = 0;  // --lenient only
  // OpenMetrics: what stands behind sample values for traces; part of the samples' bytes, and of no series.
  uint64_t exemplars = 0, exemplar_bytes = 0;
};

struct ValueCount {
  std::string value;  // raw bytes as stored (unescaped), never printed without safe_text
  uint64_t series = 0;
};

struct PartCount {
  std::string name;  // the sample name, as `count by (__name__)` of a server shows it
  uint64_t series = 0;
  uint64_t samples = 0;
};

struct LabelCount {
  std::string name;
  uint64_t values = 0;  // distinct values, absence not counted
  bool values_estimated = false;
  uint64_t series_with = 0;                // series that carry the label
  std::optional<uint64_t> series_without;  // exact; only with CountOptions::what_if
  std::vector<ValueCount> top;             // most series first, then by value; at most CountOptions::top_values
  uint64_t other_values = 0;               // values not in `top` ...
  uint64_t other_series = 0;               // ... and the series that carry them
};

// Buckets of a histogram or quantiles of a summary: what `le` / `quantile` cost.
struct BoundaryCount {
  std::string label;               // "le" or "quantile"; empty when the family has neither
  uint64_t distinct = 0;           // distinct boundaries
  uint64_t min_per_label_set = 0;  // 0 = not computed; see CountOptions::boundaries
  uint64_t max_per_label_set = 0;
};

// One family without its labels.
struct FamilySums {
  uint64_t series = 0;
  uint64_t samples = 0;
  uint64_t bytes = 0;
  uint64_t label_sets = 0;  // distinct label sets, le and quantile and the sample name left out
  std::optional<uint64_t>
      union_series;  // the same series in two inputs counts once; only with CountOptions::also_union
  // Over the labels except le and quantile: the number of values, absence counted as one value where it occurs.
  std::optional<uint64_t> product;  // empty above 2^53-1
  double product_log10 = 0;
  double density = 0;  // label_sets / product, never above 1
  BoundaryCount boundaries;
  std::vector<PartCount> parts;  // by name
  double relative_error = 0;     // 0 = exact; else one standard error of the sketch
};

struct FamilyCount : FamilySums {
  std::vector<LabelCount> labels;  // by name; le and quantile included
};

struct CountOptions {
  size_t input = kAllInputs;
  bool union_of_targets = false;  // kAllInputs only: the same series in two inputs counts once
  bool also_union = false;        // kAllInputs only: fill FamilyCount::union_series
  size_t top_values = 10;
  bool what_if = false;     // fill LabelCount::series_without
  bool boundaries = false;  // fill BoundaryCount::min_per_label_set and max_per_label_set
};

// One label pair where the first label's value fixes the second's in every sample that has either, or in nearly all.
struct Dependency {
  std::string determinant;
  std::string dependent;
  uint64_t exceptions = 0;  // samples whose value of `dependent` is not the commonest one beside their `determinant`
  uint64_t samples = 0;     // samples that have either label
};

// What is left when several labels are aggregated away together.
struct LabelSetLeft {
  std::vector<std::string> labels;  // by name
  uint64_t series_left = 0;         // exact, summed over targets
};

struct LabelSetSearch {
  std::vector<std::string> searched;  // by name; fewer than two: nothing was searched
  std::vector<LabelSetLeft> sets;     // smaller sets first, in them fewest series left first, then by names
};

// Why a family's label product is far above its label sets.
struct ProductGap {
  std::vector<std::string> determined;          // labels that others fix, left out of ...
  std::optional<uint64_t> independent_product;  // ... this one; empty above 2^53-1
  double independent_log10 = 0;
  // Of two of the other labels, the values that meet least: `pair_joint` of `pair_product` combinations occur. Empty
  // where every two of them meet in more than half of their combinations.
  std::vector<std::string> pair;
  uint64_t pair_product = 0;
  uint64_t pair_joint = 0;
};

// The same series, at the same timestamp or without one, twice in one input.
struct DuplicateSample {
  size_t input = 0;
  uint64_t first_line = 0;
  uint64_t again_line = 0;
  std::string series;  // name{label="value",...}, labels sorted, exposition escapes
};

struct FamilyInfo {
  std::string name;  // a counter's with _total, in every format
  MetricType type = MetricType::kNone;
  bool type_inferred = false;       // no TYPE line, shape of a histogram
  std::vector<std::string> parts;   // sample names, sorted
  std::vector<std::string> labels;  // label names, sorted
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_COUNT_H_
