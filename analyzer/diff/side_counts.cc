// SPDX-License-Identifier: Apache-2.0
//
// side_counts.cc: a report is read with a JSON library, once, and everything that is needed of it is checked.
#include "analyzer/diff/side_counts.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSchema = "seriesguard.report/1";
constexpr size_t kShownColumns = 60;
constexpr std::string_view kBlanks = " \t\r\n";

absl::Status NotWhole(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("not a whole report: ", what));
}

// The member `key` as a whole number.
absl::Status ReadNumber(const Json& object, const char* key, const std::string& where, uint64_t* number) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) {
    return NotWhole(absl::StrCat(where, key, " is no whole number"));
  }
  *number = found->get<uint64_t>();
  return absl::OkStatus();
}

absl::Status ReadName(const Json& object, const std::string& where, std::string* name) {
  const auto found = object.find("name");
  if (found == object.end() || !found->is_string()) return NotWhole(absl::StrCat(where, "name is no string"));
  *name = found->get<std::string>();
  return absl::OkStatus();
}

MetricType TypeNamed(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(MetricType::kGaugeHistogram); ++i) {
    if (MetricTypeName(static_cast<MetricType>(i)) == name) return static_cast<MetricType>(i);
  }
  return MetricType::kNone;
}

absl::Status ReadMetric(const Json& json, const std::string& where, SideCounts* counts) {
  if (!json.is_object()) return NotWhole(absl::StrCat(where, "is no object"));
  std::string name;
  MetricCounts metric;
  absl::Status status = ReadName(json, where, &name);
  if (status.ok()) status = ReadNumber(json, "series", where, &metric.series);
  if (!status.ok()) return status;
  if (const auto type = json.find("type"); type != json.end() && type->is_string()) {
    metric.type = TypeNamed(type->get<std::string>());
  }
  const auto labels = json.find("labels");
  if (labels == json.end() || !labels->is_array()) return NotWhole(absl::StrCat(where, "labels is no list"));
  for (const Json& label : *labels) {
    std::string label_name;
    uint64_t values = 0;
    if (!label.is_object()) return NotWhole(absl::StrCat(where, "labels holds what is no object"));
    status = ReadName(label, where, &label_name);
    if (status.ok()) status = ReadNumber(label, "values", where, &values);
    if (!status.ok()) return status;
    metric.values_of_label[label_name] = values;
  }
  if (!counts->metrics.emplace(name, std::move(metric)).second) {
    return NotWhole(absl::StrCat("metric ", SafeTextTruncated(name, kShownColumns), " stands in it twice"));
  }
  return absl::OkStatus();
}

absl::Status CheckSchema(const Json& root) {
  const auto schema = root.find("schema");
  if (schema == root.end() || !schema->is_string()) {
    return absl::InvalidArgumentError("a JSON document without \"schema\", so no report of seriesguard");
  }
  const std::string name = schema->get<std::string>();
  if (name == kSchema) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("a document of schema \"", SafeTextTruncated(name, kShownColumns),
                                                 "\"; only \"", std::string(kSchema),
                                                 "\" can be compared: make it anew with top --format json"));
}

}  // namespace

bool LooksLikeStoredReport(std::string_view head) {
  size_t at = head.find_first_not_of(kBlanks);
  if (at == std::string_view::npos || head[at] != '{') return false;
  at = head.find_first_not_of(kBlanks, at + 1);
  if (at == std::string_view::npos || head[at] != '"') return false;
  for (++at; at < head.size() && head[at] != '"'; ++at) at += head[at] == '\\' ? 1 : 0;
  if (at >= head.size()) return false;
  at = head.find_first_not_of(kBlanks, at + 1);
  return at != std::string_view::npos && head[at] == ':';
}

absl::StatusOr<SideCounts> ReadStoredReport(std::string_view json) {
  const Json root = Json::parse(json.begin(), json.end(), /*cb=*/nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded() || !root.is_object()) {
    return absl::InvalidArgumentError("begins like a stored report and is no valid JSON: was it cut off?");
  }
  absl::Status status = CheckSchema(root);
  if (!status.ok()) return status;
  SideCounts counts;
  counts.side.is_report = true;
  const auto total = root.find("total");
  if (total == root.end() || !total->is_object()) return NotWhole("total is no object");
  status = ReadNumber(*total, "series", "total.", &counts.side.series);
  if (status.ok()) status = ReadNumber(*total, "metrics", "total.", &counts.side.metrics);
  if (!status.ok()) return status;
  const auto metrics = root.find("metrics");
  if (metrics == root.end() || !metrics->is_array()) return NotWhole("metrics is no list");
  uint64_t series = 0;
  for (size_t i = 0; i < metrics->size(); ++i) {
    status = ReadMetric((*metrics)[i], absl::StrCat("metrics[", i, "]."), &counts);
    if (!status.ok()) return status;
  }
  for (const auto& [name, metric] : counts.metrics) series += metric.series;
  if (const auto others = root.find("others"); others != root.end() && others->is_object()) {
    status = ReadNumber(*others, "rows", "others.", &counts.cut_metrics);
    if (status.ok()) status = ReadNumber(*others, "series", "others.", &counts.cut_series);
    if (!status.ok()) return status;
  }
  const auto estimated = root.find("estimated");
  counts.side.is_estimated = estimated != root.end() && estimated->is_boolean() && estimated->get<bool>();
  if (!counts.side.is_estimated && series + counts.cut_series != counts.side.series) {
    return NotWhole(
        absl::StrCat("its metrics have ", series + counts.cut_series, " series, its total ", counts.side.series));
  }
  return counts;
}

SideCounts CountsOf(const Census& census) {
  SideCounts counts;
  for (const InputCount& input : census.inputs()) counts.side.inputs.push_back({input.path, input.format});
  counts.side.is_estimated = census.estimated();
  counts.side.metrics = census.family_count();
  for (size_t family = 0; family < census.family_count(); ++family) {
    const FamilyCount& count = census.plain(family);
    MetricCounts& metric = counts.metrics[census.family(family).name];
    metric.type = census.family(family).type;
    metric.series = count.series;
    counts.side.series += count.series;
    for (const LabelCount& label : count.labels) metric.values_of_label[label.name] = label.values;
  }
  return counts;
}

}  // namespace seriesguard
