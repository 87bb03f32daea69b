// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzer/browse/browser_view.h"

#include <cstdint>

#include "analyzer/browse/draw_browser.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/screen_image.h"
#include "analyzer/report/report.h"
#include "tests/analyzer/browse/browse_keys.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

BrowseFacts FactsOf(const Census& census) {
  BrowseFacts facts;
  facts.report.inputs = census.inputs();
  return facts;
}

}  // namespace

BrowserView::BrowserView(std::string_view text, size_t lines, bool show_personal)
    : census_(CensusFromText(std::string(text))), model_(census_, FactsOf(census_)), browser_(&model_, show_personal) {
  browser_.Resize(lines, 100);
}

BrowserView& BrowserView::Press(std::string_view keys) {
  for (const KeyPress& key : KeysOf(keys)) browser_.Press(key);
  return *this;
}

std::vector<std::string> BrowserView::Names() const {
  std::vector<std::string> names;
  for (const uint32_t index : page().shown) {
    const BrowseRow& row = page().level->rows[index];
    names.push_back(row.is_absence ? "(absent)" : std::string(row.name));
  }
  return names;
}

std::string BrowserView::Under() const { return page().shown.empty() ? "" : Names()[page().cursor]; }

std::string BrowserView::Screen() const { return ImageText(DrawBrowser(browser_)); }

std::string ManyMetrics(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "m" + std::to_string(100 + i) + " 1\n";
  return text;
}

}  // namespace seriesguard
