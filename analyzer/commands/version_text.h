// SPDX-License-Identifier: Apache-2.0
//
// version_text.h: what --version prints.
//
// Threads:  a pure function.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_VERSION_TEXT_H_
#define SERIESGUARD_ANALYZER_COMMANDS_VERSION_TEXT_H_

#include <string>

namespace seriesguard {

// Name and version on the first line; then commit, compiler, what can be read and written, which code is used.
std::string VersionText();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_VERSION_TEXT_H_
