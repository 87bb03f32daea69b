// SPDX-License-Identifier: Apache-2.0
//
// judged.cc: see the header.
#include "tests/analyzer/verdict/judged.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "rules/diagnostic.h"
#include "rules/policy_reader.h"

namespace seriesguard {

Policy PolicyFromText(const std::string& yaml) {
  PolicyReadResult read = ReadPolicy("policy.yaml", yaml);
  if (!read.policy) {
    ADD_FAILURE() << FormatDiagnostics(read, "policy.yaml", 100);
    return {};
  }
  return *std::move(read.policy);
}

Verdict JudgeTexts(const std::vector<NamedText>& inputs, const std::string& yaml, const JudgeOptions& options) {
  const Census census = CensusFromTexts(inputs);
  const Policy policy = PolicyFromText(yaml);
  absl::StatusOr<Verdict> verdict = Judge(census, policy, options);
  if (!verdict.ok()) {
    ADD_FAILURE() << verdict.status();
    return {};
  }
  return *std::move(verdict);
}

Verdict JudgeText(const std::string& dump, const std::string& yaml, const JudgeOptions& options) {
  return JudgeTexts({{"dump.prom", dump}}, yaml, options);
}

const Finding* Only(const Verdict& verdict, FindingRule rule) {
  const Finding* only = nullptr;
  for (const Finding& finding : verdict.findings) {
    if (finding.rule != rule) continue;
    EXPECT_EQ(only, nullptr) << "a second finding " << FindingRuleName(rule);
    only = &finding;
  }
  return only;
}

std::string RulesOf(const Verdict& verdict) {
  std::vector<std::string> names;
  for (const Finding& finding : verdict.findings) {
    names.push_back(std::string(FindingRuleName(finding.rule)) + " " + std::string(SeverityName(finding.severity)));
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string Lines(std::string_view name, std::string_view label, int count, std::string_view prefix) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += std::string(name) + "{" + std::string(label) + "=\"" + std::string(prefix) + std::to_string(i) + "\"} 1\n";
  }
  return text;
}

}  // namespace seriesguard
