// SPDX-License-Identifier: Apache-2.0
//
// debug_page.h: a guard's report as a text page.
//
// Threads:  pure function.
#ifndef SERIESGUARD_LIB_GUARD_DEBUG_PAGE_H_
#define SERIESGUARD_LIB_GUARD_DEBUG_PAGE_H_

#include <string>

#include "lib/guard/guard_report.h"

namespace seriesguard {

// Returns the page. Values that came from outside are escaped (rules/safe_text.h): it may go to a terminal or a log.
std::string DebugPage(const GuardReport& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_DEBUG_PAGE_H_
