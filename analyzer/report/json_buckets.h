// SPDX-License-Identifier: Apache-2.0
//
// json_buckets.h: the member `buckets` of a metric, from `explain --buckets`.
//
// Source:   docs/json_report.md, report.schema.json.
#ifndef SERIESGUARD_ANALYZER_REPORT_JSON_BUCKETS_H_
#define SERIESGUARD_ANALYZER_REPORT_JSON_BUCKETS_H_

#include "analyzer/buckets/bucket_advice.h"
#include "analyzer/report/json_writer.h"

namespace seriesguard {

// Writes the key and its object.
void WriteBuckets(const BucketAdvice& advice, JsonWriter* json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_JSON_BUCKETS_H_
