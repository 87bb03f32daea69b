// SPDX-License-Identifier: Apache-2.0
//
// text_diff.cc: a table whose columns add up: metrics with their causes, others, unchanged, total.
#include "analyzer/diff/text_diff.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/diff/cause_text.h"
#include "analyzer/diff/notes.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kInputsNamed = 3;
constexpr size_t kCausesShown = 6;  // of a metric and direction
constexpr size_t kLabelsShown = 6;  // of a metric, where only counts were compared
constexpr size_t kNarrowestName = 20;
constexpr size_t kNameColumns = 60;

std::string Signed(char sign, uint64_t value) {
  return (value == 0 ? "" : std::string(1, sign)) + WithThousands(value);
}

// The cells before the name; where only counts were compared there is no `gone`, and `added` is the difference.
struct Cells {
  std::string before, after, added, gone;
};

Cells CellsOf(uint64_t before, uint64_t after, const std::optional<uint64_t>& added,
              const std::optional<uint64_t>& gone) {
  Cells cells{WithThousands(before), WithThousands(after), "", ""};
  if (added) {
    cells.added = Signed('+', *added);
    cells.gone = Signed('-', gone.value_or(0));
  } else {
    cells.added = after >= before ? Signed('+', after - before) : Signed('-', before - after);
  }
  return cells;
}

Cells CellsOf(const MetricSums& group, bool by_counts) {
  if (by_counts) return CellsOf(group.before, group.after, std::nullopt, std::nullopt);
  return CellsOf(group.before, group.after, group.added.value_or(0), group.gone.value_or(0));
}

class Table {
 public:
  explicit Table(TextCanvas* canvas) : canvas_(canvas) {}

  void Measure(const Cells& cells) {
    before_ = std::max(before_, cells.before.size());
    after_ = std::max(after_, cells.after.size());
    added_ = std::max(added_, cells.added.size());
    gone_ = std::max(gone_, cells.gone.size());
  }
  size_t name_column() const { return before_ + after_ + added_ + (gone_ > 0 ? gone_ + kGap : 0) + 3 * kGap; }

  void Put(const Cells& cells, Ink ink = Ink::kPlain) {
    canvas_->PutRight(cells.before, before_);
    canvas_->PutRight(cells.after, kGap + after_);
    canvas_->PutRight(cells.added, kGap + added_, ink);
    if (gone_ > 0) canvas_->PutRight(cells.gone, kGap + gone_, ink);
    canvas_->Put(std::string(kGap, ' '));
  }

 private:
  TextCanvas* canvas_;
  size_t before_ = 0, after_ = 0, added_ = 0, gone_ = 0;
};

class Renderer {
 public:
  Renderer(const Diff& diff, const TextDiffStyle& style)
      : diff_(diff), canvas_(style.columns, style.colour), table_(&canvas_) {}

  std::string Render() {
    PutSide("before", diff_.before);
    PutSide("after", diff_.after);
    PutHeadline();
    PutTable();
    PutCauses("added", diff_.added_causes, true);
    PutCauses("gone", diff_.gone_causes, false);
    PutTargets();
    for (const std::string& note : NotesOf(diff_)) {
      canvas_.EndLine();
      canvas_.Put("note: ", Ink::kBold);
      canvas_.PutWrapped(SafeMessage(note), 4);
      canvas_.EndLine();
    }
    return canvas_.Take();
  }

 private:
  void PutSide(std::string_view name, const DiffSide& side) {
    std::string text;
    if (side.inputs.size() == 1) {
      text = SafeText(side.inputs[0].path);
      if (!side.inputs[0].format.empty()) text += " (" + SafeText(side.inputs[0].format) + ")";
    } else {
      text = Quantity(side.inputs.size(), "input") + ": ";
      const size_t named = std::min(side.inputs.size(), kInputsNamed);
      for (size_t i = 0; i < named; ++i) text += (i > 0 ? ", " : "") + SafeText(side.inputs[i].path);
      if (side.inputs.size() > named) text += " and " + WithThousands(side.inputs.size() - named) + " more";
    }
    text += ": " + std::string(side.is_estimated ? "~" : "") + Quantity(side.series, "series") + " in " +
            Quantity(side.metrics, "metric");
    canvas_.PutLeft(name, 8, Ink::kDim);
    canvas_.PutWrapped(text, 8);
    canvas_.EndLine();
  }

  void PutHeadline() {
    std::string text;
    if (diff_.by_counts) {
      text =
          CellsOf(diff_.before.series, diff_.after.series, std::nullopt, std::nullopt).added + " series (counts only)";
    } else if (*diff_.added + *diff_.gone == 0) {
      text = "the same " + Quantity(diff_.after.series, "series");
    } else {
      text = WithThousands(*diff_.added) + " added, " + WithThousands(*diff_.gone) + " gone, " +
             WithThousands(diff_.before.series - *diff_.gone) + " kept";
    }
    canvas_.Line(text, Ink::kBold);
    if (!diff_.culprit) return;
    canvas_.Put("* ", Ink::kBad);
    canvas_.PutWrapped("most by " + CausePhrase(diff_.culprit->cause, true) + " in " +
                           SafeTextTruncated(diff_.culprit->metric, kNameColumns) + ": +" +
                           WithThousands(diff_.culprit->cause.series) + " series",
                       2);
    canvas_.EndLine();
  }

  Cells MetricCells(const MetricChange& metric) {
    return CellsOf(metric.before, metric.after, metric.added, metric.gone);
  }

  void PutTable() {
    if (diff_.metrics.empty() && !diff_.not_compared) return;
    const bool by_counts = diff_.by_counts;
    const Cells heading{"BEFORE", "AFTER", by_counts ? "CHANGE" : "ADDED", by_counts ? "" : "GONE"};
    const Cells total = CellsOf(diff_.before.series, diff_.after.series, diff_.added, diff_.gone);
    table_.Measure(heading);
    table_.Measure(total);
    for (const MetricChange& metric : diff_.metrics) table_.Measure(MetricCells(metric));
    // Totals are the widest but for a difference of counts, of which a part may be larger.
    for (const MetricSums* group : Groups()) table_.Measure(CellsOf(*group, by_counts));
    canvas_.EndLine();
    table_.Put(heading);
    canvas_.Line("METRIC");
    for (const MetricChange& metric : diff_.metrics) PutMetric(metric);
    if (diff_.others) PutGroup(*diff_.others, "(" + Quantity(diff_.others->metrics, "other") + ")");
    if (diff_.not_compared) {
      PutGroup(*diff_.not_compared,
               "(not listed by a report, " + Quantity(diff_.not_compared->metrics, "metric") + ")");
    }
    if (diff_.unchanged.metrics > 0)
      PutGroup(diff_.unchanged, "(" + WithThousands(diff_.unchanged.metrics) + " unchanged)");
    table_.Put(total, Ink::kBold);
    canvas_.Line("TOTAL", Ink::kBold);
  }

  std::vector<const MetricSums*> Groups() const {
    std::vector<const MetricSums*> groups = {&diff_.unchanged};
    if (diff_.others) groups.push_back(&*diff_.others);
    if (diff_.not_compared) groups.push_back(&*diff_.not_compared);
    return groups;
  }

  void PutGroup(const MetricSums& group, const std::string& text) {
    table_.Put(CellsOf(group, diff_.by_counts));
    canvas_.Line(text, Ink::kDim);
  }

  void PutMetric(const MetricChange& metric) {
    table_.Put(MetricCells(metric), Ink::kBold);
    std::string type = " " + std::string(MetricTypeName(metric.is_after ? metric.type_after : metric.type_before));
    if (metric.is_retyped()) {
      type = " " + std::string(MetricTypeName(metric.type_before)) + " became" + type;
    }
    if (diff_.by_counts && !metric.is_before) type += ", new metric";
    if (diff_.by_counts && !metric.is_after) type += ", metric gone";
    const size_t taken = canvas_.position() + type.size();
    const size_t room = std::max(canvas_.columns(), taken + kNarrowestName) - taken;
    canvas_.Put(SafeTextTruncated(metric.name, room), Ink::kBold);
    canvas_.Put(type, metric.is_retyped() ? Ink::kWarn : Ink::kDim);
    canvas_.EndLine();
    PutMetricCauses(metric, metric.added_causes, true);
    PutMetricCauses(metric, metric.gone_causes, false);
    if (diff_.by_counts) PutLabelCounts(metric);
  }

  void PutDetail(const std::string& text) {
    canvas_.PutWrapped(text, table_.name_column() + 2);
    canvas_.EndLine();
  }

  void PutMetricCauses(const MetricChange& metric, const std::vector<CauseCount>& causes, bool is_added) {
    // One line more is no longer than the line that would say so.
    const size_t shown = causes.size() <= kCausesShown + 1 ? causes.size() : kCausesShown;
    uint64_t left = 0;
    for (size_t i = 0; i < causes.size(); ++i) {
      if (i >= shown) {
        left += causes[i].series;
        continue;
      }
      table_.Put(CauseCells(causes[i].series, is_added));
      const bool is_culprit = is_added && diff_.culprit && diff_.culprit->metric == metric.name &&
                              diff_.culprit->cause.cause == causes[i].cause &&
                              diff_.culprit->cause.labels == causes[i].labels;
      if (is_culprit) canvas_.Put("* ", Ink::kBad);
      PutDetail(CauseText(metric, causes[i], is_added));
    }
    if (left == 0) return;
    table_.Put(CauseCells(left, is_added));
    canvas_.Line("(" + Quantity(causes.size() - shown, "other cause") + ")", Ink::kDim);
  }

  static Cells CauseCells(uint64_t series, bool is_added) {
    Cells cells;
    (is_added ? cells.added : cells.gone) = Signed(is_added ? '+' : '-', series);
    return cells;
  }

  // The labels whose numbers of values moved most.
  void PutLabelCounts(const MetricChange& metric) {
    std::vector<const LabelChange*> labels;
    for (const LabelChange& label : metric.labels) labels.push_back(&label);
    const auto moved = [](const LabelChange& label) {
      return label.values_after > label.values_before ? label.values_after - label.values_before
                                                      : label.values_before - label.values_after;
    };
    std::stable_sort(labels.begin(), labels.end(),
                     [&](const LabelChange* a, const LabelChange* b) { return moved(*a) > moved(*b); });
    std::string text;
    for (size_t i = 0; i < std::min(kLabelsShown, labels.size()); ++i) {
      text += (i > 0 ? ", " : "values of ") + SafeTextTruncated(labels[i]->name, kNameColumns) + " " +
              WithThousands(labels[i]->values_before) + " -> " + WithThousands(labels[i]->values_after);
    }
    if (labels.size() > kLabelsShown) text += ", +" + WithThousands(labels.size() - kLabelsShown);
    if (text.empty()) return;
    table_.Put(Cells());
    PutDetail(text);
  }

  void PutCauses(std::string_view heading, const std::vector<CauseCount>& causes, bool is_added) {
    if (causes.empty()) return;
    std::string text;
    for (const CauseCount& cause : causes) {
      text += (text.empty() ? "" : ", ") + WithThousands(cause.series) + " by " + CausePhrase(cause, is_added);
    }
    if (is_added || diff_.added_causes.empty()) canvas_.EndLine();
    canvas_.PutLeft(heading, 8, Ink::kDim);
    canvas_.PutWrapped(text, 8);
    canvas_.EndLine();
  }

  // Targets that moved, most first.
  void PutTargets() {
    constexpr size_t kTargetsShown = 5;
    std::vector<const TargetChange*> moved;
    for (const TargetChange& target : diff_.targets) {
      if (target.added + target.gone > 0) moved.push_back(&target);
    }
    std::stable_sort(moved.begin(), moved.end(), [](const TargetChange* a, const TargetChange* b) {
      return a->added + a->gone > b->added + b->gone;
    });
    if (moved.empty()) return;
    std::string text;
    for (size_t i = 0; i < std::min(kTargetsShown, moved.size()); ++i) {
      text += (i > 0 ? ", " : "") + SafeTextTruncated(moved[i]->name, kNameColumns) + " " +
              Signed('+', moved[i]->added) + " " + Signed('-', moved[i]->gone);
    }
    const size_t left = moved.size() - std::min(kTargetsShown, moved.size());
    if (left > 0) text += " and " + WithThousands(left) + " more";
    canvas_.PutLeft("targets", 8, Ink::kDim);
    canvas_.PutWrapped(text, 8);
    canvas_.EndLine();
  }

  const Diff& diff_;
  TextCanvas canvas_;
  Table table_;
};

}  // namespace

std::string RenderTextDiff(const Diff& diff, const TextDiffStyle& style) { return Renderer(diff, style).Render(); }

}  // namespace seriesguard
