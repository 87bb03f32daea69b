// SPDX-License-Identifier: Apache-2.0
//
// draw_rows.h: the table of the terminal view: its headings and the rows on the screen.
//
// Use:      by DrawBrowser.
// Threads:  one.
#ifndef SERIESGUARD_ANALYZER_BROWSE_DRAW_ROWS_H_
#define SERIESGUARD_ANALYZER_BROWSE_DRAW_ROWS_H_

#include <string>
#include <vector>

#include "analyzer/browse/browser.h"
#include "analyzer/browse/screen_image.h"

namespace seriesguard {

// Returns the line of headings, then one line a row of the screen; fewer where the list ends before.
std::vector<ScreenLine> DrawRows(const Browser& browser);

// A value as it is shown: masked unless the browser shows what is personal; safe text. The absent value: "(absent)".
std::string ShownValue(const Browser& browser, std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_DRAW_ROWS_H_
