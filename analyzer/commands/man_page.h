// SPDX-License-Identifier: Apache-2.0
//
// man_page.h: the manual page seriesguard(1), made from the tables.
//
// Threads:  a pure function.
// Source:   man(7): the macros that both groff and mandoc know.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_MAN_PAGE_H_
#define SERIESGUARD_ANALYZER_COMMANDS_MAN_PAGE_H_

#include <string>
#include <vector>

#include "analyzer/commands/command.h"

namespace seriesguard {

// Returns the page: each command with its example, each flag once with the commands that take it.
std::string ManPage(const std::vector<Command>& commands);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_MAN_PAGE_H_
