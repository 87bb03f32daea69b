// SPDX-License-Identifier: Apache-2.0
//
// text_workers.cc: columns as wide as their widest cell. Series of workers do not add up to those of the target, which
// joins them, so there is no row of totals for them.
#include "analyzer/report/text_workers.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/report/finding.h"
#include "analyzer/report/finding_rule.h"
#include "analyzer/report/number_text.h"
#include "rules/diagnostic.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kWorkersShown = 5;
constexpr size_t kRefusedShown = 10;
constexpr size_t kWorkerColumns = 40;
constexpr size_t kInputColumns = 60;
constexpr size_t kGap = 2;
constexpr size_t kIndent = 4;

struct Cells {
  std::string series, files, bytes, used;
  std::string worker;
};

std::string UsedText(uint64_t used, uint64_t bytes) {
  return bytes == 0 ? "" : Percent(static_cast<double>(used) / static_cast<double>(bytes));
}

Cells CellsOf(const Report& report, const WorkerRow& row) {
  Cells cells{WithThousands(row.series), WithThousands(row.files), ByteSize(row.bytes),
              UsedText(row.used_bytes, row.bytes), SafeTextTruncated(row.worker, kWorkerColumns)};
  if (report.inputs.size() > 1) cells.worker += " of " + SafeTextTruncated(row.input, kInputColumns);
  return cells;
}

// What stands behind the rows shown; its series would count twice what workers share.
Cells CellsOfOthers(const std::vector<WorkerRow>& rows, size_t shown) {
  WorkerRow sum;
  for (size_t i = shown; i < rows.size(); ++i) {
    sum.files += rows[i].files;
    sum.bytes += rows[i].bytes;
    sum.used_bytes += rows[i].used_bytes;
  }
  return {"", WithThousands(sum.files), ByteSize(sum.bytes), UsedText(sum.used_bytes, sum.bytes),
          "(" + Quantity(rows.size() - shown, "other") + ")"};
}

}  // namespace

void PutWorkers(const Report& report, TextCanvas* canvas) {
  if (report.workers.empty()) return;
  std::vector<WorkerRow> workers = report.workers;
  std::stable_sort(workers.begin(), workers.end(),
                   [](const WorkerRow& a, const WorkerRow& b) { return a.series > b.series; });
  const size_t shown = std::min(workers.size(), kWorkersShown);
  std::vector<Cells> rows = {{"SERIES", "FILES", "SIZE", "USED", "WORKER"}};
  for (size_t i = 0; i < shown; ++i) rows.push_back(CellsOf(report, workers[i]));
  if (shown < workers.size()) rows.push_back(CellsOfOthers(workers, shown));

  size_t series = 0, files = 0, bytes = 0, used = 0;
  for (const Cells& cells : rows) {
    series = std::max(series, cells.series.size());
    files = std::max(files, cells.files.size());
    bytes = std::max(bytes, cells.bytes.size());
    used = std::max(used, cells.used.size());
  }
  canvas->EndLine();
  canvas->Line(Quantity(workers.size(), "worker") + "; series that each would expose alone:", Ink::kBold);
  for (const Cells& cells : rows) {
    canvas->PutRight(cells.series, kGap + series);
    canvas->PutRight(cells.files, kGap + files);
    canvas->PutRight(cells.bytes, kGap + bytes);
    canvas->PutRight(cells.used, kGap + used);
    canvas->Put(std::string(kGap, ' '));
    canvas->Line(cells.worker);
  }
}

void PutRefused(const Report& report, TextCanvas* canvas) {
  const uint64_t all = report.refused_files;
  if (all == 0) return;
  Severity severity = Severity::kWarning;
  for (const Finding& finding : report.findings) {
    if (finding.rule == FindingRule::kRefusedFiles) severity = finding.severity;
  }
  canvas->EndLine();
  canvas->Put(std::string(SeverityName(severity)) + ": ", severity == Severity::kError ? Ink::kBad : Ink::kWarn);
  canvas->PutWrapped(Quantity(all, "file") + (all == 1 ? " of a worker is" : " of workers are") +
                         " not in these counts; a scrape by client_python fails or misses " +
                         (all == 1 ? "it" : "them"),
                     kIndent);
  canvas->EndLine();
  const size_t shown = std::min(report.refused.size(), kRefusedShown);
  for (size_t i = 0; i < shown; ++i) {
    const RefusedFile& file = report.refused[i];
    const bool ends_in_slash = !file.input.empty() && file.input.back() == '/';
    canvas->Put(std::string(kIndent, ' '));
    canvas->PutWrapped(
        SafeText(file.input) + (ends_in_slash ? "" : "/") + SafeText(file.name) + ": " + SafeMessage(file.reason),
        2 * kIndent);
    canvas->EndLine();
  }
  if (all > shown) canvas->Line(std::string(kIndent, ' ') + "and " + WithThousands(all - shown) + " more");
}

}  // namespace seriesguard
