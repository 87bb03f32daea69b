// SPDX-License-Identifier: Apache-2.0
//
// json_simulation.cc: one function an object of the schema.
#include "analyzer/simulation/json_simulation.h"

#include <string_view>

#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

void Number(std::string_view key, uint64_t value, JsonWriter* json) {
  json->Key(key);
  json->Unsigned(value);
}

void Number(std::string_view key, double value, JsonWriter* json) {
  json->Key(key);
  json->Double(value);
}

void Text(std::string_view key, std::string_view value, JsonWriter* json) {
  json->Key(key);
  json->String(value);
}

void Range(const SeriesRange& range, JsonWriter* json) {
  Number("series_least", range.least, json);
  Number("series_most", range.most, json);
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
  Text("label", row.label, json);
  Text("reason", row.reason, json);
  json->Key("into");
  if (row.into.empty()) {
    json->Null();
  } else {
    json->String(row.into);
  }
  Number("into_values", row.into_values, json);
  Number("values", row.values, json);
  Number("label_sets", row.label_sets, json);
  Number("series", row.series, json);
  json->Key("count");
  if (row.count) {
    json->Double(*row.count);
  } else {
    json->Null();
  }
  json->Key("examples");
  json->BeginArray();
  for (const std::string& example : row.examples) json->String(example);
  json->EndArray();
  json->EndObject();
}

void WriteTotal(const TotalRow& total, JsonWriter* json) {
  json->BeginObject();
  Text("part", total.part, json);
  if (total.boundary) Text("le", *total.boundary, json);
  Number("before", total.before, json);
  Number("after", total.after, json);
  Number("lost", total.lost, json);
  Number("difference", total.difference, json);
  Number("not_finite", total.not_finite, json);
  Text("verdict", VerdictWord(total.verdict), json);
  json->EndObject();
}

void WriteMetric(const SimulatedMetric& metric, JsonWriter* json) {
  json->BeginObject();
  Text("name", metric.name, json);
  Text("type", MetricTypeName(metric.type), json);
  Text("treatment", TreatmentWord(metric.treatment), json);
  json->Key("why");
  if (metric.why.empty()) {
    json->Null();
  } else {
    json->String(metric.why);
  }
  Number("rule_line", metric.rule_line, json);
  Number("series_before", metric.series_before, json);
  Number("series_after", metric.series_after, json);
  Range(metric.range, json);
  Number("label_sets_before", metric.label_sets_before, json);
  Number("label_sets_after", metric.label_sets_after, json);
  Number("series_at_zero", metric.series_at_zero, json);
  Number("left_out_samples", metric.left_out_samples, json);
  json->Key("limit_bit");
  json->Bool(metric.limit_bit);
  json->Key("folds");
  json->BeginArray();
  for (const FoldRow& row : metric.folds) WriteFold(row, json);
  json->EndArray();
  json->Key("totals");
  json->BeginArray();
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
  Text("schema", "seriesguard.simulation/1", &json);
  Text("kind", "policy", &json);
  json.Key("policy");
  json.BeginObject();
  Text("path", simulation.policy_path, &json);
  Text("hash", simulation.policy_hash, &json);
  Text("mode", simulation.is_shadow ? "shadow" : "enforce", &json);
  json.EndObject();
  Text("order", OrderWord(simulation.order), &json);
  json.Key("conserved");
  json.Bool(simulation.IsConserved());
  json.Key("inputs");
  json.BeginArray(kLines);
  for (const SimulatedInput& input : simulation.inputs) {
    json.BeginObject(kLines);
    Text("path", input.path, &json);
    Number("series_before", input.series_before, &json);
    Number("series_after", input.series_after, &json);
    Range(input.range, &json);
    json.Key("metrics");
    json.BeginArray(kLines);
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
