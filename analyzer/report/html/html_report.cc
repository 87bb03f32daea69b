// SPDX-License-Identifier: Apache-2.0
//
// html_report.cc: head, figures, findings, tables, the place of the picture; then its data.
#include "analyzer/report/html/html_report.h"

#include <algorithm>
#include <string_view>

#include "analyzer/report/html/finding_table.h"
#include "analyzer/report/html/html_page.h"
#include "analyzer/report/html/html_text.h"
#include "analyzer/report/html/label_table.h"
#include "analyzer/report/html/metric_table.h"
#include "analyzer/report/html/page_parts.h"
#include "analyzer/report/html/picture.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownInputs = 5;

struct Heading {
  std::string words;
  std::string_view state;
};

Heading HeadingOf(const Report& report) {
  if (report.command == "explain" && !report.metrics.empty()) {
    return {SafeTextTruncated(report.metrics.front().name, HtmlWriter::kTextColumns), "plain"};
  }
  if (report.command != "check") return {"Where the series are", "plain"};
  switch (report.verdict) {
    case ReportVerdict::kWithinBudget: return {"Within budget", "good"};
    case ReportVerdict::kOverBudget: return {"Over budget", "bad"};
    case ReportVerdict::kUndecided: return {"Undecided", "warn"};
    case ReportVerdict::kNotJudged: break;
  }
  return {"Not judged", "warn"};
}

void PutInputs(const Report& report, HtmlWriter* html) {
  html->Own("<p class=\"inputs\">");
  for (size_t i = 0; i < std::min(kShownInputs, report.inputs.size()); ++i) {
    if (i > 0) html->Own(", ");
    html->Own("<code>").Text(report.inputs[i].path).Own("</code>");
    if (!report.inputs[i].format.empty()) html->Own(" (").Text(report.inputs[i].format).Own(")");
  }
  if (report.inputs.size() > kShownInputs) {
    html->Own(" and ").Text(Quantity(report.inputs.size() - kShownInputs, "more input"));
  }
  if (report.policy) html->Own("; policy <code>").Text(report.policy->path).Own("</code>");
  html->Own("</p>\n");
  if (!report.undecided_reason.empty()) html->Own("<p class=\"why\">").Message(report.undecided_reason).Own("</p>\n");
}

void PutFigures(const Report& report, HtmlWriter* html) {
  const ReportTotal& total = report.total;
  html->Own("<dl class=\"figures\">\n");
  if (report.command == "explain" && !report.metrics.empty()) {
    const MetricRow& metric = report.metrics.front();
    PutFigure("series of this metric", WithThousands(metric.count.series), html);
    PutFigure("of all series", Percent(metric.share), html);
    PutFigure("label sets", WithThousands(metric.count.label_sets), html);
    PutFigure("type", MetricTypeName(metric.type), html);
  }
  PutFigure(report.estimated ? "series, estimated" : "series", WithThousands(total.series), html);
  if (report.target_limit) PutFigure("series granted", WithThousands(*report.target_limit), html);
  PutFigure("metrics", WithThousands(total.metrics), html);
  PutFigure("samples", WithThousands(total.samples), html);
  PutFigure("bytes", ByteSize(total.bytes), html);
  html->Own("</dl>\n");
}

// What a reader has to know before he believes a number.
void PutNotes(const Report& report, HtmlWriter* html) {
  const auto note = [html](const std::string& text) { html->Own("<p class=\"note\">").Text(text).Own("</p>\n"); };
  if (report.estimated) note("Counts are estimates: the memory limit was reached.");
  if (report.skipped_lines > 0) note(Quantity(report.skipped_lines, "line") + " skipped.");
  if (report.refused_files > 0) note(Quantity(report.refused_files, "file") + " refused.");
  if (report.masked > 0) note(Quantity(report.masked, "text") + " masked: personal data; --show-personal shows it.");
  if (!report.metric_filter.empty()) {
    html->Own("<p class=\"note\">Only metrics that match <code>").Text(report.metric_filter).Own("</code>; ");
    html->Number(report.filtered_metrics).Own(" do not.</p>\n");
  }
  if (report.policy && report.inputs.size() > 1) note("Limits are those of one input; the table adds up all inputs.");
}

std::string DataOf(const Report& report, size_t shown_metrics) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("view");
  writer.String("report");
  writer.Key("judged");
  writer.Bool(report.policy.has_value());
  if (report.command == "explain") {  // the picture begins with the one metric
    writer.Key("open");
    writer.Bool(true);
  }
  writer.Key("tree");
  WritePicture(MakePicture(report, shown_metrics), &writer);
  writer.EndObject();
  return json;
}

}  // namespace

std::string RenderHtmlReport(const Report& report, size_t max_findings) {
  std::string content;
  HtmlWriter html(&content);
  const Heading heading = HeadingOf(report);
  PutHeader(heading.words, heading.state, report.tool + " " + report.command, &html);
  html.Own("<main>\n");
  PutInputs(report, &html);
  PutFigures(report, &html);
  PutNotes(report, &html);
  PutFindingTable(report, max_findings, &content);
  if (report.command == "explain") {
    for (const MetricRow& metric : report.metrics) PutLabelTable(metric, &content);
  }
  html.Own(
      "<section aria-labelledby=\"metrics-title\">\n<h2 id=\"metrics-title\">Metrics</h2>\n<div class=\"scroll\">\n");
  const size_t shown = PutMetricTable(report, &content);
  html.Own("</div>\n</section>\n");
  PutPicturePlace(&html);
  html.Own("</main>\n");
  return AssemblePage("seriesguard " + report.command, content, DataOf(report, shown));
}

}  // namespace seriesguard
