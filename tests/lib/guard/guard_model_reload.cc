// SPDX-License-Identifier: Apache-2.0
//
// guard_model_reload.cc: rule 11 in the model: what stays, what freezes, what waits when the policy changes.
#include <algorithm>

#include "tests/lib/guard/guard_model.h"

namespace seriesguard {

// Says whether a label set would be the same under the new policy and has its place there; then it is named.
bool GuardModel::TakeOver(const LabelSet& values, const std::vector<ModelRule>& old_rules, uint64_t dynamic) {
  std::vector<bool> is_new(values.size(), false);
  for (size_t i = 0; i < values.size(); ++i) {
    const ModelRule& rule = policy_.rules[i];
    if (rule.drop && !values[i].empty()) return false;
    if (values[i].empty() || values[i] == rule.otherwise) continue;
    if (values[i] == old_rules[i].otherwise) return false;  // stood for the rest, which has another word now
    const Answer answer = Ask(i, values[i]);
    if (answer.value != values[i]) return false;
    if (answer.is_known) continue;
    if (named_[i].size() >= Limit(i)) return false;
    is_new[i] = true;
  }
  if (series_[values].target) return false;
  const bool reserved = !NeedsPlace(values);
  if (!reserved && policy_.Reserve(cost_) + dynamic + cost_ > policy_.series_limit) return false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (is_new[i]) named_[i].insert(values[i]);
  }
  series_[values].reserved = reserved;
  series_[values].state = State::kActive;
  return true;
}

void GuardModel::Enforce(const ModelPolicy& policy, int64_t now_ns) {
  const std::vector<ModelRule> old_rules = policy_.rules;
  policy_ = policy;
  ceiling_ = std::max(policy_.series_limit, exported());
  reserved_.assign(labels_.size(), {});
  for (size_t i = 0; i < labels_.size(); ++i) {
    const ModelRule& rule = policy_.rules[i];
    if (rule.drop) continue;
    for (const std::string& value : rule.allow.value_or(rule.pins)) reserved_[i].insert(value);
    reserved_[i].erase(rule.otherwise);
  }
  named_ = reserved_;

  std::vector<LabelSet> candidates;  // the longest known first
  for (const auto& [values, series] : series_) {
    if (series.state != State::kFrozen) candidates.push_back(values);
  }
  std::sort(candidates.begin(), candidates.end(), [this](const LabelSet& a, const LabelSet& b) {
    const int64_t since_a = series_[a].created_ns, since_b = series_[b].created_ns;
    return since_a != since_b ? since_a < since_b : PairsOf(a) < PairsOf(b);
  });
  for (auto& [values, series] : series_) {
    if (series.state == State::kFrozen) series.reserved = false;
  }
  uint64_t dynamic = 0;
  std::vector<LabelSet> leaving;
  for (const LabelSet& values : candidates) {
    if (!TakeOver(values, old_rules, dynamic)) {
      leaving.push_back(values);
    } else if (!series_[values].reserved) {
      dynamic += cost_;
    }
  }
  for (const LabelSet& values : leaving) {
    if (series_[values].target) --series_[*series_[values].target].handles;
    series_[values].target.reset();
  }
  for (const LabelSet& values : leaving) {
    Series& series = series_[values];
    series.reserved = false;
    series.state = series.handles > 0 ? State::kOrphaned : State::kFrozen;
    if (series.state == State::kFrozen) series.until_ns = now_ns + policy_.freeze_ns;
  }
  ExportClosedSets(now_ns);
}

// Rule 3: closed label sets stand at 0 from the start; with zero_first those in which new values wait as well.
void GuardModel::ExportClosedSets(int64_t now_ns) {
  std::vector<std::vector<std::string>> choices;
  uint64_t sets = 1;
  for (const ModelRule& rule : policy_.rules) {
    if (rule.drop) {
      choices.push_back({""});
      continue;
    }
    if (!rule.allow && !policy_.zero_first) return;
    choices.push_back(rule.allow.value_or(rule.pins));
    if (!rule.allow) choices.back().push_back(rule.otherwise);
    sets *= choices.back().size();
  }
  for (uint64_t set = 0; set < sets && FitsUnderCeiling(); ++set) {
    Question question;
    question.folds.assign(labels_.size(), FoldReason::kNone);
    question.is_new.assign(labels_.size(), false);
    uint64_t rest = set;
    for (const auto& choice : choices) {
      question.values.push_back(choice[rest % choice.size()]);
      rest /= choice.size();
    }
    if (!IsActive(question.values)) Make(question, now_ns);
  }
}

}  // namespace seriesguard
