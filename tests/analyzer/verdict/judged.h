// SPDX-License-Identifier: Apache-2.0
//
// judged.h: a verdict from the texts of a dump and of a policy, as a user has them, and look-ups in its findings.
#ifndef SERIESGUARD_TESTS_ANALYZER_VERDICT_JUDGED_H_
#define SERIESGUARD_TESTS_ANALYZER_VERDICT_JUDGED_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/verdict/verdict.h"
#include "rules/policy.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {

// Reads a policy of the path "policy.yaml"; one with an error fails the test that calls.
Policy PolicyFromText(const std::string& yaml);

// Judges; a policy that cannot be applied fails the test that calls.
Verdict JudgeTexts(const std::vector<NamedText>& inputs, const std::string& yaml, const JudgeOptions& options = {});
Verdict JudgeText(const std::string& dump, const std::string& yaml, const JudgeOptions& options = {});

// The only finding of a rule, or null (and a failed test where there are several).
const Finding* Only(const Verdict& verdict, FindingRule rule);

// All rules that were found, as names with severity, sorted: "series_limit error, will_fold warning".
std::string RulesOf(const Verdict& verdict);

// `count` lines name{label="<prefix>0"}, name{label="<prefix>1"} ...
std::string Lines(std::string_view name, std::string_view label, int count, std::string_view prefix = "v");

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_VERDICT_JUDGED_H_
