// SPDX-License-Identifier: Apache-2.0
//
// policy_keys.h: every key that a policy may hold, by the mapping that it stands in.
//
// Use:      the reader refuses what is not here; a test holds the JSON Schema against the same table, both ways.
// Threads:  constants.
#ifndef SERIESGUARD_RULES_READING_POLICY_KEYS_H_
#define SERIESGUARD_RULES_READING_POLICY_KEYS_H_

#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

// The mappings of a policy. Each is a definition of that name in the schema ("policy" is its root).
enum class PolicySection { kPolicy, kBudget, kDefaults, kMetric, kBusiest, kLabel, kNormalize, kReplacement };

inline constexpr PolicySection kAllPolicySections[] = {
    PolicySection::kPolicy,  PolicySection::kBudget, PolicySection::kDefaults,  PolicySection::kMetric,
    PolicySection::kBusiest, PolicySection::kLabel,  PolicySection::kNormalize, PolicySection::kReplacement,
};

// "policy", "budget" ...: the name of the definition in the schema.
std::string_view SectionName(PolicySection section);

// "a policy", "a label rule" ...: for messages.
std::string_view SectionPhrase(PolicySection section);

// Returns the keys of `section`, in the order of the documentation.
const std::vector<std::string_view>& KeysOf(PolicySection section);

// Returns the hint for `key`, which is no key of `section`: the nearest key, the mapping where it would be at home, or
// all keys.
std::string HintForUnknownKey(PolicySection section, std::string_view key);

// Returns "a, b, c".
std::string JoinWords(const std::vector<std::string_view>& words);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_POLICY_KEYS_H_
