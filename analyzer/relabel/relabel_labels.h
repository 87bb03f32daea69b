// SPDX-License-Identifier: Apache-2.0
//
// relabel_labels.h: the labels of one sample while rules change them, in the order in which a server goes through them.
//
// Use:      Start with a sample's labels, change them, Take the result.
// Threads:  one at a time.
// Source:   Prometheus, model/labels: Builder. The order matters to `labelmap` alone: where two labels get one name,
//           the later one stays. Labels that were there come in the order of their names, then those that were set, in
//           the order in which they came.
#ifndef SERIESGUARD_ANALYZER_RELABEL_RELABEL_LABELS_H_
#define SERIESGUARD_ANALYZER_RELABEL_RELABEL_LABELS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

class RelabelLabels {
 public:
  using Label = std::pair<std::string, std::string>;  // name and value

  // Forgets everything. Then AddFirst for each label, by name, __name__ among them.
  void Clear() {
    labels_.clear();
    untouched_ = 0;
  }
  // Requires:  neither is empty; names ascend.
  void AddFirst(std::string_view name, std::string_view value);

  // Empty: there is none.
  std::string_view Get(std::string_view name) const;
  // An empty value removes the label.
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);

  // Brings the labels into the order of their names, as an old server does after each rule.
  void Settle();
  const std::vector<Label>& labels() const { return labels_; }
  bool empty() const { return labels_.empty(); }

 private:
  std::vector<Label> labels_;
  size_t untouched_ = 0;  // the first ones: as they were from the start
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_RELABEL_LABELS_H_
