// SPDX-License-Identifier: Apache-2.0
//
// budget_rules.h: for the tests of one budget: one policy of many, a process under it, and what a scrape shows as sums.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_BUDGET_RULES_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_BUDGET_RULES_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "lib/metrics/collected_family.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/service_harness.h"

namespace seriesguard {

inline constexpr int64_t kSecondNs = 1'000'000'000;
inline constexpr uint32_t kCallsLimit = 40, kSecondsLimit = 60;  // of the first policy; what follows is never above
inline constexpr uint64_t kCostOfCounter = 2, kCostOfHistogram = 6;

// One policy of many: other limits, lists, words and ways to admit.
struct Rules {
  int calls_limit = kCallsLimit, seconds_limit = kSecondsLimit;
  int users = 5, paths = 3, kinds = 4;
  int total = 0;  // 0: none
  bool is_busiest = false, has_allow = false, is_zero_first = false;
  std::string otherwise = "other";

  std::string Text() const {
    std::string text = "version: 1\nscrape_interval: 15s\n";
    if (total > 0) text += "budget: {series_limit: " + std::to_string(total) + "}\n";
    const std::string admit = is_busiest ? ", admit: busiest" : "";
    const std::string busiest = is_busiest ? "  busiest: {half_life: 1m, new_series_per_hour: 100%}\n" : "";
    const std::string word = ", otherwise: " + otherwise;
    text += "metrics:\n- name: calls_total\n  series_limit: " + std::to_string(calls_limit) + "\n  capacity: 80\n";
    text += busiest;
    if (is_zero_first) text += "  zero_first: true\n";
    text += "  labels:\n    user: {value_limit: " + std::to_string(users) + admit + word + "}\n";
    text += has_allow ? "    path: {allow: [p0, p1]}\n" : "    path: {value_limit: " + std::to_string(paths) + "}\n";
    text += "- name: seconds\n  series_limit: " + std::to_string(seconds_limit) + "\n  capacity: 120\n" + busiest;
    text += "  labels:\n    kind: {value_limit: " + std::to_string(kinds) + admit + "}\n";
    return text;
  }
  static Rules Random(std::mt19937_64* random, int total) {
    Rules rules;
    const auto one_of = [random](int least, int most) {
      return least + static_cast<int>((*random)() % static_cast<uint64_t>(most - least + 1));
    };
    rules.calls_limit = one_of(16, kCallsLimit);
    rules.seconds_limit = one_of(18, kSecondsLimit);
    rules.users = one_of(1, 6);
    rules.paths = one_of(1, 4);
    rules.kinds = one_of(1, 6);
    rules.total = total;
    rules.is_busiest = one_of(0, 1) == 0;
    rules.has_allow = one_of(0, 3) == 0;
    rules.is_zero_first = one_of(0, 3) == 0;
    rules.otherwise = one_of(0, 3) == 0 ? "rest" : "other";
    return rules;
  }
};

struct Process {
  std::optional<ServiceRegistry> registry;
  std::optional<GuardedFamily<Counter, 2>> calls;
  std::optional<GuardedFamily<Histogram, 1>> seconds;
  std::vector<BoundMetric<Counter>> handles;

  absl::Status Open(const std::string& folder, const std::string& policy, const ServiceOptions& options) {
    auto opened = ServiceRegistry::OpenWithText(folder, policy, options);
    if (!opened.ok()) return opened.status();
    registry.emplace(std::move(*opened));
    auto added = registry->AddCounter({"calls_total", "Calls."}, {"user", "path"});
    if (!added.ok()) return added.status();
    calls.emplace(std::move(*added));
    auto timed = registry->AddHistogram({"seconds", "Time."}, {"kind"}, HistogramBoundaries{0.1, 1});
    if (!timed.ok()) return timed.status();
    seconds.emplace(std::move(*timed));
    return absl::OkStatus();
  }
  void Close() {
    handles.clear();
    calls.reset();
    seconds.reset();
    registry.reset();
  }
};

struct Sums {
  double calls = 0, seconds = 0;                  // totals of what is exported
  uint64_t calls_series = 0, seconds_series = 0;  // stored series
  uint64_t own_series = 0;
  std::map<std::string, double> numbers;
  std::set<std::string> names;  // of ours, without the guard's own
};

inline Sums SumsOf(const std::vector<CollectedFamily>& families) {
  Sums sums;
  sums.numbers = Numbers(families);
  for (const CollectedFamily& family : families) {
    if (family.name == "calls_total") sums.calls_series = family.series.size() * kCostOfCounter;
    if (family.name == "seconds") sums.seconds_series = family.series.size() * kCostOfHistogram;
    if (family.name.compare(0, 12, "seriesguard_") == 0) sums.own_series += family.series.size();
  }
  for (const auto& [name, value] : sums.numbers) {
    if (name.compare(0, 12, "seriesguard_") == 0) continue;
    sums.names.insert(name);
    if (name.compare(0, 12, "calls_total{") == 0) sums.calls += value;
    if (name.compare(0, 8, "seconds[") == 0) sums.seconds += value;
  }
  return sums;
}

inline double RetiredOf(const FamilyReport& report) {
  double total = report.retired.value;
  if (report.kind == MetricKind::kHistogram) {
    total = 0;
    for (const double count : report.retired.buckets) total += count;
  }
  return total;
}

// The samples of an exposition, comments and the last line left out.
inline uint64_t SamplesOf(const std::string& text) {
  uint64_t samples = 0;
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) samples += text[at] != '#' ? 1 : 0;
  return samples;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_BUDGET_RULES_H_
