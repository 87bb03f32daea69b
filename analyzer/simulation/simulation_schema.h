// SPDX-License-Identifier: Apache-2.0
//
// simulation_schema.h: the published JSON Schema (draft-07) of "seriesguard.simulation/1", as part of the program.
//
// Use:      printed by `seriesguard schema simulation`; the tests hold every rendered document against it.
// Source:   simulation.schema.json, embedded by the build.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_SIMULATION_SCHEMA_H_
#define SERIESGUARD_ANALYZER_SIMULATION_SIMULATION_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema; static.
std::string_view SimulationSchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_SIMULATION_SCHEMA_H_
