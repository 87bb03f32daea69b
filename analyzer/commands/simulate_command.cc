// SPDX-License-Identifier: Apache-2.0
//
// simulate_command.cc: the inputs are read once, with their values; then a policy is tried on them.
#include "analyzer/commands/simulate_command.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/commands/simulate_relabel.h"
#include "analyzer/commands/write_file.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/json_simulation.h"
#include "analyzer/simulation/simulate_policy.h"
#include "analyzer/simulation/simulation.h"
#include "analyzer/simulation/text_simulation.h"

namespace seriesguard {
namespace {

constexpr std::string_view kName = "seriesguard simulate: ";
constexpr size_t kDefaultRows = 10;

int CannotDo(std::string_view why, const Streams& streams) {
  PrintError(absl::StrCat(std::string(kName), std::string(why), "\n"), streams);
  return kExitCannotDo;
}

// What is shown of a dump's values hides what is personal; the written dump is the dump.
void MaskExamples(Simulation* simulation) {
  for (SimulatedInput& input : simulation->inputs) {
    for (SimulatedMetric& metric : input.metrics) {
      for (FoldRow& row : metric.folds) {
        for (std::string& example : row.examples) example = MaskPersonal(example);
      }
    }
  }
}

int SimulateUnderPolicy(const Options& options, const Streams& streams) {
  const std::optional<PolicyReadResult> policy = ReadPolicyAloud(options.check.policy_path, streams);
  if (!policy || !policy->policy) return kExitCannotDo;
  DumpTables tables(/*canonical_boundaries=*/false);
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
  SimulationOptions simulate;
  simulate.order = options.simulate.order;
  if (is_written) simulate.exposition = &exposition;
  absl::StatusOr<Simulation> simulation = SimulatePolicy(*policy->policy, run->census, tables, simulate);
  if (!simulation.ok()) return CannotDo(simulation.status().ToString(), streams);
  if (!simulation->IsConserved()) {
    return CannotDo("a total was not conserved, which is a mistake of this program: please report it with the dump",
                    streams);
  }
  if (is_written) {
    const absl::Status written = WriteWholeFile(options.write.output_path, exposition);
    if (!written.ok()) return CannotDo(std::string(written.message()), streams);
  }
  if (!options.output.show_personal) MaskExamples(&*simulation);
  if (options.output.format == OutputFormat::kJson) {
    return Deliver(RenderJsonSimulation(*simulation), kExitOk, streams);
  }
  SimulationTextOptions text;
  text.columns = TextColumns(options.output, streams);
  text.colour = UseColour(options.output.colour, streams);
  text.most_metrics = options.output.limit.value_or(kDefaultRows);
  return Deliver(RenderTextSimulation(*simulation, text), kExitOk, streams);
}

}  // namespace

int RunSimulate(const Options& options, const Streams& streams) {
  if (options.simulate.relabel_path.empty()) {
    if (!options.write.job.empty()) return CannotDo("--job goes with --relabel", streams);
    return SimulateUnderPolicy(options, streams);
  }
  if (options.simulate.has_policy) return CannotDo("--policy and --relabel are two questions: ask one", streams);
  if (options.simulate.has_order) return CannotDo("--order goes with --policy", streams);
  return RunSimulateRelabel(options, streams);
}

}  // namespace seriesguard
