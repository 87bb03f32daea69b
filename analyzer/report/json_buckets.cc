// SPDX-License-Identifier: Apache-2.0
//
// json_buckets.cc: an error without a bound is null, which is what the writer makes of infinity.
#include "analyzer/report/json_buckets.h"

#include <string_view>

namespace seriesguard {
namespace {

void Number(std::string_view key, double value, JsonWriter* json) {
  json->Key(key);
  json->Double(value);
}

void Number(std::string_view key, uint64_t value, JsonWriter* json) {
  json->Key(key);
  json->Unsigned(value);
}

void Flag(std::string_view key, bool value, JsonWriter* json) {
  json->Key(key);
  json->Bool(value);
}

void WriteRow(const BucketRow& row, double all, JsonWriter* json) {
  json->BeginObject();
  Number("le", row.boundary, json);
  Number("series", row.series, json);
  Flag("common", row.is_common, json);
  if (row.is_common) {
    Number("observations", row.observations, json);
    Number("share", row.observations / all, json);
  }
  Flag("advised", row.is_advised, json);
  json->EndObject();
}

void WriteTarget(const BucketTarget& target, JsonWriter* json) {
  json->BeginObject();
  json->Key("quantile");
  if (target.quantile) {
    json->Double(*target.quantile);
  } else {
    json->Null();
  }
  Number("value", target.value, json);
  Number("wanted", target.wanted, json);
  Number("error_now", target.error_now, json);
  Number("error_advised", target.error_advised, json);
  json->EndObject();
}

}  // namespace

void WriteBuckets(const BucketAdvice& advice, JsonWriter* json) {
  json->Key("buckets");
  json->BeginObject();
  Number("label_sets", advice.label_sets, json);
  Number("observations", advice.observations, json);
  Number("observations_above", advice.observations_above, json);
  Number("raised", static_cast<uint64_t>(advice.raised), json);
  Number("max_error", advice.max_error, json);
  json->Key("rows");
  json->BeginArray();
  for (const BucketRow& row : advice.rows) WriteRow(row, advice.observations, json);
  json->EndArray();
  json->Key("targets");
  json->BeginArray();
  for (const BucketTarget& target : advice.targets) WriteTarget(target, json);
  json->EndArray();
  json->Key("advised");
  json->BeginArray();
  for (const double boundary : advice.advised) json->Double(boundary);
  json->EndArray();
  Number("series_now", advice.series_now, json);
  Number("series_advised", advice.series_advised, json);
  json->EndObject();
}

}  // namespace seriesguard
