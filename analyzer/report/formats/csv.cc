// SPDX-License-Identifier: Apache-2.0
//
// csv.cc: texts are quoted always, numbers never; a number that is not known is an empty field.
#include "analyzer/report/formats/csv.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "analyzer/report/culprit.h"
#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/label_verdict.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

// Says whether a spreadsheet could calculate with it, or whether it begins with our own mark.
bool NeedsApostrophe(std::string_view safe) {
  if (!safe.empty() && safe.front() == '\'') return true;
  const size_t first = safe.find_first_not_of(' ');
  if (first == std::string_view::npos) return false;
  safe.remove_prefix(first);
  for (const std::string_view sign : {"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"}) {
    if (safe.substr(0, sign.size()) == sign) return true;
  }
  return false;
}

class Table {
 public:
  explicit Table(std::initializer_list<std::string_view> header) {
    for (const std::string_view name : header) Put(name);
    End();
  }
  // Text that has not passed SafeText.
  void Raw(std::string_view untrusted) { Put(CsvField(SafeText(untrusted))); }
  void Text(std::string_view safe) { Put(CsvField(safe)); }
  void Number(const std::optional<uint64_t>& value) { Put(value ? std::to_string(*value) : std::string()); }
  void Empty() { Put(""); }
  void End() {
    out_ += "\r\n";
    is_first_ = true;
  }
  std::string Take() { return std::move(out_); }

 private:
  void Put(std::string_view field) {
    if (!is_first_) out_.push_back(',');
    is_first_ = false;
    out_.append(field);
  }
  std::string out_;
  bool is_first_ = true;
};

std::string Findings(const Report& report, size_t max_findings) {
  Table table({"rule", "severity", "accepted", "stage", "input", "metric", "label", "limit", "observed", "projected",
               "values", "values_total", "owner", "file", "line", "column", "fingerprint", "message", "remedy"});
  const size_t shown = max_findings == 0 ? report.findings.size() : std::min(max_findings, report.findings.size());
  const std::vector<std::string> fingerprints = UniqueFingerprints(report.findings);
  const auto place = [](int number) { return number > 0 ? std::optional<uint64_t>(number) : std::nullopt; };
  for (size_t i = 0; i < shown; ++i) {
    const Finding& finding = report.findings[i];
    std::string values;
    for (const std::string& value : finding.values) values += (values.empty() ? "" : " ") + SafeText(value);
    table.Text(FindingRuleName(finding.rule));
    table.Text(SeverityName(finding.severity));
    table.Text(finding.is_accepted ? "yes" : "no");
    table.Text(StageName(finding.stage));
    table.Raw(finding.input);
    table.Raw(finding.metric);
    table.Raw(finding.label);
    table.Number(finding.limit);
    table.Number(finding.observed);
    table.Number(finding.projected);
    table.Text(values);
    table.Number(finding.values_total);
    table.Raw(finding.owner);
    table.Raw(finding.location.file);
    table.Number(place(finding.location.line));
    table.Number(place(finding.location.column));
    table.Text(fingerprints[i]);
    table.Text(SafeMessage(finding.message));
    table.Text(SafeMessage(finding.remedy));
    table.End();
  }
  const uint64_t total = std::max<uint64_t>(report.findings_total, report.findings.size());
  if (total > shown) {
    table.Text("others");
    for (int i = 0; i < 16; ++i) table.Empty();
    table.Text(Quantity(total - shown, "more finding"));
    table.Empty();
    table.End();
  }
  return table.Take();
}

std::string Metrics(const Report& report) {
  Table table({"row", "metric", "type", "series", "samples", "bytes", "label_sets", "estimated", "label", "values"});
  for (const MetricRow& metric : report.metrics) {
    const FamilyCount& count = metric.count;
    const LabelCount* const culprit = FindCulprit(count);
    table.Text("metric");
    table.Raw(metric.name);
    table.Text(MetricTypeName(metric.type));
    table.Number(count.series);
    table.Number(count.samples);
    table.Number(count.bytes);
    table.Number(count.label_sets);
    table.Text(count.relative_error > 0 ? "yes" : "no");
    table.Raw(culprit == nullptr ? "" : culprit->name);
    table.Number(culprit == nullptr ? std::nullopt : std::optional<uint64_t>(culprit->values));
    table.End();
  }
  const auto sum = [&table](std::string_view row, uint64_t metrics, uint64_t series, std::optional<uint64_t> samples,
                            std::optional<uint64_t> bytes) {
    table.Text(row);
    table.Text(Quantity(metrics, "metric"));
    table.Empty();
    table.Number(series);
    table.Number(samples);
    table.Number(bytes);
    for (int i = 0; i < 4; ++i) table.Empty();
    table.End();
  };
  if (report.others && report.others->rows > 0) {
    sum("others", report.others->rows, report.others->series, report.others->samples, report.others->bytes);
  }
  if (report.total.comment_bytes > 0) sum("comments", 0, 0, 0, report.total.comment_bytes);
  sum("total", report.total.metrics, report.total.series, report.total.samples, report.total.bytes);
  return table.Take();
}

std::string Labels(const Report& report) {
  Table table({"metric", "label", "values", "series_with", "series_without", "verdict"});
  for (const MetricRow& metric : report.metrics) {
    for (const LabelCount& label : metric.count.labels) {
      const LabelVerdict verdict = VerdictOf(metric, label);
      table.Raw(metric.name);
      table.Raw(label.name);
      table.Number(label.values);
      table.Number(label.series_with);
      table.Number(label.series_without);
      table.Text(verdict == LabelVerdict::kUnknown ? "" : LabelVerdictName(verdict));
      table.End();
    }
  }
  return table.Take();
}

}  // namespace

std::string CsvField(std::string_view safe) {
  std::string field;
  field.reserve(safe.size() + 8);
  field.append(NeedsApostrophe(safe) ? "\"'" : "\"");
  for (size_t quote; (quote = safe.find('"')) != std::string_view::npos; safe.remove_prefix(quote + 1)) {
    field.append(safe.substr(0, quote)).append("\"\"");
  }
  return field.append(safe).append("\"");
}

std::string RenderCsv(const Report& report, size_t max_findings) {
  if (report.command == "check") return Findings(report, max_findings);
  if (report.command == "explain") return Labels(report);
  return Metrics(report);
}

}  // namespace seriesguard
