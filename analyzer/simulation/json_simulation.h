// SPDX-License-Identifier: Apache-2.0
//
// json_simulation.h: a simulation as the document "seriesguard.simulation/1".
//
// Threads:  pure function.
// Source:   simulation.schema.json; docs/simulate.md says what each member means, docs/json_report.md what is promised.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_JSON_SIMULATION_H_
#define SERIESGUARD_ANALYZER_SIMULATION_JSON_SIMULATION_H_

#include <string>

#include "analyzer/simulation/simulation.h"

namespace seriesguard {

std::string RenderJsonSimulation(const Simulation& simulation);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_JSON_SIMULATION_H_
