// SPDX-License-Identifier: Apache-2.0
//
// metric_rule_text.h: lines of a metric's rule that depend on its name alone.
//
// Threads:  pure functions.
// Source:   docs/policy.md.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_METRIC_RULE_TEXT_H_
#define SERIESGUARD_ANALYZER_SUGGEST_METRIC_RULE_TEXT_H_

#include <string>

namespace seriesguard {

// Returns "name: ..." or, where a rule may not name it because it looks like a sample of another family, "match: ...".
std::string MetricRuleName(const std::string& name);

// Returns how a gauge of that name folds: moments and shares do not add up.
const char* FoldOfGauge(const std::string& name);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_METRIC_RULE_TEXT_H_
