// SPDX-License-Identifier: Apache-2.0
//
// flag_table.h: every flag of the program: how it is written, what help says of it, what it sets.
//
// Use:      a command names its flags; parsing and help look them up here.
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_FLAG_TABLE_H_
#define SERIESGUARD_ANALYZER_COMMANDS_FLAG_TABLE_H_

#include <string_view>
#include <vector>

#include "analyzer/commands/flag.h"  // a flag belongs to this table

namespace seriesguard {

// Keys of flags whose name means something else elsewhere.
inline constexpr std::string_view kFormatOfReport = "--format of top and explain";
inline constexpr std::string_view kFormatOfCheck = "--format of check";
inline constexpr std::string_view kFormatOfDiff = "--format of diff";
inline constexpr std::string_view kOutputOfReport = "--output FORMAT=FILE";
inline constexpr std::string_view kPolicyOfBrowse = "--policy of browse";

// All flags, in the order in which help shows them.
const std::vector<Flag>& AllFlags();

// Returns the flag of that key, or nullptr.
const Flag* FindFlag(std::string_view key);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_FLAG_TABLE_H_
