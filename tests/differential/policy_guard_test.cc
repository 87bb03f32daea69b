// SPDX-License-Identifier: Apache-2.0
//
// policy_guard_test.cc: `seriesguard policy test` says of a series what the guard in the service makes of it: both are
// given random policies and the same calls in the same order, and each increment must be where the test expects it.
//
// SERIESGUARD_TEST_SEED sets the first seed, SERIESGUARD_TEST_POLICIES the number of policies (500).
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/policy_test/guarded_series.h"
#include "analyzer/policy_test/test_series.h"
#include "gtest/gtest.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/wrap.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using Random = std::mt19937_64;
using Labels = std::map<std::string, std::string>;

constexpr const char* kLabels[] = {"a", "b", "c"};
constexpr size_t kCalls = 60;

template <typename List>
auto OneOf(const List& list, Random* random) {
  return list[(*random)() % std::size(list)];
}

std::string RandomRule(Random* random) {
  static constexpr const char* kSteps[] = {
      "",
      "",
      "",
      "normalize: status_class",
      "normalize: http_method",
      "normalize: {truncate: 3}",
      "normalize: {ranges: [10, 100]}",
      "replace: [{match: \"v([0-9]).*\", with: \"w$1\"}]",
      "route: [\"/api/{id}\", \"/static/**\"]",
      "allow: [v1, v2, GET, \"200\"]",
      "drop: true",
  };
  static constexpr const char* kLimits[] = {"", "value_limit: 1", "value_limit: 2", "value_limit: 3", "value_limit: 6"};
  static constexpr const char* kOthers[] = {"", "", "otherwise: rest", "pin: [v3]", "pin: [v3, v9]", "admit: busiest"};
  std::string rule;
  for (const char* const part : {OneOf(kSteps, random), OneOf(kLimits, random), OneOf(kOthers, random)}) {
    if (*part != '\0') rule += (rule.empty() ? "" : ", ") + std::string(part);
  }
  return "{" + rule + "}";
}

std::string RandomPolicy(Random* random) {
  std::string text = "version: 1\n";
  if ((*random)() % 3 == 0) text += "labels: {a: " + RandomRule(random) + "}\n";
  if ((*random)() % 3 == 0) text += "defaults: {value_limit: 3}\n";
  text += "metrics:\n- name: calls_total\n  series_limit: 100000\n  labels:\n";
  bool has_rule = false;
  for (const char* const label : kLabels) {
    if ((*random)() % 4 == 0) continue;
    text += "    " + std::string(label) + ": " + RandomRule(random) + "\n";
    has_rule = true;
  }
  return has_rule ? text : text + "    b: {value_limit: 2}\n";
}

std::string RandomValue(Random* random) {
  static const std::string kValues[] = {"",
                                        "",
                                        "GET",
                                        "get",
                                        "BREW",
                                        "200",
                                        "404",
                                        "7",
                                        "55",
                                        "999",
                                        "-",
                                        "/api/7",
                                        "/static/x",
                                        "/elsewhere",
                                        "other",
                                        "rest",
                                        "\xc3\xa9t\xc3\xa9",
                                        std::string(40, 'x'),
                                        std::string(1025, 'y'),
                                        std::string(9000, 'z')};
  if ((*random)() % 2 == 0) return "v" + std::to_string((*random)() % 12);
  return OneOf(kValues, random);
}

// What each exported series counts.
std::map<Labels, double> Exported(const prometheus::Registry& registry) {
  std::map<Labels, double> series;
  for (const auto& family : registry.Collect()) {
    for (const auto& metric : family.metric) {
      Labels labels;
      for (const auto& label : metric.label) labels[label.name] = label.value;
      series[labels] = metric.counter.value;
    }
  }
  return series;
}

// The labels of the series that counted one more.
std::optional<Labels> Risen(const std::map<Labels, double>& before, const std::map<Labels, double>& after) {
  std::optional<Labels> risen;
  for (const auto& [labels, value] : after) {
    const auto known = before.find(labels);
    const double more = value - (known == before.end() ? 0 : known->second);
    if (more == 0) continue;
    if (more != 1 || risen) return std::nullopt;
    risen = labels;
  }
  return risen;
}

struct Compared {
  bool is_sound = false;  // the policy could be read
  uint64_t calls = 0;
  uint64_t folded = 0;
  uint64_t by_traffic = 0;
};

void ComparePolicy(uint64_t seed, Compared* compared) {
  Random random(seed);
  const std::string text = RandomPolicy(&random);
  SCOPED_TRACE("SERIESGUARD_TEST_SEED=" + std::to_string(seed) + "\n" + text);
  const PolicyReadResult read = ReadPolicy("p.yaml", text);
  if (!read.policy) return;
  absl::StatusOr<PolicyGuard> expected = PolicyGuard::Make(*read.policy);
  ASSERT_TRUE(expected.ok()) << expected.status();
  absl::StatusOr<Guard> guard = Guard::FromText(text);
  ASSERT_TRUE(guard.ok()) << guard.status();
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("calls_total").Register(registry);
  auto calls = guard->Wrap(family, {"a", "b", "c"});
  ASSERT_TRUE(calls.ok()) << calls.status();
  compared->is_sound = true;

  for (size_t call = 0; call < kCalls; ++call) {
    const std::string values[] = {RandomValue(&random), RandomValue(&random), RandomValue(&random)};
    TestSeries input;
    input.name = "calls_total";
    for (size_t i = 0; i < std::size(values); ++i) input.Set(kLabels[i], values[i]);
    const std::map<Labels, double> before = Exported(registry);
    calls->With({values[0], values[1], values[2]}).Increment();
    const std::optional<Labels> counted = Risen(before, Exported(registry));
    ASSERT_TRUE(counted.has_value());

    const absl::StatusOr<GuardedSeries> guarded = expected->Apply(input);
    ASSERT_TRUE(guarded.ok()) << guarded.status();
    ++compared->calls;
    for (const char* const label : kLabels) {
      const auto value = std::find_if(guarded->values.begin(), guarded->values.end(),
                                      [label](const GuardedValue& one) { return one.label == label; });
      if (value != guarded->values.end() && value->fate == Fate::kByTraffic) {
        ++compared->by_traffic;
        continue;
      }
      if (value != guarded->values.end() && IsFolded(value->fate)) ++compared->folded;
      const auto there = counted->find(label);
      ASSERT_EQ(there == counted->end() ? "" : there->second, guarded->series.Value(label))
          << "call " << call << ", label " << label << ": " << SeriesText(input).substr(0, 300);
    }
  }
}

TEST(PolicyTest, ExpectsWhatTheGuardDoes) {
  const uint64_t first_seed = NumberFromEnvironment("SERIESGUARD_TEST_SEED", 1);
  const uint64_t policies = CasesToRun("SERIESGUARD_TEST_POLICIES", 500);
  uint64_t sound = 0, calls = 0, folded = 0, by_traffic = 0;
  for (uint64_t seed = first_seed; seed < first_seed + policies && !HasFatalFailure(); ++seed) {
    Compared compared;
    ComparePolicy(seed, &compared);
    sound += compared.is_sound;
    calls += compared.calls;
    folded += compared.folded;
    by_traffic += compared.by_traffic;
  }
  std::cout << sound << " of " << policies << " policies, " << calls << " calls, " << folded << " folded values, "
            << by_traffic << " left to traffic\n";
  if (policies < 100) return;  // a seed that is looked at
  EXPECT_GT(sound, policies / 10);
  EXPECT_GT(folded, calls / 20);
  EXPECT_GT(by_traffic, 0u);
}

}  // namespace
}  // namespace seriesguard
