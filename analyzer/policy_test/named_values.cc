// SPDX-License-Identifier: Apache-2.0
//
// named_values.cc: see the header.
#include "analyzer/policy_test/named_values.h"

#include <optional>

#include "rules/reserve.h"

namespace seriesguard {

bool HasPlacesForAll(const LabelRule& rule) {
  if (rule.has_allow || rule.has_route) return true;
  LabelRule without_limit = rule;
  without_limit.value_limit.reset();
  const std::optional<int64_t> closed = ClosedValues(without_limit);
  return closed && (!rule.value_limit || *closed <= *rule.value_limit);
}

NamedValues::NamedValues(const LabelRule& rule) : admit_(rule.admit) {
  if (!rule.value_limit || HasPlacesForAll(rule)) return;
  limit_ = static_cast<size_t>(*rule.value_limit);
  named_.insert(rule.pins.begin(), rule.pins.end());
}

NamedValues::Answer NamedValues::Admit(std::string_view value) {
  if (limit_ == SIZE_MAX) return Answer::kNamed;
  std::string text(value);
  if (named_.count(text) > 0) return Answer::kNamed;
  if (named_.size() >= limit_) return admit_ == Admission::kFirst ? Answer::kFolded : Answer::kByTraffic;
  named_.insert(std::move(text));
  return Answer::kNamed;
}

}  // namespace seriesguard
