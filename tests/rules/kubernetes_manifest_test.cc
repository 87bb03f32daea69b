// SPDX-License-Identifier: Apache-2.0
//
// kubernetes_manifest_test.cc: the allow-list manifest keeps its meaning.
#include <string>

#include "gtest/gtest.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

Policy Read(const std::string& yaml) {
  const PolicyReadResult result = ReadPolicy("m.yaml", yaml);
  EXPECT_EQ(FormatDiagnostics(result, "m.yaml", 100), "");
  return result.policy.value_or(Policy());
}

TEST(KubernetesManifest, ReadsTheFlatMap) {
  const Policy policy = Read("\"metric1,label1\": \"v1,v2\"\nmetric2,label2: v1\nmetric1,label2: \"\"\n");
  EXPECT_TRUE(policy.from_kubernetes_manifest);
  ASSERT_EQ(policy.metrics.size(), 2u);
  EXPECT_EQ(policy.metrics[0].name, "metric1");
  EXPECT_EQ(policy.metrics[0].location, (SourceLocation{1, 1}));
  EXPECT_FALSE(policy.metrics[0].series_limit.has_value());
  ASSERT_EQ(policy.metrics[0].labels.size(), 2u);
  const LabelRule& rule = policy.metrics[0].labels[0];
  EXPECT_EQ(rule.label, "label1");
  EXPECT_EQ(rule.allow, (std::vector<std::string>{"v1", "v2"}));
  EXPECT_TRUE(rule.has_allow);
  EXPECT_EQ(rule.otherwise, "unexpected");
  EXPECT_TRUE(rule.applies_to_absent);
  EXPECT_FALSE(rule.value_limit.has_value());
  EXPECT_EQ(policy.metrics[0].labels[1].label, "label2");
  EXPECT_EQ(policy.metrics[0].labels[1].allow, std::vector<std::string>{""}) << "only the empty value";
  EXPECT_EQ(policy.metrics[1].name, "metric2");
}

TEST(KubernetesManifest, ReadsItBelowAllowListMapping) {
  const Policy policy = Read("allowListMapping:\n  \"m,l\": \"1,,2,1\"\n");
  ASSERT_EQ(policy.metrics.size(), 1u);
  EXPECT_EQ(policy.metrics[0].labels.at(0).allow, (std::vector<std::string>{"1", "", "2"}));
  EXPECT_EQ(Read("m,l: 12\n").metrics.at(0).labels.at(0).allow, std::vector<std::string>{"12"});
}

TEST(KubernetesManifest, APolicyOfOurOwnIsNotTakenForOne) {
  const PolicyReadResult result = ReadPolicy("p", "version: 1\n\"a,b\": c\n");
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].code, "unknown_key");
}

TEST(KubernetesManifest, ReportsAllItsMistakes) {
  const PolicyReadResult result = ReadPolicy(
      "m", "allowListMapping:\n  \"a,b\": [x]\n  \",b\": x\n  \"a,\": x\n  \"a,le\": x\n\"c,d\": x\n\"more\": x\n");
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    found.push_back(std::to_string(diagnostic.location.line) + " " + diagnostic.code);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"2 wrong_type", "3 manifest_key", "4 manifest_key", "5 reserved_label",
                                             "7 manifest_key"}));
  EXPECT_EQ(ReadPolicy("m", "allowListMapping:\n  a,b: x\na,b: y\n").diagnostics.at(0).code, "duplicate_key");
  EXPECT_EQ(ReadPolicy("m", "allowListMapping: x\n").diagnostics.at(0).code, "wrong_type");
}

}  // namespace
}  // namespace seriesguard
