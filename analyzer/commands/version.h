// SPDX-License-Identifier: Apache-2.0
//
// version.h: the one place where the program's version stands.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_VERSION_H_
#define SERIESGUARD_ANALYZER_COMMANDS_VERSION_H_

#include <string_view>

namespace seriesguard {

inline constexpr std::string_view kToolAndVersion = "seriesguard 0.1.0";
inline constexpr std::string_view kReleaseDay = "2026-11-23";  // of the manual page

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_VERSION_H_
