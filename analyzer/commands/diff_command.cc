// SPDX-License-Identifier: Apache-2.0
//
// diff_command.cc: both sides are read as one run, so that they share one dictionary; a stored report has no series,
// then counts are compared.
#include "analyzer/commands/diff_command.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_inputs.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/commands/stored_report.h"
#include "analyzer/commands/version.h"
#include "analyzer/diff/change.h"
#include "analyzer/diff/html_diff.h"
#include "analyzer/diff/json_diff.h"
#include "analyzer/diff/mask_diff.h"
#include "analyzer/diff/series_diff.h"
#include "analyzer/diff/side_counts.h"
#include "analyzer/diff/target_pairs.h"
#include "analyzer/diff/text_diff.h"
#include "analyzer/input/input_list.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultRows = 10;

absl::Status Error(const std::string& message) { return absl::InvalidArgumentError(absl::StrCat("error: ", message)); }

// The name by which a dump is matched: its path below the folder that was given, else its own name.
std::string TargetName(const std::string& argument, const std::string& path) {
  size_t begin = 0;
  if (path.size() > argument.size() && path.compare(0, argument.size(), argument) == 0) {
    begin = argument.size();
    while (begin < path.size() && path[begin] == '/') ++begin;
  } else {
    size_t end = path.size();
    while (end > 1 && path[end - 1] == '/') --end;
    const size_t slash = path.rfind('/', end - 1);
    begin = slash == std::string::npos ? 0 : slash + 1;
  }
  return path.substr(begin);
}

// Adds one side's inputs to those of the run.
absl::StatusOr<std::vector<SideTarget>> AddSide(const std::string& argument, const Streams& streams,
                                                ExpandedInputs* inputs) {
  absl::StatusOr<ExpandedInputs> side = ExpandAloud({argument}, streams);
  if (!side.ok()) return side.status();
  const size_t first = inputs->paths.size();
  std::vector<SideTarget> targets;
  for (const std::string& path : side->paths) {
    targets.push_back({inputs->paths.size(), TargetName(argument, path)});
    inputs->paths.push_back(path);
  }
  for (UrlInput url : side->urls) {
    url.input += first;
    inputs->urls.push_back(std::move(url));
  }
  for (WorkerFolder folder : side->worker_folders) {
    folder.input += first;
    inputs->worker_folders.push_back(folder);
  }
  return targets;
}

absl::Status RefusedFiles(uint64_t refused, const InputOptions& options) {
  if (refused == 0 || options.lenient) return absl::OkStatus();
  return Error("files of workers were refused (see top); --lenient compares without them");
}

absl::StatusOr<Diff> DiffOfDumps(const Options& options, const Streams& streams) {
  ExpandedInputs inputs;
  const absl::StatusOr<std::vector<SideTarget>> before = AddSide(options.positionals[0], streams, &inputs);
  if (!before.ok()) return before.status();
  const absl::StatusOr<std::vector<SideTarget>> after = AddSide(options.positionals[1], streams, &inputs);
  if (!after.ok()) return after.status();
  absl::StatusOr<InputsRead> read = ReadInputs(inputs, options.input, streams, /*watcher=*/nullptr);
  if (!read.ok()) return read.status();
  if (read->result.data->sketched) {
    return Error(
        "--memory-limit was reached, and series that are only estimated cannot be compared; raise it, or compare "
        "two stored reports (top --format json)");
  }
  const absl::Status refused = RefusedFiles(read->folders.refused_files, options.input);
  if (!refused.ok()) return refused;
  SeriesDiffOptions series;
  series.pairs = PairTargets(*before, *after);
  series.ignored_labels = options.ignored_labels;
  series.threads = read->threads;
  const uint64_t skipped = read->result.error_count;
  Diff diff = DiffSeries(std::move(read->result.data), series);
  diff.skipped_lines = skipped;
  return diff;
}

// What one side has, from its report or from a census of its own.
absl::StatusOr<SideCounts> CountSide(const std::string& argument, const StoredReport& report, const Options& options,
                                     const Streams& streams, uint64_t* skipped_lines) {
  if (!report.is_report()) {
    InputOptions input = options.input;
    input.paths = {argument};
    const absl::StatusOr<CensusRun> run = RunCensus(input, streams);
    if (!run.ok()) return run.status();
    const absl::Status refused = RefusedFiles(run->refused_files, options.input);
    if (!refused.ok()) return refused;
    *skipped_lines += run->skipped_lines;
    return CountsOf(run->census);
  }
  const absl::StatusOr<std::string> text = report.Read();
  if (!text.ok()) return Error(std::string(text.status().message()));
  absl::StatusOr<SideCounts> counts = ReadStoredReport(*text);
  if (!counts.ok()) return Error(absl::StrCat(SafeText(argument), ": ", counts.status().message()));
  counts->side.inputs.push_back({argument, "stored report"});
  return counts;
}

absl::StatusOr<Diff> MakeDiff(const Options& options, const Streams& streams) {
  const std::string& before_path = options.positionals[0];
  const std::string& after_path = options.positionals[1];
  if (before_path == "-" && after_path == "-") return Error("the standard input can be one side only");
  const StoredReport before_report(before_path, streams.stdin_descriptor);
  const StoredReport after_report(after_path, streams.stdin_descriptor);
  if (!before_report.is_report() && !after_report.is_report()) return DiffOfDumps(options, streams);
  if (!options.ignored_labels.empty()) {
    return Error("a stored report has no series, so --ignore-label cannot take a label out of its counts");
  }
  uint64_t skipped_lines = 0;
  const absl::StatusOr<SideCounts> before = CountSide(before_path, before_report, options, streams, &skipped_lines);
  if (!before.ok()) return before.status();
  const absl::StatusOr<SideCounts> after = CountSide(after_path, after_report, options, streams, &skipped_lines);
  if (!after.ok()) return after.status();
  Diff diff = DiffCounts(*before, *after);
  diff.skipped_lines = skipped_lines;
  return diff;
}

}  // namespace

int RunDiff(const Options& options, const Streams& streams) {
  if (!CanWriteReportFiles(options, streams)) return kExitCannotDo;
  absl::StatusOr<Diff> diff = MakeDiff(options, streams);
  if (!diff.ok()) {
    PrintError(absl::StrCat(diff.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  diff->tool = std::string(kToolAndVersion);
  diff->server = options.input.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3";
  const auto render = [&](OutputFormat format, size_t columns, bool colour) {
    Diff shown = *diff;
    CutChanges(options.output.limit.value_or(format == OutputFormat::kText ? kDefaultRows : 0), &shown);
    if (!options.output.show_personal) MaskDiff(&shown);
    if (format == OutputFormat::kJson) return RenderJsonDiff(shown);
    if (format == OutputFormat::kHtml) return RenderHtmlDiff(shown);
    TextDiffStyle style;
    style.columns = columns;
    style.colour = colour;
    return RenderTextDiff(shown, style);
  };
  return DeliverFormats(render, options, kExitOk, streams);
}

}  // namespace seriesguard
