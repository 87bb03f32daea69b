// SPDX-License-Identifier: Apache-2.0
//
// json_relabel.h: a simulation of relabelling as the document "seriesguard.simulation/1", kind relabel.
//
// Threads:  pure function.
// Source:   analyzer/simulation/simulation.schema.json; docs/simulate.md.
#ifndef SERIESGUARD_ANALYZER_RELABEL_JSON_RELABEL_H_
#define SERIESGUARD_ANALYZER_RELABEL_JSON_RELABEL_H_

#include <string>

#include "analyzer/relabel/relabel_simulation.h"

namespace seriesguard {

std::string RenderJsonRelabel(const RelabelSimulation& simulation);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_JSON_RELABEL_H_
