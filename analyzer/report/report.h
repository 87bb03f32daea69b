// SPDX-License-Identifier: Apache-2.0
//
// report.h: what one run has to say, as plain data; every output format is a rendering of it.
//
// Use:      made by BuildReport and completed by the command; given to RenderJsonReport or RenderTextReport.
// Threads:  plain data.
// Units:    as in count.h.
// Source:   docs/json_report.md: the document "seriesguard.report/1" mirrors this file field by field.
#ifndef SERIESGUARD_ANALYZER_REPORT_REPORT_H_
#define SERIESGUARD_ANALYZER_REPORT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/bill/bill.h"
#include "analyzer/buckets/bucket_advice.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/patterns/label_patterns.h"
#include "analyzer/report/finding.h"

namespace seriesguard {

enum class ReportVerdict : uint8_t { kNotJudged, kWithinBudget, kOverBudget, kUndecided };

// What was cut from a list, so that the sums of its columns close. Empty optional: not computed there.
struct CutRows {
  uint64_t rows = 0;
  uint64_t series = 0;
  std::optional<uint64_t> samples;
  std::optional<uint64_t> bytes;
};

struct ReportPolicy {
  std::string path;
  std::string hash;
};

struct ReportTotal {
  uint64_t series = 0;                   // sum over targets
  std::optional<uint64_t> union_series;  // several inputs only; information, never judged
  uint64_t samples = 0;
  uint64_t metrics = 0;
  uint64_t bytes = 0;  // uncompressed; = bytes of all samples + comment_bytes
  uint64_t comment_bytes = 0;
  uint64_t duplicate_samples = 0;
  uint64_t exemplars = 0;       // of OpenMetrics inputs
  uint64_t exemplar_bytes = 0;  // of the samples' bytes
};

// One metric within one input (explain, several inputs).
struct TargetCount {
  std::string input;
  uint64_t series = 0;
  uint64_t samples = 0;
  uint64_t bytes = 0;
};

struct MetricRow {
  std::string name;
  MetricType type = MetricType::kNone;
  bool type_inferred = false;
  double share = 0;  // of total.series, 0..1
  FamilyCount count;
  std::optional<uint64_t> series_limit;  // check: what the policy grants it in one target
  // Only `explain` fills the rest.
  std::vector<Dependency> dependencies;
  std::optional<LabelSetSearch> label_sets;  // what is left without two or three labels
  std::optional<ProductGap> product_gap;     // where the product is far above the label sets
  std::vector<LabelPatterns> patterns;       // patterns[i]: what the values of count.labels[i] are
  std::vector<std::string> examples;         // name{label="value"}, raw bytes
  std::vector<TargetCount> targets;
  std::optional<uint64_t> union_series;
  std::optional<BucketAdvice> buckets;  // --buckets
  std::optional<BillLine> bill;         // top --bill
};

// A line that the server would refuse and that --lenient left out.
struct SkippedLine {
  std::string path;
  uint64_t line = 0;
  uint64_t column = 0;  // 1-based, in bytes
  std::string text;     // the line, raw bytes, cut to a few hundred
  std::string message;  // what was expected
};

struct DuplicateRow {
  std::string input;
  uint64_t first_line = 0;
  uint64_t again_line = 0;
  std::string series;  // raw bytes
};

// What one worker has a part in, where an input is a folder of worker files.
struct WorkerRow {
  std::string input;
  std::string worker;   // the pid, or what the service calls its workers; raw bytes
  uint64_t series = 0;  // that its target would have if this worker were the only one; not a summand of total.series
  uint64_t files = 0;
  uint64_t bytes = 0;       // of its files, and ...
  uint64_t used_bytes = 0;  // ... what of them is in use
};

// A file of such a folder that does not count.
struct RefusedFile {
  std::string input;
  std::string name;    // raw bytes
  std::string reason;  // one phrase, may hold text of the system
};

// The bill of everything, but for the lines of the metrics that are rows of their own.
struct ReportBill {
  int64_t scrape_interval_ns = 0;
  const ServerMemoryModel* model = nullptr;  // never null, of static lifetime
  BillLine others;                           // metrics that have no row
  BillLine shared, comments, total;          // as in Bill
};

// How much of the policy the dump exercised.
struct RuleCoverage {
  uint64_t rules = 0;
  uint64_t saw_series = 0;
};

// One thing that the policy holds the dumps to: a rule of a metric, or a limit of the budget.
struct JudgedRule {
  std::string kind;  // "metric" or "budget"
  std::string name;  // the rule's `name` or `match`; the key of the budget; raw bytes
};

struct Report {
  std::string command;  // "top", "check", "explain"
  std::string tool;     // "seriesguard 0.1.0"
  std::string server;   // "prometheus3", "prometheus2"
  std::optional<ReportPolicy> policy;
  uint64_t skipped_lines = 0;
  std::vector<InputCount> inputs;
  ReportTotal total;
  std::vector<MetricRow> metrics;
  std::optional<CutRows> others;   // metrics that are not in `metrics`
  std::string metric_filter;       // the pattern of --metric; empty = none
  uint64_t filtered_metrics = 0;   // of others.rows: how many the pattern did not match
  std::optional<ReportBill> bill;  // top --bill
  std::vector<Finding> findings;
  uint64_t findings_total = 0;  // before --limit cut them; set by the command that cuts
  ReportVerdict verdict = ReportVerdict::kNotJudged;
  std::string undecided_reason;  // kUndecided: why, one phrase
  std::optional<RuleCoverage> coverage;
  std::optional<uint64_t> target_limit;  // check: what the policy grants one target
  std::vector<JudgedRule> judged;        // check, in the order of the policy (Finding::judged)
  std::vector<DuplicateRow> duplicates;  // the first of total.duplicate_samples
  std::vector<SkippedLine> skipped;      // the first of skipped_lines
  bool has_worker_folders = false;       // else the next three are empty
  std::vector<WorkerRow> workers;        // by input; in it most series first, then by name
  uint64_t refused_files = 0;
  std::vector<RefusedFile> refused;  // the first of refused_files
  uint64_t masked = 0;               // texts in which something personal is masked, see mask_report.h
  bool estimated = false;            // some count is a sketch, see FamilyCount::relative_error
};

// Returns within_budget, over_budget, undecided or not_judged.
std::string_view ReportVerdictName(ReportVerdict verdict);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_REPORT_H_
