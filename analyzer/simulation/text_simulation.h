// SPDX-License-Identifier: Apache-2.0
//
// text_simulation.h: a simulation for people.
//
// Threads:  pure function.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_TEXT_SIMULATION_H_
#define SERIESGUARD_ANALYZER_SIMULATION_TEXT_SIMULATION_H_

#include <cstddef>
#include <string>

#include "analyzer/simulation/simulation.h"

namespace seriesguard {

struct SimulationTextOptions {
  size_t columns = 100;
  bool colour = false;
  size_t most_metrics = 10;  // of each input, those that change most; 0 = all
};

std::string RenderTextSimulation(const Simulation& simulation, const SimulationTextOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_TEXT_SIMULATION_H_
