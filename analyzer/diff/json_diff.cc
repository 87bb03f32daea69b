// SPDX-License-Identifier: Apache-2.0
//
// json_diff.cc: one function a part of the document, in the order of docs/diff.md.
#include "analyzer/diff/json_diff.h"

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/diff/notes.h"
#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

using Layout = JsonWriter::Layout;

class Renderer {
 public:
  explicit Renderer(std::string* out) : json_(out) {}

  void Render(const Diff& diff) {
    json_.BeginObject(Layout::kLines);
    json_.Key("schema").String("seriesguard.diff/1");
    json_.Key("command").String("diff");
    json_.Key("tool").String(diff.tool);
    json_.Key("server").String(diff.server);
    json_.Key("compared").String(diff.by_counts ? "counts" : "series");
    json_.Key("ignored_labels").Strings(diff.ignored_labels);
    json_.Key("skipped_lines").Unsigned(diff.skipped_lines);
    Side("before", diff.before);
    Side("after", diff.after);
    json_.Key("added").OptionalUnsigned(diff.added);
    json_.Key("gone").OptionalUnsigned(diff.gone);
    json_.Key("causes");
    if (diff.by_counts) {
      json_.Null();
    } else {
      Causes(diff.added_causes, diff.gone_causes, /*with_labels=*/false);
    }
    Culprit(diff);
    Targets(diff.targets);
    json_.Key("metrics").BeginArray(Layout::kLines);
    for (const MetricChange& metric : diff.metrics) Metric(metric, diff.by_counts);
    json_.EndArray();
    if (diff.others) Group("others", *diff.others);
    Group("unchanged", diff.unchanged);
    if (diff.not_compared) Group("not_compared", *diff.not_compared);
    json_.Key("notes").Strings(NotesOf(diff));
    json_.EndObject();
  }

 private:
  void Status(bool is_before, bool is_after) {
    json_.Key("status").String(is_before && is_after ? "both" : is_after ? "new" : "gone");
  }

  void Side(std::string_view key, const DiffSide& side) {
    json_.Key(key).BeginObject();
    json_.Key("inputs").BeginArray();
    for (const SideInput& input : side.inputs) {
      json_.BeginObject();
      json_.Key("path").String(input.path);
      json_.Key("format").String(input.format);
      json_.EndObject();
    }
    json_.EndArray();
    json_.Key("series").Unsigned(side.series);
    json_.Key("metrics").Unsigned(side.metrics);
    json_.Key("estimated").Bool(side.is_estimated);
    json_.EndObject();
  }

  void CauseList(std::string_view key, const std::vector<CauseCount>& causes, bool with_labels) {
    json_.Key(key).BeginArray();
    for (const CauseCount& cause : causes) {
      json_.BeginObject();
      json_.Key("cause").String(ChangeCauseName(cause.cause));
      if (with_labels) json_.Key("labels").Strings(cause.labels);
      json_.Key("series").Unsigned(cause.series);
      json_.EndObject();
    }
    json_.EndArray();
  }
  void Causes(const std::vector<CauseCount>& added, const std::vector<CauseCount>& gone, bool with_labels) {
    json_.BeginObject();
    CauseList("added", added, with_labels);
    CauseList("gone", gone, with_labels);
    json_.EndObject();
  }

  void Culprit(const Diff& diff) {
    json_.Key("culprit");
    if (!diff.culprit) return json_.Null();
    json_.BeginObject();
    json_.Key("metric").String(diff.culprit->metric);
    json_.Key("cause").String(ChangeCauseName(diff.culprit->cause.cause));
    json_.Key("labels").Strings(diff.culprit->cause.labels);
    json_.Key("series").Unsigned(diff.culprit->cause.series);
    json_.EndObject();
  }

  void Targets(const std::vector<TargetChange>& targets) {
    if (targets.empty()) return;
    json_.Key("targets").BeginArray(Layout::kLines);
    for (const TargetChange& target : targets) {
      json_.BeginObject();
      json_.Key("name").String(target.name);
      Status(target.is_before, target.is_after);
      json_.Key("before").Unsigned(target.before);
      json_.Key("after").Unsigned(target.after);
      json_.Key("added").Unsigned(target.added);
      json_.Key("gone").Unsigned(target.gone);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Values(std::string_view key, const ValueChange& change) {
    json_.Key(key).BeginObject();
    json_.Key("values").Unsigned(change.values);
    json_.Key("top").BeginArray();
    for (const ChangedValue& value : change.top) {
      json_.BeginObject();
      json_.Key("value").String(value.value);
      json_.Key("series").Unsigned(value.series);
      json_.EndObject();
    }
    json_.EndArray();
    if (change.other_values > 0) {
      json_.Key("others").BeginObject();
      json_.Key("rows").Unsigned(change.other_values);
      json_.Key("series").Unsigned(change.other_series);
      json_.EndObject();
    }
    if (change.absent_series > 0) json_.Key("absent_series").Unsigned(change.absent_series);
    json_.EndObject();
  }

  void Label(const LabelChange& label, bool by_counts) {
    json_.BeginObject();
    json_.Key("name").String(label.name);
    json_.Key("values_before").Unsigned(label.values_before);
    json_.Key("values_after").Unsigned(label.values_after);
    if (!by_counts) {
      Values("new", label.added);
      Values("gone", label.gone);
    }
    if (label.respelled > 0) json_.Key("respelled").Unsigned(label.respelled);
    json_.EndObject();
  }

  void Metric(const MetricChange& metric, bool by_counts) {
    json_.BeginObject();
    json_.Key("name").String(metric.name);
    Status(metric.is_before, metric.is_after);
    Type("type_before", metric.is_before, metric.type_before);
    Type("type_after", metric.is_after, metric.type_after);
    json_.Key("before").Unsigned(metric.before);
    json_.Key("after").Unsigned(metric.after);
    json_.Key("added").OptionalUnsigned(metric.added);
    json_.Key("gone").OptionalUnsigned(metric.gone);
    json_.Key("causes");
    if (by_counts) {
      json_.Null();
    } else {
      Causes(metric.added_causes, metric.gone_causes, /*with_labels=*/true);
    }
    json_.Key("labels").BeginArray();
    for (const LabelChange& label : metric.labels) Label(label, by_counts);
    json_.EndArray();
    json_.EndObject();
  }

  void Type(std::string_view key, bool is_there, MetricType type) {
    json_.Key(key);
    if (is_there) {
      json_.String(MetricTypeName(type));
    } else {
      json_.Null();
    }
  }

  void Group(std::string_view key, const MetricSums& group) {
    json_.Key(key).BeginObject();
    json_.Key("metrics").Unsigned(group.metrics);
    json_.Key("before").Unsigned(group.before);
    json_.Key("after").Unsigned(group.after);
    json_.Key("added").OptionalUnsigned(group.added);
    json_.Key("gone").OptionalUnsigned(group.gone);
    json_.EndObject();
  }

  JsonWriter json_;
};

}  // namespace

std::string RenderJsonDiff(const Diff& diff) {
  std::string out;
  Renderer(&out).Render(diff);
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
