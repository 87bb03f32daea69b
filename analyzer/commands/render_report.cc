// SPDX-License-Identifier: Apache-2.0
//
// render_report.cc: a switch, and what --limit means to each format.
#include "analyzer/commands/render_report.h"

#include "analyzer/report/formats/csv.h"
#include "analyzer/report/formats/github.h"
#include "analyzer/report/formats/gitlab.h"
#include "analyzer/report/formats/junit.h"
#include "analyzer/report/formats/markdown.h"
#include "analyzer/report/formats/openmetrics.h"
#include "analyzer/report/formats/sarif.h"
#include "analyzer/report/html/html_report.h"
#include "analyzer/report/json_report.h"

namespace seriesguard {
namespace {

constexpr size_t kMarkdownRows = 20;

}  // namespace

std::string RenderReport(Report report, OutputFormat format, const std::optional<size_t>& limit,
                         const TextOptions& text) {
  // Of top and explain, --limit cut the metrics or the values long ago.
  const size_t limit_of_findings = report.command == "check" ? limit.value_or(0) : 0;
  switch (format) {
    case OutputFormat::kText: return RenderTextReport(report, text);
    case OutputFormat::kHtml: return RenderHtmlReport(report, limit_of_findings);
    case OutputFormat::kMarkdown: return RenderMarkdown(report, limit.value_or(kMarkdownRows));
    case OutputFormat::kCsv: return RenderCsv(report, limit.value_or(0));
    case OutputFormat::kOpenMetrics: return RenderOpenMetrics(report);
    case OutputFormat::kSarif: return RenderSarif(report);
    case OutputFormat::kJunit: return RenderJunit(report);
    case OutputFormat::kGithub: return RenderGithub(report);
    case OutputFormat::kGitlab: return RenderGitlab(report);
    case OutputFormat::kJson: break;
  }
  if (limit_of_findings != 0 && report.findings.size() > limit_of_findings) report.findings.resize(limit_of_findings);
  return RenderJsonReport(report);
}

}  // namespace seriesguard
