// SPDX-License-Identifier: Apache-2.0
//
// suggestion_schema.h: the published JSON Schema (draft-07) of "seriesguard.suggestion/1", as part of the program.
//
// Use:      printed by `seriesguard schema suggestion`; the tests hold every rendered suggestion against it.
// Source:   suggestion.schema.json, embedded by the build.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_SUGGESTION_SCHEMA_H_
#define SERIESGUARD_ANALYZER_SUGGEST_SUGGESTION_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema; static.
std::string_view SuggestionSchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_SUGGESTION_SCHEMA_H_
