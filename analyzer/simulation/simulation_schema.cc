// SPDX-License-Identifier: Apache-2.0
//
// simulation_schema.cc: the build turns simulation.schema.json into one raw string literal.
#include "analyzer/simulation/simulation_schema.h"

namespace seriesguard {

std::string_view SimulationSchema() {
  static constexpr std::string_view kSchema =
#include "analyzer/simulation/simulation_schema.inc"
      ;
  return kSchema;
}

}  // namespace seriesguard
