// SPDX-License-Identifier: Apache-2.0
//
// policy_yaml.h: parts of a policy as the YAML that ReadPolicy reads back.
//
// Use:      by SuggestPolicy.
// Threads:  pure functions.
// Source:   docs/policy.md.
#ifndef SERIESGUARD_LIB_GUARD_POLICY_YAML_H_
#define SERIESGUARD_LIB_GUARD_POLICY_YAML_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/label_rule.h"

namespace seriesguard {

// Returns `name` as a key: as it is where YAML cannot take it for something else, else quoted.
std::string YamlKey(std::string_view name);

// Returns "[a, b]".
std::string YamlTexts(const std::vector<std::string>& texts);

// Returns a duration in the largest unit that divides it, "10m"; whole milliseconds.
std::string YamlDuration(int64_t duration_ns);

// Returns a number that is read back as the same one.
std::string YamlNumber(double number);

// Returns `rule` as one flow mapping, "{allow: [GET], otherwise: rest}".
std::string YamlLabelRule(const LabelRule& rule);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_POLICY_YAML_H_
