// SPDX-License-Identifier: Apache-2.0
//
// label_rule_reader.h: the mapping below `labels:`, label by label.
//
// Use:      for the top-level rules and for those of a metric; defaults are filled in afterwards by the policy reader.
// Threads:  one thread a call.
// Errors:   findings; what could be read is returned all the same, so that the rest of the file is judged.
#ifndef SERIESGUARD_RULES_READING_LABEL_RULE_READER_H_
#define SERIESGUARD_RULES_READING_LABEL_RULE_READER_H_

#include <vector>

#include "rules/label_rule.h"
#include "rules/reading/findings.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {

// A label rule before the defaults.
struct LabelRuleDraft {
  LabelRule rule;
  bool has_otherwise = false;  // written down, not a default
  bool is_sound = true;        // without an error: its arithmetic means something
};

// Reads the value of the key `labels`.
std::vector<LabelRuleDraft> ReadLabelRules(const YamlNode& node, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_LABEL_RULE_READER_H_
