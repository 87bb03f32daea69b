// SPDX-License-Identifier: Apache-2.0
//
// browser.cc: a key becomes an action, an action a step; the cursor stays on its row whatever happens to the order.
#include "analyzer/browse/browser.h"

#include <algorithm>
#include <utility>

#include "analyzer/browse/overlay_text.h"
#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kLongestSearch = 256;  // bytes
constexpr size_t kNameColumns = 40;
constexpr std::string_view kNotKnown = "not known: --memory-limit was reached, the numbers are estimates";

}  // namespace

Browser::Browser(BrowseModel* model, bool show_personal) : model_(model), show_personal_(show_personal) {
  Push(model->Metrics());
}

BrowserLayout Browser::layout() const {
  constexpr size_t kTitleHeadingsTotalsHint = 4;
  BrowserLayout layout;
  layout.path_lines = lines_ >= 8 ? 1 : 0;
  layout.info_lines = lines_ >= 12 ? 2 : lines_ >= 10 ? 1 : 0;
  const size_t taken = kTitleHeadingsTotalsHint + layout.path_lines + layout.info_lines;
  layout.rows = lines_ > taken ? lines_ - taken : 1;
  return layout;
}

void Browser::Resize(size_t lines, size_t columns) {
  lines_ = lines;
  columns_ = columns;
  ScrollToCursor();
  FillOverlay();
}

uint64_t Browser::WorkOf(BrowseAction action) const {
  const BrowseLevel& level = *page().level;
  const bool is_estimated = model_->census().estimated();  // sketches are asked, not series
  switch (action) {
    case BrowseAction::kGoIn: {
      const std::optional<uint32_t> under = RowUnderCursor();
      if (!under || is_estimated || level.kind == LevelKind::kSeries) return 0;
      return level.kind == LevelKind::kMetrics ? level.rows[*under].series
                                               : model_->census().plain(level.family).series;
    }
    case BrowseAction::kMark: return is_estimated || level.kind != LevelKind::kLabels ? 0 : level.total_series;
    case BrowseAction::kWhatIf: {
      const bool asks = level.kind == LevelKind::kMetrics || level.kind == LevelKind::kLabels;
      return asks && !is_what_if_ && !is_estimated ? level.total_series : 0;
    }
    case BrowseAction::kNextSort:
    case BrowseAction::kReverse: return page().order.size();
    case BrowseAction::kEscape: return page().search.empty() ? 0 : page().order.size();
    default: return 0;
  }
}

bool Browser::Announce(const KeyPress& key) {
  if (is_typing_ || overlay_ != Overlay::kNone) return false;
  const uint64_t work = WorkOf(ActionOf(key));
  if (work <= kMostUnannounced) return false;
  message_ = "one moment: " + WithThousands(work) + " to go through ...";
  return true;
}

void Browser::Press(const KeyPress& key) {
  message_.clear();
  if (is_typing_) return Type(key);
  const BrowseAction action = ActionOf(key);
  overlay_ == Overlay::kNone ? Do(action) : DoInOverlay(action);
}

void Browser::Do(BrowseAction action) {
  BrowserPage& page = pages_.back();
  const size_t screen = layout().rows;
  switch (action) {
    case BrowseAction::kNone: return;
    case BrowseAction::kUp: return MoveBy(false, 1);
    case BrowseAction::kDown: return MoveBy(true, 1);
    case BrowseAction::kPageUp: return MoveBy(false, screen);
    case BrowseAction::kPageDown: return MoveBy(true, screen);
    case BrowseAction::kFirst: return MoveTo(0);
    case BrowseAction::kLast: return MoveTo(SIZE_MAX);
    case BrowseAction::kGoIn: return GoIn();
    case BrowseAction::kGoBack: return GoBack();
    case BrowseAction::kEscape: return page.search.empty() ? GoBack() : Search("", page.order);
    case BrowseAction::kNextSort: {
      const std::vector<RowSort>& sorts = SortsOf(page.level->kind);
      const auto at = std::find(sorts.begin(), sorts.end(), page.sort);
      page.sort = at + 1 == sorts.end() ? sorts.front() : *(at + 1);
      page.is_reversed = false;
      return Sort();
    }
    case BrowseAction::kReverse:
      page.is_reversed = !page.is_reversed;
      std::reverse(page.order.begin(), page.order.end());
      return Search(page.search, page.order);
    case BrowseAction::kSearch:
      is_typing_ = true;
      search_before_ = page.search;
      cursor_before_ = RowUnderCursor();
      return;
    case BrowseAction::kMark: return ToggleMark();
    case BrowseAction::kWhatIf:
      is_what_if_ = !is_what_if_;
      message_ = is_what_if_ ? "what-if is on" : "what-if is off";
      if (is_what_if_ && model_->census().estimated()) message_ = kNotKnown;
      return;
    case BrowseAction::kPersonal:
      show_personal_ = !show_personal_;
      message_ = show_personal_ ? "addresses and tokens are shown" : "addresses and tokens are masked";
      return;
    case BrowseAction::kFindings: return OpenOverlay(Overlay::kFindings);
    case BrowseAction::kHelp: return OpenOverlay(Overlay::kHelp);
    case BrowseAction::kQuit: is_done_ = true; return;
  }
}

void Browser::Type(const KeyPress& key) {
  BrowserPage& page = pages_.back();
  switch (key.key) {
    case Key::kText:
      // What holds the longer text holds the shorter one.
      if (page.search.size() + key.text.size() <= kLongestSearch) Search(page.search + key.text, page.shown);
      return;
    case Key::kBackspace: {
      if (page.search.empty()) {
        is_typing_ = false;
        return;
      }
      size_t end = page.search.size() - 1;  // the first byte of the last character
      while (end > 0 && !DecodeUtf8(page.search, end).is_valid()) --end;
      return Search(page.search.substr(0, end), page.order);
    }
    case Key::kClearLine: return Search("", page.order);
    case Key::kEnter: is_typing_ = false; return;
    case Key::kEscape:
      is_typing_ = false;
      Search(search_before_, page.order);
      if (cursor_before_) {
        const auto row = std::find(page.shown.begin(), page.shown.end(), *cursor_before_);
        if (row != page.shown.end()) MoveTo(static_cast<size_t>(row - page.shown.begin()));
      }
      return;
    case Key::kUp: return MoveBy(false, 1);
    case Key::kDown: return MoveBy(true, 1);
    case Key::kPageUp: return MoveBy(false, layout().rows);
    case Key::kPageDown: return MoveBy(true, layout().rows);
    case Key::kLeft:
    case Key::kRight:
    case Key::kHome:
    case Key::kEnd: return;
  }
}

void Browser::DoInOverlay(BrowseAction action) {
  const size_t rows = overlay_rows();
  const size_t last_top = overlay_lines_.size() > rows ? overlay_lines_.size() - rows : 0;
  switch (action) {
    case BrowseAction::kUp: overlay_top_ -= std::min<size_t>(overlay_top_, 1); return;
    case BrowseAction::kDown: overlay_top_ = std::min(overlay_top_ + 1, last_top); return;
    case BrowseAction::kPageUp: overlay_top_ -= std::min(overlay_top_, rows); return;
    case BrowseAction::kPageDown: overlay_top_ = std::min(overlay_top_ + rows, last_top); return;
    case BrowseAction::kFirst: overlay_top_ = 0; return;
    case BrowseAction::kLast: overlay_top_ = last_top; return;
    case BrowseAction::kPersonal:
      show_personal_ = !show_personal_;
      FillOverlay();
      return;
    case BrowseAction::kGoBack:
    case BrowseAction::kEscape:
    case BrowseAction::kQuit:
    case BrowseAction::kHelp:
    case BrowseAction::kFindings: overlay_ = Overlay::kNone; return;
    default: return;
  }
}

void Browser::GoIn() {
  const std::optional<uint32_t> under = RowUnderCursor();
  const BrowseLevel& level = *page().level;
  if (!under || level.kind == LevelKind::kSeries) {
    message_ = under ? "a series: there is nothing below it" : "there is no row to go into";
    return;
  }
  const BrowseRow& row = level.rows[*under];
  switch (level.kind) {
    case LevelKind::kMetrics: return Push(model_->Labels(row.id));
    case LevelKind::kLabels:
      if (model_->census().estimated()) {
        message_ = kNotKnown;
        return;
      }
      return Push(model_->Values(level.family, std::string(row.name)));
    case LevelKind::kValues: return Push(model_->Series(level.family, level.label, row.name, row.series));
    case LevelKind::kSeries: return;
  }
}

void Browser::GoBack() {
  if (pages_.size() == 1) {
    message_ = "this is the first list; q quits";
    return;
  }
  pages_.pop_back();
  ScrollToCursor();  // the terminal may have another size by now
}

void Browser::ToggleMark() {
  const BrowseLevel& level = *page().level;
  const std::optional<uint32_t> under = RowUnderCursor();
  if (level.kind != LevelKind::kLabels || !under) {
    message_ = "labels are what can be marked";
    return;
  }
  const std::string name(level.rows[*under].name);
  if (model_->census().estimated()) {
    message_ = kNotKnown;
    return;
  }
  if (!model_->LeftWithout(level.family, {}, name)) {
    message_ = SafeTextTruncated(name, kNameColumns) + " belongs to the type: explain --buckets has advice on it";
    return;
  }
  std::vector<std::string>& marks = marks_[level.family];
  const auto place = std::lower_bound(marks.begin(), marks.end(), name);
  if (place != marks.end() && *place == name) {
    marks.erase(place);
  } else {
    marks.insert(place, name);
  }
  if (marks.empty()) marks_.erase(level.family);
  is_what_if_ = true;
  MoveBy(true, 1);
}

std::vector<std::string> Browser::MarksOf(size_t family) const {
  const auto found = marks_.find(family);
  return found == marks_.end() ? std::vector<std::string>() : found->second;
}

std::optional<uint64_t> Browser::LeftOf(const BrowseLevel& level, const BrowseRow& row) const {
  if (level.kind == LevelKind::kLabels) {
    const std::vector<std::string> marks = is_what_if_ ? MarksOf(level.family) : std::vector<std::string>();
    return model_->LeftWithout(level.family, marks, std::string(row.name));
  }
  if (level.kind != LevelKind::kMetrics) return std::nullopt;
  const std::vector<std::string> marks = MarksOf(row.id);
  if (!marks.empty()) return model_->LeftWithout(row.id, marks);
  const std::string culprit = model_->census().estimated() ? std::string() : model_->CulpritOf(row.id);
  return culprit.empty() ? std::nullopt : model_->LeftWithout(row.id, {}, culprit);
}

void Browser::OpenOverlay(Overlay overlay) {
  overlay_ = overlay;
  overlay_top_ = 0;
  FillOverlay();
}

void Browser::FillOverlay() {
  if (overlay_ == Overlay::kNone) return;
  if (overlay_ == Overlay::kHelp) {
    overlay_lines_ = KeyHelpLines(columns_);
  } else {
    const BrowseLevel& level = *page().level;
    const std::string metric =
        level.kind == LevelKind::kMetrics ? std::string() : model_->census().family(level.family).name;
    overlay_lines_ = FindingLines(model_->facts().report, metric, show_personal_, columns_);
  }
  const size_t rows = overlay_rows();
  overlay_top_ = std::min(overlay_top_, overlay_lines_.size() > rows ? overlay_lines_.size() - rows : 0);
}

void Browser::Push(std::unique_ptr<const BrowseLevel> level) {
  BrowserPage page;
  page.sort = SortsOf(level->kind).front();
  page.level = std::move(level);
  pages_.push_back(std::move(page));
  Sort();
  MoveTo(0);
}

std::optional<uint32_t> Browser::RowUnderCursor() const {
  if (page().shown.empty()) return std::nullopt;
  return page().shown[page().cursor];
}

void Browser::MoveTo(size_t cursor) {
  BrowserPage& page = pages_.back();
  page.cursor = page.shown.empty() ? 0 : std::min(cursor, page.shown.size() - 1);
  ScrollToCursor();
}

void Browser::MoveBy(bool down, size_t rows) {
  const size_t cursor = page().cursor;
  MoveTo(down ? cursor + rows : cursor - std::min(cursor, rows));
}

void Browser::Sort() {
  BrowserPage& page = pages_.back();
  const BrowseLevel& level = *page.level;
  const RowNumber number = [&](const BrowseRow& row) -> std::optional<uint64_t> {
    if (page.sort == RowSort::kLeft) return LeftOf(level, row);
    if (level.kind == LevelKind::kLabels) return level.labels[row.id].values;
    const FamilyCount& count = model_->census().plain(row.id);
    if (page.sort == RowSort::kBytes) return count.bytes;
    uint64_t most = 0;
    for (const LabelCount& label : count.labels) most = std::max(most, label.values);
    return most;
  };
  page.order = SortedRows(level, page.sort, page.is_reversed, number);
  Search(page.search, page.order);
}

void Browser::Search(const std::string& search, const std::vector<uint32_t>& among) {
  BrowserPage& page = pages_.back();
  const std::optional<uint32_t> under = RowUnderCursor();
  page.search = search;
  page.shown_series = 0;
  size_t cursor = 0;
  std::vector<uint32_t> shown;
  for (const uint32_t index : among) {
    const BrowseRow& row = page.level->rows[index];
    if (!MatchesSearch(row.name, search)) continue;
    if (under && *under == index) cursor = shown.size();
    shown.push_back(index);
    page.shown_series += row.series;
  }
  page.shown = std::move(shown);
  MoveTo(cursor);
}

void Browser::ScrollToCursor() {
  BrowserPage& page = pages_.back();
  const size_t rows = layout().rows;
  if (page.cursor < page.top) page.top = page.cursor;
  if (page.cursor >= page.top + rows) page.top = page.cursor - rows + 1;
  // No empty lines below the last row while there are rows above the first.
  const size_t last_top = page.shown.size() > rows ? page.shown.size() - rows : 0;
  page.top = std::min(page.top, last_top);
}

}  // namespace seriesguard
