// SPDX-License-Identifier: Apache-2.0
//
// json_patterns.h: the members of a label that say what its values are, from `explain`.
//
// Source:   docs/json_report.md, report.schema.json.
#ifndef SERIESGUARD_ANALYZER_REPORT_JSON_PATTERNS_H_
#define SERIESGUARD_ANALYZER_REPORT_JSON_PATTERNS_H_

#include "analyzer/patterns/label_patterns.h"
#include "analyzer/report/json_writer.h"

namespace seriesguard {

// Writes patterns, template, template_values, templates, series_after_template, personal and personal_values into the
// object that is open; nothing where the values are not known.
void WriteLabelPatterns(const LabelPatterns& patterns, JsonWriter* json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_JSON_PATTERNS_H_
