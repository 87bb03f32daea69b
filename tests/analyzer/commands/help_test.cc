// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/help.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

TEST(Help, HasAnExampleForEveryCommand) {
  for (const Command& command : AllCommands()) {
    EXPECT_NE(CommandHelp(command).find("\nExample:\n  "), std::string::npos) << command.name;
    EXPECT_NE(CommandHelp(command).find("seriesguard " + std::string(command.name)), std::string::npos);
  }
}

TEST(Help, FitsAPage) {
  const std::string page = CommandLinePage();
  std::string_view rest = page;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    EXPECT_LE(rest.substr(0, end).size(), 120u) << rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

TEST(Help, IsWhatTheDocumentationShows) {
  std::ostringstream page;
  page << std::ifstream("docs/cli.md").rdbuf();
  EXPECT_EQ(page.str(), CommandLinePage()) << "write it anew: seriesguard help --page > docs/cli.md";
}

}  // namespace
}  // namespace seriesguard
