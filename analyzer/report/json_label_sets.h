// SPDX-License-Identifier: Apache-2.0
//
// json_label_sets.h: what labels say together, as members of a metric of the JSON report.
//
// Use:      by json_report, inside the object of a metric.
// Threads:  pure function on the writer given.
// Source:   docs/json_report.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_JSON_LABEL_SETS_H_
#define SERIESGUARD_ANALYZER_REPORT_JSON_LABEL_SETS_H_

#include "analyzer/report/json_writer.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Writes "dependencies", "without" and "product_gap", each only where there is something to say.
void WriteLabelSets(const MetricRow& metric, JsonWriter* json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_JSON_LABEL_SETS_H_
