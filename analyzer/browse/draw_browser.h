// SPDX-License-Identifier: Apache-2.0
//
// draw_browser.h: from the state of the terminal view to the lines of its screen.
//
// Use:      after every key; asks the model what the rows on the screen would be without their labels.
// Threads:  one.
// Cost:     the rows on the screen, however many the list has.
//
// A screen, from above: what was read and its series; which list this is (from 8 lines on); what is to be known of it
// (one line from 10, two from 12); the headings; the rows; what the rows shown add up to; the keys, a message or the
// search. Columns that have no room go, the name never.
#ifndef SERIESGUARD_ANALYZER_BROWSE_DRAW_BROWSER_H_
#define SERIESGUARD_ANALYZER_BROWSE_DRAW_BROWSER_H_

#include "analyzer/browse/browser.h"
#include "analyzer/browse/screen_image.h"

namespace seriesguard {

// Returns as many lines as the screen has.
ScreenImage DrawBrowser(const Browser& browser);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_DRAW_BROWSER_H_
