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
    Text("schema", "seriesguard.diff/1");
    Text("command", "diff");
    Text("tool", diff.tool);
    Text("server", diff.server);
    Text("compared", diff.by_counts ? "counts" : "series");
    Texts("ignored_labels", diff.ignored_labels);
    Number("skipped_lines", diff.skipped_lines);
    Side("before", diff.before);
    Side("after", diff.after);
    Number("added", diff.added);
    Number("gone", diff.gone);
    json_.Key("causes");
    if (diff.by_counts) {
      json_.Null();
    } else {
      Causes(diff.added_causes, diff.gone_causes, /*with_labels=*/false);
    }
    Culprit(diff);
    Targets(diff.targets);
    json_.Key("metrics");
    json_.BeginArray(Layout::kLines);
    for (const MetricChange& metric : diff.metrics) Metric(metric, diff.by_counts);
    json_.EndArray();
    if (diff.others) Group("others", *diff.others);
    Group("unchanged", diff.unchanged);
    if (diff.not_compared) Group("not_compared", *diff.not_compared);
    Texts("notes", NotesOf(diff));
    json_.EndObject();
  }

 private:
  void Text(std::string_view key, std::string_view value) {
    json_.Key(key);
    json_.String(value);
  }
  void Texts(std::string_view key, const std::vector<std::string>& texts) {
    json_.Key(key);
    json_.BeginArray();
    for (const std::string& text : texts) json_.String(text);
    json_.EndArray();
  }
  void Number(std::string_view key, uint64_t value) {
    json_.Key(key);
    json_.Unsigned(value);
  }
  void Number(std::string_view key, const std::optional<uint64_t>& value) {
    json_.Key(key);
    json_.OptionalUnsigned(value);
  }
  void Status(bool is_before, bool is_after) {
    Text("status", is_before && is_after ? "both" : is_after ? "new" : "gone");
  }

  void Side(std::string_view key, const DiffSide& side) {
    json_.Key(key);
    json_.BeginObject();
    json_.Key("inputs");
    json_.BeginArray();
    for (const SideInput& input : side.inputs) {
      json_.BeginObject();
      Text("path", input.path);
      Text("format", input.format);
      json_.EndObject();
    }
    json_.EndArray();
    Number("series", side.series);
    Number("metrics", side.metrics);
    json_.Key("estimated");
    json_.Bool(side.is_estimated);
    json_.EndObject();
  }

  void CauseList(std::string_view key, const std::vector<CauseCount>& causes, bool with_labels) {
    json_.Key(key);
    json_.BeginArray();
    for (const CauseCount& cause : causes) {
      json_.BeginObject();
      Text("cause", ChangeCauseName(cause.cause));
      if (with_labels) Texts("labels", cause.labels);
      Number("series", cause.series);
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
    Text("metric", diff.culprit->metric);
    Text("cause", ChangeCauseName(diff.culprit->cause.cause));
    Texts("labels", diff.culprit->cause.labels);
    Number("series", diff.culprit->cause.series);
    json_.EndObject();
  }

  void Targets(const std::vector<TargetChange>& targets) {
    if (targets.empty()) return;
    json_.Key("targets");
    json_.BeginArray(Layout::kLines);
    for (const TargetChange& target : targets) {
      json_.BeginObject();
      Text("name", target.name);
      Status(target.is_before, target.is_after);
      Number("before", target.before);
      Number("after", target.after);
      Number("added", target.added);
      Number("gone", target.gone);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Values(std::string_view key, const ValueChange& change) {
    json_.Key(key);
    json_.BeginObject();
    Number("values", change.values);
    json_.Key("top");
    json_.BeginArray();
    for (const ChangedValue& value : change.top) {
      json_.BeginObject();
      Text("value", value.value);
      Number("series", value.series);
      json_.EndObject();
    }
    json_.EndArray();
    if (change.other_values > 0) {
      json_.Key("others");
      json_.BeginObject();
      Number("rows", change.other_values);
      Number("series", change.other_series);
      json_.EndObject();
    }
    if (change.absent_series > 0) Number("absent_series", change.absent_series);
    json_.EndObject();
  }

  void Label(const LabelChange& label, bool by_counts) {
    json_.BeginObject();
    Text("name", label.name);
    Number("values_before", label.values_before);
    Number("values_after", label.values_after);
    if (!by_counts) {
      Values("new", label.added);
      Values("gone", label.gone);
    }
    if (label.respelled > 0) Number("respelled", label.respelled);
    json_.EndObject();
  }

  void Metric(const MetricChange& metric, bool by_counts) {
    json_.BeginObject();
    Text("name", metric.name);
    Status(metric.is_before, metric.is_after);
    Type("type_before", metric.is_before, metric.type_before);
    Type("type_after", metric.is_after, metric.type_after);
    Number("before", metric.before);
    Number("after", metric.after);
    Number("added", metric.added);
    Number("gone", metric.gone);
    json_.Key("causes");
    if (by_counts) {
      json_.Null();
    } else {
      Causes(metric.added_causes, metric.gone_causes, /*with_labels=*/true);
    }
    json_.Key("labels");
    json_.BeginArray();
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
    json_.Key(key);
    json_.BeginObject();
    Number("metrics", group.metrics);
    Number("before", group.before);
    Number("after", group.after);
    Number("added", group.added);
    Number("gone", group.gone);
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
