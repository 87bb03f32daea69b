// SPDX-License-Identifier: Apache-2.0
//
// explain_command.cc: one family, with every question that the census answers.
#include "analyzer/commands/explain_command.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/census_report.h"
#include "analyzer/commands/cut_notes.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/report/dump_findings.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 80;

// The family of that name, else the family that has a sample of that name (`x_bucket` means `x`); family_count() when
// there is neither.
size_t FindMetric(const Census& census, const std::string& name) {
  const size_t exact = census.FindFamily(name);
  if (exact != census.family_count()) return exact;
  for (size_t family = 0; family < census.family_count(); ++family) {
    const std::vector<std::string>& parts = census.family(family).parts;
    if (std::find(parts.begin(), parts.end(), name) != parts.end()) return family;
  }
  return census.family_count();
}

int UnknownMetric(const Census& census, const std::string& name, const Streams& streams) {
  std::vector<std::string_view> names;
  for (size_t family = 0; family < census.family_count(); ++family) names.push_back(census.family(family).name);
  std::string message =
      absl::StrCat("seriesguard explain: no metric \"", SafeTextTruncated(name, kShownColumns), "\" in the input");
  const std::string_view near = NearestName(name, names);
  if (!near.empty()) {
    absl::StrAppend(&message, "; did you mean ", SafeTextTruncated(near, kShownColumns), "?");
  } else {
    absl::StrAppend(&message, "; seriesguard top --limit 0 lists them all");
  }
  PrintError(message + "\n", streams);
  return kExitCannotDo;
}

}  // namespace

int RunExplain(const Options& options, const Streams& streams) {
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  const std::string& asked = options.positionals.front();
  const size_t family = FindMetric(run->census, asked);
  if (family == run->census.family_count()) return UnknownMetric(run->census, asked, streams);

  BuildReportOptions rows;
  const std::string& name = run->census.family(family).name;
  rows.matches = [&name](std::string_view other) { return other == name; };
  if (options.output.limit) rows.top_values = *options.output.limit == 0 ? SIZE_MAX : *options.output.limit;
  rows.what_if = true;
  rows.explain = true;
  Report report = ReportOfCensus(*run, rows, options);
  AddCutNotes(run->census, rows, &report);
  report.filtered_metrics = 0;  // no --metric here
  return DeliverReport(report, options, 0, HasInvalidInput(report) ? kExitCannotDo : kExitOk, streams);
}

}  // namespace seriesguard
