// SPDX-License-Identifier: Apache-2.0
//
// simulate_policy.h: the dumps as a guard in the service would have exported them.
//
// Use:      after the inputs were read with DumpTables as the watcher.
// Threads:  one at a time.
// Memory:   of one input at a time: its label sets and what the guard keeps of them.
// Errors:   a policy whose rules do not compile.
// Cost:     linear in the samples, but for sorting label sets by traffic where the order asks for it.
// Source:   docs/simulate.md.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_SIMULATE_POLICY_H_
#define SERIESGUARD_ANALYZER_SIMULATION_SIMULATE_POLICY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/simulation.h"
#include "rules/policy.h"

namespace seriesguard {

struct SimulationOptions {
  ArrivalOrder order = ArrivalOrder::kFile;
  // The document of the first input as the guard exports it; null: nobody wants it.
  std::string* exposition = nullptr;
  // For tests: changes the order of arrival, once an input. Numbers stand for label sets; metrics that keep their busiest
  // values are among them.
  std::function<void(std::vector<uint32_t>*)> shuffle;
};

absl::StatusOr<Simulation> SimulatePolicy(const Policy& policy, const Census& census, const DumpTables& tables,
                                          const SimulationOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_SIMULATE_POLICY_H_
