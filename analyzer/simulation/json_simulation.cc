// SPDX-License-Identifier: Apache-2.0
//
// json_simulation.cc: one function an object of the schema.
#include "analyzer/simulation/json_simulation.h"

#include <string_view>

#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

void Range(const SeriesRange& range, JsonWriter* json) {
  json->Key("series_least").Unsigned(range.least);
  json->Key("series_most").Unsigned(range.most);
}

std::string_view OrderWord(ArrivalOrder order) {
  switch (order) {
    case ArrivalOrder::kBusiest: return "busiest";
    case ArrivalOrder::kAdversarial: return "adversarial";
    case ArrivalOrder::kFile: break;
  }
  return "file";
}

std::string_view TreatmentWord(SimulatedMetric::Treatment treatment) {
  switch (treatment) {
    case SimulatedMetric::Treatment::kGuarded: return "guarded";
    case SimulatedMetric::Treatment::kRefused: return "refused";
    case SimulatedMetric::Treatment::kNoRule: break;
  }
  return "no_rule";
}

std::string_view VerdictWord(TotalRow::Verdict verdict) {
  switch (verdict) {
    case TotalRow::Verdict::kExact: return "exact";
    case TotalRow::Verdict::kRounded: return "rounded";
    case TotalRow::Verdict::kBroken: break;
  }
  return "broken";
}

void WriteFold(const FoldRow& row, JsonWriter* json) {
  json->BeginObject();
  json->Key("label").String(row.label);
  json->Key("reason").String(row.reason);
  json->Key("into").StringOrNull(row.into);
  json->Key("into_values").Unsigned(row.into_values);
  json->Key("values").Unsigned(row.values);
  json->Key("label_sets").Unsigned(row.label_sets);
  json->Key("series").Unsigned(row.series);
  json->Key("count").OptionalDouble(row.count);
  json->Key("examples").Strings(row.examples);
  json->EndObject();
}

void WriteTotal(const TotalRow& total, JsonWriter* json) {
  json->BeginObject();
  json->Key("part").String(total.part);
  if (total.boundary) json->Key("le").String(*total.boundary);
  json->Key("before").Double(total.before);
  json->Key("after").Double(total.after);
  json->Key("lost").Double(total.lost);
  json->Key("difference").Double(total.difference);
  json->Key("not_finite").Unsigned(total.not_finite);
  json->Key("verdict").String(VerdictWord(total.verdict));
  json->EndObject();
}

void WriteMetric(const SimulatedMetric& metric, JsonWriter* json) {
  json->BeginObject();
  json->Key("name").String(metric.name);
  json->Key("type").String(MetricTypeName(metric.type));
  json->Key("treatment").String(TreatmentWord(metric.treatment));
  json->Key("why").StringOrNull(metric.why);
  json->Key("rule_line").Unsigned(metric.rule_line);
  json->Key("series_before").Unsigned(metric.series_before);
  json->Key("series_after").Unsigned(metric.series_after);
  Range(metric.range, json);
  json->Key("label_sets_before").Unsigned(metric.label_sets_before);
  json->Key("label_sets_after").Unsigned(metric.label_sets_after);
  json->Key("series_at_zero").Unsigned(metric.series_at_zero);
  json->Key("left_out_samples").Unsigned(metric.left_out_samples);
  json->Key("limit_bit").Bool(metric.limit_bit);
  json->Key("folds").BeginArray();
  for (const FoldRow& row : metric.folds) WriteFold(row, json);
  json->EndArray();
  json->Key("totals").BeginArray();
  for (const TotalRow& total : metric.totals) WriteTotal(total, json);
  json->EndArray();
  json->EndObject();
}

}  // namespace

std::string RenderJsonSimulation(const Simulation& simulation) {
  constexpr JsonWriter::Layout kLines = JsonWriter::Layout::kLines;
  std::string out;
  JsonWriter json(&out);
  json.BeginObject(kLines);
  json.Key("schema").String("seriesguard.simulation/1");
  json.Key("kind").String("policy");
  json.Key("policy").BeginObject();
  json.Key("path").String(simulation.policy_path);
  json.Key("hash").String(simulation.policy_hash);
  json.Key("mode").String(simulation.is_shadow ? "shadow" : "enforce");
  json.EndObject();
  json.Key("order").String(OrderWord(simulation.order));
  json.Key("conserved").Bool(simulation.IsConserved());
  json.Key("inputs").BeginArray(kLines);
  for (const SimulatedInput& input : simulation.inputs) {
    json.BeginObject(kLines);
    json.Key("path").String(input.path);
    json.Key("series_before").Unsigned(input.series_before);
    json.Key("series_after").Unsigned(input.series_after);
    Range(input.range, &json);
    json.Key("metrics").BeginArray(kLines);
    for (const SimulatedMetric& metric : input.metrics) WriteMetric(metric, &json);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  out += '\n';
  return out;
}

}  // namespace seriesguard
