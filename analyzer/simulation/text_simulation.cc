// SPDX-License-Identifier: Apache-2.0
//
// text_simulation.cc: a table an input whose columns add up; below each metric what folds, and what its totals are.
#include "analyzer/simulation/text_simulation.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kValueColumns = 32;  // an example is cut beyond
constexpr size_t kNameColumns = 80;

std::string Quoted(std::string_view value) { return "\"" + SafeTextTruncated(value, kValueColumns) + "\""; }

std::string RangeText(const SeriesRange& range) {
  if (range.IsExact()) return "";
  return WithThousands(range.least) + "-" + WithThousands(range.most);
}

std::string_view OrderName(ArrivalOrder order) {
  switch (order) {
    case ArrivalOrder::kBusiest: return "the busiest label sets first";
    case ArrivalOrder::kAdversarial: return "the least busy label sets first";
    case ArrivalOrder::kFile: break;
  }
  return "label sets in the order of the dump";
}

// `path: 7 values -> "other" (value_limit): 9 label sets, 9 series, 1234 counted; "/a", "/b", ...`
std::string FoldText(const FoldRow& row) {
  std::string text = SafeTextTruncated(row.label, kNameColumns) + ": " + Quantity(row.values, "value");
  if (row.reason == "dropped") {
    text += ", the label is dropped";
  } else if (row.into_values > 1) {
    text += " -> " + Quantity(row.into_values, "value");
  } else if (!row.into.empty()) {
    text += " -> " + Quoted(row.into);
  }
  if (row.reason != "dropped") text += " (" + row.reason + ")";
  text += ": " + Quantity(row.label_sets, "label set") + ", " + Quantity(row.series, "series");
  if (row.count) text += ", " + ShortNumber(*row.count) + " counted";
  std::string examples;
  for (const std::string& example : row.examples) {
    examples += (examples.empty() ? "" : ", ") + (example.empty() ? std::string("(absent)") : Quoted(example));
  }
  return text + "; " + examples + (row.values > row.examples.size() ? ", ..." : "");
}

std::string VerdictText(const TotalRow& total) {
  switch (total.verdict) {
    case TotalRow::Verdict::kExact:
      return total.lost == 0 ? "" : " (" + ShortNumber(total.lost) + " at a lost boundary)";
    case TotalRow::Verdict::kRounded: return " (rounded, off by " + RoughNumber(total.difference) + ")";
    case TotalRow::Verdict::kBroken: break;
  }
  return " (NOT conserved)";
}

// Buckets are many and alike: they take one clause, unless one of them has something to say.
std::string TotalsText(const SimulatedMetric& metric) {
  std::string text;
  size_t quiet_buckets = 0;
  uint64_t not_finite = 0;
  for (const TotalRow& total : metric.totals) {
    not_finite += total.not_finite;
    const bool is_quiet = total.verdict == TotalRow::Verdict::kExact && total.lost == 0;
    if (total.boundary && is_quiet) {
      ++quiet_buckets;
      continue;
    }
    text += (text.empty() ? "" : ", ") + total.part;
    if (total.boundary) text += " le " + Quoted(*total.boundary);
    text += " " + ShortNumber(total.before) + " -> " + ShortNumber(total.after) + VerdictText(total);
  }
  if (quiet_buckets > 0) text += (text.empty() ? "" : ", ") + Quantity(quiet_buckets, "bucket") + " kept";
  if (not_finite > 0) text += ", " + Quantity(not_finite, "value") + " that no sum can hold";
  return text.empty() ? "" : "totals: " + text;
}

class Table {
 public:
  Table(const SimulatedInput& input, const Simulation& simulation, const SimulationTextOptions& options,
        TextCanvas* canvas)
      : input_(input), simulation_(simulation), options_(options), canvas_(canvas) {}

  void Put();

 private:
  struct Cells {
    std::string before, after, range;
  };
  static Cells CellsOf(uint64_t before, uint64_t after, const SeriesRange& range) {
    return {WithThousands(before), WithThousands(after), RangeText(range)};
  }
  void Measure(const Cells& cells) {
    before_ = std::max(before_, cells.before.size());
    after_ = std::max(after_, cells.after.size());
    range_ = std::max(range_, cells.range.size());
  }
  void PutCells(const Cells& cells, Ink ink = Ink::kPlain) {
    canvas_->PutRight(cells.before, before_);
    canvas_->PutRight(cells.after, kGap + after_, ink);
    if (range_ > 0) canvas_->PutRight(cells.range, kGap + range_);
    canvas_->Put(std::string(kGap, ' '));
  }
  void PutDetail(const std::string& text) {
    if (text.empty()) return;
    const size_t indent = before_ + kGap + after_ + (range_ > 0 ? kGap + range_ : 0) + 2 * kGap;
    canvas_->Put(std::string(indent, ' '));
    canvas_->PutWrapped(text, indent + kGap);
    canvas_->EndLine();
  }
  void PutMetric(const SimulatedMetric& metric);

  const SimulatedInput& input_;
  const Simulation& simulation_;
  const SimulationTextOptions& options_;
  TextCanvas* const canvas_;
  size_t before_ = 6, after_ = 5, range_ = 0;
};

void Table::PutMetric(const SimulatedMetric& metric) {
  PutCells(CellsOf(metric.series_before, metric.series_after, metric.range),
           metric.series_after < metric.series_before ? Ink::kGood : Ink::kPlain);
  canvas_->Put(SafeTextTruncated(metric.name, kNameColumns), Ink::kBold);
  if (!metric.folds.empty() || metric.series_after != metric.series_before) {
    canvas_->Put(" (" + std::string(MetricTypeName(metric.type)) + ")", Ink::kDim);
  }
  canvas_->EndLine();
  if (metric.treatment == SimulatedMetric::Treatment::kRefused) {
    PutDetail("passes as it is: " + SafeMessage(metric.why));
    return;
  }
  for (const FoldRow& row : metric.folds) PutDetail(FoldText(row));
  if (metric.series_at_zero > 0) {
    PutDetail(Quantity(metric.series_at_zero, "series") +
              " at 0: every value of the metric's labels is named in the policy");
  }
  if (metric.left_out_samples > 0) {
    PutDetail(Quantity(metric.left_out_samples, "sample") +
              " of a series that stands in the dump more than once left out");
  }
  PutDetail(TotalsText(metric));
}

void Table::Put() {
  std::vector<const SimulatedMetric*> guarded;
  std::vector<const SimulatedMetric*> others;
  for (const SimulatedMetric& metric : input_.metrics) {
    (metric.treatment == SimulatedMetric::Treatment::kNoRule ? others : guarded).push_back(&metric);
  }
  std::stable_sort(guarded.begin(), guarded.end(), [](const SimulatedMetric* a, const SimulatedMetric* b) {
    const auto change = [](const SimulatedMetric& metric) {
      return metric.series_after < metric.series_before ? metric.series_before - metric.series_after
                                                        : metric.series_after - metric.series_before;
    };
    return change(*a) != change(*b) ? change(*a) > change(*b) : a->series_before > b->series_before;
  });
  size_t shown = guarded.size();
  if (options_.most_metrics > 0) shown = std::min(shown, options_.most_metrics);
  const auto sum = [](const std::vector<const SimulatedMetric*>& metrics, size_t from) {
    SimulatedMetric all;
    for (size_t i = from; i < metrics.size(); ++i) {
      all.series_before += metrics[i]->series_before;
      all.series_after += metrics[i]->series_after;
      all.range.least += metrics[i]->range.least;
      all.range.most += metrics[i]->range.most;
    }
    return all;
  };
  const SimulatedMetric rest = sum(guarded, shown);
  const SimulatedMetric untouched = sum(others, 0);
  const Cells total = CellsOf(input_.series_before, input_.series_after, input_.range);
  for (const SimulatedMetric& metric : input_.metrics) {
    Measure(CellsOf(metric.series_before, metric.series_after, metric.range));
  }
  Measure(CellsOf(rest.series_before, rest.series_after, rest.range));
  Measure(total);
  if (range_ > 0) range_ = std::max<size_t>(range_, 9);

  canvas_->PutWrapped(SafeText(input_.path) + ": " + WithThousands(input_.series_before) + " series, " +
                          WithThousands(input_.series_after) +
                          (simulation_.is_shadow ? " if it enforced " : " under ") + SafeText(simulation_.policy_path) +
                          " (" + std::string(OrderName(simulation_.order)) + ")",
                      kGap);
  canvas_->EndLine();
  if (simulation_.is_shadow) {
    canvas_->PutWrapped("mode: shadow changes nothing; this is what mode: enforce would do", kGap);
    canvas_->EndLine();
  }
  canvas_->EndLine();
  canvas_->PutRight("BEFORE", before_, Ink::kDim);
  canvas_->PutRight("AFTER", kGap + after_, Ink::kDim);
  if (range_ > 0) canvas_->PutRight("ANY ORDER", kGap + range_, Ink::kDim);
  canvas_->Put("  METRIC", Ink::kDim);
  canvas_->EndLine();
  for (size_t i = 0; i < shown; ++i) PutMetric(*guarded[i]);
  if (shown < guarded.size()) {
    PutCells(CellsOf(rest.series_before, rest.series_after, rest.range));
    canvas_->Put(Quantity(guarded.size() - shown, "other metric") + " with a rule");
    canvas_->EndLine();
  }
  if (!others.empty()) {
    PutCells(CellsOf(untouched.series_before, untouched.series_after, untouched.range));
    canvas_->Put(Quantity(others.size(), "metric") + " without a rule");
    canvas_->EndLine();
  }
  PutCells(total, Ink::kBold);
  canvas_->Put("TOTAL", Ink::kBold);
  canvas_->EndLine();
}

}  // namespace

std::string RenderTextSimulation(const Simulation& simulation, const SimulationTextOptions& options) {
  TextCanvas canvas(options.columns, options.colour);
  bool is_first = true;
  for (const SimulatedInput& input : simulation.inputs) {
    if (!is_first) canvas.EndLine();
    is_first = false;
    Table(input, simulation, options, &canvas).Put();
  }
  return canvas.Take();
}

}  // namespace seriesguard
