// SPDX-License-Identifier: Apache-2.0
//
// naive_census.h: the census by sorting and throwing out what is equal. Every count is the size of a std::set.
//
// Use:      tests only; Census is held against it.
// Threads:  any; no state between calls.
// Cost:     every series is copied several times over; never tuned.
// Source:   the counting and family rules of design section 4 (docs/counting.md).
#ifndef SERIESGUARD_TESTS_REFERENCE_NAIVE_CENSUS_H_
#define SERIESGUARD_TESTS_REFERENCE_NAIVE_CENSUS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "tests/reference/reference_result.h"

namespace seriesguard::reference {

struct NaivePart {
  uint64_t series = 0;
  uint64_t samples = 0;
  bool operator==(const NaivePart& other) const { return series == other.series && samples == other.samples; }
};

struct NaiveLabel {
  std::map<std::string, uint64_t> series_by_value;
  uint64_t series_with = 0;
  uint64_t series_without = 0;  // distinct series left when the label is taken away
};

struct NaiveFamily {
  MetricType type = MetricType::kNone;
  bool type_inferred = false;
  uint64_t series = 0;
  uint64_t samples = 0;
  std::map<std::string, NaivePart> parts;    // by sample name
  std::map<std::string, NaiveLabel> labels;  // by label name
  uint64_t label_sets = 0;                   // without le, quantile and the sample name
  double product = 1;                        // exact below 2^53
  uint64_t boundaries = 0;                   // distinct values of le, else (and for a summary) of quantile
};

struct NaiveCensus {
  std::map<std::string, NaiveFamily> families;  // by printed name
  uint64_t series = 0;                          // summed over inputs
  uint64_t union_series = 0;                    // the same series in two inputs counts once
  uint64_t samples = 0;
  uint64_t duplicate_samples = 0;  // same series and timestamp (or none) again, within one input
};

// One family for each sample name that occurs: printed name, type, whether it was inferred.
struct NaiveFamilyName {
  std::string name;
  MetricType type = MetricType::kNone;
  bool inferred = false;
};
std::map<std::string, NaiveFamilyName> ResolveFamilies(const std::vector<ReferenceResult>& inputs);

// Counts the samples of all inputs; each input is a target of its own.
NaiveCensus CountNaively(const std::vector<ReferenceResult>& inputs);

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_NAIVE_CENSUS_H_
