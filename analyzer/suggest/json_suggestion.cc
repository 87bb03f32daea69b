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
  json->Key("label").String(rule.rule.label);
  json->Key("kind").String(KindName(rule.kind));
  json->Key("rule").String(YamlLabelRule(rule.rule));
  json->Key("why").String(rule.why);
  json->Key("values_before").Unsigned(rule.values_before);
  json->Key("values_after").Unsigned(rule.values_after);
  json->Key("saved_series").Unsigned(rule.saved_series);
  json->EndObject();
}

void Counts(uint64_t series, uint64_t label_sets, std::string_view key, JsonWriter* json) {
  json->Key(key).BeginObject();
  json->Key("series").Unsigned(series);
  json->Key("label_sets").Unsigned(label_sets);
  json->EndObject();
}

}  // namespace

std::string RenderJsonSuggestion(const Suggestion& suggestion, const std::vector<InputCount>& inputs,
                                 std::string_view tool, std::string_view server) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject(Layout::kLines);
  json.Key("schema").String("seriesguard.suggestion/1");
  json.Key("command").String("suggest");
  json.Key("tool").String(tool);
  json.Key("server").String(server);
  json.Key("inputs").BeginArray(Layout::kLines);
  for (const InputCount& input : inputs) {
    json.BeginObject();
    json.Key("path").String(input.path);
    json.Key("series").Unsigned(input.series);
    json.EndObject();
  }
  json.EndArray();
  json.Key("target").OptionalUnsigned(suggestion.target);
  Counts(suggestion.series_before, suggestion.label_sets_before, "before", &json);
  Counts(suggestion.series_after, suggestion.label_sets_after, "after", &json);
  json.Key("largest_target_after").Unsigned(suggestion.largest_target_after);
  json.Key("series_limit").Unsigned(suggestion.series_limit);
  json.Key("reserved_series").Unsigned(suggestion.reserved_series);
  json.Key("own_series").Unsigned(suggestion.own_series);
  json.Key("unguarded").OptionalUnsigned(suggestion.unguarded);
  json.Key("metrics").BeginArray(Layout::kLines);
  for (const SuggestedFamily& family : suggestion.families) {
    json.BeginObject();
    json.Key("name").String(family.name);
    json.Key("type").String(MetricTypeName(family.type));
    Counts(family.series_before, family.label_sets_before, "before", &json);
    Counts(family.series_after, family.label_sets_after, "after", &json);
    json.Key("series_limit").Unsigned(family.series_limit);
    json.Key("rules").BeginArray();
    for (const SuggestedRule& rule : family.rules) Rule(rule, &json);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.Key("policy").String(suggestion.policy);
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
