// SPDX-License-Identifier: Apache-2.0
//
// finding_table.cc: what, why and what would mend it, in one row.
#include "analyzer/report/html/finding_table.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "analyzer/report/finding.h"
#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/html/html_text.h"
#include "analyzer/report/html/page_parts.h"
#include "analyzer/report/number_text.h"

namespace seriesguard {
namespace {

constexpr size_t kValueColumns = 80;
constexpr size_t kShownValues = 5;

void PutValues(const Finding& finding, HtmlWriter* html) {
  const size_t shown = std::min(kShownValues, finding.values.size());
  if (shown == 0) return;
  html->Own("<span class=\"values\">");
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) html->Own(" ");
    html->Own("<code>").Text(finding.values[i], kValueColumns).Own("</code>");
  }
  const uint64_t total = std::max<uint64_t>(finding.values_total.value_or(0), finding.values.size());
  if (total > shown) html->Own(" and ").Number(total - shown).Own(" more");
  html->Own("</span>");
}

void PutRow(const Report& report, const Finding& finding, HtmlWriter* html) {
  const std::string_view severity = finding.is_accepted ? "accepted" : SeverityName(finding.severity);
  html->Own("<tr class=\"")
      .Text(severity)
      .Own("\"><td class=\"severity\">")
      .Text(severity)
      .Own("</td><th scope=\"row\">");
  html->Message(FindingSubject(finding)).Own("</th><td>").Message(finding.message);
  if (!finding.input.empty() && !finding.metric.empty() && report.inputs.size() > 1) {
    html->Own("<span class=\"more\">input ").Text(finding.input).Own("</span>");
  }
  PutValues(finding, html);
  if (!finding.remedy.empty()) html->Own("<span class=\"more\">Remedy: ").Message(finding.remedy).Own("</span>");
  html->Own("</td><td>").Text(finding.label).Own("</td><td>").Text(finding.owner).Own("</td><td>");
  const FileLocation place = PlaceOfFinding(report, finding);
  if (!place.file.empty()) html->Text(place.file).Own(":").Digits(static_cast<uint64_t>(place.line));
  html->Own("</td></tr>\n");
}

}  // namespace

void PutFindingTable(const Report& report, size_t max_findings, std::string* out) {
  if (report.findings.empty()) return;
  const size_t begin = out->size();
  HtmlWriter html(out);
  html.Own(
      "<section aria-labelledby=\"findings-title\">\n<h2 id=\"findings-title\">Findings</h2>\n<div "
      "class=\"scroll\">\n");
  html.Own("<table class=\"data\" id=\"findings\">\n<caption>Findings, errors first</caption>\n<thead><tr>")
      .Own("<th scope=\"col\">Severity</th><th scope=\"col\">Metric</th><th scope=\"col\">What</th>")
      .Own(
          "<th scope=\"col\">Label</th><th scope=\"col\">Owner</th><th "
          "scope=\"col\">Place</th></tr></thead>\n<tbody>\n");
  const size_t most = max_findings == 0 ? report.findings.size() : std::min(max_findings, report.findings.size());
  size_t shown = 0;
  while (shown < most && out->size() - begin < kMostFindingBytes) PutRow(report, report.findings[shown++], &html);
  html.Own("</tbody>\n</table>\n</div>\n");
  const uint64_t total = std::max<uint64_t>(report.findings_total, report.findings.size());
  if (total > shown) html.Own("<p>").Text(Quantity(total - shown, "more finding")).Own(" not shown here.</p>\n");
  html.Own("</section>\n");
}

}  // namespace seriesguard
