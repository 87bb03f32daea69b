// SPDX-License-Identifier: Apache-2.0
//
// text_sections.cc: inputs, findings and caveats.
#include "analyzer/report/text_sections.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kInputsNamed = 3;
constexpr size_t kValuesShown = 5;
constexpr size_t kValueColumns = 48;
constexpr size_t kDuplicatesShown = 3;
constexpr size_t kKeyColumn = 4;      // where the keys of a finding start
constexpr size_t kDetailColumn = 15;  // and where what they say starts

Ink SeverityInk(Severity severity) {
  return severity == Severity::kError ? Ink::kBad : severity == Severity::kWarning ? Ink::kWarn : Ink::kBold;
}

void PutDetail(std::string_view key, std::string_view safe, TextCanvas* canvas) {
  canvas->Put(std::string(kKeyColumn, ' '));
  canvas->PutLeft(key, kDetailColumn - kKeyColumn, Ink::kDim);
  canvas->PutWrapped(safe, kDetailColumn);
  canvas->EndLine();
}

std::string ValuesText(const Finding& finding) {
  std::string text;
  const size_t shown = std::min(finding.values.size(), kValuesShown);
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    text += "\"" + SafeTextTruncated(finding.values[i], kValueColumns) + "\"";
  }
  const uint64_t total = std::max<uint64_t>(finding.values_total.value_or(0), finding.values.size());
  if (total > shown) text += " and " + WithThousands(total - shown) + " more";
  return text;
}

std::string LocationText(const FileLocation& location) {
  std::string text = SafeText(location.file);
  if (location.line > 0) text += ":" + std::to_string(location.line);
  if (location.line > 0 && location.column > 0) text += ":" + std::to_string(location.column);
  return text;
}

std::string SubjectOf(const Finding& finding) {
  if (!finding.metric.empty()) return SafeText(finding.metric);
  if (!finding.input.empty()) return SafeText(finding.input);
  return "";
}

void PutFinding(const Report& report, const Finding& finding, TextCanvas* canvas) {
  canvas->Put(std::string(SeverityName(finding.severity)) + ": ", SeverityInk(finding.severity));
  const std::string subject = SubjectOf(finding);
  if (!subject.empty()) {
    canvas->Put(subject, Ink::kBold);
    canvas->Put(": ");
  }
  canvas->PutWrapped(SafeMessage(finding.message) + " [" + std::string(FindingRuleName(finding.rule)) + "]",
                     kKeyColumn);
  canvas->EndLine();
  if (!finding.label.empty())
    PutDetail(finding.label_is_culprit ? "culprit" : "label", SafeText(finding.label), canvas);
  const std::string values = ValuesText(finding);
  if (!values.empty()) PutDetail("values", values, canvas);
  if (finding.projected) {
    std::string text = WithThousands(*finding.projected);
    if (finding.projected_max) text += ", at most " + WithThousands(*finding.projected_max);
    PutDetail("projected", text, canvas);
  }
  if (report.inputs.size() > 1 && !finding.metric.empty() && !finding.input.empty()) {
    PutDetail("input", SafeText(finding.input), canvas);
  }
  if (!finding.owner.empty()) PutDetail("owner", SafeText(finding.owner), canvas);
  if (!finding.location.file.empty()) {
    const bool in_policy = report.policy && finding.location.file == report.policy->path;
    PutDetail(in_policy ? "policy" : "at", LocationText(finding.location), canvas);
  }
  // A note is there to be known, one line is enough.
  if (!finding.remedy.empty() && finding.severity != Severity::kNote) {
    PutDetail("remedy", SafeMessage(finding.remedy), canvas);
  }
}

// The severity that the finding of `rule` has; a warning where there is none.
Severity SeverityOf(const Report& report, FindingRule rule) {
  for (const Finding& finding : report.findings) {
    if (finding.rule == rule) return finding.severity;
  }
  return Severity::kWarning;
}

void PutCaveatHead(Severity severity, const std::string& safe, TextCanvas* canvas) {
  canvas->EndLine();
  canvas->Put(std::string(SeverityName(severity)) + ": ", SeverityInk(severity));
  canvas->PutWrapped(safe, kKeyColumn);
  canvas->EndLine();
}

void PutCaveatLine(const std::string& safe, TextCanvas* canvas) {
  canvas->Put(std::string(kKeyColumn, ' '));
  canvas->PutWrapped(safe, 2 * kKeyColumn);
  canvas->EndLine();
}

void PutEstimates(const Report& report, TextCanvas* canvas) {
  if (!report.estimated) return;
  double error = 0;
  for (const MetricRow& metric : report.metrics) error = std::max(error, metric.count.relative_error);
  PutCaveatHead(
      Severity::kNote,
      "numbers after ~ are estimates, because --memory-limit was reached (standard error " + Percent(error) + ")",
      canvas);
}

void PutMasked(const Report& report, TextCanvas* canvas) {
  if (report.masked == 0 || report.command == "top") return;  // its table shows no values
  PutCaveatHead(Severity::kNote,
                "what may be personal (e-mail and IP addresses, tokens) is masked; --show-personal shows it", canvas);
}

void PutDuplicates(const Report& report, TextCanvas* canvas) {
  const uint64_t all = report.total.duplicate_samples;
  if (all == 0) return;
  PutCaveatHead(SeverityOf(report, FindingRule::kDuplicateSamples),
                Quantity(all, "sample") + (all == 1 ? " repeats" : " repeat") +
                    " a series at the same time stamp; a server keeps one of them",
                canvas);
  const size_t shown = std::min(report.duplicates.size(), kDuplicatesShown);
  for (size_t i = 0; i < shown; ++i) {
    const DuplicateRow& row = report.duplicates[i];
    PutCaveatLine(SafeText(row.input) + ":" + std::to_string(row.again_line) + " repeats line " +
                      std::to_string(row.first_line) + ": " + SafeTextTruncated(row.series, 2 * kValueColumns),
                  canvas);
  }
  if (all > shown) PutCaveatLine("and " + WithThousands(all - shown) + " more", canvas);
}

void PutSkipped(const Report& report, TextCanvas* canvas) {
  const uint64_t all = report.skipped_lines;
  if (all == 0) return;
  PutCaveatHead(SeverityOf(report, FindingRule::kSkippedLines),
                Quantity(all, "line") + " skipped (--lenient): a server refuses the whole scrape", canvas);
  for (const SkippedLine& line : report.skipped) {
    PutCaveatLine(SafeText(line.path) + ":" + std::to_string(line.line) + ":" + std::to_string(line.column) + ": " +
                      SafeMessage(line.message),
                  canvas);
  }
  if (all > report.skipped.size()) PutCaveatLine("and " + WithThousands(all - report.skipped.size()) + " more", canvas);
}

// These are shown with their lines or files by PutCaveats and PutRefused.
bool IsCaveat(FindingRule rule) {
  return rule == FindingRule::kDuplicateSamples || rule == FindingRule::kSkippedLines ||
         rule == FindingRule::kRefusedFiles;
}

}  // namespace

std::string CountText(uint64_t value, const FamilyCount& count) {
  return (count.relative_error > 0 ? "~" : "") + WithThousands(value);
}

std::string FillText(const Report& report, const FamilyCount& count) {
  if (count.product && *count.product <= 1) return "";
  const std::string product = count.product ? WithThousands(*count.product) : PowerOfTen(count.product_log10);
  const std::string a_target = report.inputs.size() > 1 ? " a target" : "";
  if (count.density >= 1) return "all " + product + " combinations" + a_target;
  return Percent(count.density) + " of " + product + " combinations" + a_target;
}

void PutInputs(const Report& report, TextCanvas* canvas) {
  std::string names;
  if (report.inputs.size() == 1) {
    names = SafeText(report.inputs[0].path);
    if (!report.inputs[0].format.empty()) names += " (" + SafeText(report.inputs[0].format) + ")";
  } else {
    names = Quantity(report.inputs.size(), "input") + ": ";
    const size_t named = std::min(report.inputs.size(), kInputsNamed);
    for (size_t i = 0; i < named; ++i) names += (i > 0 ? ", " : "") + SafeText(report.inputs[i].path);
    if (report.inputs.size() > named) names += " and " + WithThousands(report.inputs.size() - named) + " more";
  }
  canvas->PutWrapped(names, 0);
  canvas->EndLine();
  const ReportTotal& total = report.total;
  canvas->Put((report.estimated ? "~" : "") + Quantity(total.series, "series"), Ink::kBold);
  std::string rest = " in " + Quantity(total.metrics, "metric") + ", " + Quantity(total.samples, "sample") + ", " +
                     ByteSize(total.bytes);
  if (total.comment_bytes > 0) rest += " (" + ByteSize(total.comment_bytes) + " of it comments)";
  if (total.exemplars > 0) {
    rest += "; " + Quantity(total.exemplars, "exemplar") + " of " + ByteSize(total.exemplar_bytes);
  }
  if (total.union_series) rest += "; " + WithThousands(*total.union_series) + " distinct when the target is ignored";
  canvas->Put(" ");
  canvas->PutWrapped(rest, 0);
  canvas->EndLine();
}

void PutFindings(const Report& report, size_t max_findings, TextCanvas* canvas) {
  size_t shown = 0;
  size_t left = 0;
  for (const Finding& finding : report.findings) {
    if (IsCaveat(finding.rule)) continue;
    if (max_findings != 0 && shown == max_findings) {
      ++left;
      continue;
    }
    canvas->EndLine();
    PutFinding(report, finding, canvas);
    ++shown;
  }
  if (left == 0) return;
  canvas->EndLine();
  canvas->Line("(" + Quantity(left, "more finding") + ", --limit 0 shows all)", Ink::kDim);
}

void PutCaveats(const Report& report, TextCanvas* canvas) {
  PutEstimates(report, canvas);
  PutDuplicates(report, canvas);
  PutSkipped(report, canvas);
  PutMasked(report, canvas);
}

}  // namespace seriesguard
