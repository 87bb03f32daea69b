// SPDX-License-Identifier: Apache-2.0
//
// json_label_sets.cc: all sets that were counted, in the order of the search.
#include "analyzer/report/json_label_sets.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {
namespace {

void Number(std::string_view key, uint64_t value, JsonWriter* json) {
  json->Key(key);
  json->Unsigned(value);
}

void Names(std::string_view key, const std::vector<std::string>& names, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& name : names) json->String(name);
  json->EndArray();
}

void WriteDependencies(const std::vector<Dependency>& dependencies, JsonWriter* json) {
  json->Key("dependencies");
  json->BeginArray();
  for (const Dependency& dependency : dependencies) {
    json->BeginObject();
    json->Key("determinant");
    json->String(dependency.determinant);
    json->Key("dependent");
    json->String(dependency.dependent);
    Number("exceptions", dependency.exceptions, json);
    Number("samples", dependency.samples, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteSearch(const LabelSetSearch& search, JsonWriter* json) {
  json->Key("without");
  json->BeginObject();
  Names("searched", search.searched, json);
  json->Key("sets");
  json->BeginArray();
  for (const LabelSetLeft& set : search.sets) {
    json->BeginObject();
    Names("labels", set.labels, json);
    Number("series_left", set.series_left, json);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

void WriteGap(const ProductGap& gap, JsonWriter* json) {
  json->Key("product_gap");
  json->BeginObject();
  Names("determined", gap.determined, json);
  json->Key("independent_product");
  if (gap.independent_product) {
    json->Unsigned(*gap.independent_product);
  } else {
    json->Null();
  }
  json->Key("independent_product_log10");
  json->Double(gap.independent_log10);
  Names("pair", gap.pair, json);
  if (!gap.pair.empty()) {
    Number("pair_product", gap.pair_product, json);
    Number("pair_joint", gap.pair_joint, json);
  }
  json->EndObject();
}

}  // namespace

void WriteLabelSets(const MetricRow& metric, JsonWriter* json) {
  if (!metric.dependencies.empty()) WriteDependencies(metric.dependencies, json);
  if (metric.label_sets && !metric.label_sets->sets.empty()) WriteSearch(*metric.label_sets, json);
  if (metric.product_gap) WriteGap(*metric.product_gap, json);
}

}  // namespace seriesguard
