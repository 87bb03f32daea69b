// SPDX-License-Identifier: Apache-2.0
//
// metric_rule_reader.h: the list below `metrics:`, rule by rule.
//
// Threads:  one thread a call.
// Errors:   findings; what could be read is returned all the same.
#ifndef SERIESGUARD_RULES_READING_METRIC_RULE_READER_H_
#define SERIESGUARD_RULES_READING_METRIC_RULE_READER_H_

#include <cstdint>
#include <vector>

#include "rules/policy.h"
#include "rules/reading/findings.h"
#include "rules/reading/label_rule_reader.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {

// A metric rule before the defaults and the top-level label rules; `rule.labels` is empty.
struct MetricRuleDraft {
  MetricRule rule;
  std::vector<LabelRuleDraft> labels;
  SourceLocation busiest_location;  // line 0: without the key `busiest`
  bool is_sound = true;             // without an error of its own; its label rules have theirs
};

// Reads the value of the key `metrics`. `scrape_interval_ns` is what a `freeze` is held against.
std::vector<MetricRuleDraft> ReadMetricRules(const YamlNode& node, int64_t scrape_interval_ns, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_METRIC_RULE_READER_H_
