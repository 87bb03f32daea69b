// SPDX-License-Identifier: Apache-2.0
//
// json_report.cc: one function a part of the document, in the order of docs/json_report.md.
#include "analyzer/report/json_report.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/report/json_bill.h"
#include "analyzer/report/json_buckets.h"
#include "analyzer/report/json_label_sets.h"
#include "analyzer/report/json_patterns.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/label_verdict.h"

namespace seriesguard {
namespace {

constexpr uint64_t kLargestExactInteger = (uint64_t{1} << 53) - 1;  // what every JSON reader keeps exact

using Layout = JsonWriter::Layout;

class Renderer {
 public:
  explicit Renderer(std::string* out) : json_(out) {}

  void Render(const Report& report) {
    json_.BeginObject(Layout::kLines);
    Text("schema", "seriesguard.report/1");
    Text("command", report.command);
    Text("tool", report.tool);
    Text("server", report.server);
    Policy(report);
    Number("skipped_lines", report.skipped_lines);
    Inputs(report);
    Total(report);
    Metrics(report);
    if (report.bill) WriteBill(*report.bill, &json_);
    Findings(report);
    Text("verdict", ReportVerdictName(report.verdict));
    if (!report.undecided_reason.empty()) Text("undecided_reason", report.undecided_reason);
    Coverage(report);
    Duplicates(report);
    Skipped(report);
    if (report.has_worker_folders) Workers(report);
    if (report.masked > 0) Number("masked", report.masked);
    json_.Key("estimated").Bool(report.estimated);
    json_.EndObject();
  }

 private:
  void Text(std::string_view key, std::string_view value) { json_.Key(key).String(value); }
  // For what is empty when it is not known.
  void TextOrNull(std::string_view key, std::string_view value) { json_.Key(key).StringOrNull(value); }
  void Number(std::string_view key, uint64_t value) { json_.Key(key).Unsigned(value); }
  void Number(std::string_view key, const std::optional<uint64_t>& value) { json_.Key(key).OptionalUnsigned(value); }
  void Number(std::string_view key, double value) { json_.Key(key).Double(value); }

  void Others(const CutRows& cut) {
    json_.Key("others").BeginObject();
    Number("rows", cut.rows);
    Number("series", cut.series);
    Number("samples", cut.samples);
    Number("bytes", cut.bytes);
    json_.EndObject();
  }

  void Policy(const Report& report) {
    json_.Key("policy");
    if (!report.policy) return json_.Null();
    json_.BeginObject();
    Text("path", report.policy->path);
    Text("hash", report.policy->hash);
    json_.EndObject();
  }

  void Inputs(const Report& report) {
    json_.Key("inputs").BeginArray(Layout::kLines);
    for (const InputCount& input : report.inputs) {
      json_.BeginObject();
      Text("path", input.path);
      Text("format", input.format);
      Number("bytes", input.bytes);
      Number("samples", input.samples);
      Number("series", input.series);
      Number("comment_bytes", input.comment_bytes);
      Number("skipped_lines", input.skipped_lines);
      Exemplars(input.exemplars, input.exemplar_bytes);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Exemplars(uint64_t count, uint64_t bytes) {
    if (count == 0) return;
    Number("exemplars", count);
    Number("exemplar_bytes", bytes);
  }

  void Total(const Report& report) {
    const ReportTotal& total = report.total;
    json_.Key("total").BeginObject();
    Number("series", total.series);
    Number("union_series", total.union_series);
    Number("samples", total.samples);
    Number("metrics", total.metrics);
    Number("bytes", total.bytes);
    Number("comment_bytes", total.comment_bytes);
    Number("duplicate_samples", total.duplicate_samples);
    Exemplars(total.exemplars, total.exemplar_bytes);
    json_.EndObject();
  }

  void Metrics(const Report& report) {
    json_.Key("metrics").BeginArray(Layout::kLines);
    for (const MetricRow& metric : report.metrics) Metric(metric);
    json_.EndArray();
    if (report.others) Others(*report.others);
    if (!report.metric_filter.empty()) {
      Text("metric_filter", report.metric_filter);
      Number("filtered_metrics", report.filtered_metrics);
    }
  }

  void Metric(const MetricRow& metric) {
    const FamilyCount& count = metric.count;
    json_.BeginObject();
    Text("name", metric.name);
    Text("type", MetricTypeName(metric.type));
    if (metric.type_inferred) {
      json_.Key("type_inferred").Bool(true);
    }
    Number("series", count.series);
    Number("samples", count.samples);
    Number("bytes", count.bytes);
    Number("share", metric.share);
    Number("label_sets", count.label_sets);
    json_.Key("product");
    if (count.product && *count.product <= kLargestExactInteger) {
      json_.Unsigned(*count.product);
    } else {
      json_.Null();
    }
    Number("product_log10", count.product_log10);
    Number("density", count.density);
    Boundaries(count.boundaries);
    if (count.relative_error > 0) Number("error", count.relative_error);
    Parts(count);
    json_.Key("labels").BeginArray();
    for (const LabelCount& label : count.labels) Label(metric, label);
    json_.EndArray();
    Explanation(metric);
    json_.EndObject();
  }

  void Boundaries(const BoundaryCount& boundaries) {
    json_.Key("boundaries");
    if (boundaries.label.empty()) return json_.Null();
    json_.BeginObject();
    Text("label", boundaries.label);
    Number("distinct", boundaries.distinct);
    const bool counted = boundaries.max_per_label_set > 0;  // see CountOptions::boundaries
    Number("min_per_label_set", counted ? std::optional<uint64_t>(boundaries.min_per_label_set) : std::nullopt);
    Number("max_per_label_set", counted ? std::optional<uint64_t>(boundaries.max_per_label_set) : std::nullopt);
    json_.EndObject();
  }

  void Parts(const FamilyCount& count) {
    json_.Key("parts").BeginArray();
    for (const PartCount& part : count.parts) {
      json_.BeginObject();
      Text("name", part.name);
      Number("series", part.series);
      Number("samples", part.samples);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Label(const MetricRow& metric, const LabelCount& label) {
    json_.BeginObject();
    Text("name", label.name);
    Number("values", label.values);
    if (label.values_estimated) Number("error", metric.count.relative_error);
    Number("series_with", label.series_with);
    Number("series_without", label.series_without);
    const LabelVerdict verdict = VerdictOf(metric, label);
    if (verdict != LabelVerdict::kUnknown) Text("verdict", LabelVerdictName(verdict));
    const size_t index = static_cast<size_t>(&label - metric.count.labels.data());
    if (index < metric.patterns.size()) WriteLabelPatterns(metric.patterns[index], &json_);
    json_.Key("top").BeginArray();
    for (const ValueCount& value : label.top) {
      json_.BeginObject();
      Text("value", value.value);
      Number("series", value.series);
      json_.EndObject();
    }
    json_.EndArray();
    if (label.other_values > 0) Others(CutRows{label.other_values, label.other_series, std::nullopt, std::nullopt});
    json_.EndObject();
  }

  void Explanation(const MetricRow& metric) {
    if (metric.bill) WriteBillOfMetric(*metric.bill, &json_);
    if (metric.buckets) WriteBuckets(*metric.buckets, &json_);
    if (metric.union_series) Number("union_series", metric.union_series);
    if (!metric.targets.empty()) {
      json_.Key("targets").BeginArray();
      for (const TargetCount& target : metric.targets) {
        json_.BeginObject();
        Text("input", target.input);
        Number("series", target.series);
        Number("samples", target.samples);
        Number("bytes", target.bytes);
        json_.EndObject();
      }
      json_.EndArray();
    }
    WriteLabelSets(metric, &json_);
    if (!metric.examples.empty()) {
      json_.Key("examples").Strings(metric.examples);
    }
  }

  void Findings(const Report& report) {
    json_.Key("findings").BeginArray(Layout::kLines);
    for (const Finding& finding : report.findings) OneFinding(finding);
    json_.EndArray();
    if (report.findings_total > report.findings.size()) {
      json_.Key("findings_others").BeginObject();
      Number("rows", report.findings_total - report.findings.size());
      json_.EndObject();
    }
  }

  void OneFinding(const Finding& finding) {
    json_.BeginObject();
    Text("rule", FindingRuleName(finding.rule));
    Text("severity", SeverityName(finding.severity));
    if (finding.is_accepted) {
      json_.Key("accepted").Bool(true);
    }
    TextOrNull("stage", StageName(finding.stage));
    TextOrNull("input", finding.input);
    TextOrNull("metric", finding.metric);
    TextOrNull("label", finding.label);
    Number("limit", finding.limit);
    Number("observed", finding.observed);
    Number("projected", finding.projected);
    Number("projected_max", finding.projected_max);
    TextOrNull("owner", finding.owner);
    json_.Key("values").Strings(finding.values);
    Number("values_total", finding.values_total);
    Location(finding.location);
    Text("fingerprint", Fingerprint(finding));
    Text("message", finding.message);
    TextOrNull("remedy", finding.remedy);
    json_.EndObject();
  }

  void Location(const FileLocation& location) {
    json_.Key("location");
    if (location.file.empty()) return json_.Null();
    json_.BeginObject();
    Text("file", location.file);
    for (const auto& [key, place] : {std::pair<std::string_view, int>("line", location.line),
                                     std::pair<std::string_view, int>("column", location.column)}) {
      json_.Key(key);
      if (place > 0) {
        json_.Signed(place);
      } else {
        json_.Null();
      }
    }
    json_.EndObject();
  }

  void Coverage(const Report& report) {
    json_.Key("coverage");
    if (!report.coverage) return json_.Null();
    json_.BeginObject();
    Number("rules", report.coverage->rules);
    Number("saw_series", report.coverage->saw_series);
    json_.EndObject();
  }

  void Duplicates(const Report& report) {
    json_.Key("duplicates").BeginArray(Layout::kLines);
    for (const DuplicateRow& row : report.duplicates) {
      json_.BeginObject();
      Text("input", row.input);
      Number("first_line", row.first_line);
      Number("again_line", row.again_line);
      Text("series", row.series);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Skipped(const Report& report) {
    json_.Key("skipped").BeginArray(Layout::kLines);
    for (const SkippedLine& line : report.skipped) {
      json_.BeginObject();
      Text("path", line.path);
      Number("line", line.line);
      Number("column", line.column);
      Text("text", line.text);
      Text("message", line.message);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Workers(const Report& report) {
    json_.Key("workers").BeginArray(Layout::kLines);
    for (const WorkerRow& row : report.workers) {
      json_.BeginObject();
      Text("input", row.input);
      Text("worker", row.worker);
      Number("series", row.series);
      Number("files", row.files);
      Number("bytes", row.bytes);
      Number("used_bytes", row.used_bytes);
      json_.EndObject();
    }
    json_.EndArray();
    Number("refused_files", report.refused_files);
    json_.Key("refused").BeginArray(Layout::kLines);
    for (const RefusedFile& file : report.refused) {
      json_.BeginObject();
      Text("input", file.input);
      Text("name", file.name);
      Text("reason", file.reason);
      json_.EndObject();
    }
    json_.EndArray();
  }

  JsonWriter json_;
};

}  // namespace

std::string RenderJsonReport(const Report& report) {
  std::string out;
  size_t labels = 0;
  for (const MetricRow& metric : report.metrics) labels += metric.count.labels.size() + 1;
  out.reserve(1024 + labels * 640);
  Renderer(&out).Render(report);
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
