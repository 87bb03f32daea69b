// SPDX-License-Identifier: Apache-2.0
//
// check_command.cc: policy first (a bad one costs no reading), then count, judge, show; 2 beats 1.
#include "analyzer/commands/check_command.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/baseline/baseline.h"
#include "analyzer/census/count.h"
#include "analyzer/commands/census_report.h"
#include "analyzer/commands/check_baseline.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/html_rows.h"
#include "analyzer/commands/judge_census.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/dump_findings.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/report.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultFindings = 20;

// Skipped lines and refused files may hide any number of series: beyond what the user allowed there is no verdict.
void JudgeSkipped(uint64_t allowed, Report* report) {
  if (report->skipped_lines + report->refused_files <= allowed) return;
  std::string reason;
  if (report->skipped_lines > 0) reason = Quantity(report->skipped_lines, "line") + " skipped, ";
  if (report->refused_files > 0) reason += Quantity(report->refused_files, "file") + " refused, ";
  absl::StrAppend(&reason, "--allow-skipped ", WithThousands(allowed));
  if (report->verdict == ReportVerdict::kUndecided && !report->undecided_reason.empty()) {
    absl::StrAppend(&report->undecided_reason, "; ", reason);
  } else {
    report->undecided_reason = reason;
  }
  report->verdict = ReportVerdict::kUndecided;
}

// With --strict a dump that breaks the rules is no dump to judge; worker files that are refused need no --strict.
void JudgeInvalidInput(Report* report) {
  if (!HasInvalidInput(*report)) return;
  report->verdict = ReportVerdict::kUndecided;
  const bool by_files = report->refused_files > 0;
  report->undecided_reason = by_files ? Quantity(report->refused_files, "file") + " refused; --lenient judges without"
                                      : "the dump itself has errors (--strict)";
}

// The text shows no values of metrics, and must not say that something in them is masked.
void KeepForText(Report* report) {
  if (report->metrics.size() > 1) report->metrics.resize(1);
  for (MetricRow& metric : report->metrics) {
    for (LabelCount& label : metric.count.labels) label.top.clear();
  }
}

int ExitStatusOf(const Report& report) {
  switch (report.verdict) {
    case ReportVerdict::kOverBudget: return kExitOverBudget;
    case ReportVerdict::kUndecided: return kExitCannotDo;
    case ReportVerdict::kWithinBudget:
    case ReportVerdict::kNotJudged: break;
  }
  return kExitOk;
}

}  // namespace

int RunCheck(const Options& options, const Streams& streams) {
  if (!CanWriteReportFiles(options, streams)) return kExitCannotDo;
  const std::optional<PolicyReadResult> read = ReadPolicyAloud(options.check.policy_path, streams);
  if (!read || !read->policy) return kExitCannotDo;
  const Policy& policy = *read->policy;
  std::optional<Baseline> baseline;
  if (!ReadBaselineAloud(options.check, streams, &baseline)) return kExitCannotDo;
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  const bool shows_metrics = WantsPlainRows(options.output);
  BuildReportOptions rows;
  rows.limit = shows_metrics ? options.output.limit.value_or(0) : 1;  // the text shows findings only; html see below
  if (!shows_metrics) rows.top_values = 0;
  rows.what_if = options.what_if && shows_metrics;
  Report report = ReportOfCensus(*run, rows, options);
  report.policy = ReportPolicy{options.check.policy_path, policy.hash};
  const absl::Status judged = JudgeCensus(run->census, policy, options, &report);
  if (!judged.ok()) {
    PrintError(absl::StrCat("seriesguard check: ", judged.message(), "\n"), streams);
    return kExitCannotDo;
  }
  JudgeSkipped(options.check.allowed_skipped_lines, &report);
  JudgeInvalidInput(&report);
  const bool is_updated = !baseline || UseBaseline(*baseline, options, policy.hash, streams, &report);
  const int status = is_updated ? ExitStatusOf(report) : kExitCannotDo;
  report.findings_total = report.findings.size();
  const bool is_last = options.output.files.empty();
  const auto make_report = [&](OutputFormat format) {
    Report made = is_last ? std::move(report) : report;
    if (format == OutputFormat::kText) KeepForText(&made);
    if (format == OutputFormat::kHtml) {
      BuildReport(run->census, HtmlRows(BuildReportOptions(), std::nullopt), &made);
      (void)AddLimits(policy, &made);  // JudgeCensus has applied the same policy
    }
    return made;
  };
  return DeliverReports(make_report, options, kDefaultFindings, status, streams);
}

}  // namespace seriesguard
