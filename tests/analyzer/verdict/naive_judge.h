// SPDX-License-Identifier: Apache-2.0
//
// naive_judge.h: the limits judged by rewriting every series and throwing out what is equal. Each count is the size of
// a std::set.
//
// Use:      tests only; Judge is held against it.
// Source:   docs/policy.md and docs/check.md, written down a second time without a look at analyzer/verdict.
#ifndef SERIESGUARD_TESTS_ANALYZER_VERDICT_NAIVE_JUDGE_H_
#define SERIESGUARD_TESTS_ANALYZER_VERDICT_NAIVE_JUDGE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "rules/policy.h"

namespace seriesguard {

struct NaiveSeries {
  std::string family;
  std::string sample;                         // the family, or the family + _bucket ...
  std::map<std::string, std::string> labels;  // without empty values

  bool operator<(const NaiveSeries& other) const {
    return std::tie(family, sample, labels) < std::tie(other.family, other.sample, other.labels);
  }
};

// "series_limit|input|metric|label" (label only where it was judged) to the number that is over its limit; for
// not_allowed how many values are refused.
using NaiveFindings = std::map<std::string, uint64_t>;

// Judges series_limit, value_limit, not_allowed, total_limit and unguarded_limit. `targets`: path and series.
NaiveFindings JudgeNaively(const std::vector<std::pair<std::string, std::set<NaiveSeries>>>& targets,
                           const Policy& policy, bool as_guarded);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_VERDICT_NAIVE_JUDGE_H_
