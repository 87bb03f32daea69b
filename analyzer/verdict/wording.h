// SPDX-License-Identifier: Apache-2.0
//
// wording.h: small pieces of the sentences that findings say.
//
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_VERDICT_WORDING_H_
#define SERIESGUARD_ANALYZER_VERDICT_WORDING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/report/finding.h"
#include "rules/policy.h"
#include "rules/source_location.h"

namespace seriesguard {

// Names and values in messages are cut to this many columns.
inline constexpr size_t kNameColumns = 80;

// "text", in double quotes, safe to print.
std::string InQuotes(std::string_view text);

// "1 series remains", "41 series remain", "1 value remains".
std::string Remain(uint64_t count, std::string_view singular);

// The place in the policy's file; `fallback` where a key was not written but came from defaults.
FileLocation InPolicy(const Policy& policy, SourceLocation location, SourceLocation fallback = {});

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_WORDING_H_
