// SPDX-License-Identifier: Apache-2.0
//
// policy_schema.h: the JSON Schema of a policy, for editors and for other programs.
//
// Use:      printed by `seriesguard policy schema`.
// Threads:  constant.
// Source:   rules/policy_schema.json, built in; draft-07, because that is what editors read. A test holds its keys
//           against those that the reader knows (rules/reading/policy_keys.h), both ways.
//
// In draft-07 the neighbours of a `$ref` say nothing to a validator; here they are only descriptions and defaults, which
// editors show. What no schema can say (arithmetic, shadowed rules, costly expressions) is the reader's alone.
#ifndef SERIESGUARD_RULES_POLICY_SCHEMA_H_
#define SERIESGUARD_RULES_POLICY_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema, which ends with a line feed.
std::string_view PolicySchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_POLICY_SCHEMA_H_
