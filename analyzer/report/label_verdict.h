// SPDX-License-Identifier: Apache-2.0
//
// label_verdict.h: what may be done with one label of a metric.
//
// Use:      by the renderings of `explain`.
// Threads:  pure functions.
// Source:   docs/explain.md, "Verdicts".
#ifndef SERIESGUARD_ANALYZER_REPORT_LABEL_VERDICT_H_
#define SERIESGUARD_ANALYZER_REPORT_LABEL_VERDICT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/report/report.h"

namespace seriesguard {

enum class LabelVerdict : uint8_t {
  kUnknown,    // the series without it were not counted
  kRedundant,  // no two series become equal without it: dropping it loses nothing
  kAggregate,  // series become equal: their values have to be added up, which only the process can
  kEssential,  // it is what the metric says: `le`, `quantile`, the state of a state set, the labels of an info metric
};

LabelVerdict VerdictOf(const MetricRow& metric, const LabelCount& label);

// "redundant", "aggregate", "essential"; "-" where it is unknown.
std::string_view LabelVerdictName(LabelVerdict verdict);

// Labels that fix `label` without an exception, by name.
std::vector<std::string> DeterminantsOf(const MetricRow& metric, std::string_view label);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_LABEL_VERDICT_H_
