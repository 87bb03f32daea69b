// SPDX-License-Identifier: Apache-2.0
//
// suggest_command.cc: the policy on the standard output, or in a file with a summary on the standard output.
#include "analyzer/commands/suggest_command.h"

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/server_view.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/commands/version.h"
#include "analyzer/commands/write_file.h"
#include "analyzer/report/number_text.h"
#include "analyzer/suggest/json_suggestion.h"
#include "analyzer/suggest/make_suggestion.h"
#include "analyzer/suggest/suggestion.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

int CannotDo(const absl::Status& status, const Streams& streams) {
  PrintError(absl::StrCat("seriesguard suggest: ", status.message(), "\n"), streams);
  return kExitCannotDo;
}

std::string Summary(const Suggestion& suggestion, const std::string& path) {
  size_t rules = 0;
  for (const SuggestedFamily& family : suggestion.families) rules += family.rules.size();
  return absl::StrCat(SafeText(path), ": ", Quantity(suggestion.families.size(), "metric rule"), ", ",
                      Quantity(rules, "label rule"), "\n", WithThousands(suggestion.series_before), " -> ",
                      Quantity(suggestion.series_after, "series"), ", ", WithThousands(suggestion.label_sets_before),
                      " -> ", Quantity(suggestion.label_sets_after, "label set"), "\n");
}

}  // namespace

int RunSuggest(const Options& options, const Streams& streams) {
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  if (run->skipped_lines > 0) {
    PrintError(absl::StrCat("seriesguard suggest: ", Quantity(run->skipped_lines, "line"),
                            " skipped (--lenient): their series are not part of the suggestion\n"),
               streams);
  }
  SuggestOptions asked;
  asked.target = options.suggest.target;
  asked.may_list_personal = options.output.show_personal;
  const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(run->census, asked);
  if (!suggestion.ok()) return CannotDo(suggestion.status(), streams);
  const std::string& path = options.write.output_path;
  if (!path.empty()) {
    const absl::Status written = WriteWholeFile(path, suggestion->policy);
    if (!written.ok()) return CannotDo(written, streams);
  }
  if (options.output.format == OutputFormat::kJson) {
    const std::string_view server = options.input.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3";
    return Deliver(RenderJsonSuggestion(*suggestion, run->census.inputs(), kToolAndVersion, server), kExitOk, streams);
  }
  return Deliver(path.empty() ? suggestion->policy : Summary(*suggestion, path), kExitOk, streams);
}

}  // namespace seriesguard
