// SPDX-License-Identifier: Apache-2.0
//
// suggestion.h: a policy that would bring a dump inside a budget, as plain data with the numbers behind it.
//
// Use:      made by MakeSuggestion; written by policy_text and json_suggestion.
// Threads:  plain data.
// Units:    series and label sets are summed over the targets; limits are those of one target.
// Source:   docs/suggest.md.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_SUGGESTION_H_
#define SERIESGUARD_ANALYZER_SUGGEST_SUGGESTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "rules/label_rule.h"

namespace seriesguard {

// What a label's rule does.
enum class RemedyKind : uint8_t {
  kAllowAll,    // every value that was seen, none other: closes the label, folds nothing now
  kAllowSome,   // the values with most series; the others fold
  kFoldAll,     // no value is named
  kRoute,       // templates of paths
  kNormalize,   // a built-in normaliser
  kTemplate,    // `replace`: what varies is taken out
  kDrop,        // another label determines it, or nothing else reaches the target
  kValueLimit,  // as many as there are, and 25 %
};

struct SuggestedRule {
  LabelRule rule;
  RemedyKind kind = RemedyKind::kValueLimit;
  std::string why;             // one line, safe to show, without the number below
  uint64_t values_before = 0;  // distinct, absence not counted
  uint64_t values_after = 0;
  uint64_t saved_series = 0;  // series more if only this rule of the metric were left out, exact
};

struct SuggestedFamily {
  std::string name;
  MetricType type = MetricType::kNone;
  uint64_t series_before = 0, series_after = 0;
  uint64_t label_sets_before = 0, label_sets_after = 0;
  uint64_t series_limit = 0;  // of one target, with head-room
  std::vector<SuggestedRule> rules;
};

struct Suggestion {
  std::optional<uint64_t> target;         // series of one target
  std::vector<SuggestedFamily> families;  // those with a rule, as in the census
  uint64_t series_before = 0, series_after = 0;
  uint64_t label_sets_before = 0, label_sets_after = 0;
  uint64_t largest_target_after = 0;  // series of the largest target, as check --as-guarded judges it
  uint64_t series_limit = 0;          // budget.series_limit
  uint64_t reserved_series = 0;       // kept free for what folds; part of series_limit
  uint64_t own_series = 0;            // of the guard itself, at most; part of series_limit
  std::optional<uint64_t> unguarded;  // budget.unguarded; empty where the budget has no room for the key
  std::string policy;                 // YAML
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_SUGGESTION_H_
