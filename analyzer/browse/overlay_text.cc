// SPDX-License-Identifier: Apache-2.0
//
// overlay_text.cc: the sections of the text reports, cut into lines.
#include "analyzer/browse/overlay_text.h"

#include <algorithm>

#include "analyzer/browse/key_table.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/mask_report.h"
#include "analyzer/report/text_canvas.h"
#include "analyzer/report/text_check.h"
#include "analyzer/report/text_sections.h"

namespace seriesguard {
namespace {

std::vector<std::string> LinesOf(TextCanvas* canvas) {
  canvas->EndLine();
  const std::string text = canvas->Take();
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  while (!lines.empty() && lines.front().empty()) lines.erase(lines.begin());
  return lines;
}

}  // namespace

std::vector<std::string> KeyHelpLines(size_t columns) {
  size_t widest = 0;
  for (const KeyRow& row : AllKeys()) widest = std::max(widest, row.keys_text.size());
  TextCanvas canvas(columns, /*colour=*/false);
  for (const KeyRow& row : AllKeys()) {
    canvas.PutLeft(row.keys_text, widest + 2);
    canvas.PutWrapped(row.what, widest + 2);
    canvas.EndLine();
  }
  return LinesOf(&canvas);
}

std::vector<std::string> FindingLines(const Report& report, std::string_view metric, bool show_personal,
                                      size_t columns) {
  Report shown = report;
  if (!metric.empty()) {
    const auto speaks_of_another = [metric](const Finding& finding) { return finding.metric != metric; };
    shown.findings.erase(std::remove_if(shown.findings.begin(), shown.findings.end(), speaks_of_another),
                         shown.findings.end());
  }
  if (!show_personal) MaskReport(&shown);
  TextCanvas canvas(columns, /*colour=*/false);
  if (metric.empty() && shown.verdict != ReportVerdict::kNotJudged) PutVerdict(shown, &canvas);
  PutFindings(shown, 0, &canvas);
  if (metric.empty()) PutCaveats(shown, &canvas);
  std::vector<std::string> lines = LinesOf(&canvas);
  if (lines.empty()) lines.emplace_back(report.policy ? "no finding" : "no finding; --policy FILE judges by a policy");
  return lines;
}

std::string VerdictLine(const Report& report) {
  if (report.verdict == ReportVerdict::kNotJudged) return "";
  TextCanvas canvas(SIZE_MAX, /*colour=*/false);
  PutVerdict(report, &canvas);
  const std::vector<std::string> lines = LinesOf(&canvas);
  return lines.empty() ? std::string() : lines.front();
}

}  // namespace seriesguard
