// SPDX-License-Identifier: Apache-2.0
//
// init_command.cc: the policy in a file, what is in it and the next step on the standard output.
#include "analyzer/commands/init_command.h"

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/check_outputs.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/commands/write_file.h"
#include "analyzer/init/first_policy.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kDefaultPath = "seriesguard.yaml";

int CannotDo(std::string_view message, const Streams& streams) {
  PrintError(absl::StrCat("seriesguard init: ", std::string(message), "\n"), streams);
  return kExitCannotDo;
}

// A word of a command line that a person can paste; what is plain stays as it is.
std::string ForShell(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
  const std::string safe = SafeText(word);
  if (!safe.empty() && safe.find_first_not_of(kPlain) == std::string::npos) return safe;
  std::string quoted = "'";
  for (const char byte : safe) quoted += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return quoted + "'";
}

std::string Summary(const FirstPolicy& policy, const Options& options, const std::string& path) {
  std::string check = "seriesguard check";
  if (path != kDefaultPath) absl::StrAppend(&check, " --policy ", ForShell(path));
  if (options.input.created == CreatedSeries::kIgnore) absl::StrAppend(&check, " --created ignore");
  if (options.input.server == ServerView::kPrometheus2) absl::StrAppend(&check, " --server prometheus2");
  for (const std::string& input : options.input.paths) absl::StrAppend(&check, " ", ForShell(input));
  return absl::StrCat(SafeText(path), ": a budget of ", Quantity(policy.series_limit, "series"), " for the ",
                      WithThousands(policy.series), " that are there, ", Quantity(policy.rules, "rule"), " for ",
                      Quantity(policy.metrics, "metric"), "\nFill in the owners, then put this into CI:\n  ", check,
                      "\n");
}

}  // namespace

int RunInit(const Options& options, const Streams& streams) {
  Options named = options;
  if (named.write.output_path.empty()) named.write.output_path = std::string(kDefaultPath);
  const std::string& path = named.write.output_path;
  struct stat file {};
  if (!options.init.force && lstat(path.c_str(), &file) == 0) {
    return CannotDo(absl::StrCat(SafeText(path), " is there already; --force replaces it, --output names another"),
                    streams);
  }
  absl::Status can_write = CheckOutputsAreNoInputs(named);
  if (can_write.ok()) can_write = CheckCanWrite(path);
  if (!can_write.ok()) return CannotDo(std::string(can_write.message()), streams);
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  if (run->skipped_lines > 0) {
    PrintError(absl::StrCat("seriesguard init: ", Quantity(run->skipped_lines, "line"),
                            " skipped (--lenient): their series are in no limit\n"),
               streams);
  }
  const absl::StatusOr<FirstPolicy> policy = MakeFirstPolicy(run->census, options.init.headroom);
  if (!policy.ok()) return CannotDo(std::string(policy.status().message()), streams);
  const absl::Status written = WriteWholeFile(path, policy->yaml);
  if (!written.ok()) return CannotDo(std::string(written.message()), streams);
  return Deliver(Summary(*policy, options, path), kExitOk, streams);
}

}  // namespace seriesguard
