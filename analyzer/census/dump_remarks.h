// SPDX-License-Identifier: Apache-2.0
//
// dump_remarks.h: what is odd about a dump although a server stores it.
//
// Use:      once a run; the command line makes findings of them.
// Cost:     linear in the number of sample names and inputs; histograms are asked for their `+Inf` once.
// Source:   OpenMetrics 1.0, sections on MetricFamily, Counter, Histogram and Info; a server checks none of it.
#ifndef SERIESGUARD_ANALYZER_CENSUS_DUMP_REMARKS_H_
#define SERIESGUARD_ANALYZER_CENSUS_DUMP_REMARKS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

class CensusData;

struct DumpRemark {
  enum class Kind : uint8_t {
    kTypeConflict,  // two TYPE lines give one name different types (any format)
    // The rest are about OpenMetrics inputs only.
    kRepeatedType,     // two TYPE lines of one name in one input
    kSuffixNotOfType,  // a sample whose name its family's type does not have: counter `x` with a sample `x`
    kInterleaved,      // lines of another family stand between the family's
    kBucketWithoutLe,  // a `_bucket` sample without `le`
  };
  Kind kind;
  size_t input = 0;                           // kAllInputs where it is not of one input
  std::string name;                           // metric or sample name, raw bytes
  std::string other;                          // kInterleaved: the other family
  MetricType type = MetricType::kNone;        // the type in force
  MetricType other_type = MetricType::kNone;  // kTypeConflict: the other one
};

// Lists what is odd, at most `limit` of each kind, in the order of names.
//
// Requires: families are resolved.
std::vector<DumpRemark> FindRemarks(const CensusData& data, size_t limit);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DUMP_REMARKS_H_
