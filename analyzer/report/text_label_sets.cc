// SPDX-License-Identifier: Apache-2.0
//
// text_label_sets.cc: three sets of each size are enough to choose from; the JSON report has all.
#include "analyzer/report/text_label_sets.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/report/label_verdict.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kNameColumns = 40;
constexpr size_t kShownSetsOfSize = 3;

std::string NamesText(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += SafeTextTruncated(name, kNameColumns);
  }
  return text;
}

void PutParagraph(std::string_view text, TextCanvas* canvas) {
  canvas->Put("  ");
  canvas->PutWrapped(text, kIndent);
  canvas->EndLine();
}

}  // namespace

void PutVerdictsMeaning(const MetricRow& metric, TextCanvas* canvas) {
  std::array<bool, 4> occurs{};
  for (const LabelCount& label : metric.count.labels) occurs[static_cast<size_t>(VerdictOf(metric, label))] = true;
  const auto has = [&occurs](LabelVerdict verdict) { return occurs[static_cast<size_t>(verdict)]; };
  if (has(LabelVerdict::kRedundant)) PutParagraph("redundant: dropping it alone merges no two series", canvas);
  if (has(LabelVerdict::kAggregate)) {
    std::string text = "aggregate: without it series become equal; fold it in the process (drop: true";
    if (metric.type == MetricType::kGauge) text += " and fold: sum, max, min or last";
    PutParagraph(text + "), a labeldrop would lose samples", canvas);
  }
  if (has(LabelVerdict::kEssential)) PutParagraph("essential: it is what the metric says", canvas);
}

void PutLabelSets(const MetricRow& metric, TextCanvas* canvas) {
  if (!metric.label_sets || metric.label_sets->sets.empty()) return;
  const LabelSetSearch& search = *metric.label_sets;
  canvas->EndLine();
  canvas->Line("Series left without several labels together", Ink::kBold);
  std::vector<const LabelSetLeft*> shown;
  std::array<size_t, 4> of_size{};
  for (const LabelSetLeft& set : search.sets) {
    if (of_size[std::min<size_t>(set.labels.size(), 3)]++ < kShownSetsOfSize) shown.push_back(&set);
  }
  size_t width = 0;
  for (const LabelSetLeft* set : shown) width = std::max(width, WithThousands(set->series_left).size());
  for (const LabelSetLeft* set : shown) {
    canvas->PutRight(WithThousands(set->series_left), kIndent + width);
    canvas->Put("  ");
    const uint64_t saved = metric.count.series - std::min(set->series_left, metric.count.series);
    const double share =
        metric.count.series == 0 ? 0 : static_cast<double>(saved) / static_cast<double>(metric.count.series);
    canvas->PutWrapped("without " + NamesText(set->labels) + " (saves " + Percent(share) + ")", kIndent + width + 4);
    canvas->EndLine();
  }
  if (shown.size() < search.sets.size()) {
    canvas->Line(
        "  and " + WithThousands(search.sets.size() - shown.size()) + " other sets; --format json has them all",
        Ink::kDim);
  }
}

void PutProductGap(const MetricRow& metric, TextCanvas* canvas) {
  if (!metric.product_gap) return;
  const ProductGap& gap = *metric.product_gap;
  if (!gap.determined.empty()) {
    const std::string product =
        gap.independent_product ? WithThousands(*gap.independent_product) : PowerOfTen(gap.independent_log10);
    PutParagraph("fixed by other labels: " + NamesText(gap.determined) + "; without them there are " + product +
                     " combinations, to which production can grow",
                 canvas);
  }
  if (!gap.pair.empty()) {
    PutParagraph("of the " + WithThousands(gap.pair_product) + " combinations of " +
                     SafeTextTruncated(gap.pair[0], kNameColumns) + " and " +
                     SafeTextTruncated(gap.pair[1], kNameColumns) + " only " + WithThousands(gap.pair_joint) +
                     (gap.pair_joint == 1 ? " occurs" : " occur"),
                 canvas);
  }
}

void PutDependencies(const MetricRow& metric, TextCanvas* canvas) {
  if (metric.dependencies.empty()) return;
  canvas->EndLine();
  canvas->Line("One label fixes another: the second adds no series", Ink::kBold);
  for (const Dependency& dependency : metric.dependencies) {
    std::string text = SafeTextTruncated(dependency.determinant, kNameColumns) + " -> " +
                       SafeTextTruncated(dependency.dependent, kNameColumns);
    if (dependency.exceptions > 0) {
      text += ", but for " + WithThousands(dependency.exceptions) + " of " + Quantity(dependency.samples, "sample") +
              " (" + Percent(static_cast<double>(dependency.exceptions) / static_cast<double>(dependency.samples)) +
              ")";
    }
    PutParagraph(text, canvas);
  }
}

}  // namespace seriesguard
