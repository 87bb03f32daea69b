// SPDX-License-Identifier: Apache-2.0
//
// recording_rules.h: what a dashboard asks of the guard again and again, as recording rules.
//
// Threads:  pure functions.
// Source:   docs/alerts.md; names follow level:metric:operations, Prometheus' "Recording rules" practice.
#ifndef SERIESGUARD_RULES_EXPORT_RECORDING_RULES_H_
#define SERIESGUARD_RULES_EXPORT_RECORDING_RULES_H_

#include <string>
#include <utility>
#include <vector>

#include "rules/export/alert_rule.h"
#include "rules/export/alert_rules.h"
#include "rules/policy.h"

namespace seriesguard {

struct RecordingRule {
  std::string name;
  std::string expression;
  std::vector<ExampleSeries> inputs;                  // only `after` is used
  std::vector<std::pair<TextPairs, double>> samples;  // labels and value of what is recorded then
};

std::vector<RecordingRule> MakeRecordingRules(const Policy& policy, const ExportOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_RECORDING_RULES_H_
