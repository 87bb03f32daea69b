// SPDX-License-Identifier: Apache-2.0
//
// policy_assembly.h: the root of a policy, key by key, then defaults and top-level label rules filled in.
//
// Threads:  one thread a call.
// Errors:   findings.
// Source:   docs/check.md, "Which rule speaks".
//
// Invariants of what is assembled
//   1. A metric's label rule replaces the top-level rule of that label whole; of the two only one is in its `labels`.
//   2. Defaults fill only keys that are absent; `defaults.value_limit` reaches only rules without allow, route and drop.
#ifndef SERIESGUARD_RULES_READING_POLICY_ASSEMBLY_H_
#define SERIESGUARD_RULES_READING_POLICY_ASSEMBLY_H_

#include "rules/policy.h"
#include "rules/reading/findings.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {

// Fills `*policy` from `root` and checks the whole. After an error in `findings` the policy is incomplete.
void AssemblePolicy(const YamlNode& root, Policy* policy, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_POLICY_ASSEMBLY_H_
