// SPDX-License-Identifier: Apache-2.0
//
// markdown.cc: every section knows what it may take; a row that does not fit is counted, never cut in two.
#include "analyzer/report/formats/markdown.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "analyzer/report/culprit.h"
#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kCodeColumns = 240;
constexpr size_t kOpenFindings = 10;      // shown without a click
constexpr size_t kKeptForTheEnd = 1'024;  // so that what counts and closes always fits
constexpr size_t kShownMetrics = 20;
constexpr size_t kShownInputs = 5;

class Page {
 public:
  Page() : out_(std::string(kMarkdownMarker) + "\n") {}

  // Text of our own and code spans; adds a line break.
  void Line(std::string_view text) { out_.append(text).append("\n"); }
  // As Line, where it leaves room for the end; says whether it did.
  bool Row(std::string_view text) {
    if (out_.size() + text.size() + 1 + kKeptForTheEnd > kMostMarkdownBytes) return false;
    Line(text);
    return true;
  }
  void Open(std::string_view summary) {
    Line("");
    Line("<details><summary>" + std::string(summary) + "</summary>");
    Line("");
  }
  void Close() {
    Line("");
    Line("</details>");
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string Code(std::string_view untrusted) { return MarkdownCode(SafeText(untrusted)); }

std::string_view VerdictWords(ReportVerdict verdict) {
  switch (verdict) {
    case ReportVerdict::kWithinBudget: return "within budget";
    case ReportVerdict::kOverBudget: return "over budget";
    case ReportVerdict::kUndecided: return "undecided";
    case ReportVerdict::kNotJudged: break;
  }
  return "not judged";
}

void PutTotals(const Report& report, Page* page) {
  std::string inputs;
  for (size_t i = 0; i < std::min(kShownInputs, report.inputs.size()); ++i) {
    inputs += (i == 0 ? "" : ", ") + Code(report.inputs[i].path);
  }
  if (report.inputs.size() > kShownInputs) {
    inputs += " and " + Quantity(report.inputs.size() - kShownInputs, "more input");
  }
  page->Line("");
  page->Line(inputs + (inputs.empty() ? "" : ": ") + "**" + WithThousands(report.total.series) + " series** in " +
             Quantity(report.total.metrics, "metric") + ", " + Quantity(report.total.samples, "sample") + ", " +
             ByteSize(report.total.bytes) + (report.estimated ? ", estimated." : "."));
  if (report.skipped_lines > 0) page->Line(Quantity(report.skipped_lines, "line") + " skipped.");
}

std::string FindingRow(const Report& report, const Finding& finding) {
  const FileLocation place = PlaceOfFinding(report, finding);
  std::string row = "| ";
  row.append(finding.is_accepted ? "accepted" : SeverityName(finding.severity)).append(" | ");
  row += MarkdownCode(FindingSubject(finding)) + " | " + MarkdownCode(SafeMessage(finding.message)) + " | ";
  row += Code(finding.label) + " | " + Code(finding.owner) + " | ";
  row += place.file.empty() ? " |" : Code(place.file + ":" + std::to_string(place.line)) + " |";
  return row;
}

// Returns how many rows of findings [begin, end) fitted.
size_t PutFindingTable(const Report& report, size_t begin, size_t end, Page* page) {
  page->Line("");
  if (!page->Row("| | metric | what | label | owner | policy |\n|---|---|---|---|---|---|")) return 0;
  size_t i = begin;
  while (i < end && page->Row(FindingRow(report, report.findings[i]))) ++i;
  return i - begin;
}

// What would mend them, with the values at fault; rows that do not fit are not missed: the findings stand above.
void PutRemedies(const Report& report, size_t shown, Page* page) {
  bool is_open = false;
  for (size_t i = 0; i < shown; ++i) {
    const Finding& finding = report.findings[i];
    if (finding.remedy.empty() && finding.values.empty()) continue;
    std::string row = "- " + MarkdownCode(FindingSubject(finding));
    const std::vector<std::string> lines = FindingLines(finding);
    for (size_t line = 1; line < lines.size(); ++line) {
      const bool is_in_table = lines[line].rfind("label ", 0) == 0 || lines[line].rfind("owner ", 0) == 0;
      if (!is_in_table) row += "\n  - " + MarkdownCode(lines[line]);
    }
    if (!is_open) page->Open("Where it comes from, and what would mend it");
    is_open = true;
    if (!page->Row(row)) break;
  }
  if (is_open) page->Close();
}

void PutFindings(const Report& report, size_t max_findings, Page* page) {
  const size_t wanted = max_findings == 0 ? report.findings.size() : std::min(max_findings, report.findings.size());
  const size_t first = std::min(wanted, kOpenFindings);
  size_t shown = 0;
  if (first > 0) shown = PutFindingTable(report, 0, first, page);
  if (shown == first && wanted > first) {
    page->Open(Quantity(wanted - first, "more finding"));
    shown += PutFindingTable(report, first, wanted, page);
    page->Close();
  }
  const uint64_t total = std::max<uint64_t>(report.findings_total, report.findings.size());
  if (total > shown) {
    page->Line("");
    page->Line(Quantity(total - shown, "more finding") + " not shown here.");
  }
  PutRemedies(report, std::min(shown, kOpenFindings), page);
}

// What is left of a total; never below 0, where estimates do not add up.
uint64_t Rest(uint64_t total, uint64_t shown) { return total > shown ? total - shown : 0; }

// " | 6 | 6 | 339 |"
std::string Numbers(uint64_t series, uint64_t samples, uint64_t bytes) {
  return " | " + WithThousands(series) + " | " + WithThousands(samples) + " | " + WithThousands(bytes) + " |";
}

void PutMetricTable(const Report& report, size_t most, Page* page) {
  page->Line("| metric | series | samples | bytes | label | values |");
  page->Line("|---|--:|--:|--:|---|--:|");
  uint64_t series = 0, samples = 0, bytes = report.total.comment_bytes;
  size_t shown = 0;
  for (; shown < std::min(most, report.metrics.size()); ++shown) {
    const MetricRow& metric = report.metrics[shown];
    const LabelCount* const culprit = FindCulprit(metric.count);
    std::string row = "| " + Code(metric.name) + Numbers(metric.count.series, metric.count.samples, metric.count.bytes);
    row += culprit == nullptr ? " | |" : " " + Code(culprit->name) + " | " + WithThousands(culprit->values) + " |";
    if (!page->Row(row)) break;
    series += metric.count.series;
    samples += metric.count.samples;
    bytes += metric.count.bytes;
  }
  const ReportTotal& total = report.total;
  if (total.metrics > shown) {
    page->Line("| " + Quantity(total.metrics - shown, "other") +
               Numbers(Rest(total.series, series), Rest(total.samples, samples), Rest(total.bytes, bytes)) + " | |");
  }
  if (total.comment_bytes > 0) page->Line("| comments" + Numbers(0, 0, total.comment_bytes) + " | |");
  page->Line("| total" + Numbers(total.series, total.samples, total.bytes) + " | |");
}

void PutLabelTable(const MetricRow& metric, Page* page) {
  page->Line("");
  page->Line("| label | values | series with it | series without it | most series |");
  page->Line("|---|--:|--:|--:|---|");
  size_t shown = 0;
  for (const LabelCount& label : metric.count.labels) {
    std::string row = "| " + Code(label.name) + " | " + WithThousands(label.values) + " | " +
                      WithThousands(label.series_with) + " | ";
    row += (label.series_without ? WithThousands(*label.series_without) : std::string("not counted")) + " | ";
    row += (label.top.empty() ? std::string() : Code(label.top.front().value)) + " |";
    if (!page->Row(row)) break;
    ++shown;
  }
  if (shown < metric.count.labels.size()) {
    page->Line("| " + Quantity(metric.count.labels.size() - shown, "other") + " | | | | |");
  }
}

}  // namespace

std::string MarkdownCode(std::string_view safe) {
  if (safe.empty()) return "";
  // Cut by code points, not inside one; escapes of SafeText are ASCII and may be cut, which harms nothing here.
  std::string cut;
  size_t columns = 0;
  for (size_t i = 0; i < safe.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(safe[i]) & 0xC0) != 0x80;
    if (starts && ++columns > kCodeColumns) {
      cut += "\u2026";
      break;
    }
    if (safe[i] == '`') {
      cut += "\\x60";
    } else if (safe[i] == '|') {
      cut += "\\x7C";
    } else {
      cut.push_back(safe[i]);
    }
  }
  // A code span of blanks only, or with one at both ends, would lose them.
  const bool is_padded = cut.front() == ' ' || cut.back() == ' ';
  return is_padded ? "` " + cut + " `" : "`" + cut + "`";
}

std::string RenderMarkdown(const Report& report, size_t max_findings) {
  Page page;
  if (report.command == "check") {
    page.Line("### seriesguard: " + std::string(VerdictWords(report.verdict)));
    if (!report.undecided_reason.empty()) {
      page.Line("");
      page.Line(MarkdownCode(SafeMessage(report.undecided_reason)));
    }
    PutTotals(report, &page);
    PutFindings(report, max_findings, &page);
    page.Open("The largest metrics");
    PutMetricTable(report, kShownMetrics, &page);
    page.Close();
  } else if (report.command == "explain" && !report.metrics.empty()) {
    const MetricRow& metric = report.metrics.front();
    page.Line("### seriesguard: " + Code(metric.name));
    page.Line("");
    page.Line("**" + WithThousands(metric.count.series) + " series** of " + WithThousands(report.total.series) + " (" +
              Percent(metric.share) + ").");
    PutLabelTable(metric, &page);
  } else {
    page.Line("### seriesguard: where the series are");
    PutTotals(report, &page);
    page.Line("");
    PutMetricTable(report, report.metrics.size(), &page);
  }
  return page.Take();
}

}  // namespace seriesguard
