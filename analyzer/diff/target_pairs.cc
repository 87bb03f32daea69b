// SPDX-License-Identifier: Apache-2.0
//
// target_pairs.cc: a map by name.
#include "analyzer/diff/target_pairs.h"

#include <map>
#include <utility>

namespace seriesguard {

std::vector<TargetPair> PairTargets(const std::vector<SideTarget>& before, const std::vector<SideTarget>& after) {
  std::vector<TargetPair> pairs;
  if (before.size() == 1 && after.size() == 1) {
    pairs.push_back({after[0].name, before[0].input, after[0].input});
    return pairs;
  }
  std::map<std::string, TargetPair> by_name;
  for (const SideTarget& target : before) by_name[target.name].before = target.input;
  for (const SideTarget& target : after) by_name[target.name].after = target.input;
  for (auto& [name, pair] : by_name) {
    pair.name = name;
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace seriesguard
