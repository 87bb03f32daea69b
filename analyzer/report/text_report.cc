// SPDX-License-Identifier: Apache-2.0
//
// text_report.cc: which sections a command shows, and in which order.
#include "analyzer/report/text_report.h"

#include "analyzer/report/text_bill.h"
#include "analyzer/report/text_buckets.h"
#include "analyzer/report/text_canvas.h"
#include "analyzer/report/text_check.h"
#include "analyzer/report/text_explain.h"
#include "analyzer/report/text_sections.h"
#include "analyzer/report/text_top.h"
#include "analyzer/report/text_workers.h"

namespace seriesguard {

std::string RenderTextReport(const Report& report, const TextOptions& options) {
  TextCanvas canvas(options.columns, options.colour);
  if (report.command == "explain") {
    bool first = true;
    for (const MetricRow& metric : report.metrics) {
      if (!first) canvas.EndLine();
      first = false;
      if (metric.buckets) {
        PutBuckets(metric, &canvas);
      } else {
        PutExplanation(report, metric, &canvas);
      }
    }
  } else {
    PutInputs(report, &canvas);
    if (report.command == "top") {
      PutTop(report, options.sort_by, &canvas);
      PutBill(report, &canvas);
      PutWorkers(report, &canvas);
    }
  }
  PutFindings(report, options.max_findings, &canvas);
  PutCaveats(report, &canvas);
  PutRefused(report, &canvas);
  if (report.command == "check") PutVerdict(report, &canvas);
  return canvas.Take();
}

}  // namespace seriesguard
