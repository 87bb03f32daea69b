// SPDX-License-Identifier: Apache-2.0
//
// policy.h: the whole policy as plain data; read once, never changed afterwards.
//
// Use:      made by ReadPolicy (policy_reader.h); asked by the guard and by the analyzer's verdict.
// Threads:  immutable; any thread may read.
// Source:   docs/policy.md.
#ifndef SERIESGUARD_RULES_POLICY_H_
#define SERIESGUARD_RULES_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/label_rule.h"

namespace seriesguard {

enum class PolicyMode { kEnforce, kShadow };

// The budget of one target, in stored series.
struct Budget {
  std::optional<int64_t> series_limit;        // wrapped families + the guard's own + unguarded
  std::optional<int64_t> unguarded;           // share of the families that no rule speaks for
  std::optional<int64_t> fleet_series_limit;  // sum over targets
  SourceLocation location, series_limit_location, unguarded_location, fleet_location;
};

struct BusiestOptions {
  int64_t half_life_ns = 600'000'000'000;
  double advantage = 1.5;
  double new_series_per_hour = 0.5;  // share of the limit
};

// One entry of `metrics:`.
struct MetricRule {
  std::string name;                     // exact family name, or
  std::string match;                    // a fully anchored RE2; exactly one of the two is set
  SourceLocation location;              // of the value of `name` or `match`
  std::optional<int64_t> series_limit;  // stored series; absent key = defaults.series_limit
  bool series_limit_from_defaults = false;
  SourceLocation series_limit_location;
  std::string owner;
  std::string reason;
  bool required = false;
  bool zero_first = false;
  std::optional<int64_t> freeze_ns;
  Fold fold = Fold::kUnset;
  std::optional<int64_t> capacity;  // what a reload may raise limits to; default 2 x series_limit
  SourceLocation capacity_location;
  std::optional<int64_t> max_workers;
  BusiestOptions busiest;
  // Effective rules: this metric's own, then the top-level rules of labels that it does not name.
  // A metric's label rule replaces the top-level rule of that label whole.
  std::vector<LabelRule> labels;
};

struct PolicyDefaults {
  std::optional<int64_t> series_limit;
  std::optional<int64_t> value_limit;  // only for labels without allow, route or drop
  std::string otherwise = "other";
};

struct Policy {
  std::string path;  // as given by the caller; for messages
  std::string hash;  // 16 lower-case hex digits of the file's bytes: XXH3-64 with the library's default secret
  int64_t version = 1;
  PolicyMode mode = PolicyMode::kEnforce;
  int64_t scrape_interval_ns = 60'000'000'000;
  Budget budget;
  PolicyDefaults defaults;
  std::vector<LabelRule> labels;    // top-level label rules, in the order of the file
  std::vector<MetricRule> metrics;  // in the order of the file; an exact name beats a match, see MetricMatcher
  bool from_kubernetes_manifest = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_POLICY_H_
