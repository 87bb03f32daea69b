// SPDX-License-Identifier: Apache-2.0
//
// json_relabel.cc: one function an object of the schema.
#include "analyzer/relabel/json_relabel.h"

#include <string_view>

#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

template <typename Row, typename Write>
void List(std::string_view key, const std::vector<Row>& rows, JsonWriter* json, Write write) {
  json->Key(key).BeginArray(JsonWriter::Layout::kLines);
  for (const Row& row : rows) {
    json->BeginObject();
    write(row);
    json->EndObject();
  }
  json->EndArray();
}

void WriteInput(const RelabelledInput& input, const std::string& job, JsonWriter* json) {
  json->BeginObject(JsonWriter::Layout::kLines);
  json->Key("path").String(input.path);
  json->Key("job").StringOrNull(job);
  json->Key("samples").Unsigned(input.samples);
  json->Key("kept_samples").Unsigned(input.kept_samples);
  json->Key("series_before").Unsigned(input.series_before);
  json->Key("series_after").Unsigned(input.series_after);
  json->Key("dropped_series").Unsigned(input.dropped_series);
  json->Key("lost_samples").Unsigned(input.lost_samples);
  json->Key("scrape").String(input.failure.empty() ? "up" : "down");
  json->Key("failure").StringOrNull(input.failure);
  List("rules", input.rules, json, [json](const RuleEffect& rule) {
    json->Key("line").Unsigned(rule.line);
    json->Key("action").String(rule.action);
    json->Key("dropped_samples").Unsigned(rule.dropped_samples);
    json->Key("dropped_series").Unsigned(rule.dropped_series);
  });
  List("limits", input.limits, json, [json](const LimitEffect& limit) {
    json->Key("limit").String(limit.limit);
    json->Key("value").Unsigned(limit.value);
    json->Key("seen").Unsigned(limit.seen);
    json->Key("is_exceeded").Bool(limit.is_exceeded);
    json->Key("metric").StringOrNull(limit.metric);
    json->Key("line").Unsigned(limit.line);
    json->Key("biggest").StringOrNull(limit.biggest);
    json->Key("biggest_share").Unsigned(limit.biggest_share);
  });
  List("lost", input.lost, json, [json](const LostSeries& lost) {
    json->Key("metric").String(lost.metric);
    json->Key("samples").Unsigned(lost.samples);
    json->Key("series").Unsigned(lost.series);
    json->Key("kept").String(lost.kept);
    json->Key("lost").String(lost.lost);
    json->Key("becomes").String(lost.becomes);
  });
  List("metrics", input.metrics, json, [json](const RelabelledMetric& metric) {
    json->Key("name").String(metric.name);
    json->Key("series_before").Unsigned(metric.series_before);
    json->Key("series_after").Unsigned(metric.series_after);
    json->Key("dropped_series").Unsigned(metric.dropped_series);
    json->Key("lost_series").Unsigned(metric.lost_series);
  });
  json->EndObject();
}

}  // namespace

std::string RenderJsonRelabel(const RelabelSimulation& simulation) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject(JsonWriter::Layout::kLines);
  json.Key("schema").String("seriesguard.simulation/1");
  json.Key("kind").String("relabel");
  json.Key("config").String(simulation.config_path);
  json.Key("server").String(simulation.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3");
  json.Key("inputs").BeginArray(JsonWriter::Layout::kLines);
  for (const RelabelledInput& input : simulation.inputs) WriteInput(input, simulation.job, &json);
  json.EndArray();
  json.EndObject();
  out += '\n';
  return out;
}

}  // namespace seriesguard
