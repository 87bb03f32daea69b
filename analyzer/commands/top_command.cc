// SPDX-License-Identifier: Apache-2.0
//
// top_command.cc: count, sort, cut, show.
#include "analyzer/commands/top_command.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/bill/bill.h"
#include "analyzer/bill/make_bill.h"
#include "analyzer/bill/server_memory_model.h"
#include "analyzer/commands/census_report.h"
#include "analyzer/commands/cut_notes.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/html_rows.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/report/add_bill.h"
#include "analyzer/report/dump_findings.h"
#include "re2/re2.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultRows = 10;
constexpr int64_t kDefaultScrapeIntervalNs = 60'000'000'000;

}  // namespace

int RunTop(const Options& options, const Streams& streams) {
  if (options.bill.scrape_interval_ns && !options.bill.is_wanted) {
    PrintError("seriesguard top: --scrape-interval needs --bill\n", streams);
    return kExitCannotDo;
  }
  if (!CanWriteReportFiles(options, streams)) return kExitCannotDo;
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  BuildReportOptions rows;
  rows.sort_by = options.sort_by;
  rows.what_if = options.what_if;
  std::unique_ptr<RE2> pattern;
  if (!options.metric_pattern.empty()) {
    pattern = std::make_unique<RE2>(options.metric_pattern);
    rows.matches = [&pattern](std::string_view name) {
      return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *pattern);
    };
  }
  const auto build = [&](OutputFormat format) {
    const bool is_text = format == OutputFormat::kText;
    BuildReportOptions cut = rows;
    cut.limit = options.output.limit.value_or(is_text ? kDefaultRows : 0);
    if (is_text) cut.top_values = 0;  // the table shows no values
    if (format == OutputFormat::kHtml) cut = HtmlRows(cut, options.output.limit);
    Report report = ReportOfCensus(*run, cut, options);
    AddCutNotes(run->census, cut, &report);
    if (options.bill.is_wanted) {
      const ServerMemoryModel& model = ServerModelOf(options.input.server == ServerView::kPrometheus2);
      const int64_t interval_ns = options.bill.scrape_interval_ns.value_or(kDefaultScrapeIntervalNs);
      AddBill(run->census, MakeBill(run->census, interval_ns, model), &report);
    }
    return report;
  };
  // The text shows fewer rows than the other formats, a page more of each; each extent is counted once, and only where it
  // is asked for.
  std::optional<Report> as_text, as_html, as_others;
  const auto made = [&](OutputFormat format) -> Report& {
    std::optional<Report>& report = format == OutputFormat::kText   ? as_text
                                    : format == OutputFormat::kHtml ? as_html
                                                                    : as_others;
    if (!report) report = build(format);
    return *report;
  };
  const int status = HasInvalidInput(made(options.output.format)) ? kExitCannotDo : kExitOk;
  const bool is_last = options.output.files.empty();
  return DeliverReports([&](OutputFormat format) { return is_last ? std::move(made(format)) : made(format); }, options,
                        0, status, streams);
}

}  // namespace seriesguard
