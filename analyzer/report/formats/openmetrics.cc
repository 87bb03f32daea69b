// SPDX-License-Identifier: Apache-2.0
//
// openmetrics.cc: one block a metric: TYPE, HELP, its samples.
#include "analyzer/report/formats/openmetrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <utility>
#include <vector>

#include "rules/safe_text.h"

namespace seriesguard {
namespace {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class Exposition {
 public:
  explicit Exposition(std::string* out) : out_(out) {}

  void Begin(std::string_view name, std::string_view help) {
    name_ = "seriesguard_report_" + std::string(name);
    seen_.clear();
    out_->append("# TYPE ").append(name_).append(" gauge\n# HELP ").append(name_).append(" ");
    out_->append(help).append("\n");
  }

  // A second sample of the same labels is left out: a scraper would refuse all of them.
  void Sample(Labels labels, uint64_t value) {
    std::string text;
    for (const auto& [key, untrusted] : labels) {
      text.append(text.empty() ? "{" : ",").append(key).append("=\"");
      text.append(OpenMetricsLabelValue(untrusted)).append("\"");
    }
    if (!text.empty()) text.push_back('}');
    if (!seen_.insert(text).second) return;
    out_->append(name_).append(text).append(" ").append(std::to_string(value)).append("\n");
  }

  void One(std::string_view name, std::string_view help, uint64_t value) {
    Begin(name, help);
    Sample({}, value);
  }

 private:
  std::string* out_;
  std::string name_;
  std::set<std::string> seen_;  // label sets of the metric at hand
};

void PutTotals(const Report& report, Exposition* to) {
  to->Begin("info", "What made this report.");
  to->Sample({{"command", report.command},
              {"tool", report.tool},
              {"server", report.server},
              {"policy_hash", report.policy ? report.policy->hash : ""}},
             1);
  to->One("series", "Series of all inputs.", report.total.series);
  to->One("samples", "Samples of all inputs.", report.total.samples);
  to->One("metrics", "Metrics of all inputs.", report.total.metrics);
  to->One("bytes", "Bytes of all inputs, uncompressed.", report.total.bytes);
  to->One("duplicate_samples", "Samples that repeat a series at one timestamp.", report.total.duplicate_samples);
  to->One("skipped_lines", "Lines that a server would refuse and that were left out.", report.skipped_lines);
  to->One("estimated", "1 where some count is an estimate.", report.estimated ? 1 : 0);
  to->Begin("input_series", "Series of one input.");
  const size_t inputs = std::min(report.inputs.size(), kMostOpenMetricsRows);
  for (size_t i = 0; i < inputs; ++i) to->Sample({{"input", report.inputs[i].path}}, report.inputs[i].series);
  to->One("inputs_left_out", "Inputs that have no sample of input_series.", report.inputs.size() - inputs);
}

void PutMetrics(const Report& report, Exposition* to) {
  const size_t shown = std::min(report.metrics.size(), kMostOpenMetricsRows);
  const auto each = [&](std::string_view name, std::string_view help, uint64_t FamilyCount::*field) {
    to->Begin(name, help);
    for (size_t i = 0; i < shown; ++i) to->Sample({{"metric", report.metrics[i].name}}, report.metrics[i].count.*field);
  };
  each("metric_series", "Series of one metric.", &FamilyCount::series);
  each("metric_samples", "Samples of one metric.", &FamilyCount::samples);
  each("metric_bytes", "Bytes of one metric.", &FamilyCount::bytes);
  uint64_t series = 0;
  for (size_t i = 0; i < shown; ++i) series += report.metrics[i].count.series;
  to->One("metrics_left_out", "Metrics that have no sample of metric_series.", report.total.metrics - shown);
  const uint64_t left_out =
      report.total.series > series ? report.total.series - series : 0;  // estimates may not add up
  to->One("left_out_series", "Series of the metrics that have no sample of metric_series.", left_out);
}

void PutFindings(const Report& report, Exposition* to) {
  to->Begin("verdict", "1 for the verdict of the run, 0 for the others.");
  for (const ReportVerdict verdict : {ReportVerdict::kWithinBudget, ReportVerdict::kOverBudget,
                                      ReportVerdict::kUndecided, ReportVerdict::kNotJudged}) {
    to->Sample({{"verdict", ReportVerdictName(verdict)}}, report.verdict == verdict ? 1 : 0);
  }
  std::array<std::array<uint64_t, 3>, kFindingRuleNames.size()> by_rule{};
  uint64_t accepted = 0;
  for (const Finding& finding : report.findings) {
    ++by_rule[static_cast<size_t>(finding.rule)][static_cast<size_t>(finding.severity)];
    accepted += finding.is_accepted;
  }
  to->Begin("findings", "Findings by severity.");
  for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kNote}) {
    to->Sample({{"severity", SeverityName(severity)}}, CountSeverity(report.findings, severity));
  }
  to->One("accepted_findings", "Findings that the baseline accepts.", accepted);
  to->Begin("rule_findings", "Findings by rule and severity, where there are any.");
  for (size_t rule = 0; rule < by_rule.size(); ++rule) {
    for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kNote}) {
      const uint64_t count = by_rule[rule][static_cast<size_t>(severity)];
      if (count == 0) continue;
      to->Sample({{"rule", kFindingRuleNames[rule]}, {"severity", SeverityName(severity)}}, count);
    }
  }
  std::vector<const Finding*> limits;  // the worst that have a limit
  for (const Finding& finding : report.findings) {
    if (finding.limit && limits.size() < kMostOpenMetricsRows) limits.push_back(&finding);
  }
  const auto each = [&](std::string_view name, std::string_view help, const auto& value_of) {
    to->Begin(name, help);
    for (const Finding* const finding : limits) {
      to->Sample({{"rule", FindingRuleName(finding->rule)},
                  {"input", finding->input},
                  {"metric", finding->metric},
                  {"label", finding->label}},
                 value_of(*finding));
    }
  };
  each("finding_limit", "The limit that a finding is about.", [](const Finding& f) { return *f.limit; });
  each("finding_judged", "What was judged against that limit.", [](const Finding& f) {
    return f.stage == Stage::kProjected ? f.projected.value_or(0) : f.observed.value_or(0);
  });
}

}  // namespace

std::string OpenMetricsLabelValue(std::string_view untrusted) { return EscapeLabelValue(SafeText(untrusted)); }

std::string RenderOpenMetrics(const Report& report) {
  std::string out;
  Exposition to(&out);
  PutTotals(report, &to);
  PutMetrics(report, &to);
  if (report.command == "check") PutFindings(report, &to);
  out += "# EOF\n";
  return out;
}

}  // namespace seriesguard
