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
    json_.Key("schema").String("seriesguard.report/1");
    json_.Key("command").String(report.command);
    json_.Key("tool").String(report.tool);
    json_.Key("server").String(report.server);
    Policy(report);
    json_.Key("skipped_lines").Unsigned(report.skipped_lines);
    Inputs(report);
    Total(report);
    Metrics(report);
    if (report.bill) WriteBill(*report.bill, &json_);
    Findings(report);
    json_.Key("verdict").String(ReportVerdictName(report.verdict));
    if (!report.undecided_reason.empty()) json_.Key("undecided_reason").String(report.undecided_reason);
    Coverage(report);
    Judged(report);
    Duplicates(report);
    Skipped(report);
    if (report.has_worker_folders) Workers(report);
    if (report.masked > 0) json_.Key("masked").Unsigned(report.masked);
    json_.Key("estimated").Bool(report.estimated);
    json_.EndObject();
  }

 private:
  void Others(const CutRows& cut) {
    json_.Key("others").BeginObject();
    json_.Key("rows").Unsigned(cut.rows);
    json_.Key("series").Unsigned(cut.series);
    json_.Key("samples").OptionalUnsigned(cut.samples);
    json_.Key("bytes").OptionalUnsigned(cut.bytes);
    json_.EndObject();
  }

  void Policy(const Report& report) {
    json_.Key("policy");
    if (!report.policy) return json_.Null();
    json_.BeginObject();
    json_.Key("path").String(report.policy->path);
    json_.Key("hash").String(report.policy->hash);
    json_.EndObject();
  }

  void Inputs(const Report& report) {
    json_.Key("inputs").BeginArray(Layout::kLines);
    for (const InputCount& input : report.inputs) {
      json_.BeginObject();
      json_.Key("path").String(input.path);
      json_.Key("format").String(input.format);
      json_.Key("bytes").Unsigned(input.bytes);
      json_.Key("samples").Unsigned(input.samples);
      json_.Key("series").Unsigned(input.series);
      json_.Key("comment_bytes").Unsigned(input.comment_bytes);
      json_.Key("skipped_lines").Unsigned(input.skipped_lines);
      Exemplars(input.exemplars, input.exemplar_bytes);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Exemplars(uint64_t count, uint64_t bytes) {
    if (count == 0) return;
    json_.Key("exemplars").Unsigned(count);
    json_.Key("exemplar_bytes").Unsigned(bytes);
  }

  void Total(const Report& report) {
    const ReportTotal& total = report.total;
    json_.Key("total").BeginObject();
    json_.Key("series").Unsigned(total.series);
    json_.Key("union_series").OptionalUnsigned(total.union_series);
    json_.Key("samples").Unsigned(total.samples);
    json_.Key("metrics").Unsigned(total.metrics);
    json_.Key("bytes").Unsigned(total.bytes);
    json_.Key("comment_bytes").Unsigned(total.comment_bytes);
    json_.Key("duplicate_samples").Unsigned(total.duplicate_samples);
    Exemplars(total.exemplars, total.exemplar_bytes);
    if (report.target_limit) json_.Key("series_limit").Unsigned(*report.target_limit);
    json_.EndObject();
  }

  void Metrics(const Report& report) {
    json_.Key("metrics").BeginArray(Layout::kLines);
    for (const MetricRow& metric : report.metrics) Metric(metric);
    json_.EndArray();
    if (report.others) Others(*report.others);
    if (!report.metric_filter.empty()) {
      json_.Key("metric_filter").String(report.metric_filter);
      json_.Key("filtered_metrics").Unsigned(report.filtered_metrics);
    }
  }

  void Metric(const MetricRow& metric) {
    const FamilyCount& count = metric.count;
    json_.BeginObject();
    json_.Key("name").String(metric.name);
    json_.Key("type").String(MetricTypeName(metric.type));
    if (metric.type_inferred) {
      json_.Key("type_inferred").Bool(true);
    }
    json_.Key("series").Unsigned(count.series);
    json_.Key("samples").Unsigned(count.samples);
    json_.Key("bytes").Unsigned(count.bytes);
    json_.Key("share").Double(metric.share);
    if (metric.series_limit) json_.Key("series_limit").Unsigned(*metric.series_limit);
    json_.Key("label_sets").Unsigned(count.label_sets);
    json_.Key("product");
    if (count.product && *count.product <= kLargestExactInteger) {
      json_.Unsigned(*count.product);
    } else {
      json_.Null();
    }
    json_.Key("product_log10").Double(count.product_log10);
    json_.Key("density").Double(count.density);
    Boundaries(count.boundaries);
    if (count.relative_error > 0) json_.Key("error").Double(count.relative_error);
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
    json_.Key("label").String(boundaries.label);
    json_.Key("distinct").Unsigned(boundaries.distinct);
    const bool counted = boundaries.max_per_label_set > 0;  // see CountOptions::boundaries
    json_.Key("min_per_label_set")
        .OptionalUnsigned(counted ? std::optional<uint64_t>(boundaries.min_per_label_set) : std::nullopt);
    json_.Key("max_per_label_set")
        .OptionalUnsigned(counted ? std::optional<uint64_t>(boundaries.max_per_label_set) : std::nullopt);
    json_.EndObject();
  }

  void Parts(const FamilyCount& count) {
    json_.Key("parts").BeginArray();
    for (const PartCount& part : count.parts) {
      json_.BeginObject();
      json_.Key("name").String(part.name);
      json_.Key("series").Unsigned(part.series);
      json_.Key("samples").Unsigned(part.samples);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Label(const MetricRow& metric, const LabelCount& label) {
    json_.BeginObject();
    json_.Key("name").String(label.name);
    json_.Key("values").Unsigned(label.values);
    if (label.values_estimated) json_.Key("error").Double(metric.count.relative_error);
    json_.Key("series_with").Unsigned(label.series_with);
    json_.Key("series_without").OptionalUnsigned(label.series_without);
    const LabelVerdict verdict = VerdictOf(metric, label);
    if (verdict != LabelVerdict::kUnknown) json_.Key("verdict").String(LabelVerdictName(verdict));
    const size_t index = static_cast<size_t>(&label - metric.count.labels.data());
    if (index < metric.patterns.size()) WriteLabelPatterns(metric.patterns[index], &json_);
    json_.Key("top").BeginArray();
    for (const ValueCount& value : label.top) {
      json_.BeginObject();
      json_.Key("value").String(value.value);
      json_.Key("series").Unsigned(value.series);
      json_.EndObject();
    }
    json_.EndArray();
    if (label.other_values > 0) Others(CutRows{label.other_values, label.other_series, std::nullopt, std::nullopt});
    json_.EndObject();
  }

  void Explanation(const MetricRow& metric) {
    if (metric.bill) WriteBillOfMetric(*metric.bill, &json_);
    if (metric.buckets) WriteBuckets(*metric.buckets, &json_);
    if (metric.union_series) json_.Key("union_series").OptionalUnsigned(metric.union_series);
    if (!metric.targets.empty()) {
      json_.Key("targets").BeginArray();
      for (const TargetCount& target : metric.targets) {
        json_.BeginObject();
        json_.Key("input").String(target.input);
        json_.Key("series").Unsigned(target.series);
        json_.Key("samples").Unsigned(target.samples);
        json_.Key("bytes").Unsigned(target.bytes);
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
      json_.Key("rows").Unsigned(report.findings_total - report.findings.size());
      json_.EndObject();
    }
  }

  void OneFinding(const Finding& finding) {
    json_.BeginObject();
    json_.Key("rule").String(FindingRuleName(finding.rule));
    json_.Key("severity").String(SeverityName(finding.severity));
    if (finding.is_accepted) {
      json_.Key("accepted").Bool(true);
    }
    json_.Key("stage").StringOrNull(StageName(finding.stage));
    json_.Key("input").StringOrNull(finding.input);
    json_.Key("metric").StringOrNull(finding.metric);
    json_.Key("label").StringOrNull(finding.label);
    json_.Key("limit").OptionalUnsigned(finding.limit);
    json_.Key("observed").OptionalUnsigned(finding.observed);
    json_.Key("projected").OptionalUnsigned(finding.projected);
    json_.Key("projected_max").OptionalUnsigned(finding.projected_max);
    json_.Key("owner").StringOrNull(finding.owner);
    json_.Key("values").Strings(finding.values);
    json_.Key("values_total").OptionalUnsigned(finding.values_total);
    Location(finding.location);
    json_.Key("fingerprint").String(Fingerprint(finding));
    if (finding.judged) json_.Key("judged").Unsigned(*finding.judged);
    json_.Key("message").String(finding.message);
    json_.Key("remedy").StringOrNull(finding.remedy);
    json_.EndObject();
  }

  void Location(const FileLocation& location) {
    json_.Key("location");
    if (location.file.empty()) return json_.Null();
    json_.BeginObject();
    json_.Key("file").String(location.file);
    for (const auto& [key, place] : {std::pair<std::string_view, int>("line", location.line),
                                     std::pair<std::string_view, int>("column", location.column)}) {
      json_.Key(key).OptionalUnsigned(place > 0 ? std::optional<uint64_t>(place) : std::nullopt);
    }
    json_.EndObject();
  }

  void Coverage(const Report& report) {
    json_.Key("coverage");
    if (!report.coverage) return json_.Null();
    json_.BeginObject();
    json_.Key("rules").Unsigned(report.coverage->rules);
    json_.Key("saw_series").Unsigned(report.coverage->saw_series);
    json_.EndObject();
  }

  void Judged(const Report& report) {
    if (report.command != "check") return;
    json_.Key("judged").BeginArray(Layout::kLines);
    for (const JudgedRule& judged : report.judged) {
      json_.BeginObject();
      json_.Key("kind").String(judged.kind);
      json_.Key("name").String(judged.name);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Duplicates(const Report& report) {
    json_.Key("duplicates").BeginArray(Layout::kLines);
    for (const DuplicateRow& row : report.duplicates) {
      json_.BeginObject();
      json_.Key("input").String(row.input);
      json_.Key("first_line").Unsigned(row.first_line);
      json_.Key("again_line").Unsigned(row.again_line);
      json_.Key("series").String(row.series);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Skipped(const Report& report) {
    json_.Key("skipped").BeginArray(Layout::kLines);
    for (const SkippedLine& line : report.skipped) {
      json_.BeginObject();
      json_.Key("path").String(line.path);
      json_.Key("line").Unsigned(line.line);
      json_.Key("column").Unsigned(line.column);
      json_.Key("text").String(line.text);
      json_.Key("message").String(line.message);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Workers(const Report& report) {
    json_.Key("workers").BeginArray(Layout::kLines);
    for (const WorkerRow& row : report.workers) {
      json_.BeginObject();
      json_.Key("input").String(row.input);
      json_.Key("worker").String(row.worker);
      json_.Key("series").Unsigned(row.series);
      json_.Key("files").Unsigned(row.files);
      json_.Key("bytes").Unsigned(row.bytes);
      json_.Key("used_bytes").Unsigned(row.used_bytes);
      json_.EndObject();
    }
    json_.EndArray();
    json_.Key("refused_files").Unsigned(report.refused_files);
    json_.Key("refused").BeginArray(Layout::kLines);
    for (const RefusedFile& file : report.refused) {
      json_.BeginObject();
      json_.Key("input").String(file.input);
      json_.Key("name").String(file.name);
      json_.Key("reason").String(file.reason);
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
