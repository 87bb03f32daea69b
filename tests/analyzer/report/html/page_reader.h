// SPDX-License-Identifier: Apache-2.0
//
// page_reader.h: reads a page as strictly as it is written, and gives up on anything that we do not write.
//
// Use:      tests of HTML.
// Errors:   ReadPage returns what is wrong as a text: a tag or an attribute that is not ours, a quote that is missing, an
//           element that is not closed in order, a byte that is not ASCII, a raw < or & in a text.
#ifndef SERIESGUARD_TESTS_ANALYZER_REPORT_HTML_PAGE_READER_H_
#define SERIESGUARD_TESTS_ANALYZER_REPORT_HTML_PAGE_READER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

struct TableRow {
  std::string id;
  std::string part;                // "thead", "tbody" or "tfoot"
  std::vector<std::string> cells;  // text, references read back
};

struct ReadPageResult {
  std::string error;  // empty: it is well made
  std::string title;
  std::string policy;  // the content of the first meta
  std::string script, style, data;
  std::string text;                                     // of the body, without scripts
  std::map<std::string, std::vector<TableRow>> tables;  // by id
};

ReadPageResult ReadPage(std::string_view page);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_REPORT_HTML_PAGE_READER_H_
