// SPDX-License-Identifier: Apache-2.0
//
// html_diff.cc: head, figures, the table of what changed, the place of the picture; then its data.
#include "analyzer/diff/html_diff.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/census/metric_type.h"
#include "analyzer/diff/cause_text.h"
#include "analyzer/diff/diff_picture.h"
#include "analyzer/diff/notes.h"
#include "analyzer/report/html/html_page.h"
#include "analyzer/report/html/html_text.h"
#include "analyzer/report/html/page_parts.h"
#include "analyzer/report/html/picture.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/number_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownInputs = 3;
constexpr size_t kShownCauses = 5;

std::string Signed(uint64_t before, uint64_t after) {
  return after >= before ? "+" + WithThousands(after - before) : "-" + WithThousands(before - after);
}

void PutSide(std::string_view name, const DiffSide& side, HtmlWriter* html) {
  html->Own("<p class=\"inputs\">").Text(name).Own(": ");
  for (size_t i = 0; i < std::min(kShownInputs, side.inputs.size()); ++i) {
    if (i > 0) html->Own(", ");
    html->Own("<code>").Text(side.inputs[i].path).Own("</code>");
  }
  if (side.inputs.size() > kShownInputs) {
    html->Own(" and ").Text(Quantity(side.inputs.size() - kShownInputs, "more input"));
  }
  html->Own(": ")
      .Text(Quantity(side.series, "series"))
      .Own(" in ")
      .Text(Quantity(side.metrics, "metric"))
      .Own("</p>\n");
}

void PutFigures(const Diff& diff, HtmlWriter* html) {
  html->Own("<dl class=\"figures\">\n");
  PutFigure("series before", WithThousands(diff.before.series), html);
  PutFigure("series after", WithThousands(diff.after.series), html);
  if (diff.added && diff.gone) {
    PutFigure("added", "+" + WithThousands(*diff.added), html);
    PutFigure("gone", "-" + WithThousands(*diff.gone), html);
    PutFigure("kept", WithThousands(diff.before.series - std::min(diff.before.series, *diff.gone)), html);
  } else {
    PutFigure("difference", Signed(diff.before.series, diff.after.series), html);
  }
  html->Own("</dl>\n");
  if (!diff.culprit) return;
  html->Own("<p>Most by <strong>").Message(CausePhrase(diff.culprit->cause, true)).Own("</strong> in <code>");
  html->Text(diff.culprit->metric).Own("</code>: +").Number(diff.culprit->cause.series).Own(" series.</p>\n");
}

class ChangeTable {
 public:
  ChangeTable(const Diff& diff, std::string* out) : diff_(diff), out_(out), html_(out) {}

  // Returns how many metrics have a row.
  size_t Put() {
    const size_t begin = out_->size();
    html_
        .Own(
            "<table class=\"data\" id=\"metrics\">\n<caption>Metrics that changed; the foot holds the rest</caption>\n")
        .Own("<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Type</th>")
        .Own("<th scope=\"col\" class=\"n\">Before</th><th scope=\"col\" class=\"n\">After</th>");
    if (!diff_.by_counts) {
      html_.Own("<th scope=\"col\" class=\"n\">Added</th><th scope=\"col\" class=\"n\">Gone</th>");
    }
    html_.Own("<th scope=\"col\" class=\"n\">Change</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
    const size_t most = std::min(kMostTableRows, diff_.metrics.size());
    size_t shown = 0;
    while (shown < most && out_->size() - begin < kMostTableBytes) PutRow(shown++);
    html_.Own("</tbody>\n<tfoot>\n");
    PutFoot(shown);
    html_.Own("</tfoot>\n</table>\n");
    return shown;
  }

 private:
  void PutCounts(uint64_t before, uint64_t after, const std::optional<uint64_t>& added,
                 const std::optional<uint64_t>& gone) {
    PutNumberCell(before, &html_);
    PutNumberCell(after, &html_);
    if (!diff_.by_counts) {
      PutRoundedCell("+" + WithThousands(added.value_or(0)), added.value_or(0), &html_);
      PutRoundedCell("-" + WithThousands(gone.value_or(0)), gone.value_or(0), &html_);
    }
    // Sorted with its sign.
    html_.Own("<td class=\"n ").Text(after > before ? "up" : after < before ? "down" : "same").Own("\" data-n=\"");
    if (after < before) html_.Own("-");
    html_.Digits(after < before ? before - after : after - before).Own("\">").Text(Signed(before, after)).Own("</td>");
  }

  void PutCauses(const MetricChange& metric) {
    html_.Own("<td>");
    size_t shown = 0;
    for (const bool is_added : {true, false}) {
      for (const CauseCount& cause : is_added ? metric.added_causes : metric.gone_causes) {
        if (++shown > kShownCauses) continue;
        html_.Own("<span class=\"more\">").Text(is_added ? "+" : "-").Number(cause.series).Own(" ");
        html_.Message(CauseText(metric, cause, is_added)).Own("</span>");
      }
    }
    if (shown > kShownCauses) {
      html_.Own("<span class=\"more\">and ").Text(Quantity(shown - kShownCauses, "other cause")).Own("</span>");
    }
    html_.Own("</td>");
  }

  void PutRow(size_t index) {
    const MetricChange& metric = diff_.metrics[index];
    html_.Own("<tr id=\"m").Digits(index).Own("\"><th scope=\"row\">").Text(metric.name).Own("</th><td>");
    if (metric.is_retyped()) html_.Text(MetricTypeName(metric.type_before)).Own(" became ");
    html_.Text(MetricTypeName(metric.is_after ? metric.type_after : metric.type_before)).Own("</td>");
    PutCounts(metric.before, metric.after, metric.added, metric.gone);
    PutCauses(metric);
    html_.Own("</tr>\n");
  }

  void PutSum(const MetricSums& sums, std::string_view what) {
    if (sums.metrics == 0) return;
    html_.Own("<tr><th scope=\"row\">").Text(what).Own("</th><td></td>");
    PutCounts(sums.before, sums.after, sums.added, sums.gone);
    html_.Own("<td></td></tr>\n");
  }

  void PutFoot(size_t shown) {
    MetricSums rest;
    rest.added = rest.gone = 0;
    for (size_t i = shown; i < diff_.metrics.size(); ++i) {
      const MetricChange& metric = diff_.metrics[i];
      ++rest.metrics;
      rest.before += metric.before;
      rest.after += metric.after;
      *rest.added += metric.added.value_or(0);
      *rest.gone += metric.gone.value_or(0);
    }
    PutSum(rest, Quantity(rest.metrics, "other") + " without a row");
    if (diff_.others) PutSum(*diff_.others, Quantity(diff_.others->metrics, "other") + " cut by --limit");
    PutSum(diff_.unchanged, WithThousands(diff_.unchanged.metrics) + " unchanged");
    if (diff_.not_compared) PutSum(*diff_.not_compared, "not listed by a report");
    MetricSums total;
    total.metrics = 1;
    total.before = diff_.before.series;
    total.after = diff_.after.series;
    total.added = diff_.added;
    total.gone = diff_.gone;
    PutSum(total, "total");
  }

  const Diff& diff_;
  std::string* out_;
  HtmlWriter html_;
};

std::string HeadingOf(const Diff& diff) {
  if (diff.by_counts) return Signed(diff.before.series, diff.after.series) + " series, counts only";
  if (diff.added.value_or(0) + diff.gone.value_or(0) == 0) return "The same series";
  return WithThousands(diff.added.value_or(0)) + " series added, " + WithThousands(diff.gone.value_or(0)) + " gone";
}

std::string DataOf(const Diff& diff, size_t shown) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("view");
  writer.String("diff");
  writer.Key("tree");
  WritePicture(MakeDiffPicture(diff, shown), &writer);
  writer.EndObject();
  return json;
}

}  // namespace

std::string RenderHtmlDiff(const Diff& diff) {
  std::string content;
  HtmlWriter html(&content);
  PutHeader(HeadingOf(diff), "plain", diff.tool + " diff", &html);
  html.Own("<main>\n");
  PutSide("before", diff.before, &html);
  PutSide("after", diff.after, &html);
  PutFigures(diff, &html);
  for (const std::string& note : NotesOf(diff)) html.Own("<p class=\"note\">").Message(note).Own("</p>\n");
  html.Own(
      "<section aria-labelledby=\"metrics-title\">\n<h2 id=\"metrics-title\">Metrics</h2>\n<div class=\"scroll\">\n");
  const size_t shown = ChangeTable(diff, &content).Put();
  html.Own("</div>\n</section>\n");
  PutPicturePlace(&html);
  html.Own("</main>\n");
  return AssemblePage("seriesguard diff", content, DataOf(diff, shown));
}

}  // namespace seriesguard
