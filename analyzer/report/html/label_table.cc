// SPDX-License-Identifier: Apache-2.0
//
// label_table.cc: one row a label, its commonest values in the last cell.
#include "analyzer/report/html/label_table.h"

#include <algorithm>

#include "analyzer/report/culprit.h"
#include "analyzer/report/html/html_text.h"
#include "analyzer/report/html/page_parts.h"
#include "analyzer/report/label_verdict.h"

namespace seriesguard {
namespace {

constexpr size_t kShownValues = 5;
constexpr size_t kShownSets = 5;
constexpr size_t kValueColumns = 80;

void PutRow(const MetricRow& metric, const LabelCount& label, bool is_culprit, HtmlWriter* html) {
  html->Own("<tr><th scope=\"row\">").Text(label.name);
  if (is_culprit) html->Own(" <span class=\"blame\">to blame</span>");
  html->Own("</th>");
  PutNumberCell(label.values, html);
  PutNumberCell(label.series_with, html);
  if (label.series_without) {
    PutNumberCell(*label.series_without, html);
  } else {
    html->Own("<td></td>");
  }
  html->Own("<td>").Text(LabelVerdictName(VerdictOf(metric, label))).Own("</td><td>");
  const size_t shown = std::min(kShownValues, label.top.size());
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) html->Own(" ");
    html->Own("<code>").Text(label.top[i].value, kValueColumns).Own("</code> ").Number(label.top[i].series);
  }
  if (label.values > shown) html->Own(" and ").Number(label.values - shown).Own(" more");
  html->Own("</td></tr>\n");
}

void PutLabelSets(const LabelSetSearch& search, HtmlWriter* html) {
  if (search.sets.empty()) return;
  html->Own("<h3>Several labels left out together</h3>\n<ul>\n");
  for (size_t i = 0; i < std::min(kShownSets, search.sets.size()); ++i) {
    html->Own("<li>without ");
    for (size_t k = 0; k < search.sets[i].labels.size(); ++k) {
      if (k > 0) html->Own(", ");
      html->Own("<code>").Text(search.sets[i].labels[k]).Own("</code>");
    }
    html->Own(": ").Number(search.sets[i].series_left).Own(" series</li>\n");
  }
  html->Own("</ul>\n");
}

}  // namespace

void PutLabelTable(const MetricRow& metric, std::string* out) {
  const size_t begin = out->size();
  HtmlWriter html(out);
  html.Own("<section aria-labelledby=\"labels-title\">\n<h2 id=\"labels-title\">Labels</h2>\n<div class=\"scroll\">\n")
      .Own(
          "<table class=\"data\" id=\"labels\">\n<caption>Labels, and what is left without each</caption>\n<thead><tr>")
      .Own("<th scope=\"col\">Label</th><th scope=\"col\" class=\"n\">Values</th>")
      .Own("<th scope=\"col\" class=\"n\">Series with it</th><th scope=\"col\" class=\"n\">Series without it</th>")
      .Own("<th scope=\"col\">Verdict</th><th scope=\"col\">Most series</th></tr></thead>\n<tbody>\n");
  const LabelCount* const culprit = FindCulprit(metric.count);
  size_t shown = 0;
  for (const LabelCount& label : metric.count.labels) {
    if (out->size() - begin > kMostFindingBytes) break;
    PutRow(metric, label, &label == culprit, &html);
    ++shown;
  }
  html.Own("</tbody>\n</table>\n</div>\n");
  if (shown < metric.count.labels.size()) {
    html.Own("<p>").Number(metric.count.labels.size() - shown).Own(" more labels are not shown.</p>\n");
  }
  if (metric.label_sets) PutLabelSets(*metric.label_sets, &html);
  if (!metric.examples.empty()) {
    html.Own("<h3>Examples</h3>\n<ul>\n");
    for (const std::string& example : metric.examples) html.Own("<li><code>").Text(example).Own("</code></li>\n");
    html.Own("</ul>\n");
  }
  html.Own("</section>\n");
}

}  // namespace seriesguard
