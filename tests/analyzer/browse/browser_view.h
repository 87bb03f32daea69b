// SPDX-License-Identifier: Apache-2.0
//
// browser_view.h: a Browser over some text, without a terminal: keys go in as words, rows and lines come out. For tests.
#ifndef SERIESGUARD_TESTS_ANALYZER_BROWSE_BROWSER_VIEW_H_
#define SERIESGUARD_TESTS_ANALYZER_BROWSE_BROWSER_VIEW_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/browser.h"
#include "analyzer/census/census.h"

namespace seriesguard {

// requests: 2 methods x 3 paths, and for GET 2 codes: 9 series. up: 2. build_info: 1.
inline constexpr std::string_view kShop =
    "# TYPE requests_total counter\n"
    "requests_total{method=\"GET\",path=\"/a\",code=\"200\"} 1\n"
    "requests_total{method=\"GET\",path=\"/a\",code=\"500\"} 1\n"
    "requests_total{method=\"GET\",path=\"/b\",code=\"200\"} 1\n"
    "requests_total{method=\"GET\",path=\"/b\",code=\"500\"} 1\n"
    "requests_total{method=\"GET\",path=\"/c\",code=\"200\"} 1\n"
    "requests_total{method=\"GET\",path=\"/c\",code=\"500\"} 1\n"
    "requests_total{method=\"PUT\",path=\"/a\"} 1\n"
    "requests_total{method=\"PUT\",path=\"/b\"} 1\n"
    "requests_total{method=\"PUT\",path=\"/c\"} 1\n"
    "# TYPE up gauge\n"
    "up{mail=\"jane@example.com\",long_name_of_a_label=\"x\"} 1\n"
    "up{mail=\"joe@example.org\",long_name_of_a_label=\"x\"} 1\n"
    "# TYPE build_info gauge\n"
    "build_info 1\n";

class BrowserView {
 public:
  // 100 columns.
  explicit BrowserView(std::string_view text = kShop, size_t lines = 24, bool show_personal = false);
  BrowserView(const BrowserView&) = delete;
  BrowserView& operator=(const BrowserView&) = delete;

  // "j", "enter", "/", "page-down" ... (browse_keys.h).
  BrowserView& Press(std::string_view keys);

  const Browser& browser() const { return browser_; }
  Browser& browser() { return browser_; }
  const BrowserPage& page() const { return browser_.page(); }
  LevelKind kind() const { return page().level->kind; }

  // Names of the rows shown, in their order; the absent value is "(absent)".
  std::vector<std::string> Names() const;
  std::string Under() const;  // the cursor; empty where there is no row
  std::string Screen() const;
  bool Shows(std::string_view text) const { return Screen().find(text) != std::string::npos; }

 private:
  Census census_;
  BrowseModel model_;
  Browser browser_;
};

// m100, m101 ...: one series each.
std::string ManyMetrics(int count);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_BROWSE_BROWSER_VIEW_H_
