// SPDX-License-Identifier: Apache-2.0
//
// draw_browser.cc: one function a line that is not a row.
#include "analyzer/browse/draw_browser.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/draw_rows.h"
#include "analyzer/browse/overlay_text.h"
#include "analyzer/browse/row_order.h"
#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"
#include "rules/diagnostic.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kNameColumns = 48;

// A line with `right` at its end where there is room for it: beside all of `left`, or beside enough of it.
ScreenLine TwoSided(const std::string& left, const std::string& right, Ink ink, size_t columns) {
  constexpr size_t kEnough = 40;
  LineWriter line(columns);
  const size_t taken = DisplayColumns(right) + 2;
  if (columns >= taken + std::min(kEnough, DisplayColumns(left))) {
    line.PutLeft(left, columns - taken, ink).Blanks(2).Put(right, Ink::kDim);
  } else {
    line.Put(left, ink);
  }
  return line.Take();
}

std::string SourceText(const Report& report) {
  if (report.inputs.size() != 1) return Quantity(report.inputs.size(), "input");
  return report.inputs[0].path == "-" ? "standard input" : SafeText(report.inputs[0].path);
}

ScreenLine Title(const Browser& browser) {
  const BrowseModel& model = browser.model();
  const std::string right = (model.census().estimated() ? "~" : "") + Quantity(model.total_series(), "series") +
                            " in " + Quantity(model.census().family_count(), "metric");
  return TwoSided("seriesguard browse: " + SourceText(model.facts().report), right, Ink::kBold, browser.columns());
}

// metrics > http_requests_total > path = "/cart", and the order.
ScreenLine Path(const Browser& browser) {
  const BrowserPage& page = browser.page();
  const BrowseLevel& level = *page.level;
  std::string left = "metrics";
  if (level.kind != LevelKind::kMetrics) {
    left += " > " + SafeTextTruncated(browser.model().census().family(level.family).name, kNameColumns);
  }
  if (level.kind == LevelKind::kValues || level.kind == LevelKind::kSeries) {
    left += " > " + SafeTextTruncated(level.label, kNameColumns);
  }
  if (level.kind == LevelKind::kSeries) left += " = " + ShownValue(browser, level.value);
  const std::string right = "by " + std::string(RowSortName(page.sort)) + (page.is_reversed ? ", turned round" : "");
  return TwoSided(left, right, Ink::kPlain, browser.columns());
}

struct Info {
  std::string text;
  Ink ink = Ink::kPlain;
};

std::string LeftSentence(uint64_t left, uint64_t series) {
  std::string text = WithThousands(left) + " of " + Quantity(series, "series") + " left";
  if (left < series) {
    text += " (" + Percent(static_cast<double>(series - left) / static_cast<double>(series)) + " less)";
  }
  return text;
}

// What the marks of the list shown would leave.
std::vector<Info> WhatIfInfo(const Browser& browser) {
  if (!browser.is_what_if() || browser.marks().empty()) return {};
  BrowseModel& model = browser.model();
  const BrowseLevel& level = *browser.page().level;
  if (level.kind != LevelKind::kMetrics) {
    const std::vector<std::string> marks = browser.MarksOf(level.family);
    const std::optional<uint64_t> left = model.LeftWithout(level.family, marks);
    if (marks.empty() || !left) return {};
    std::string names;
    for (size_t i = 0; i < marks.size(); ++i) names += (i > 0 ? ", " : "") + SafeTextTruncated(marks[i], kNameColumns);
    const uint64_t series = model.census().plain(level.family).series;
    return {{"what-if: " + LeftSentence(*left, series) + " without " + names, Ink::kGood}};
  }
  uint64_t left = model.total_series();
  size_t labels = 0;
  for (const auto& [family, marks] : browser.marks()) {
    left -= model.census().plain(family).series - model.LeftWithout(family, marks).value_or(0);
    labels += marks.size();
  }
  return {{"what-if: " + LeftSentence(left, model.total_series()) + " without " + Quantity(labels, "marked label"),
           Ink::kGood}};
}

std::vector<Info> PolicyInfo(const Browser& browser) {
  const BrowseModel& model = browser.model();
  const BrowseLevel& level = *browser.page().level;
  const Report& report = model.facts().report;
  if (level.kind == LevelKind::kMetrics) {
    const std::string verdict = VerdictLine(report);
    if (verdict.empty()) return {};
    const bool is_good = report.verdict == ReportVerdict::kWithinBudget;
    return {{verdict, is_good ? Ink::kGood : Ink::kBad}};
  }
  const std::vector<const Finding*>& findings = model.FindingsOf(level.family);
  if (findings.empty()) return {};
  const Finding& worst = *findings.front();
  std::string text = std::string(SeverityName(worst.severity)) + ": " + SafeMessage(worst.message);
  const bool is_one = findings.size() == 1;
  if (!is_one) text += " (and " + WithThousands(findings.size() - 1) + " more)";
  text += is_one ? ", f shows it" : ", f shows them";
  return {{text, worst.severity == Severity::kError ? Ink::kBad : Ink::kWarn}};
}

Info PlainInfo(const Browser& browser) {
  const BrowseLevel& level = *browser.page().level;
  const Census& census = browser.model().census();
  if (level.kind == LevelKind::kMetrics) {
    uint64_t samples = 0, bytes = 0;
    for (const InputCount& input : census.inputs()) {
      samples += input.samples;
      bytes += input.bytes;
    }
    return {Quantity(samples, "sample") + ", " + ByteSize(bytes), Ink::kDim};
  }
  const FamilyCount& count = census.plain(level.family);
  std::string text = std::string(MetricTypeName(census.family(level.family).type)) + ", " +
                     (census.estimated() ? "~" : "") + Quantity(count.series, "series") + ", " +
                     Quantity(count.samples, "sample") + ", " + ByteSize(count.bytes) + ", " +
                     Quantity(count.label_sets, "label set");
  if (level.kind == LevelKind::kLabels && level.culprit != SIZE_MAX) {
    text += "; * is to blame: " + SafeTextTruncated(level.labels[level.culprit].name, kNameColumns);
  }
  return {text, Ink::kDim};
}

std::string NounOf(LevelKind kind) {
  switch (kind) {
    case LevelKind::kMetrics: return "metric";
    case LevelKind::kLabels: return "label";
    case LevelKind::kValues: return "value";
    case LevelKind::kSeries: break;
  }
  return "series";
}

// What is shown, and what a search hides: the two add up.
ScreenLine Totals(const Browser& browser) {
  const BrowserPage& page = browser.page();
  const BrowseLevel& level = *page.level;
  const std::string noun = NounOf(level.kind);
  const bool adds_up = level.kind == LevelKind::kMetrics || level.kind == LevelKind::kValues;
  const size_t hidden = page.order.size() - page.shown.size();
  std::string left = Quantity(page.shown.size(), noun);
  if (hidden > 0) left = WithThousands(page.shown.size()) + " of " + Quantity(page.order.size(), noun);
  if (level.kind == LevelKind::kSeries && hidden == 0 && page.order.size() < level.total_series) {
    left += " of " + WithThousands(level.total_series) + ", spread over them";
  }
  if (adds_up) {
    left += ": " + Quantity(page.shown_series, "series");
    if (hidden > 0) left += "; the others have " + WithThousands(level.total_series - page.shown_series);
  }
  std::string right;
  if (!page.shown.empty()) right = WithThousands(page.cursor + 1) + "/" + WithThousands(page.shown.size());
  return TwoSided(left, right, Ink::kBold, browser.columns());
}

ScreenLine LastLine(const Browser& browser) {
  LineWriter line(browser.columns());
  const std::string search = SafeText(browser.page().search);
  if (browser.is_typing()) {
    // The end of a long search is what is being typed.
    std::string shown = search;
    while (DisplayColumns(shown) + 2 > browser.columns() && !shown.empty()) {
      shown.erase(0, 1);
      while (!shown.empty() && (static_cast<unsigned char>(shown[0]) & 0xC0) == 0x80) shown.erase(0, 1);
    }
    return line.Put("/", Ink::kBold).Put(shown).Put("_", Ink::kDim).Take();
  }
  if (!browser.message().empty()) return line.Put(browser.message(), Ink::kWarn).Take();
  if (!search.empty()) return line.Put("/" + search, Ink::kBold).Put("   esc brings all rows back", Ink::kDim).Take();
  std::string keys = "? help  q quit  enter in  left back  / search  s sort  r reverse";
  keys += browser.page().level->kind == LevelKind::kLabels ? "  space mark" : "  w what-if";
  return line.Put(keys, Ink::kDim).Take();
}

ScreenImage TooSmall(const Browser& browser) {
  ScreenImage image{browser.columns(), {}};
  const std::string needed = std::to_string(Browser::kFewestColumns) + "x" + std::to_string(Browser::kFewestLines);
  for (const std::string& text : {"too small: " + needed, std::string("q quits")}) {
    if (image.lines.size() < browser.lines()) image.lines.push_back(LineWriter(browser.columns()).Put(text).Take());
  }
  image.lines.resize(browser.lines());
  return image;
}

ScreenImage DrawOverlay(const Browser& browser) {
  ScreenImage image{browser.columns(), {}};
  const std::string title =
      browser.overlay() == Overlay::kHelp ? "seriesguard browse: keys" : "seriesguard browse: findings";
  image.lines.push_back(LineWriter(browser.columns()).Put(title, Ink::kBold).Take());
  const std::vector<std::string>& lines = browser.overlay_lines();
  const size_t end = std::min(lines.size(), browser.overlay_top() + browser.overlay_rows());
  for (size_t i = browser.overlay_top(); i < end; ++i) {
    image.lines.push_back(LineWriter(browser.columns()).Put(lines[i]).Take());
  }
  image.lines.resize(browser.lines() - 1);
  const std::string below = end < lines.size() ? WithThousands(lines.size() - end) + " more lines below, " : "";
  image.lines.push_back(LineWriter(browser.columns()).Put(below + "q closes this page", Ink::kDim).Take());
  return image;
}

}  // namespace

ScreenImage DrawBrowser(const Browser& browser) {
  if (!browser.fits()) return TooSmall(browser);
  if (browser.overlay() != Overlay::kNone) return DrawOverlay(browser);
  const BrowserLayout layout = browser.layout();
  const size_t columns = browser.columns();
  ScreenImage image{columns, {}};
  image.lines.push_back(Title(browser));
  if (layout.path_lines > 0) image.lines.push_back(Path(browser));
  std::vector<Info> infos = WhatIfInfo(browser);
  for (Info& info : PolicyInfo(browser)) infos.push_back(std::move(info));
  infos.push_back(PlainInfo(browser));
  infos.resize(layout.info_lines);
  for (const Info& info : infos) image.lines.push_back(LineWriter(columns).Put(info.text, info.ink).Take());
  for (ScreenLine& line : DrawRows(browser)) image.lines.push_back(std::move(line));
  image.lines.resize(browser.lines() - 2);
  image.lines.push_back(Totals(browser));
  image.lines.push_back(LastLine(browser));
  return image;
}

}  // namespace seriesguard
