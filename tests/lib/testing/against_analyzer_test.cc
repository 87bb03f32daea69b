// SPDX-License-Identifier: Apache-2.0
//
// What the snapshot counts and what its budget check finds, against the analyzer's census and verdict: on the dumps of
// the tests, and on generated documents with generated policies.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/finding_rule.h"
#include "analyzer/report/report.h"
#include "analyzer/verdict/verdict.h"
#include "gtest/gtest.h"
#include "lib/testing/budget_check.h"
#include "lib/testing/metrics_snapshot.h"
#include "lib/testing/sample_reader.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/differential/agreement.h"
#include "tests/differential/document_generator.h"

namespace seriesguard {
namespace {

std::vector<std::string> Dumps() {
  std::vector<std::string> dumps;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/dumps")) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".prom" && extension != ".om") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    dumps.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return dumps;
}

// `le` in hexadecimal or with underscores is left as it is written (sample_reader.h): "1_0" and "10" are two series.
bool IsKnownDifference(const std::string& document) {
  return document.find("\"0x") != std::string::npos || document.find("1_0\"") != std::string::npos;
}

// The families that both accepted texts have, with their counts.
void ExpectSameCounts(const std::string& document) {
  const MetricsSnapshot snapshot = MetricsSnapshot::FromText(document);
  ASSERT_TRUE(snapshot.status().ok()) << snapshot.status() << "\n" << document;
  const Census census = CensusFromText(document);
  std::map<std::string, uint64_t> theirs, ours;
  for (size_t family = 0; family < census.family_count(); ++family) {
    theirs[census.family(family).name] = census.plain(family).series;
  }
  for (const auto& [family, indexes] : snapshot.families()) ours[family] = indexes.size();
  ASSERT_EQ(ours, theirs) << document;
}

TEST(SnapshotAgainstCensus, CountsTheSameOnTheDumps) {
  const std::vector<std::string> dumps = Dumps();
  ASSERT_GE(dumps.size(), 14u);
  for (const std::string& dump : dumps) ASSERT_NO_FATAL_FAILURE(ExpectSameCounts(dump));
}

TEST(SnapshotAgainstCensus, CountsTheSameOnGeneratedDocuments) {
  const uint64_t seed = SeedOfTest(61);
  int compared = 0;
  for (const bool is_openmetrics : {false, true}) {
    DocumentGenerator generator(seed, is_openmetrics);
    for (int i = 0; i < 3000; ++i) {
      std::string document = generator.Valid();
      if (document.empty() || document.back() != '\n') document += '\n';
      const bool has_end = FormatOfText(document) == SampleFormat::kOpenMetrics;
      if (has_end != is_openmetrics || IsKnownDifference(document)) continue;
      if (!MetricsSnapshot::FromText(document).status().ok()) continue;  // sample_reader_test says why
      ++compared;
      ASSERT_NO_FATAL_FAILURE(ExpectSameCounts(document));
    }
  }
  EXPECT_GT(compared, 4000);
}

using Found = std::set<std::tuple<std::string, std::string, std::string>>;  // rule, metric, label

Found Theirs(const std::string& document, const Policy& policy) {
  Found found;
  const absl::StatusOr<Verdict> verdict = Judge(CensusFromText(document), policy, JudgeOptions());
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  if (!verdict.ok()) return found;
  for (const Finding& finding : verdict->findings) {
    switch (finding.rule) {
      case FindingRule::kSeriesLimit:
      case FindingRule::kRuleRequired: found.emplace(FindingRuleName(finding.rule), finding.metric, ""); break;
      case FindingRule::kValueLimit:
      case FindingRule::kNotAllowed: found.emplace(FindingRuleName(finding.rule), finding.metric, finding.label); break;
      case FindingRule::kTotalLimit:
      case FindingRule::kUnguardedLimit: found.emplace(FindingRuleName(finding.rule), "", ""); break;
      default: break;
    }
  }
  if (verdict->verdict == ReportVerdict::kUndecided) found.emplace("nothing_judged", "", "");
  return found;
}

Found Ours(const std::string& document, const Policy& policy) {
  Found found;
  const auto violations = CheckBudget(policy, MetricsSnapshot::FromText(document));
  EXPECT_TRUE(violations.ok()) << violations.status();
  if (!violations.ok()) return found;
  for (const BudgetViolation& violation : *violations) found.emplace(violation.rule, violation.metric, violation.label);
  return found;
}

// A document of a few metrics and labels whose names the policies below know.
std::string RandomDocument(std::mt19937_64* random) {
  const auto below = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(*random); };
  const char* const methods[] = {"GET", "get", "POST", "BREW", "other", ""};
  const char* const paths[] = {"/a/1", "/a/2", "/b", "other", "{id}", ""};
  const char* const codes[] = {"200", "404", "2xx", "x", "other", ""};
  std::set<std::string> lines;
  std::string text;
  const char* const names[] = {"a_total", "b", "c_seconds", "d"};
  for (const char* const name : names) {
    if (below(4) == 0) continue;
    const size_t sets = below(8);
    for (size_t i = 0; i < sets; ++i) {
      const std::string labels = std::string("method=\"") + methods[below(6)] + "\",path=\"" + paths[below(6)] +
                                 "\",code=\"" + codes[below(6)] + "\"";
      if (std::string(name) != "c_seconds") {
        lines.insert(std::string(name) + "{" + labels + "} 1\n");
        continue;
      }
      for (const char* const le : {"1", "2", "+Inf"}) {
        lines.insert("c_seconds_bucket{" + labels + ",le=\"" + le + "\"} 1\n");
      }
      lines.insert("c_seconds_sum{" + labels + "} 1\n");
      lines.insert("c_seconds_count{" + labels + "} 1\n");
    }
  }
  if (below(2) == 0) text += "# TYPE c_seconds histogram\n# TYPE a_total counter\n";
  if (below(3) == 0) text += "seriesguard_policy_info{mode=\"enforce\",version=\"1\",hash=\"0123456789abcdef\"} 1\n";
  for (const std::string& line : lines) text += line;
  return text + "up 1\n";
}

std::string RandomPolicy(std::mt19937_64* random) {
  const auto below = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(*random); };
  const auto number = [&](size_t bound) { return std::to_string(1 + below(bound)); };
  std::string text = "version: 1\n";
  if (below(2) == 0)
    text += "budget: {series_limit: " + std::to_string(40 + below(60)) + ", unguarded: " + number(20) + "}\n";
  if (below(2) == 0) text += "defaults: {series_limit: 30, value_limit: " + number(4) + "}\n";
  if (below(2) == 0) text += "labels:\n  code: {normalize: status_class}\n";
  text += "metrics:\n";
  for (const char* const name : {"a_total", "b", "c_seconds", "absent"}) {
    if (below(3) == 0) continue;
    text += std::string("- ") + (below(4) == 0 ? "match" : "name") + ": " + name +
            "\n  series_limit: " + std::to_string(20 + below(40)) + "\n";
    if (below(3) == 0) text += "  required: true\n";
    text += "  labels:\n";
    const char* const method[] = {"allow: [GET, POST]", "normalize: http_method", "value_limit: 2", "drop: true"};
    const char* const path[] = {"route: [\"/a/{id}\"]", "value_limit: 1", "normalize: path", "value_limit: 3"};
    text += std::string("    method: {") + method[below(4)] + "}\n";
    if (below(2) == 0) text += std::string("    path: {") + path[below(4)] + "}\n";
  }
  return text == "version: 1\nmetrics:\n" ? "version: 1\nbudget: {series_limit: 5}\n" : text;
}

TEST(BudgetAgainstVerdict, FindsTheSame) {
  std::mt19937_64 random(SeedOfTest(62));
  int judged = 0;
  std::map<std::string, int> found_rules;
  for (int round = 0; round < 4000; ++round) {
    const std::string document = RandomDocument(&random);
    const std::string yaml = RandomPolicy(&random);
    const PolicyReadResult read = ReadPolicy("p", yaml);
    if (!read.policy) continue;  // a reserve above its limit
    ++judged;
    const Found theirs = Theirs(document, *read.policy);
    ASSERT_EQ(Ours(document, *read.policy), theirs) << yaml << "\n" << document;
    for (const auto& [rule, metric, label] : theirs) ++found_rules[rule];
    if (theirs.empty()) ++found_rules["within"];
  }
  EXPECT_GT(judged, 1000);
  for (const char* const rule : {"series_limit", "value_limit", "not_allowed", "total_limit", "unguarded_limit",
                                 "rule_required", "nothing_judged", "within"}) {
    EXPECT_GT(found_rules[rule], 10) << rule;
  }
}

TEST(BudgetAgainstVerdict, FindsTheSameByAKubernetesManifest) {
  const PolicyReadResult read = ReadPolicy("p", "\"a_total,method\": \"GET,POST\"\n\"b,code\": \"\"\n");
  ASSERT_TRUE(read.policy.has_value());
  std::mt19937_64 random(SeedOfTest(63));
  size_t found = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::string document = RandomDocument(&random);
    const Found theirs = Theirs(document, *read.policy);
    ASSERT_EQ(Ours(document, *read.policy), theirs) << document;
    found += theirs.size();
  }
  EXPECT_GT(found, 500u);
}

}  // namespace
}  // namespace seriesguard
