// SPDX-License-Identifier: Apache-2.0
//
// census_report.cc: the parts of a report that do not depend on the command.
#include "analyzer/commands/census_report.h"

#include <algorithm>
#include <string>

#include "analyzer/commands/version.h"
#include "analyzer/report/dump_findings.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/finding_rule.h"

namespace seriesguard {

Report ReportOfCensus(const CensusRun& run, const BuildReportOptions& rows, const Options& options) {
  Report report;
  report.command = options.command;
  report.tool = std::string(kToolAndVersion);
  report.server = options.input.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3";
  report.skipped_lines = run.skipped_lines;
  report.skipped = run.skipped;
  report.has_worker_folders = run.has_worker_folders;
  report.workers = run.workers;
  report.refused_files = run.refused_files;
  report.refused = run.refused;
  report.metric_filter = options.metric_pattern;
  BuildReport(run.census, rows, &report);
  report.findings = run.findings;
  if (rows.matches) {  // what a metric that is not shown costs is no news
    const auto is_elsewhere = [&rows](const Finding& finding) {
      return finding.rule == FindingRule::kSummaryQuantiles && !rows.matches(finding.metric);
    };
    report.findings.erase(std::remove_if(report.findings.begin(), report.findings.end(), is_elsewhere),
                          report.findings.end());
  }
  AddDumpFindings(options.strict, &report, options.input.lenient);
  report.findings_total = report.findings.size();
  return report;
}

}  // namespace seriesguard
