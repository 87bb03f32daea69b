// SPDX-License-Identifier: Apache-2.0
//
// text_explain.cc: one function a section, in the order in which a reader asks.
#include "analyzer/report/text_explain.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/report/culprit.h"
#include "analyzer/report/label_verdict.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_label_sets.h"
#include "analyzer/report/text_patterns.h"
#include "analyzer/report/text_sections.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kNameColumns = 40;

void PutHeading(std::string_view text, TextCanvas* canvas) {
  canvas->EndLine();
  canvas->Line(text, Ink::kBold);
}

size_t RoomFor(size_t taken, const TextCanvas& canvas) {
  return canvas.columns() > taken + 20 ? canvas.columns() - taken : 20;
}

void PutTotals(const Report& report, const MetricRow& metric, TextCanvas* canvas) {
  const FamilyCount& count = metric.count;
  std::string type(MetricTypeName(metric.type));
  if (metric.type_inferred) type += ", inferred from its shape";
  canvas->Put(SafeTextTruncated(metric.name, RoomFor(type.size() + 1, *canvas)), Ink::kBold);
  canvas->Line(" " + type, Ink::kDim);
  std::string text = CountText(count.series, count) + " series, " + Percent(metric.share) + " of " +
                     WithThousands(report.total.series) + "; " + Quantity(count.samples, "sample") + ", " +
                     ByteSize(count.bytes);
  if (metric.union_series) text += "; " + WithThousands(*metric.union_series) + " distinct when the target is ignored";
  canvas->PutWrapped(text, 0);
  canvas->EndLine();
}

// Rows of a number and a name, the numbers right-aligned.
void PutNumbered(const std::vector<std::pair<std::string, std::string>>& rows, TextCanvas* canvas) {
  size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  for (const auto& [number, name] : rows) {
    canvas->PutRight(number, kIndent + width);
    canvas->Line("  " + SafeTextTruncated(name, RoomFor(kIndent + width + 2, *canvas)));
  }
}

void PutParts(const MetricRow& metric, TextCanvas* canvas) {
  if (metric.count.parts.size() < 2) return;
  PutHeading("Sample names", canvas);
  std::vector<std::pair<std::string, std::string>> rows;
  for (const PartCount& part : metric.count.parts) rows.emplace_back(WithThousands(part.series), part.name);
  PutNumbered(rows, canvas);
}

void PutTargets(const MetricRow& metric, TextCanvas* canvas) {
  if (metric.targets.empty()) return;
  PutHeading("Series per input", canvas);
  std::vector<std::pair<std::string, std::string>> rows;
  for (const TargetCount& target : metric.targets) rows.emplace_back(WithThousands(target.series), target.input);
  PutNumbered(rows, canvas);
}

std::vector<const LabelCount*> LabelsInOrder(const FamilyCount& count) {
  std::vector<const LabelCount*> labels;
  for (const LabelCount& label : count.labels) labels.push_back(&label);
  const LabelCount* culprit = FindCulprit(count);
  std::stable_sort(labels.begin(), labels.end(), [culprit](const LabelCount* a, const LabelCount* b) {
    if ((a == culprit) != (b == culprit)) return a == culprit;
    return a->values > b->values;
  });
  return labels;
}

void PutLabelTable(const MetricRow& metric, TextCanvas* canvas) {
  const FamilyCount& count = metric.count;
  if (count.labels.empty()) {
    PutHeading("Labels", canvas);
    canvas->Line("  none");
    return;
  }
  struct Row {
    std::string name, values, with, without, saves, verdict;
    bool is_culprit = false;
  };
  std::vector<Row> rows;
  const LabelCount* culprit = FindCulprit(count);
  for (const LabelCount* label : LabelsInOrder(count)) {
    Row row;
    row.name = SafeTextTruncated(label->name, kNameColumns);
    row.values = (label->values_estimated ? "~" : "") + WithThousands(label->values);
    row.with = WithThousands(label->series_with);
    row.without = label->series_without ? WithThousands(*label->series_without) : "-";
    row.saves = "-";
    if (label->series_without && count.series >= *label->series_without && count.series > 0) {
      row.saves =
          Percent(static_cast<double>(count.series - *label->series_without) / static_cast<double>(count.series));
    }
    row.verdict = LabelVerdictName(VerdictOf(metric, *label));
    row.is_culprit = label == culprit;
    rows.push_back(std::move(row));
  }
  size_t name = 5, values = 6, with = 4, without = 7, saves = 5;
  for (const Row& row : rows) {
    name = std::max(name, DisplayColumns(row.name));
    values = std::max(values, row.values.size());
    with = std::max(with, row.with.size());
    without = std::max(without, row.without.size());
    saves = std::max(saves, row.saves.size());
  }
  PutHeading("Labels, and the series that would be left without each", canvas);
  canvas->PutLeft("  LABEL", kIndent + name);
  canvas->PutRight("VALUES", 2 + values);
  canvas->PutRight("WITH", 2 + with);
  canvas->PutRight("WITHOUT", 2 + without);
  canvas->PutRight("SAVES", 2 + saves);
  canvas->Line("  VERDICT");
  for (const Row& row : rows) {
    const Ink ink = row.is_culprit ? Ink::kBad : Ink::kPlain;
    canvas->Put(row.is_culprit ? "* " : "  ", ink);
    canvas->PutLeft(row.name, name, ink);
    canvas->PutRight(row.values, 2 + values);
    canvas->PutRight(row.with, 2 + with);
    canvas->PutRight(row.without, 2 + without);
    canvas->PutRight(row.saves, 2 + saves);
    canvas->Line("  " + row.verdict);
  }
  PutVerdictsMeaning(metric, canvas);
}

void PutShape(const Report& report, const MetricRow& metric, TextCanvas* canvas) {
  const FamilyCount& count = metric.count;
  PutHeading("Label sets", canvas);
  const std::string fill = FillText(report, count);
  std::string sets = CountText(count.label_sets, count);
  if (fill.empty()) {
    sets += ": no label splits them";
  } else {
    sets += ", " + fill;
    const bool is_fixed = metric.product_gap && !metric.product_gap->determined.empty();
    if (count.density < 1 && !is_fixed) sets += "; production can grow to all of them";
  }
  canvas->Put("  ");
  canvas->PutWrapped(sets, kIndent);
  canvas->EndLine();
  PutProductGap(metric, canvas);
  const BoundaryCount& boundaries = count.boundaries;
  if (boundaries.label.empty()) return;
  std::string text = boundaries.label + ": " + WithThousands(boundaries.distinct) +
                     (boundaries.label == "le" ? " boundaries, " : " quantiles, ");
  text += WithThousands(boundaries.min_per_label_set);
  if (boundaries.max_per_label_set != boundaries.min_per_label_set) {
    text += " to " + WithThousands(boundaries.max_per_label_set);
  }
  text += " a label set; one that every label set has costs " + WithThousands(count.label_sets) + " series";
  canvas->Put("  ");
  canvas->PutWrapped(text, kIndent);
  canvas->EndLine();
}

void PutValues(const FamilyCount& count, TextCanvas* canvas) {
  for (const LabelCount* label : LabelsInOrder(count)) {
    if (label->top.empty()) continue;
    canvas->EndLine();
    canvas->Put(SafeTextTruncated(label->name, kNameColumns), Ink::kBold);
    canvas->Line(": series per value", Ink::kDim);
    std::vector<std::pair<std::string, std::string>> rows;
    for (const ValueCount& value : label->top) rows.emplace_back(WithThousands(value.series), value.value);
    if (label->other_values > 0) {
      rows.emplace_back(WithThousands(label->other_series), "(" + Quantity(label->other_values, "other") + ")");
    }
    PutNumbered(rows, canvas);
  }
}

void PutExamples(const MetricRow& metric, TextCanvas* canvas) {
  if (metric.examples.empty()) return;
  PutHeading("Some of its series", canvas);
  for (const std::string& example : metric.examples) {
    canvas->Line("  " + SafeTextTruncated(example, canvas->columns() - kIndent));
  }
}

}  // namespace

void PutExplanation(const Report& report, const MetricRow& metric, TextCanvas* canvas) {
  PutTotals(report, metric, canvas);
  PutLabelTable(metric, canvas);
  PutLabelSets(metric, canvas);
  PutPatterns(metric, canvas);
  PutShape(report, metric, canvas);
  PutParts(metric, canvas);
  PutTargets(metric, canvas);
  PutValues(metric.count, canvas);
  PutDependencies(metric, canvas);
  PutExamples(metric, canvas);
}

}  // namespace seriesguard
