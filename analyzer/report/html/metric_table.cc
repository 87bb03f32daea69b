// SPDX-License-Identifier: Apache-2.0
//
// metric_table.cc: rank, metric, type, counts, the label to blame and what its removal leaves; with a policy the limit too.
#include "analyzer/report/html/metric_table.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "analyzer/report/culprit.h"
#include "analyzer/report/html/html_text.h"
#include "analyzer/report/html/metric_verdicts.h"
#include "analyzer/report/html/page_parts.h"
#include "analyzer/report/number_text.h"

namespace seriesguard {
namespace {

// Columns that are empty in the rows of the foot.
void PutEmptyCells(size_t count, HtmlWriter* html) {
  for (size_t i = 0; i < count; ++i) html->Own("<td></td>");
}

// "within", "warning", "over" in words.
std::string_view VerdictWords(std::string_view verdict) {
  if (verdict == "over") return "over budget";
  return verdict.empty() ? "no limit" : verdict;
}

class MetricTable {
 public:
  MetricTable(const Report& report, std::string* out)
      : report_(report), has_policy_(report.policy.has_value()), verdicts_(report), html_(out) {}

  void PutHead() {
    html_.Own("<table class=\"data\" id=\"metrics\">\n<caption>Metrics; the foot holds what has no row</caption>\n");
    html_.Own("<thead><tr><th scope=\"col\" class=\"n\">#</th><th scope=\"col\">Metric</th>")
        .Own(
            "<th scope=\"col\">Type</th><th scope=\"col\" class=\"n\">Series</th><th scope=\"col\" "
            "class=\"n\">Share</th>")
        .Own("<th scope=\"col\" class=\"n\">Bytes</th><th scope=\"col\">Label to blame</th>")
        .Own("<th scope=\"col\" class=\"n\">Values</th><th scope=\"col\" class=\"n\">Series without it</th>");
    if (has_policy_) html_.Own("<th scope=\"col\" class=\"n\">Limit</th><th scope=\"col\">Verdict</th>");
    html_.Own("</tr></thead>\n<tbody>\n");
  }

  void PutRow(size_t index) {
    const MetricRow& metric = report_.metrics[index];
    const FamilyCount& count = metric.count;
    html_.Own("<tr id=\"m").Digits(index).Own("\">");
    PutNumberCell(index + 1, &html_);
    html_.Own("<th scope=\"row\">").Text(metric.name).Own("</th><td>").Text(MetricTypeName(metric.type)).Own("</td>");
    if (count.relative_error > 0) {
      PutRoundedCell("~" + WithThousands(count.series), count.series, &html_);
    } else {
      PutNumberCell(count.series, &html_);
    }
    PutShareCell(metric.share, &html_);
    PutRoundedCell(ByteSize(count.bytes), count.bytes, &html_);
    const LabelCount* const culprit = FindCulprit(count);
    if (culprit == nullptr) {
      PutEmptyCells(3, &html_);
    } else {
      html_.Own("<td>").Text(culprit->name).Own("</td>");
      PutNumberCell(culprit->values, &html_);
      if (culprit->series_without) {
        PutNumberCell(*culprit->series_without, &html_);
      } else {
        html_.Own("<td class=\"n\">not counted</td>");
      }
    }
    if (has_policy_) PutVerdict(metric);
    html_.Own("</tr>\n");
  }

  void PutFoot(size_t shown) {
    uint64_t series = 0, bytes = report_.total.comment_bytes;
    for (size_t i = 0; i < shown; ++i) {
      series += report_.metrics[i].count.series;
      bytes += report_.metrics[i].count.bytes;
    }
    const ReportTotal& total = report_.total;
    html_.Own("</tbody>\n<tfoot>\n");
    if (total.metrics > shown) {
      PutSum(Quantity(total.metrics - shown, "other") + " without a row", total.series - std::min(total.series, series),
             total.bytes - std::min(total.bytes, bytes));
    }
    if (total.comment_bytes > 0) PutSum("comments", 0, total.comment_bytes);
    PutSum("total", total.series, total.bytes);
    html_.Own("</tfoot>\n</table>\n");
  }

 private:
  void PutVerdict(const MetricRow& metric) {
    if (metric.series_limit) {
      PutNumberCell(*metric.series_limit, &html_);
    } else {
      html_.Own("<td></td>");
    }
    const std::string_view verdict = verdicts_.Of(metric);
    html_.Own("<td class=\"verdict ").Text(verdict.empty() ? "none" : verdict).Own("\">").Text(VerdictWords(verdict));
    html_.Own("</td>");
  }

  void PutSum(std::string_view what, uint64_t series, uint64_t bytes) {
    html_.Own("<tr><td></td><th scope=\"row\">").Text(what).Own("</th><td></td>");
    PutNumberCell(series, &html_);
    html_.Own("<td></td>");
    PutRoundedCell(ByteSize(bytes), bytes, &html_);
    PutEmptyCells(has_policy_ ? 5 : 3, &html_);
    html_.Own("</tr>\n");
  }

  const Report& report_;
  const bool has_policy_;
  const MetricVerdicts verdicts_;
  HtmlWriter html_;
};

}  // namespace

size_t PutMetricTable(const Report& report, std::string* out) {
  const size_t begin = out->size();
  MetricTable table(report, out);
  table.PutHead();
  size_t shown = 0;
  while (shown < std::min(kMostTableRows, report.metrics.size()) && out->size() - begin < kMostTableBytes) {
    table.PutRow(shown++);
  }
  table.PutFoot(shown);
  return shown;
}

}  // namespace seriesguard
