// SPDX-License-Identifier: Apache-2.0
//
// family_evidence.cc: which values a family was asked for, gathered from the series that it has.
#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/guard/family_guard.h"
#include "rules/normalizer.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

using Seen = std::unordered_map<std::string, SeenValue>;

// A counter's calls are its value, a histogram's the sum of its buckets.
double CallsOf(MetricKind kind, const SeriesTotal& total) {
  return kind == MetricKind::kCounter ? total.value : std::accumulate(total.buckets.begin(), total.buckets.end(), 0.0);
}

void Note(std::string_view text, double calls, int64_t first_seen_ns, Seen* seen, bool* is_cut) {
  const auto known = seen->find(std::string(text));
  if (known != seen->end()) {
    known->second.calls += calls;
    known->second.first_seen_ns = std::min(known->second.first_seen_ns, first_seen_ns);
  } else if (seen->size() < kMaxSeenValues) {
    seen->emplace(text, SeenValue{std::string(text), calls, first_seen_ns});
  } else {
    *is_cut = true;
  }
}

// What the steps of a rule make of a value; the value itself where they refuse it.
std::string_view NameOf(const absl::StatusOr<CompiledLabelRule>& rule, std::string_view raw, std::string* scratch) {
  if (!rule.ok() || !IsValidUtf8(raw)) return raw;
  const Normalized normal = rule->Apply(raw, scratch);
  return normal.outcome == Normalized::Outcome::kOtherwise || normal.value.empty() ? raw : normal.value;
}

}  // namespace

void FamilyGuard::AddEvidence(FamilyReport* report) const {
  const FamilyState& now = state();
  report->cost = spec_.cost;
  report->label_sets = cells_.size();
  report->watched_since_ns = watched_since_ns_;
  const bool tells_calls = spec_.kind == MetricKind::kCounter || spec_.kind == MetricKind::kHistogram;
  if (tells_calls) report->calls = 0;
  std::vector<Seen> seen(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (now.shadow) continue;  // what is named there is only what would be
    labels_[i]->ForEach([&](const LabelValue* value) {
      if (!value->named || value == now.gates[i]->otherwise()) return;
      Note(value->text, 0, value->is_dynamic() ? value->admitted_ns : 0, &seen[i], &report->labels[i].seen_is_cut);
    });
  }
  std::vector<absl::StatusOr<CompiledLabelRule>> rules;  // shadow mode exports raw values
  for (size_t i = 0; i < labels_.size() && now.shadow; ++i)
    rules.push_back(CompiledLabelRule::Compile(now.gates[i]->rule()));
  std::string scratch;
  for (const auto& [identity, cell] : cells_) {
    const std::optional<SeriesTotal> total = tells_calls ? spec_.backend->Total(cell->metric) : std::nullopt;
    const double calls = total ? CallsOf(spec_.kind, *total) : 0;
    if (tells_calls) report->calls += calls;
    size_t pair = 0;  // of cell->labels, which leaves absent labels out
    for (size_t i = 0; i < labels_.size(); ++i) {
      if (pair == cell->labels.size() || cell->labels[pair].first != labels_[i]->name) {
        report->labels[i].is_absent_somewhere = !now.gates[i]->is_dropped();
        continue;
      }
      const std::string& text = cell->labels[pair++].second;
      if (now.gates[i]->is_dropped()) continue;
      if (!now.shadow) {
        if (seen[i].count(text) > 0) seen[i][text].calls += calls;
        continue;
      }
      Note(NameOf(rules[i], text, &scratch), calls, cell->created_ns, &seen[i], &report->labels[i].seen_is_cut);
    }
  }
  for (size_t i = 0; i < labels_.size(); ++i) {
    std::vector<SeenValue>& list = report->labels[i].seen;
    for (auto& [text, value] : seen[i]) list.push_back(std::move(value));
    std::sort(list.begin(), list.end(), [](const SeenValue& a, const SeenValue& b) {
      return a.calls != b.calls ? a.calls > b.calls : a.text < b.text;
    });
  }
}

}  // namespace seriesguard
