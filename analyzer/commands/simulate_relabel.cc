// SPDX-License-Identifier: Apache-2.0
//
// simulate_relabel.cc: the configuration first, so that a mistake in it costs no reading.
#include "analyzer/commands/simulate_relabel.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/commands/write_file.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/relabel/json_relabel.h"
#include "analyzer/relabel/relabel_config.h"
#include "analyzer/relabel/relabel_simulation.h"
#include "analyzer/relabel/text_relabel.h"
#include "analyzer/simulation/dump_table.h"
#include "rules/diagnostic.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultRows = 10;

int CannotDo(const std::string& why, const Streams& streams) {
  PrintError(absl::StrCat("seriesguard simulate: ", why, "\n"), streams);
  return kExitCannotDo;
}

// The one job there is, or the one that was named; null with a message where that is not one.
const RelabelJob* ChooseJob(const RelabelConfig& config, const std::string& wanted, std::string* why) {
  std::string known;
  for (const RelabelJob& job : config.jobs) {
    if (!job.name.empty() && job.name == wanted) return &job;
    if (!job.name.empty()) absl::StrAppend(&known, known.empty() ? "" : ", ", SafeText(job.name));
  }
  if (wanted.empty() && config.jobs.size() == 1) return &config.jobs.front();
  *why = known.empty()    ? "--job: the file is a list of rules and names no job"
         : wanted.empty() ? absl::StrCat("the configuration has several jobs, choose one by --job: ", known)
                          : absl::StrCat("--job: there is no job \"", SafeText(wanted), "\"; there are: ", known);
  return nullptr;
}

// What is shown of a dump's values hides what is personal; the written dump is the dump.
void MaskExamples(RelabelSimulation* simulation) {
  for (RelabelledInput& input : simulation->inputs) {
    for (LostSeries& lost : input.lost) {
      for (std::string* series : {&lost.kept, &lost.lost, &lost.becomes}) *series = MaskSeries(*series);
    }
  }
}

}  // namespace

int RunSimulateRelabel(const Options& options, const Streams& streams) {
  const std::string& path = options.simulate.relabel_path;
  const absl::StatusOr<RelabelConfigResult> read = ReadRelabelConfigFile(path, options.input.server);
  if (!read.ok()) return CannotDo(std::string(read.status().message()), streams);
  std::string errors;
  for (const Diagnostic& diagnostic : read->diagnostics) {
    errors += FormatDiagnostic(diagnostic, path, LineOfText(read->text, diagnostic.location.line),
                               DiagnosticColumns(streams));
  }
  if (!errors.empty()) PrintError(errors, streams);
  if (!read->config) return kExitCannotDo;
  std::string why;
  const RelabelJob* const job = ChooseJob(*read->config, options.write.job, &why);
  if (job == nullptr) return CannotDo(why, streams);

  DumpTables tables(/*canonical_boundaries=*/options.input.server == ServerView::kPrometheus3);
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams, &tables);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  const bool is_written = !options.write.output_path.empty();
  if (is_written && tables.size() != 1) {
    return CannotDo("--output takes one input: each is a target of its own", streams);
  }
  std::string exposition;
  RelabelOptions simulate;
  simulate.server = options.input.server;
  if (is_written) simulate.exposition = &exposition;
  absl::StatusOr<RelabelSimulation> simulation = SimulateRelabelling(*job, run->census, tables, simulate);
  if (!simulation.ok()) return CannotDo(std::string(simulation.status().message()), streams);
  simulation->config_path = path;
  if (is_written) {
    const absl::Status written = WriteWholeFile(options.write.output_path, exposition);
    if (!written.ok()) return CannotDo(std::string(written.message()), streams);
  }
  if (!options.output.show_personal) MaskExamples(&*simulation);
  if (options.output.format == OutputFormat::kJson) return Deliver(RenderJsonRelabel(*simulation), kExitOk, streams);
  RelabelTextOptions text;
  text.columns = TextColumns(options.output, streams);
  text.colour = UseColour(options.output.colour, streams);
  text.most_rows = options.output.limit.value_or(kDefaultRows);
  return Deliver(RenderTextRelabel(*simulation, text), kExitOk, streams);
}

}  // namespace seriesguard
