// SPDX-License-Identifier: Apache-2.0
//
// rule_file.h: alerts and recording rules as the file that Prometheus reads, and as a file for `promtool test rules`.
//
// Threads:  pure functions.
// Source:   Prometheus, docs "Recording rules", "Alerting rules", "Unit testing for rules".
#ifndef SERIESGUARD_RULES_EXPORT_RULE_FILE_H_
#define SERIESGUARD_RULES_EXPORT_RULE_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/export/alert_rule.h"
#include "rules/export/recording_rules.h"
#include "rules/policy.h"

namespace seriesguard {

// Returns comments that say from which policy a file was made, and by which `--to`.
std::string FileHead(const Policy& policy, std::string_view to);

// Return the rule files.
std::string AlertFile(const Policy& policy, const std::vector<AlertRule>& rules);
std::string RecordingFile(const Policy& policy, const std::vector<RecordingRule>& rules);

// Return files of tests for the rules in `rule_file`, a path as seen from the file of tests. Each alert does not fire
// before, and fires after. An alert without an example is named in a comment.
std::string AlertTestFile(const Policy& policy, const std::vector<AlertRule>& rules, std::string_view rule_file);
std::string RecordingTestFile(const Policy& policy, const std::vector<RecordingRule>& rules,
                              std::string_view rule_file);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_RULE_FILE_H_
