// SPDX-License-Identifier: Apache-2.0
//
// json_buckets.cc: an error without a bound is null, which is what the writer makes of infinity.
#include "analyzer/report/json_buckets.h"

#include <string_view>

namespace seriesguard {
namespace {

void WriteRow(const BucketRow& row, double all, JsonWriter* json) {
  json->BeginObject();
  json->Key("le").Double(row.boundary);
  json->Key("series").Unsigned(row.series);
  json->Key("common").Bool(row.is_common);
  if (row.is_common) {
    json->Key("observations").Double(row.observations);
    json->Key("share").Double(row.observations / all);
  }
  json->Key("advised").Bool(row.is_advised);
  json->EndObject();
}

void WriteTarget(const BucketTarget& target, JsonWriter* json) {
  json->BeginObject();
  json->Key("quantile").OptionalDouble(target.quantile);
  json->Key("value").Double(target.value);
  json->Key("wanted").Double(target.wanted);
  json->Key("error_now").Double(target.error_now);
  json->Key("error_advised").Double(target.error_advised);
  json->EndObject();
}

}  // namespace

void WriteBuckets(const BucketAdvice& advice, JsonWriter* json) {
  json->Key("buckets").BeginObject();
  json->Key("label_sets").Unsigned(advice.label_sets);
  json->Key("observations").Double(advice.observations);
  json->Key("observations_above").Double(advice.observations_above);
  json->Key("raised").Unsigned(static_cast<uint64_t>(advice.raised));
  json->Key("max_error").Double(advice.max_error);
  json->Key("rows").BeginArray();
  for (const BucketRow& row : advice.rows) WriteRow(row, advice.observations, json);
  json->EndArray();
  json->Key("targets").BeginArray();
  for (const BucketTarget& target : advice.targets) WriteTarget(target, json);
  json->EndArray();
  json->Key("advised").BeginArray();
  for (const double boundary : advice.advised) json->Double(boundary);
  json->EndArray();
  json->Key("series_now").Unsigned(advice.series_now);
  json->Key("series_advised").Unsigned(advice.series_advised);
  json->EndObject();
}

}  // namespace seriesguard
