// SPDX-License-Identifier: Apache-2.0
//
// policy_text.h: a suggestion as the YAML of a policy, with a comment for each rule.
//
// Threads:  a pure function.
// Source:   docs/policy.md.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_POLICY_TEXT_H_
#define SERIESGUARD_ANALYZER_SUGGEST_POLICY_TEXT_H_

#include <string>

#include "analyzer/suggest/suggestion.h"

namespace seriesguard {

// Writes everything but Suggestion::policy.
std::string SuggestionPolicyText(const Suggestion& suggestion);

// "saves 1,204 series", or that it saves nothing now.
std::string SavedText(const SuggestedRule& rule);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_POLICY_TEXT_H_
