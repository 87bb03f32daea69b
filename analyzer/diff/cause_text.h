// SPDX-License-Identifier: Apache-2.0
//
// cause_text.h: a cause in the words of a person.
//
// Threads:  pure functions; what they return has passed SafeText.
#ifndef SERIESGUARD_ANALYZER_DIFF_CAUSE_TEXT_H_
#define SERIESGUARD_ANALYZER_DIFF_CAUSE_TEXT_H_

#include <string>

#include "analyzer/diff/change.h"

namespace seriesguard {

// "new value of tenant", "values of method and path gone"; without labels in general: "new value of one label".
std::string CausePhrase(const CauseCount& cause, bool is_added);

// The phrase, and of the labels that it names a few of the values that are new or gone: `new value of tenant: "acme",
// "globex" and 12 more`. Of a new metric or target the label with the most values.
std::string CauseText(const MetricChange& metric, const CauseCount& cause, bool is_added);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_CAUSE_TEXT_H_
