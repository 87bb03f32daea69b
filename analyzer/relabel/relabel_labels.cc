// SPDX-License-Identifier: Apache-2.0
//
// relabel_labels.cc: a sample has few labels, so each look-up goes through them.
#include "analyzer/relabel/relabel_labels.h"

#include <algorithm>

namespace seriesguard {

void RelabelLabels::AddFirst(std::string_view name, std::string_view value) {
  labels_.emplace_back(std::string(name), std::string(value));
  ++untouched_;
}

std::string_view RelabelLabels::Get(std::string_view name) const {
  for (const Label& label : labels_) {
    if (label.first == name) return label.second;
  }
  return {};
}

void RelabelLabels::Set(std::string_view name, std::string_view value) {
  const auto found =
      std::find_if(labels_.begin(), labels_.end(), [name](const Label& label) { return label.first == name; });
  const bool is_untouched = found != labels_.end() && found < labels_.begin() + static_cast<std::ptrdiff_t>(untouched_);
  if (found != labels_.end() && !is_untouched && !value.empty()) {
    found->second = std::string(value);
    return;
  }
  const std::string copy(value);  // it may be the value of the label that goes
  const std::string copied_name(name);
  if (found != labels_.end()) labels_.erase(found);
  if (is_untouched) --untouched_;
  if (!copy.empty()) labels_.emplace_back(copied_name, copy);
}

void RelabelLabels::Remove(std::string_view name) { Set(name, {}); }

void RelabelLabels::Settle() {
  std::sort(labels_.begin(), labels_.end());
  untouched_ = labels_.size();
}

}  // namespace seriesguard
