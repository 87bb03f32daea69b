// SPDX-License-Identifier: Apache-2.0
//
// browse_command.cc: terminal first (nobody waits for an analysis that has nowhere to be shown), then policy, count,
// judgement; only then is the screen taken over.
#include "analyzer/commands/browse_command.h"

#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/browser.h"
#include "analyzer/browse/draw_browser.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/terminal_check.h"
#include "analyzer/browse/terminal_screen.h"
#include "analyzer/census/census.h"
#include "analyzer/commands/census_report.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/judge_census.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"
#include "rules/metric_matcher.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

int CannotDo(absl::string_view reason, const Streams& streams) {
  PrintError(absl::StrCat("seriesguard browse: ", reason, "\n"), streams);
  return kExitCannotDo;
}

// Adds to `facts` what the policy says of the census.
absl::Status JudgeForBrowsing(const Census& census, const Policy& policy, const Options& options, BrowseFacts* facts) {
  Report& report = facts->report;
  report.policy = ReportPolicy{options.check.policy_path, policy.hash};
  const absl::Status judged = JudgeCensus(census, policy, options, &report);
  if (!judged.ok()) return judged;
  if (report.skipped_lines + report.refused_files > 0) {
    report.verdict = ReportVerdict::kUndecided;
    report.undecided_reason = "not everything was counted";
  }
  const absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  for (size_t family = 0; family < census.family_count(); ++family) {
    const MetricRule* const rule = matcher->Find(census.family(family).name);
    std::optional<uint64_t> limit;
    if (rule != nullptr && rule->series_limit) limit = static_cast<uint64_t>(*rule->series_limit);
    facts->limits.push_back(limit);
  }
  return absl::OkStatus();
}

// Shows the view until somebody quits. Returns 0, or the signal that ended it; the terminal is given back by then.
absl::StatusOr<int> Show(BrowseModel* model, const TerminalOptions& terminal, bool show_personal) {
  absl::StatusOr<std::unique_ptr<TerminalScreen>> screen = TerminalScreen::Open(terminal);
  if (!screen.ok()) return screen.status();
  Browser browser(model, show_personal);
  std::vector<KeyPress> keys;
  while (!browser.is_done()) {
    browser.Resize((*screen)->lines(), (*screen)->columns());
    (*screen)->Draw(DrawBrowser(browser));
    keys.clear();
    if (const std::optional<int> number = (*screen)->Wait(&keys)) return *number;
    for (const KeyPress& key : keys) {
      if (browser.is_done()) break;
      if (browser.Announce(key)) (*screen)->Draw(DrawBrowser(browser));
      browser.Press(key);
    }
  }
  return 0;
}

}  // namespace

int RunBrowse(const Options& options, const Streams& streams) {
  if (!streams.out_is_terminal) {
    return CannotDo(NoTerminalError("standard output is not a terminal, and browse needs one").message(), streams);
  }
  TerminalOptions terminal;
  const std::vector<std::string>& paths = options.input.paths;
  terminal.reads_stdin = std::find(paths.begin(), paths.end(), "-") != paths.end();
  terminal.colour = UseColour(options.output.colour, streams);
  const absl::Status usable = CheckTerminal(&terminal);
  if (!usable.ok()) return CannotDo(usable.message(), streams);

  std::optional<PolicyReadResult> read;
  if (options.simulate.has_policy) {
    read = ReadPolicyAloud(options.check.policy_path, streams);
    if (!read || !read->policy) return kExitCannotDo;
  }
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  BuildReportOptions rows;
  rows.limit = 1;  // the view counts its rows itself, when they are looked at
  rows.top_values = 0;
  BrowseFacts facts;
  facts.report = ReportOfCensus(*run, rows, options);
  if (read) {
    const absl::Status judged = JudgeForBrowsing(run->census, *read->policy, options, &facts);
    if (!judged.ok()) return CannotDo(judged.message(), streams);
  }
  BrowseModel model(run->census, std::move(facts));
  const absl::StatusOr<int> ended_by = Show(&model, terminal, options.output.show_personal);
  if (!ended_by.ok()) return CannotDo(ended_by.status().message(), streams);
  if (*ended_by == 0) return kExitOk;
  // Whoever sent it is to see that it was obeyed: no exit status says that.
  signal(*ended_by, SIG_DFL);
  raise(*ended_by);
  return kExitCannotDo;  // somebody blocks it
}

}  // namespace seriesguard
