// SPDX-License-Identifier: Apache-2.0
//
// why_text.h: the words for what became of a label's value, and for the places of the policy that decided it.
//
// Use:      by the text of `policy test` and of `policy explain`.
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_WHY_TEXT_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_WHY_TEXT_H_

#include <string>
#include <string_view>

#include "analyzer/policy_test/guarded_series.h"
#include "rules/policy.h"
#include "rules/source_location.h"

namespace seriesguard {

// "seriesguard.yaml:12"; "the defaults of seriesguard.yaml" where no line says it.
std::string PlaceText(const Policy& policy, SourceLocation location);

// "text", in double quotes, safe to print, cut to a line's length.
std::string ValueText(std::string_view value);

// "label "path" = "/x": no route matches (seriesguard.yaml:9)".
std::string WhyText(const GuardedValue& value, const Policy& policy);

// "no rule speaks for the metric "x"; did you mean "xs"?"
std::string NoRuleText(std::string_view family, const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_WHY_TEXT_H_
