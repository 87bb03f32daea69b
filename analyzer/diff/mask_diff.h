// SPDX-License-Identifier: Apache-2.0
//
// mask_diff.h: a diff without e-mail addresses, IP addresses and tokens in the values that it shows.
//
// Use:      on every diff that is delivered, unless --show-personal.
// Threads:  a pure function of its argument.
// Source:   docs/patterns.md, "Personal data".
#ifndef SERIESGUARD_ANALYZER_DIFF_MASK_DIFF_H_
#define SERIESGUARD_ANALYZER_DIFF_MASK_DIFF_H_

#include "analyzer/diff/change.h"

namespace seriesguard {

// Masks the listed values, in place, and counts in diff->masked_values those that it changed.
void MaskDiff(Diff* diff);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_MASK_DIFF_H_
