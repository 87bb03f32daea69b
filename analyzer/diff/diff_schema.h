// SPDX-License-Identifier: Apache-2.0
//
// diff_schema.h: the published JSON Schema (draft-07) of "seriesguard.diff/1", as part of the program.
//
// Use:      printed by `seriesguard schema diff`; the tests hold every rendered diff against it.
// Source:   diff.schema.json, embedded by the build.
#ifndef SERIESGUARD_ANALYZER_DIFF_DIFF_SCHEMA_H_
#define SERIESGUARD_ANALYZER_DIFF_DIFF_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema; static.
std::string_view DiffSchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_DIFF_SCHEMA_H_
