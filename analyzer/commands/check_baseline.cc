// SPDX-License-Identifier: Apache-2.0
//
// check_baseline.cc: the file is read early, so that a mistake in it costs no counting.
#include "analyzer/commands/check_baseline.h"

#include <ctime>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/baseline/baseline_reader.h"
#include "analyzer/baseline/ratchet.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/write_file.h"
#include "analyzer/report/finding.h"
#include "rules/diagnostic.h"

namespace seriesguard {
namespace {

// The day in UTC, so that a build says the same everywhere.
std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &day);
  return text;
}

bool Fail(const std::string& message, const Streams& streams) {
  PrintError(absl::StrCat("seriesguard check: ", message, "\n"), streams);
  return false;
}

bool Update(const Baseline& old, const Options& options, const std::string& policy_hash, const std::string& today,
            const Streams& streams, const Report& report, Baseline* updated) {
  if (report.verdict == ReportVerdict::kUndecided) {
    return Fail("the baseline stays as it is, because there is no verdict", streams);
  }
  UpdateOptions update;
  update.policy_hash = policy_hash;
  update.today = today;
  update.reason = options.check.baseline_reason;
  update.expires = options.check.baseline_expires;
  UpdatedBaseline made = UpdateBaseline(old, update, report.findings);
  if (!made.refused.empty()) {
    std::string text = "the baseline stays as it is: entries that are new or rise need --reason";
    for (const std::string& line : made.refused) absl::StrAppend(&text, "\n  ", line);
    return Fail(text, streams);
  }
  const absl::Status written = WriteWholeFile(options.check.baseline_path, WriteBaseline(made.baseline));
  if (!written.ok()) return Fail(std::string(written.message()), streams);
  *updated = std::move(made.baseline);
  return true;
}

}  // namespace

bool ReadBaselineAloud(const CheckOptions& options, const Streams& streams, std::optional<Baseline>* baseline) {
  if (options.baseline_path.empty()) {
    return options.update_baseline ? Fail("--update-baseline needs --baseline, the file to write", streams) : true;
  }
  const bool has_reason = !options.baseline_reason.empty() || !options.baseline_expires.empty();
  if (has_reason && !options.update_baseline) return Fail("--reason and --expires need --update-baseline", streams);
  absl::StatusOr<BaselineReadResult> read = ReadBaselineFile(options.baseline_path);
  if (absl::IsNotFound(read.status()) && options.update_baseline) {
    *baseline = Baseline();
    return true;
  }
  if (!read.ok()) return Fail(std::string(read.status().message()), streams);
  for (const Diagnostic& diagnostic : read->diagnostics) {
    PrintError(FormatDiagnostic(diagnostic, options.baseline_path, LineOfText(read->text, diagnostic.location.line),
                                DiagnosticColumns(streams)),
               streams);
  }
  *baseline = std::move(read->baseline);
  return baseline->has_value();
}

bool UseBaseline(const Baseline& baseline, const Options& options, const std::string& policy_hash,
                 const Streams& streams, Report* report) {
  RatchetOptions ratchet;
  ratchet.path = options.check.baseline_path;
  ratchet.policy_hash = policy_hash;
  ratchet.today = Today();
  ratchet.max_growth = options.check.max_growth;
  ratchet.strict = options.strict;
  Baseline in_force = baseline;
  const bool is_updated = !options.check.update_baseline ||
                          Update(baseline, options, policy_hash, ratchet.today, streams, *report, &in_force);
  // What was just written has no lines yet that the user has seen.
  ApplyBaseline(in_force, ratchet, &report->findings);
  if (report->verdict == ReportVerdict::kOverBudget || report->verdict == ReportVerdict::kWithinBudget) {
    report->verdict = CountSeverity(report->findings, Severity::kError) > 0 ? ReportVerdict::kOverBudget
                                                                            : ReportVerdict::kWithinBudget;
  }
  return is_updated;
}

}  // namespace seriesguard
