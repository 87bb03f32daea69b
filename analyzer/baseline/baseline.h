// SPDX-License-Identifier: Apache-2.0
//
// baseline.h: violations that are known and tolerated up to a ceiling, as plain data.
//
// Use:      read by ReadBaseline, applied by ApplyBaseline, made anew by UpdateBaseline, written by WriteBaseline.
// Threads:  plain data.
// Source:   docs/baseline.md.
#ifndef SERIESGUARD_ANALYZER_BASELINE_BASELINE_H_
#define SERIESGUARD_ANALYZER_BASELINE_BASELINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/report/finding_rule.h"
#include "rules/source_location.h"

namespace seriesguard {

// By how much a ceiling may be passed: a share of it, or so many.
struct AllowedGrowth {
  double share = 0;
  uint64_t absolute = 0;
};

// What an entry speaks of. A metric's limit has no label here: its culprit is deduced, and may be another tomorrow.
struct BaselineSubject {
  FindingRule rule = FindingRule::kSeriesLimit;
  std::string metric;  // empty: the target as a whole
  std::string label;

  bool operator<(const BaselineSubject& other) const {
    return std::tie(rule, metric, label) < std::tie(other.rule, other.metric, other.label);
  }
  bool operator==(const BaselineSubject& other) const {
    return rule == other.rule && metric == other.metric && label == other.label;
  }
};

struct BaselineEntry {
  BaselineSubject subject;
  std::optional<uint64_t> observed;  // the ceiling; empty where the rule has no number
  std::optional<AllowedGrowth> max_growth;
  std::string owner;
  std::string reason;
  std::string expires;      // "2026-12-31", the last day on which it holds; empty = never
  SourceLocation location;  // in the file
};

struct Baseline {
  std::string policy_hash;
  std::vector<BaselineEntry> entries;  // as in the file
};

// The largest number that the entry lets pass; `otherwise` where it has no max_growth of its own.
uint64_t AllowedBy(const BaselineEntry& entry, const AllowedGrowth& otherwise);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BASELINE_BASELINE_H_
