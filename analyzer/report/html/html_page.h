// SPDX-License-Identifier: Apache-2.0
//
// html_page.h: what every page has around its content: policy, title, style, data, script.
//
// Use:      by RenderHtmlReport and RenderHtmlDiff.
// Threads:  pure functions.
// Source:   docs/html.md, "What a label may do to the page".
//
// The content security policy is the first thing in the head. It allows the one script and the one style of this build by
// their SHA-256, and nothing else: no other script, no request, no frame, no form, no style attribute. The data block needs
// no hash: a script element whose type no browser executes is data, and no policy speaks of it.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_HTML_PAGE_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_HTML_PAGE_H_

#include <string>
#include <string_view>

namespace seriesguard {

// Returns the whole page.
//
// Requires:  `title` is our own; `content` was made with HtmlWriter; `json` is a JSON document, not yet passed through
//            ScriptJson.
std::string AssemblePage(std::string_view title, std::string_view content, std::string_view json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_HTML_PAGE_H_
