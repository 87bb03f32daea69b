// SPDX-License-Identifier: Apache-2.0
//
// text_top.cc: columns are as wide as their widest cell; the labels of a metric take one line of what is left.
#include "analyzer/report/text_top.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/report/culprit.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_sections.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kLabelColumns = 32;   // a label's name is cut beyond
constexpr size_t kNarrowestName = 20;  // a metric's name has at least so many columns

// One row of the table; `detail` rows have no cells.
struct Row {
  std::string rank;
  std::string key;  // the column of --by; unused for series
  std::string series;
  std::string share;
};

std::string_view KeyHeading(SortBy sort_by) {
  switch (sort_by) {
    case SortBy::kValues: return "VALUES";
    case SortBy::kBytes: return "BYTES";
    case SortBy::kSamples: return "SAMPLES";
    case SortBy::kSeries: break;
  }
  return "";
}

std::string KeyCell(const FamilyCount& count, SortBy sort_by) {
  switch (sort_by) {
    case SortBy::kBytes: return WithThousands(count.bytes);
    case SortBy::kSamples: return WithThousands(count.samples);
    case SortBy::kSeries: return "";
    case SortBy::kValues: break;
  }
  uint64_t most = 0;
  for (const LabelCount& label : count.labels) most = std::max(most, label.values);
  return CountText(most, count);
}

class Table {
 public:
  Table(SortBy sort_by, TextCanvas* canvas) : sort_by_(sort_by), canvas_(canvas) {}

  void Measure(const Row& row) {
    rank_ = std::max(rank_, row.rank.size());
    key_ = std::max(key_, row.key.size());
    series_ = std::max(series_, row.series.size());
    share_ = std::max(share_, row.share.size());
  }

  // Where the last column starts.
  size_t name_column() const { return rank_ + kGap + (key_ > 0 ? key_ + kGap : 0) + series_ + kGap + share_ + kGap; }

  void PutCells(const Row& row, Ink ink) {
    canvas_->PutRight(row.rank, rank_, Ink::kDim);
    if (key_ > 0) canvas_->PutRight(row.key, kGap + key_, ink);
    canvas_->PutRight(row.series, kGap + series_, sort_by_ == SortBy::kSeries ? ink : Ink::kPlain);
    canvas_->PutRight(row.share, kGap + share_);
    canvas_->Put(std::string(kGap, ' '));
  }

 private:
  SortBy sort_by_;
  TextCanvas* canvas_;
  size_t rank_ = 1, key_ = 0, series_ = 0, share_ = 0;
};

std::string BoundariesText(const BoundaryCount& boundaries) {
  if (boundaries.label.empty()) return "";
  return boundaries.label + " " + WithThousands(boundaries.distinct);
}

struct LabelPiece {
  std::string text;
  Ink ink = Ink::kPlain;
};

// The labels that split series, most values first; those that every series has alike are only counted.
std::vector<LabelPiece> LabelPieces(const FamilyCount& count) {
  std::vector<const LabelCount*> labels;
  size_t constant = 0;
  for (const LabelCount& label : count.labels) {
    if (IsBoundaryLabel(count, label.name)) continue;
    if (VariantsOf(count, label) > 1) {
      labels.push_back(&label);
    } else {
      ++constant;
    }
  }
  const LabelCount* culprit = FindCulprit(count);
  std::stable_sort(labels.begin(), labels.end(), [culprit](const LabelCount* a, const LabelCount* b) {
    if ((a == culprit) != (b == culprit)) return a == culprit;
    return a->values > b->values;
  });
  std::vector<LabelPiece> pieces;
  for (const LabelCount* label : labels) {
    LabelPiece piece;
    if (label == culprit) {
      piece.text = "* ";
      piece.ink = Ink::kBad;
    }
    piece.text += SafeTextTruncated(label->name, kLabelColumns) + " " + (label->values_estimated ? "~" : "") +
                  WithThousands(label->values);
    if (label->values == 1) piece.text += " or none";
    if (label->series_without) piece.text += " (" + WithThousands(*label->series_without) + " without it)";
    pieces.push_back(std::move(piece));
  }
  if (const std::string boundaries = BoundariesText(count.boundaries); !boundaries.empty()) {
    pieces.push_back({boundaries, Ink::kPlain});
  }
  if (constant > 0 && !labels.empty()) pieces.push_back({WithThousands(constant) + " constant", Ink::kDim});
  return pieces;
}

// The metric's name and type, and how full its label product is where there is room.
void PutName(const Report& report, const MetricRow& metric, TextCanvas* canvas) {
  std::string type = " " + std::string(MetricTypeName(metric.type));
  if (metric.type_inferred) type += "?";
  const size_t taken = canvas->position() + type.size();
  const size_t room = std::max(canvas->columns(), taken + kNarrowestName) - taken;
  canvas->Put(SafeTextTruncated(metric.name, room), Ink::kBold);
  canvas->Put(type, Ink::kDim);
  const std::string fill = FillText(report, metric.count);
  if (!fill.empty() && canvas->position() + 2 + DisplayColumns(fill) <= canvas->columns()) {
    canvas->Put(", " + fill, Ink::kDim);
  }
  canvas->EndLine();
}

// One line: as many labels as fit, "+N" for those that do not.
void PutLabels(const FamilyCount& count, size_t indent, TextCanvas* canvas) {
  const std::vector<LabelPiece> pieces = LabelPieces(count);
  if (pieces.empty()) return;
  canvas->Put(std::string(indent, ' '));
  size_t shown = 0;
  for (; shown < pieces.size(); ++shown) {
    const size_t comma = shown == 0 ? 0 : 2;
    const size_t left = pieces.size() - shown - 1;
    const size_t needed = comma + DisplayColumns(pieces[shown].text) + (left > 0 ? 3 + std::to_string(left).size() : 0);
    if (shown > 0 && canvas->position() + needed > canvas->columns()) break;
    if (comma > 0) canvas->Put(", ");
    canvas->Put(pieces[shown].text, pieces[shown].ink);
  }
  if (shown < pieces.size()) canvas->Put(", +" + std::to_string(pieces.size() - shown), Ink::kDim);
  canvas->EndLine();
}

std::string OthersText(const Report& report) {
  std::string text = "(" + Quantity(report.others->rows, "other");
  if (report.filtered_metrics > 0) text += ", " + WithThousands(report.filtered_metrics) + " not matched by --metric";
  return text + ")";
}

std::string KeyOfOthers(const CutRows& others, SortBy sort_by) {
  if (sort_by == SortBy::kBytes && others.bytes) return WithThousands(*others.bytes);
  if (sort_by == SortBy::kSamples && others.samples) return WithThousands(*others.samples);
  return "";
}

std::string KeyOfTotal(const ReportTotal& total, SortBy sort_by) {
  if (sort_by == SortBy::kBytes) return WithThousands(total.bytes);
  if (sort_by == SortBy::kSamples) return WithThousands(total.samples);
  return "";
}

}  // namespace

void PutTop(const Report& report, SortBy sort_by, TextCanvas* canvas) {
  const double all = report.total.series > 0 ? static_cast<double>(report.total.series) : 1;
  std::vector<Row> rows;
  for (size_t i = 0; i < report.metrics.size(); ++i) {
    const MetricRow& metric = report.metrics[i];
    rows.push_back({std::to_string(i + 1), KeyCell(metric.count, sort_by), CountText(metric.count.series, metric.count),
                    Percent(metric.share)});
  }
  const Row heading{"#", std::string(KeyHeading(sort_by)), "SERIES", "SHARE"};
  Row others;
  if (report.others) {
    others = {"", KeyOfOthers(*report.others, sort_by), WithThousands(report.others->series),
              Percent(static_cast<double>(report.others->series) / all)};
  }
  const Row comments{"", sort_by == SortBy::kBytes ? WithThousands(report.total.comment_bytes) : "", "", ""};
  const Row total{"", KeyOfTotal(report.total, sort_by), WithThousands(report.total.series),
                  Percent(report.total.series > 0 ? 1 : 0)};

  Table table(sort_by, canvas);
  for (const Row& row : rows) table.Measure(row);
  for (const Row& row : {heading, others, comments, total}) table.Measure(row);
  const size_t name_column = table.name_column();

  canvas->EndLine();
  table.PutCells(heading, Ink::kPlain);
  canvas->Line("METRIC");
  bool culprit_marked = false;
  bool by_what_if = false;
  for (size_t i = 0; i < rows.size(); ++i) {
    const MetricRow& metric = report.metrics[i];
    table.PutCells(rows[i], Ink::kBold);
    PutName(report, metric, canvas);
    PutLabels(metric.count, name_column, canvas);
    if (const LabelCount* culprit = FindCulprit(metric.count); culprit != nullptr) {
      culprit_marked = true;
      by_what_if |= culprit->series_without.has_value();
    }
  }
  if (report.others) {
    table.PutCells(others, Ink::kPlain);
    canvas->Line(OthersText(report), Ink::kDim);
  }
  if (sort_by == SortBy::kBytes && report.total.comment_bytes > 0) {
    table.PutCells(comments, Ink::kPlain);
    canvas->Line("(comments and metadata)", Ink::kDim);
  }
  table.PutCells(total, Ink::kBold);
  canvas->Line("TOTAL", Ink::kBold);
  if (culprit_marked) {
    canvas->EndLine();
    canvas->Line(by_what_if ? "* the label whose removal saves the most; without it: series that would be left"
                            : "* the label with the most values; --what-if counts what its removal saves",
                 Ink::kDim);
  }
}

}  // namespace seriesguard
