// SPDX-License-Identifier: Apache-2.0
//
// draw_rows.cc: each kind of list has a function that makes cells; how wide a column is and which columns fit is
// decided once for all of them.
#include "analyzer/browse/draw_rows.h"

#include <algorithm>
#include <utility>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/label_verdict.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/diagnostic.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kBarColumns = 10;
constexpr size_t kGap = 2;
constexpr size_t kLeastName = 16;  // a column that leaves the name fewer columns is not shown
constexpr std::string_view kUnknown = "-";
constexpr std::string_view kAbsent = "(absent)";

// The column of numbers of a table; `importance`: the lowest goes first where there is no room.
struct Column {
  std::string heading;
  int importance;
  std::vector<std::string> cells;  // cells[i] is of the i-th row on the screen
  bool is_shown = true;
  size_t width = 0;
};

// What stands before and after the columns.
struct RowHead {
  std::string sign;  // one column: what is wrong with the row, or that it is marked
  Ink sign_ink = Ink::kPlain;
  std::string name;  // safe
  Ink name_ink = Ink::kPlain;
  std::string note;  // behind the name, dim
};

struct Table {
  std::string name_heading;
  std::vector<Column> columns;
  std::vector<RowHead> heads;
};

double ShareOf(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string Bar(double share) {
  const size_t full = std::min(kBarColumns, static_cast<size_t>(share * static_cast<double>(kBarColumns) + 0.5));
  return "[" + std::string(full, '#') + std::string(kBarColumns - full, ' ') + "]";
}

std::string Estimated(uint64_t number, bool is_estimate) { return (is_estimate ? "~" : "") + WithThousands(number); }

std::string SavesText(std::optional<uint64_t> left, uint64_t series) {
  return left && *left <= series ? Percent(ShareOf(series - *left, series)) : std::string(kUnknown);
}

// The worst that a metric's findings say: a sign that is read without colour, and its ink.
void PutSign(const std::vector<const Finding*>& findings, RowHead* head) {
  for (const Finding* finding : findings) {
    if (finding->severity == Severity::kError) {
      head->sign = "!";
      head->sign_ink = head->name_ink = Ink::kBad;
      return;
    }
    if (finding->severity == Severity::kWarning) {
      head->sign = "?";
      head->sign_ink = Ink::kWarn;
    }
  }
}

using Rows = std::vector<const BrowseRow*>;

Table MetricsTable(const Browser& browser, const Rows& rows) {
  BrowseModel& model = browser.model();
  const Census& census = model.census();
  const std::vector<std::optional<uint64_t>>& limits = model.facts().limits;
  Column series{"SERIES", 9, {}}, share{"SHARE", 6, {}}, bar{"", 1, {}}, values{"VALUES", 4, {}}, bytes{"BYTES", 2, {}};
  Column limit{"LIMIT", 8, {}}, left{"LEFT", 7, {}}, saves{"SAVES", 5, {}};
  Table table;
  table.name_heading = "METRIC";
  for (const BrowseRow* row : rows) {
    const FamilyCount& count = census.plain(row->id);
    const FamilyInfo& info = census.family(row->id);
    uint64_t most = 0;
    for (const LabelCount& label : count.labels) most = std::max(most, label.values);
    series.cells.push_back(Estimated(row->series, count.relative_error > 0));
    share.cells.push_back(Percent(ShareOf(row->series, model.total_series())));
    bar.cells.push_back(Bar(ShareOf(row->series, model.total_series())));
    values.cells.push_back(WithThousands(most));
    bytes.cells.push_back(ByteSize(count.bytes));
    if (!limits.empty()) {
      limit.cells.push_back(limits[row->id] ? WithThousands(*limits[row->id]) : std::string(kUnknown));
    }
    RowHead head;
    head.name = SafeText(info.name);
    head.note = std::string(MetricTypeName(info.type)) + (info.type_inferred ? "?" : "");
    PutSign(model.FindingsOf(row->id), &head);
    if (browser.is_what_if()) {
      const std::optional<uint64_t> without = browser.LeftOf(*browser.page().level, *row);
      left.cells.push_back(without ? WithThousands(*without) : std::string(kUnknown));
      saves.cells.push_back(SavesText(without, row->series));
      std::vector<std::string> labels = browser.MarksOf(row->id);
      if (labels.empty() && without) labels.push_back(model.CulpritOf(row->id));
      if (!labels.empty()) head.note = "without ";
      for (size_t i = 0; i < labels.size(); ++i) head.note += (i > 0 ? ", " : "") + SafeText(labels[i]);
    }
    table.heads.push_back(std::move(head));
  }
  table.columns = {series, share, bar};
  if (!limits.empty()) table.columns.push_back(limit);
  if (browser.is_what_if()) {
    table.columns.insert(table.columns.end(), {left, saves});
  } else {
    table.columns.insert(table.columns.end(), {values, bytes});
  }
  return table;
}

Table LabelsTable(const Browser& browser, const Rows& rows) {
  const BrowseLevel& level = *browser.page().level;
  const std::vector<std::string> marks = browser.MarksOf(level.family);
  Column values{"VALUES", 9, {}}, with{"WITH", 3, {}}, left{"LEFT", 8, {}}, saves{"SAVES", 6, {}}, bar{"", 1, {}};
  Table table;
  table.name_heading = "LABEL";
  for (const BrowseRow* row : rows) {
    const LabelCount& label = level.labels[row->id];
    const std::optional<uint64_t> without = browser.LeftOf(level, *row);
    values.cells.push_back(Estimated(label.values, label.values_estimated));
    with.cells.push_back(WithThousands(label.series_with));
    left.cells.push_back(without ? WithThousands(*without) : std::string(kUnknown));
    saves.cells.push_back(SavesText(without, level.total_series));
    const uint64_t saved = without && *without < level.total_series ? level.total_series - *without : 0;
    bar.cells.push_back(Bar(ShareOf(saved, level.total_series)));
    RowHead head;
    head.name = SafeText(label.name);
    if (level.culprit == row->id) {
      head.sign = "*";
      head.sign_ink = head.name_ink = Ink::kBad;
    }
    if (std::binary_search(marks.begin(), marks.end(), label.name)) {
      head.sign = "+";
      head.sign_ink = Ink::kGood;
    }
    const std::string verdict(LabelVerdictName(level.verdicts[row->id]));
    if (verdict != kUnknown) head.note = verdict;
    table.heads.push_back(std::move(head));
  }
  table.columns = {values, with, left, saves, bar};
  return table;
}

Table ValuesTable(const Browser& browser, const Rows& rows) {
  const uint64_t total = browser.page().level->total_series;
  Column series{"SERIES", 9, {}}, share{"SHARE", 6, {}}, bar{"", 1, {}};
  Table table;
  table.name_heading = "VALUE";
  for (const BrowseRow* row : rows) {
    series.cells.push_back(WithThousands(row->series));
    share.cells.push_back(Percent(ShareOf(row->series, total)));
    bar.cells.push_back(Bar(ShareOf(row->series, total)));
    RowHead head;
    head.name = ShownValue(browser, row->name);
    if (row->is_absence) head.name_ink = Ink::kDim;
    table.heads.push_back(std::move(head));
  }
  table.columns = {series, share, bar};
  return table;
}

Table SeriesLines(const Browser& browser, const Rows& rows) {
  Table table;
  table.name_heading = "SERIES";
  for (const BrowseRow* row : rows) {
    RowHead head;
    const std::string text(row->name);
    head.name = SafeText(browser.shows_personal() ? text : MaskSeries(text));
    table.heads.push_back(std::move(head));
  }
  return table;
}

// Gives every column the width of its widest cell, and takes columns away until the name has room.
void Arrange(size_t columns, Table* table) {
  size_t taken = 3;  // cursor, sign, blank
  for (Column& column : table->columns) {
    column.width = DisplayColumns(column.heading);
    for (const std::string& cell : column.cells) column.width = std::max(column.width, DisplayColumns(cell));
    taken += column.width + kGap;
  }
  while (taken + kLeastName > columns) {
    Column* least = nullptr;
    for (Column& column : table->columns) {
      if (column.is_shown && (least == nullptr || column.importance < least->importance)) least = &column;
    }
    if (least == nullptr) return;
    least->is_shown = false;
    taken -= least->width + kGap;
  }
}

}  // namespace

std::string ShownValue(const Browser& browser, std::string_view value) {
  if (value.empty()) return std::string(kAbsent);
  return SafeText(browser.shows_personal() ? std::string(value) : MaskPersonal(value));
}

std::vector<ScreenLine> DrawRows(const Browser& browser) {
  const BrowserPage& page = browser.page();
  const size_t end = std::min(page.shown.size(), page.top + browser.layout().rows);
  Rows rows;
  for (size_t i = page.top; i < end; ++i) rows.push_back(&page.level->rows[page.shown[i]]);
  Table table;
  switch (page.level->kind) {
    case LevelKind::kMetrics: table = MetricsTable(browser, rows); break;
    case LevelKind::kLabels: table = LabelsTable(browser, rows); break;
    case LevelKind::kValues: table = ValuesTable(browser, rows); break;
    case LevelKind::kSeries: table = SeriesLines(browser, rows); break;
  }
  Arrange(browser.columns(), &table);
  std::vector<ScreenLine> lines;
  LineWriter headings(browser.columns());
  headings.Blanks(3);
  for (const Column& column : table.columns) {
    if (column.is_shown) headings.PutRight(column.heading, column.width, Ink::kDim).Blanks(kGap);
  }
  lines.push_back(headings.Put(table.name_heading, Ink::kDim).Take());
  for (size_t i = 0; i < rows.size(); ++i) {
    const RowHead& head = table.heads[i];
    const bool is_cursor = page.top + i == page.cursor;
    LineWriter line(browser.columns());
    line.PutLeft(is_cursor ? ">" : "", 1).PutLeft(head.sign, 2, head.sign_ink);
    for (const Column& column : table.columns) {
      if (column.is_shown) line.PutRight(column.cells[i], column.width).Blanks(kGap);
    }
    line.Put(head.name, head.name_ink);
    if (!head.note.empty() && line.room() > 2) line.Blanks(kGap).Put(head.note, Ink::kDim);
    lines.push_back(line.Take());
    lines.back().is_cursor = is_cursor;
  }
  return lines;
}

}  // namespace seriesguard
