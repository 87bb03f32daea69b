// SPDX-License-Identifier: Apache-2.0
//
// choose_states.cc: best[w] = the most label sets that the families so far keep in w steps of series.
//
// A family is counted from its smallest state on: only what a state has above that takes steps, and a family with one
// state takes none.
#include "analyzer/suggest/choose_states.h"

#include <algorithm>

namespace seriesguard {
namespace {

constexpr uint64_t kSteps = 20000;

size_t Smallest(const std::vector<StateSize>& states) {
  size_t smallest = 0;
  for (size_t i = 1; i < states.size(); ++i) {
    if (states[i].series < states[smallest].series) smallest = i;
  }
  return smallest;
}

}  // namespace

std::vector<size_t> ChooseStates(const std::vector<std::vector<StateSize>>& families, uint64_t most_series) {
  std::vector<size_t> chosen(families.size());
  uint64_t least = 0;
  for (size_t i = 0; i < families.size(); ++i) {
    chosen[i] = Smallest(families[i]);
    least += families[i][chosen[i]].series;
  }
  if (least > most_series) return {};
  uint64_t largest = 0;  // no more room than this can be used
  for (size_t i = 0; i < families.size(); ++i) {
    uint64_t most = 0;
    for (const StateSize& state : families[i]) most = std::max(most, state.series);
    largest += most - families[i][chosen[i]].series;
  }
  const uint64_t room = std::min(most_series - least, largest);
  const uint64_t unit = room / kSteps + 1;
  const size_t steps = static_cast<size_t>(room / unit);

  std::vector<size_t> open;  // families with a choice
  for (size_t i = 0; i < families.size(); ++i) {
    if (families[i].size() > 1) open.push_back(i);
  }
  std::vector<uint64_t> best(steps + 1, 0), next(steps + 1);
  std::vector<std::vector<uint16_t>> taken(open.size());
  for (size_t o = 0; o < open.size(); ++o) {
    const std::vector<StateSize>& states = families[open[o]];
    const uint64_t smallest = states[chosen[open[o]]].series;
    std::fill(next.begin(), next.end(), 0);
    taken[o].assign(steps + 1, static_cast<uint16_t>(chosen[open[o]]));
    for (size_t s = 0; s < states.size(); ++s) {
      const size_t weight = static_cast<size_t>((states[s].series - smallest + unit - 1) / unit);
      for (size_t w = weight; w <= steps; ++w) {
        const uint64_t kept = best[w - weight] + states[s].label_sets;
        if (kept <= next[w]) continue;
        next[w] = kept;
        taken[o][w] = static_cast<uint16_t>(s);
      }
    }
    best.swap(next);
  }
  size_t w = steps;
  for (size_t o = open.size(); o-- > 0;) {
    const std::vector<StateSize>& states = families[open[o]];
    const uint64_t smallest = states[chosen[open[o]]].series;
    const size_t s = taken[o][w];
    w -= static_cast<size_t>((states[s].series - smallest + unit - 1) / unit);
    chosen[open[o]] = s;
  }
  return chosen;
}

}  // namespace seriesguard
