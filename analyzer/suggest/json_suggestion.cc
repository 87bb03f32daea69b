// SPDX-License-Identifier: Apache-2.0
//
// json_suggestion.cc: one function a part of the document.
#include "analyzer/suggest/json_suggestion.h"

#include <cstdint>

#include "analyzer/census/metric_type.h"
#include "analyzer/report/json_writer.h"
#include "lib/guard/policy_yaml.h"

namespace seriesguard {
namespace {

using Layout = JsonWriter::Layout;

void Text(std::string_view key, std::string_view value, JsonWriter* json) {
  json->Key(key);
  json->String(value);
}

void Number(std::string_view key, uint64_t value, JsonWriter* json) {
  json->Key(key);
  json->Unsigned(value);
}

std::string_view KindName(RemedyKind kind) {
  switch (kind) {
    case RemedyKind::kAllowAll: return "allow_all";
    case RemedyKind::kAllowSome: return "allow_some";
    case RemedyKind::kFoldAll: return "fold_all";
    case RemedyKind::kRoute: return "route";
    case RemedyKind::kNormalize: return "normalize";
    case RemedyKind::kTemplate: return "template";
    case RemedyKind::kDrop: return "drop";
    case RemedyKind::kValueLimit: break;
  }
  return "value_limit";
}

void Rule(const SuggestedRule& rule, JsonWriter* json) {
  json->BeginObject();
  Text("label", rule.rule.label, json);
  Text("kind", KindName(rule.kind), json);
  Text("rule", YamlLabelRule(rule.rule), json);
  Text("why", rule.why, json);
  Number("values_before", rule.values_before, json);
  Number("values_after", rule.values_after, json);
  Number("saved_series", rule.saved_series, json);
  json->EndObject();
}

void Counts(uint64_t series, uint64_t label_sets, std::string_view key, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  Number("series", series, json);
  Number("label_sets", label_sets, json);
  json->EndObject();
}

}  // namespace

std::string RenderJsonSuggestion(const Suggestion& suggestion, const std::vector<InputCount>& inputs,
                                 std::string_view tool, std::string_view server) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject(Layout::kLines);
  Text("schema", "seriesguard.suggestion/1", &json);
  Text("command", "suggest", &json);
  Text("tool", tool, &json);
  Text("server", server, &json);
  json.Key("inputs");
  json.BeginArray(Layout::kLines);
  for (const InputCount& input : inputs) {
    json.BeginObject();
    Text("path", input.path, &json);
    Number("series", input.series, &json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("target");
  json.OptionalUnsigned(suggestion.target);
  Counts(suggestion.series_before, suggestion.label_sets_before, "before", &json);
  Counts(suggestion.series_after, suggestion.label_sets_after, "after", &json);
  Number("largest_target_after", suggestion.largest_target_after, &json);
  Number("series_limit", suggestion.series_limit, &json);
  Number("reserved_series", suggestion.reserved_series, &json);
  Number("own_series", suggestion.own_series, &json);
  json.Key("unguarded");
  json.OptionalUnsigned(suggestion.unguarded);
  json.Key("metrics");
  json.BeginArray(Layout::kLines);
  for (const SuggestedFamily& family : suggestion.families) {
    json.BeginObject();
    Text("name", family.name, &json);
    Text("type", MetricTypeName(family.type), &json);
    Counts(family.series_before, family.label_sets_before, "before", &json);
    Counts(family.series_after, family.label_sets_after, "after", &json);
    Number("series_limit", family.series_limit, &json);
    json.Key("rules");
    json.BeginArray();
    for (const SuggestedRule& rule : family.rules) Rule(rule, &json);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  Text("policy", suggestion.policy, &json);
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
