// SPDX-License-Identifier: Apache-2.0
//
// regex_check.h: the static limits of a policy's regular expressions, as findings with a column.
//
// Threads:  one thread a call.
// Errors:   findings.
#ifndef SERIESGUARD_RULES_READING_REGEX_CHECK_H_
#define SERIESGUARD_RULES_READING_REGEX_CHECK_H_

#include "rules/reading/findings.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {

// Says whether the scalar `node` is a regular expression within the limits (regex_limits.h); reports `bad_regex` at the
// part that is at fault, where it can be found, else at the start of the expression.
//
// Requires:  `node` is a scalar.
bool CheckRegex(const YamlNode& node, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_REGEX_CHECK_H_
