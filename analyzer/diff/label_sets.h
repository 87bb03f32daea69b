// SPDX-License-Identifier: Apache-2.0
//
// label_sets.h: sets of labels as small numbers, built label by label in ascending order.
//
// Use:      a row's set begins as kEmptySet; With(set, label) is the set that has the label as well. Any number of
//           labels; nothing is hashed.
// Threads:  one thread an object.
// Cost:     With: an array look-up; a new set one append.
#ifndef SERIESGUARD_ANALYZER_DIFF_LABEL_SETS_H_
#define SERIESGUARD_ANALYZER_DIFF_LABEL_SETS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace seriesguard {

class LabelSets {
 public:
  static constexpr uint32_t kEmptySet = 0;

  void Clear() {
    nodes_.assign(1, Node{0, 0});
    BeginLabel(0);
  }

  // All calls of With until the next BeginLabel add this label, which is above all that were added before.
  void BeginLabel(uint32_t label) {
    label_ = label;
    with_.assign(nodes_.size(), 0);
  }

  // Requires:  `set` was there at BeginLabel.
  uint32_t With(uint32_t set) {
    uint32_t& with = with_[set];
    if (with == 0) {
      with = static_cast<uint32_t>(nodes_.size());
      nodes_.push_back({set, label_});
    }
    return with;
  }

  size_t size() const { return nodes_.size(); }

  // The labels of a set, ascending.
  std::vector<uint32_t> Labels(uint32_t set) const {
    std::vector<uint32_t> labels;
    for (; set != kEmptySet; set = nodes_[set].parent) labels.push_back(nodes_[set].label);
    std::reverse(labels.begin(), labels.end());
    return labels;
  }

 private:
  struct Node {
    uint32_t parent;
    uint32_t label;
  };
  std::vector<Node> nodes_ = std::vector<Node>(1, Node{0, 0});
  std::vector<uint32_t> with_ = std::vector<uint32_t>(1, 0);
  uint32_t label_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_LABEL_SETS_H_
