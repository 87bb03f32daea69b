// SPDX-License-Identifier: Apache-2.0
//
// guard_model.cc: see the header.
#include "tests/lib/guard/guard_model.h"

#include <algorithm>
#include <limits>

#include "rules/label_rule.h"

namespace seriesguard {

Policy ModelPolicy::ToPolicy(const std::string& name, const std::vector<std::string>& labels) const {
  Policy policy;
  policy.scrape_interval_ns = scrape_interval_ns;
  MetricRule metric;
  metric.name = name;
  metric.series_limit = static_cast<int64_t>(series_limit);
  metric.capacity = int64_t{1} << 40;
  metric.freeze_ns = freeze_ns;
  metric.zero_first = zero_first;
  for (size_t i = 0; i < labels.size(); ++i) {
    LabelRule rule;
    rule.label = labels[i];
    rule.drop = rules[i].drop;
    if (rules[i].lowers) rule.normalizer = Normalizer::kLowercase;
    rule.has_allow = rules[i].allow.has_value();
    rule.allow = rules[i].allow.value_or(std::vector<std::string>());
    if (rules[i].value_limit) rule.value_limit = static_cast<int64_t>(*rules[i].value_limit);
    rule.pins = rules[i].pins;
    rule.otherwise = rules[i].otherwise;
    metric.labels.push_back(rule);
  }
  policy.metrics.push_back(metric);
  return policy;
}

uint64_t ModelPolicy::Reserve(uint64_t cost) const {
  uint64_t reserve = cost;
  for (const ModelRule& rule : rules) {
    if (!rule.drop) reserve *= (rule.allow ? rule.allow->size() : rule.pins.size()) + 1;
  }
  return reserve;
}

LabelPairs GuardModel::PairsOf(const LabelSet& values) const {
  LabelPairs pairs;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty()) pairs.emplace_back(labels_[i], values[i]);
  }
  return pairs;
}

int64_t GuardModel::retired_total() const {
  int64_t sum = retired_;
  for (const auto& stone : tombstones_) sum += stone.second;
  return sum;
}

// Section 3: what a rule makes of a value; the limit is asked later.
GuardModel::Answer GuardModel::Ask(size_t label, const std::string& raw) const {
  const ModelRule& rule = policy_.rules[label];
  if (rule.drop || raw.empty()) return {"", FoldReason::kNone, true};
  std::string text = raw;
  if (rule.lowers) std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c | 32; });
  if (text == rule.otherwise) return {text, FoldReason::kCollision, true};
  if (rule.allow && std::count(rule.allow->begin(), rule.allow->end(), text) == 0) {
    return {rule.otherwise, FoldReason::kNotAllowed, true};
  }
  return {text, FoldReason::kNone, named_[label].count(text) > 0};
}

bool GuardModel::IsReserved(size_t label, const std::string& value) const {
  return value == policy_.rules[label].otherwise || reserved_[label].count(value) > 0;
}

// Rule 6: what is not wholly made of reserved values takes one of the places that are shared.
bool GuardModel::NeedsPlace(const LabelSet& values) const {
  for (size_t i = 0; i < values.size(); ++i) {
    if (!policy_.rules[i].drop && !IsReserved(i, values[i])) return true;
  }
  return false;
}

uint64_t GuardModel::Dynamic() const {
  uint64_t sum = 0;
  for (const auto& [values, series] : series_) sum += series.reserved ? 0 : cost_;
  return sum;
}

// Rules 2, 5, 6 and 9.
bool GuardModel::HasPlace() const {
  return policy_.Reserve(cost_) + Dynamic() + cost_ <= policy_.series_limit && FitsUnderCeiling();
}

// Rules 6 and 9: whatever is exported, there must be a place for the label set of overflow words.
bool GuardModel::FitsUnderCeiling() const {
  bool has_labels = false;
  for (const ModelRule& rule : policy_.rules) has_labels |= !rule.drop;
  // Without labels the only label set is its own overflow.
  return (has_labels ? exported_with_overflow() : exported()) + cost_ <= ceiling_;
}

uint64_t GuardModel::exported_with_overflow() const {
  LabelSet overflow;
  for (const ModelRule& rule : policy_.rules) overflow.push_back(rule.drop ? "" : rule.otherwise);
  return exported() + (series_.count(overflow) > 0 ? 0 : cost_);
}

uint64_t GuardModel::Limit(size_t label) const {
  const ModelRule& rule = policy_.rules[label];
  if (rule.allow) return named_[label].size();
  return rule.value_limit.value_or(std::numeric_limits<uint64_t>::max());
}

// A value that lost its name keeps its place while series of it are exported.
bool GuardModel::HasRoom(size_t label) const {
  std::set<std::string> leaving;
  for (const auto& [values, series] : series_) {
    const std::string& value = values[label];
    if (!value.empty() && value != policy_.rules[label].otherwise && named_[label].count(value) == 0) {
      leaving.insert(value);
    }
  }
  return named_[label].size() + leaving.size() < Limit(label);
}

bool GuardModel::IsActive(const LabelSet& values) const {
  const auto found = series_.find(values);
  return found != series_.end() && found->second.state == State::kActive;
}

void GuardModel::Overflow(FoldReason reason, bool absent_too, Question* question) const {
  for (size_t i = 0; i < question->values.size(); ++i) {
    const std::string& value = question->values[i];
    if (policy_.rules[i].drop || (value.empty() && !absent_too)) continue;
    if (!question->is_new[i] && !value.empty() && IsReserved(i, value)) continue;
    question->values[i] = policy_.rules[i].otherwise;
    question->folds[i] = reason;
    question->is_new[i] = false;
  }
}

// Rule 6: the last resort. An absent label stays absent if that label set can be had.
GuardModel::LabelSet GuardModel::AdmitOverflow(FoldReason reason, Question* question, int64_t now_ns) {
  for (const bool absent_too : {false, true}) {
    Overflow(reason, absent_too, question);
    if (IsActive(question->values)) return question->values;
    if (NeedsPlace(question->values) ? HasPlace() : FitsUnderCeiling()) {
      Make(*question, now_ns);
      return question->values;
    }
  }
  for (size_t i = 0; i < question->values.size(); ++i) {
    if (policy_.rules[i].drop || question->values[i] == policy_.rules[i].otherwise) continue;
    question->values[i] = policy_.rules[i].otherwise;
    question->folds[i] = reason;
  }
  if (!IsActive(question->values)) Make(*question, now_ns);
  return question->values;
}

// Rule 3: a tombstone's total goes on; else, with zero_first, the series stands at 0 for two scrape intervals.
void GuardModel::Make(const Question& question, int64_t now_ns) {
  const LabelSet values = question.values;
  const bool reserved = !NeedsPlace(values);
  const auto known = series_.find(values);
  if (known != series_.end()) {
    known->second.state = State::kActive;
    known->second.reserved = reserved;
    return;
  }
  series_[values].created_ns = now_ns;
  series_[values].reserved = reserved;
  const auto stone =
      std::find_if(tombstones_.begin(), tombstones_.end(), [&](const auto& s) { return s.first == values; });
  if (stone != tombstones_.end()) {
    series_[values].total = stone->second;
    tombstones_.erase(stone);
    return;
  }
  bool is_dynamic = false;
  for (size_t i = 0; i < values.size(); ++i) is_dynamic |= !values[i].empty() && !IsReserved(i, values[i]);
  if (!policy_.zero_first || !is_dynamic) return;
  Question overflow = question;
  const LabelSet target = AdmitOverflow(FoldReason::kNone, &overflow, now_ns);
  ++series_[target].handles;
  series_[values].target = target;
}

GuardModel::Outcome GuardModel::Admit(const std::vector<std::string>& raw, bool is_bind, int64_t now_ns) {
  Question question;
  bool has_newcomer = false;
  for (size_t i = 0; i < raw.size(); ++i) {
    Answer answer = Ask(i, raw[i]);
    if (!answer.is_known && !HasRoom(i)) answer = {policy_.rules[i].otherwise, FoldReason::kValueLimit, true};
    question.values.push_back(answer.value);
    question.folds.push_back(answer.reason);
    question.is_new.push_back(!answer.is_known);
    has_newcomer |= !answer.is_known;
  }
  LabelSet cell;
  if (!has_newcomer && IsActive(question.values)) {
    cell = question.values;
  } else if (NeedsPlace(question.values) ? !HasPlace() : !FitsUnderCeiling()) {
    const bool waits = !NeedsPlace(question.values);
    cell = AdmitOverflow(waits ? FoldReason::kWaiting : FoldReason::kSeriesLimit, &question, now_ns);
  } else {
    for (size_t i = 0; i < raw.size(); ++i) {
      if (question.is_new[i]) named_[i].insert(question.values[i]);
    }
    Make(question, now_ns);
    cell = question.values;
  }
  for (size_t i = 0; i < raw.size(); ++i) {
    if (question.folds[i] != FoldReason::kNone) ++folds_[{i, question.folds[i]}];
    const bool is_dynamic = !cell[i].empty() && !IsReserved(i, cell[i]);
    if (!is_bind && series_[cell].target && is_dynamic) ++folds_[{i, FoldReason::kZeroFirst}];
  }
  return {cell, TargetOf(cell)};
}

GuardModel::LabelSet GuardModel::Bind(const std::vector<std::string>& raw, int64_t now_ns) {
  const LabelSet cell = Admit(raw, /*is_bind=*/true, now_ns).cell;
  ++series_[cell].handles;
  return cell;
}

void GuardModel::Maintain(int64_t now_ns) {
  for (auto& [values, series] : series_) {
    if (!series.target || now_ns - series.created_ns < 2 * policy_.scrape_interval_ns) continue;
    --series_[*series.target].handles;
    series.target.reset();
  }
  std::vector<std::pair<int64_t, LabelSet>> due;
  for (auto& [values, series] : series_) {
    if (series.state == State::kOrphaned && series.handles == 0) {
      series.state = State::kFrozen;
      series.until_ns = now_ns + policy_.freeze_ns;
    } else if (series.state == State::kFrozen && series.until_ns <= now_ns && series.handles == 0) {
      due.emplace_back(series.until_ns, values);
    }
  }
  std::sort(due.begin(), due.end(), [this](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : PairsOf(a.second) < PairsOf(b.second);
  });
  for (const auto& [until, values] : due) {
    tombstones_.emplace_back(values, series_[values].total);
    series_.erase(values);
    while (tombstones_.size() > std::max<uint64_t>(policy_.series_limit / cost_, 1)) {
      retired_ += tombstones_.front().second;
      tombstones_.pop_front();
    }
  }
  ceiling_ = std::max(policy_.series_limit, std::min(ceiling_, exported()));
}

}  // namespace seriesguard
