// SPDX-License-Identifier: Apache-2.0
//
// text_relabel.h: a simulation of relabelling for people.
//
// Threads:  pure function.
#ifndef SERIESGUARD_ANALYZER_RELABEL_TEXT_RELABEL_H_
#define SERIESGUARD_ANALYZER_RELABEL_TEXT_RELABEL_H_

#include <cstddef>
#include <string>

#include "analyzer/relabel/relabel_simulation.h"

namespace seriesguard {

struct RelabelTextOptions {
  size_t columns = 100;
  bool colour = false;
  size_t most_rows = 10;  // metrics that change, and series that are lost, of each input; 0 = all
};

std::string RenderTextRelabel(const RelabelSimulation& simulation, const RelabelTextOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_TEXT_RELABEL_H_
