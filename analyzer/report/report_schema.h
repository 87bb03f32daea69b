// SPDX-License-Identifier: Apache-2.0
//
// report_schema.h: the published JSON Schema (draft-07) of "seriesguard.report/1", as part of the program.
//
// Use:      printed by `seriesguard schema`; the tests hold every rendered report against it.
// Source:   report.schema.json, embedded by the build.
#ifndef SERIESGUARD_ANALYZER_REPORT_REPORT_SCHEMA_H_
#define SERIESGUARD_ANALYZER_REPORT_REPORT_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema; static.
std::string_view ReportSchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_REPORT_SCHEMA_H_
