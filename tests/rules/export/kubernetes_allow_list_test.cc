// SPDX-License-Identifier: Apache-2.0
//
// kubernetes_allow_list_test.cc: there and back, for written and for random manifests.
#include "rules/export/kubernetes_allow_list.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "rules/export/quoted_text.h"
#include "rules/normalizer.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

using Lists = std::map<std::pair<std::string, std::string>, std::set<std::string>>;  // by metric and label

Policy Read(const std::string& yaml) {
  const PolicyReadResult result = ReadPolicy("p.yaml", yaml);
  EXPECT_TRUE(result.policy.has_value()) << FormatDiagnostics(result, "p.yaml", 100) << yaml;
  return result.policy.value_or(Policy());
}

Lists ListsOf(const Policy& policy) {
  Lists lists;
  for (const MetricRule& metric : policy.metrics) {
    for (const LabelRule& label : metric.labels) {
      if (label.has_allow) lists[{metric.name, label.label}].insert(label.allow.begin(), label.allow.end());
    }
  }
  return lists;
}

std::string RandomText(std::mt19937* random) {
  const char* const kPieces[] = {"v", "GET", "\"", "\\", "é", "{{", " ", "#", "\n", "\xE2\x80\xA8", "'", ": ", "1"};
  std::string text = "v";
  for (size_t i = (*random)() % 4; i > 0; --i) text += kPieces[(*random)() % std::size(kPieces)];
  return text;
}

std::string RandomManifest(std::mt19937* random, bool empty_value_in_each) {
  Lists lists;
  for (size_t i = 1 + (*random)() % 5; i > 0; --i) {
    std::set<std::string>& list = lists[{"m" + std::to_string((*random)() % 4), "l" + RandomText(random)}];
    for (size_t j = (*random)() % 4; j > 0; --j) list.insert(RandomText(random));
    if (empty_value_in_each || list.empty() || (*random)() % 3 == 0) list.insert("");
  }
  std::string yaml;
  for (const auto& [key, values] : lists) {
    std::string list;
    bool is_first = true;
    for (const std::string& value : values) {
      list += (is_first ? "" : ",") + value;
      is_first = false;
    }
    yaml += QuotedForYaml(key.first + "," + key.second) + ": " + QuotedForYaml(list) + "\n";
  }
  return yaml;
}

TEST(KubernetesAllowList, ExportedManifestsAreAsTheyWere) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const Policy manifest = Read(RandomManifest(&random, false));
    const AllowListExport exported = MakeAllowList(manifest);
    EXPECT_EQ(exported.refusals, 0u);
    const Policy again = Read(exported.text);
    EXPECT_TRUE(again.from_kubernetes_manifest);
    EXPECT_EQ(ListsOf(again), ListsOf(manifest)) << exported.text;
  }
}

TEST(KubernetesAllowList, ImportedAndExportedAgainTheyAllowTheSame) {
  std::mt19937 random(2);
  for (int i = 0; i < 500; ++i) {
    const bool empty_value_in_each = i % 2 == 0;
    const Policy manifest = Read(RandomManifest(&random, empty_value_in_each));
    const AllowListImport imported = PolicyFromAllowList(manifest);
    const Policy policy = Read(imported.text);
    EXPECT_FALSE(policy.from_kubernetes_manifest);
    Lists expected = ListsOf(manifest);
    size_t without_empty = 0;
    for (auto& [key, list] : expected) without_empty += list.insert("").second ? 1 : 0;
    EXPECT_EQ(imported.empty_value_lists, without_empty);
    EXPECT_EQ(ListsOf(Read(MakeAllowList(policy).text)), expected);
  }
}

// What a value becomes is the same under the manifest and under the policy made of it, but for an absent one.
TEST(KubernetesAllowList, ImportedRulesDoWhatTheManifestDoes) {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const Policy manifest = Read(RandomManifest(&random, true));
    const Policy policy = Read(PolicyFromAllowList(manifest).text);
    ASSERT_EQ(policy.metrics.size(), manifest.metrics.size());
    for (size_t metric = 0; metric < policy.metrics.size(); ++metric) {
      ASSERT_EQ(policy.metrics[metric].labels.size(), manifest.metrics[metric].labels.size());
      for (size_t label = 0; label < policy.metrics[metric].labels.size(); ++label) {
        const auto ours = CompiledLabelRule::Compile(policy.metrics[metric].labels[label]);
        const auto theirs = CompiledLabelRule::Compile(manifest.metrics[metric].labels[label]);
        ASSERT_TRUE(ours.ok() && theirs.ok());
        std::set<std::string> values = {"", "unexpected", "not there", RandomText(&random)};
        values.insert(manifest.metrics[metric].labels[label].allow.begin(),
                      manifest.metrics[metric].labels[label].allow.end());
        for (const std::string& value : values) {
          std::string scratch, other_scratch;
          EXPECT_EQ(ours->Apply(value, &scratch).value, theirs->Apply(value, &other_scratch).value) << value;
        }
      }
    }
  }
}

TEST(KubernetesAllowList, KeepsAnAbsentLabelAsThePolicyDoes) {
  const AllowListExport exported =
      MakeAllowList(Read("version: 1\nmetrics: [{name: a, labels: {x: {allow: [v]}, y: {allow: []}}}]\n"));
  const Lists lists = ListsOf(Read(exported.text));
  EXPECT_EQ(lists, Lists({{{"a", "x"}, {"", "v"}}, {{"a", "y"}, {""}}}));
}

TEST(KubernetesAllowList, RefusesWhatAManifestCannotSay) {
  const auto refused = [](const std::string& metric) {
    return MakeAllowList(Read("version: 1\nmetrics: [{" + metric + "}]\n")).refusals;
  };
  EXPECT_EQ(refused("name: a, labels: {x: {allow: [v]}}"), 0u);
  EXPECT_EQ(refused("name: \"a,b\", labels: {x: {allow: [v]}}"), 1u);
  EXPECT_EQ(refused("name: a, labels: {\"x,y\": {allow: [v]}}"), 1u);
  EXPECT_EQ(refused("name: a, labels: {x: {allow: [\"v,w\"]}}"), 1u);
  EXPECT_EQ(refused("match: \"a.*\", labels: {x: {allow: [v]}}"), 1u);
  EXPECT_EQ(refused("name: a, labels: {x: {normalize: lowercase, allow: [v]}}"), 1u);
  EXPECT_EQ(refused("name: a, labels: {x: {value_limit: 3}}"), 0u);  // no allow-list: a comment
}

}  // namespace
}  // namespace seriesguard
