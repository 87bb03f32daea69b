// SPDX-License-Identifier: Apache-2.0
//
// browser.h: what the terminal view shows at one moment, and what a key makes of it. No terminal is needed.
//
// Use:      Resize once, then Announce and Press key after key; DrawBrowser turns the state into lines.
// Threads:  one.
// Errors:   none: a key without a meaning does nothing, one that cannot be obeyed leaves a message.
// Cost:     going in costs what BrowseModel says; sorting and searching see row_order.h; all else is a step.
//
// Invariants (browser_property_test holds them after every key)
//   1. The first page is the list of metrics, and each further page is one that the page before leads to.
//   2. page().shown is a subsequence of page().order, which holds every row once.
//   3. The cursor is on a row shown and on the screen; both are 0 where no row is shown.
//   4. shown_series is the sum of the rows shown; with no search on metrics or values it is the level's total.
#ifndef SERIESGUARD_ANALYZER_BROWSE_BROWSER_H_
#define SERIESGUARD_ANALYZER_BROWSE_BROWSER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/key_table.h"
#include "analyzer/browse/row_order.h"

namespace seriesguard {

// One list, as it is looked at.
struct BrowserPage {
  std::unique_ptr<const BrowseLevel> level;
  RowSort sort = RowSort::kSeries;
  bool is_reversed = false;
  std::string search;           // empty = every row is shown
  std::vector<uint32_t> order;  // order[i] is an index into level->rows
  std::vector<uint32_t> shown;  // those of `order` that the search leaves
  uint64_t shown_series = 0;
  size_t cursor = 0;  // index into `shown`
  size_t top = 0;     // the row of the screen's first line, likewise
};

enum class Overlay : uint8_t { kNone, kHelp, kFindings };

// How the lines of a screen are shared out; what does not fit goes first where it is missed least.
struct BrowserLayout {
  size_t path_lines = 0;  // which list this is
  size_t info_lines = 0;  // what is to be known of it
  size_t rows = 1;
};

class Browser {
 public:
  static constexpr size_t kFewestLines = 5;
  static constexpr size_t kFewestColumns = 20;
  // Series or rows that are gone through at once without a word; more are announced.
  static constexpr uint64_t kMostUnannounced = 200000;

  // Lifetime:  asks `model`, which must outlive it.
  Browser(BrowseModel* model, bool show_personal);

  void Resize(size_t lines, size_t columns);
  // Before Press: true where that would take long enough for somebody to wonder; message() says what is being done, and
  // is to be shown first. Costs nothing.
  bool Announce(const KeyPress& key);
  void Press(const KeyPress& key);
  bool is_done() const { return is_done_; }

  // What is to be drawn.
  BrowseModel& model() const { return *model_; }
  const std::vector<BrowserPage>& pages() const { return pages_; }
  const BrowserPage& page() const { return pages_.back(); }
  size_t lines() const { return lines_; }
  size_t columns() const { return columns_; }
  bool fits() const { return lines_ >= kFewestLines && columns_ >= kFewestColumns; }
  BrowserLayout layout() const;
  bool is_typing() const { return is_typing_; }
  bool is_what_if() const { return is_what_if_; }
  bool shows_personal() const { return show_personal_; }
  const std::string& message() const { return message_; }  // safe text; empty = none
  Overlay overlay() const { return overlay_; }
  const std::vector<std::string>& overlay_lines() const { return overlay_lines_; }  // safe text
  size_t overlay_top() const { return overlay_top_; }
  size_t overlay_rows() const { return lines_ > 2 ? lines_ - 2 : 1; }

  // The labels of a metric that are marked, by name; is_what_if() says whether they count.
  std::vector<std::string> MarksOf(size_t family) const;
  const std::map<size_t, std::vector<std::string>>& marks() const { return marks_; }

  // What would be left of a metric: without its marked labels, where none is marked without the one to blame. A label:
  // what would be left without it, and without the marked ones. Nothing where it is not known or makes no sense.
  std::optional<uint64_t> LeftOf(const BrowseLevel& level, const BrowseRow& row) const;

 private:
  // The series or rows that an action has to go through, about.
  uint64_t WorkOf(BrowseAction action) const;
  void Do(BrowseAction action);
  void Type(const KeyPress& key);
  void DoInOverlay(BrowseAction action);
  void GoIn();
  void GoBack();
  void ToggleMark();
  void OpenOverlay(Overlay overlay);
  void FillOverlay();
  void Push(std::unique_ptr<const BrowseLevel> level);
  void MoveTo(size_t cursor);
  void MoveBy(bool down, size_t rows);
  void Sort();
  // `among`: the rows that may match, in the order in which they are to stand.
  void Search(const std::string& search, const std::vector<uint32_t>& among);
  void ScrollToCursor();
  std::optional<uint32_t> RowUnderCursor() const;

  BrowseModel* model_;
  std::vector<BrowserPage> pages_;
  std::map<size_t, std::vector<std::string>> marks_;  // by family, sorted; no empty ones
  size_t lines_ = 24, columns_ = 80;
  bool show_personal_;
  bool is_what_if_ = false;
  bool is_typing_ = false;
  bool is_done_ = false;
  std::string search_before_;              // while typing: what esc brings back ...
  std::optional<uint32_t> cursor_before_;  // ... and the row
  std::string message_;
  Overlay overlay_ = Overlay::kNone;
  std::vector<std::string> overlay_lines_;
  size_t overlay_top_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_BROWSER_H_
