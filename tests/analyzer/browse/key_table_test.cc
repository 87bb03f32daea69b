// SPDX-License-Identifier: Apache-2.0
//
// One table of keys: the view's own help and the page show every row of it.
#include "analyzer/browse/key_table.h"

#include <fstream>
#include <sstream>
#include <string>

#include "analyzer/browse/overlay_text.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(KeyTable, IsWhatTheDocumentationShows) {
  std::ostringstream page;
  page << std::ifstream("docs/browse.md").rdbuf();
  ASSERT_FALSE(page.str().empty());
  EXPECT_NE(page.str().find(KeyTableMarkdown()), std::string::npos) << "the table is to be\n" << KeyTableMarkdown();
}

TEST(KeyTable, IsWhatTheHelpPageShowsAtEveryWidth) {
  for (const size_t columns : {40, 60, 80, 200}) {
    // Line breaks of the help are blanks of the sentence.
    std::string words;
    for (const std::string& line : KeyHelpLines(columns)) {
      EXPECT_LE(line.size(), columns) << line;
      words += line + " ";
    }
    std::string once;
    for (const char c : words) {
      if (c != ' ' || once.empty() || once.back() != ' ') once.push_back(c);
    }
    for (const KeyRow& row : AllKeys()) {
      EXPECT_NE(once.find(std::string(row.keys_text) + " " + std::string(row.what)), std::string::npos)
          << row.keys_text;
    }
  }
}

}  // namespace
}  // namespace seriesguard
