// SPDX-License-Identifier: Apache-2.0
//
// simulated_dump.h: what the tests of simulations share: a dump that stands in a test, read; a policy; dumps and policies
// that are made at random.
#ifndef SERIESGUARD_TESTS_ANALYZER_SIMULATION_SIMULATED_DUMP_H_
#define SERIESGUARD_TESTS_ANALYZER_SIMULATION_SIMULATED_DUMP_H_

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/simulate_policy.h"
#include "analyzer/simulation/simulation.h"
#include "rules/policy.h"

namespace seriesguard {

struct SimulatedDump {
  std::unique_ptr<Census> census;
  std::unique_ptr<DumpTables> tables;
};

// Reads texts of format 0.0.4, each an input; what does not parse fails the test.
SimulatedDump ReadDumpTexts(const std::vector<std::string>& texts, bool canonical_boundaries = false);

// Reads a policy; one with errors fails the test.
Policy PolicyOf(const std::string& yaml);
// The same; nothing where it has errors.
std::optional<Policy> PolicyIfValid(const std::string& yaml);

// Simulates one text under one policy.
Simulation Simulate(const std::string& yaml, const std::string& text, SimulationOptions options = {});

// A dump of a counter, a histogram and a gauge with at most `sets` label sets each, over labels a, b and c.
std::string RandomDump(std::mt19937_64* random, size_t sets, bool whole_numbers);
// The same with the counter alone.
std::string RandomCounter(std::mt19937_64* random, size_t sets);
// A policy for these; not always a valid one.
std::string RandomPolicy(std::mt19937_64* random);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_SIMULATION_SIMULATED_DUMP_H_
