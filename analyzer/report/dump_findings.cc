// SPDX-License-Identifier: Apache-2.0
//
// dump_findings.cc: one finding a kind, however many lines; the lines themselves are listed beside the findings.
#include "analyzer/report/dump_findings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/report/number_text.h"

namespace seriesguard {
namespace {

bool IsAboutTheDump(FindingRule rule) {
  return rule == FindingRule::kDuplicateSamples || rule == FindingRule::kTypeConflict ||
         rule == FindingRule::kOpenMetricsSyntax || rule == FindingRule::kRefusedFiles;
}

Finding OfTheInput(const Report& report, FindingRule rule, uint64_t count) {
  Finding finding;
  finding.rule = rule;
  finding.severity = Severity::kWarning;
  if (report.inputs.size() == 1) finding.input = report.inputs[0].path;
  finding.observed = count;
  return finding;
}

}  // namespace

void AddDumpFindings(bool strict, Report* report, bool lenient) {
  if (const uint64_t duplicates = report->total.duplicate_samples; duplicates > 0) {
    Finding finding = OfTheInput(*report, FindingRule::kDuplicateSamples, duplicates);
    if (!report->duplicates.empty()) {
      const DuplicateRow& first = report->duplicates[0];
      finding.input = first.input;
      finding.location = {first.input, static_cast<int>(first.again_line), 0};
    }
    if (report->inputs.size() != 1) finding.input.clear();
    finding.message = Quantity(duplicates, "sample") + (duplicates == 1 ? " repeats" : " repeat") +
                      " a series at the same time stamp";
    finding.remedy = "write each series once; a server keeps one of them";
    report->findings.push_back(std::move(finding));
  }
  if (report->skipped_lines > 0) {
    Finding finding = OfTheInput(*report, FindingRule::kSkippedLines, report->skipped_lines);
    if (!report->skipped.empty()) {
      const SkippedLine& first = report->skipped[0];
      finding.location = {first.path, static_cast<int>(first.line), static_cast<int>(first.column)};
    }
    finding.message = Quantity(report->skipped_lines, "line") + " skipped";
    finding.remedy = "a server refuses the whole scrape: mend the lines";
    report->findings.push_back(std::move(finding));
  }
  if (report->refused_files > 0) {
    Finding finding = OfTheInput(*report, FindingRule::kRefusedFiles, report->refused_files);
    if (!lenient) finding.severity = Severity::kError;
    finding.message = Quantity(report->refused_files, "file") +
                      (report->refused_files == 1 ? " of a worker" : " of workers") + " refused";
    finding.remedy =
        "a scrape by client_python fails or misses them: see to the files, or count without them (--lenient)";
    report->findings.push_back(std::move(finding));
  }
  if (strict) {
    for (Finding& finding : report->findings) {
      if (IsAboutTheDump(finding.rule)) finding.severity = Severity::kError;
    }
  }
  SortFindings(&report->findings);
}

bool HasInvalidInput(const Report& report) {
  return std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::kError && IsAboutTheDump(finding.rule);
  });
}

}  // namespace seriesguard
