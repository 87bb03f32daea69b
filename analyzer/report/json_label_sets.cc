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

void WriteDependencies(const std::vector<Dependency>& dependencies, JsonWriter* json) {
  json->Key("dependencies").BeginArray();
  for (const Dependency& dependency : dependencies) {
    json->BeginObject();
    json->Key("determinant").String(dependency.determinant);
    json->Key("dependent").String(dependency.dependent);
    json->Key("exceptions").Unsigned(dependency.exceptions);
    json->Key("samples").Unsigned(dependency.samples);
    json->EndObject();
  }
  json->EndArray();
}

void WriteSearch(const LabelSetSearch& search, JsonWriter* json) {
  json->Key("without").BeginObject();
  json->Key("searched").Strings(search.searched);
  json->Key("sets").BeginArray();
  for (const LabelSetLeft& set : search.sets) {
    json->BeginObject();
    json->Key("labels").Strings(set.labels);
    json->Key("series_left").Unsigned(set.series_left);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

void WriteGap(const ProductGap& gap, JsonWriter* json) {
  json->Key("product_gap").BeginObject();
  json->Key("determined").Strings(gap.determined);
  json->Key("independent_product").OptionalUnsigned(gap.independent_product);
  json->Key("independent_product_log10").Double(gap.independent_log10);
  json->Key("pair").Strings(gap.pair);
  if (!gap.pair.empty()) {
    json->Key("pair_product").Unsigned(gap.pair_product);
    json->Key("pair_joint").Unsigned(gap.pair_joint);
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
