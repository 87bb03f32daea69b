// SPDX-License-Identifier: Apache-2.0
//
// page_assets.h: the script and the style of every page, fixed when the program is built.
//
// Use:      by html_page.cc.
// Threads:  constants of static lifetime.
// Source:   page/*.js and page/*.css, joined in the order of BUILD.bazel; third_party/d3_hierarchy with its licence first.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_PAGE_ASSETS_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_PAGE_ASSETS_H_

#include <string_view>

namespace seriesguard {

// ASCII, line feeds only, and nothing in it ends a script or a style element.
std::string_view PageScript();
std::string_view PageStyle();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_PAGE_ASSETS_H_
