// SPDX-License-Identifier: Apache-2.0
//
// json_relabel.cc: one function an object of the schema.
#include "analyzer/relabel/json_relabel.h"

#include <string_view>

#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

void Number(std::string_view key, uint64_t value, JsonWriter* json) {
  json->Key(key);
  json->Unsigned(value);
}

void Text(std::string_view key, std::string_view value, JsonWriter* json) {
  json->Key(key);
  json->String(value);
}

void TextOrNull(std::string_view key, std::string_view value, JsonWriter* json) {
  json->Key(key);
  if (value.empty()) {
    json->Null();
  } else {
    json->String(value);
  }
}

template <typename Row, typename Write>
void List(std::string_view key, const std::vector<Row>& rows, JsonWriter* json, Write write) {
  json->Key(key);
  json->BeginArray(JsonWriter::Layout::kLines);
  for (const Row& row : rows) {
    json->BeginObject();
    write(row);
    json->EndObject();
  }
  json->EndArray();
}

void WriteInput(const RelabelledInput& input, const std::string& job, JsonWriter* json) {
  json->BeginObject(JsonWriter::Layout::kLines);
  Text("path", input.path, json);
  TextOrNull("job", job, json);
  Number("samples", input.samples, json);
  Number("kept_samples", input.kept_samples, json);
  Number("series_before", input.series_before, json);
  Number("series_after", input.series_after, json);
  Number("dropped_series", input.dropped_series, json);
  Number("lost_samples", input.lost_samples, json);
  Text("scrape", input.failure.empty() ? "up" : "down", json);
  TextOrNull("failure", input.failure, json);
  List("rules", input.rules, json, [json](const RuleEffect& rule) {
    Number("line", rule.line, json);
    Text("action", rule.action, json);
    Number("dropped_samples", rule.dropped_samples, json);
    Number("dropped_series", rule.dropped_series, json);
  });
  List("limits", input.limits, json, [json](const LimitEffect& limit) {
    Text("limit", limit.limit, json);
    Number("value", limit.value, json);
    Number("seen", limit.seen, json);
    json->Key("is_exceeded");
    json->Bool(limit.is_exceeded);
    TextOrNull("metric", limit.metric, json);
    Number("line", limit.line, json);
    TextOrNull("biggest", limit.biggest, json);
    Number("biggest_share", limit.biggest_share, json);
  });
  List("lost", input.lost, json, [json](const LostSeries& lost) {
    Text("metric", lost.metric, json);
    Number("samples", lost.samples, json);
    Number("series", lost.series, json);
    Text("kept", lost.kept, json);
    Text("lost", lost.lost, json);
    Text("becomes", lost.becomes, json);
  });
  List("metrics", input.metrics, json, [json](const RelabelledMetric& metric) {
    Text("name", metric.name, json);
    Number("series_before", metric.series_before, json);
    Number("series_after", metric.series_after, json);
    Number("dropped_series", metric.dropped_series, json);
    Number("lost_series", metric.lost_series, json);
  });
  json->EndObject();
}

}  // namespace

std::string RenderJsonRelabel(const RelabelSimulation& simulation) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject(JsonWriter::Layout::kLines);
  Text("schema", "seriesguard.simulation/1", &json);
  Text("kind", "relabel", &json);
  Text("config", simulation.config_path, &json);
  Text("server", simulation.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3", &json);
  json.Key("inputs");
  json.BeginArray(JsonWriter::Layout::kLines);
  for (const RelabelledInput& input : simulation.inputs) WriteInput(input, simulation.job, &json);
  json.EndArray();
  json.EndObject();
  out += '\n';
  return out;
}

}  // namespace seriesguard
