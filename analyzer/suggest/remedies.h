// SPDX-License-Identifier: Apache-2.0
//
// remedies.h: what may be done with one label of one family, and what the census says is left of it.
//
// Threads:  as Census.
// Source:   docs/suggest.md, "Remedies".
#ifndef SERIESGUARD_ANALYZER_SUGGEST_REMEDIES_H_
#define SERIESGUARD_ANALYZER_SUGGEST_REMEDIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/patterns/value_pattern.h"
#include "analyzer/suggest/suggestion.h"

namespace seriesguard {

// One label that rules may speak for: any but le and quantile.
struct LabelInDump {
  std::string name;
  uint64_t values = 0;                // distinct
  std::vector<std::string> listable;  // that an allow list may hold, most series first, then by value
  bool is_all_listable = false;
  bool is_all_words = false;
  std::string otherwise = "other";              // no value of the label
  ValuePattern pattern = ValuePattern::kOther;  // of most values
  double pattern_share = 0;                     // of the values
  uint64_t templates = 0;                       // distinct ones of all values
};

// A rule and what it is.
struct Remedy {
  LabelRule rule;
  RemedyKind kind = RemedyKind::kFoldAll;
  std::string why;
};

// Reads the values of a label. Without `may_list_personal` values that hold something personal are not listable.
LabelInDump ReadLabelInDump(const Census& census, size_t family, const std::string& name, bool may_list_personal);

// Names the `named` values with most series; the others become `otherwise`. 0 names none.
Remedy FoldRemedy(const LabelInDump& label, size_t named);

Remedy DropRemedy(const LabelInDump& label, std::string why);

// What fits the values of the label, without naming any: normalisers and templates. Each changes some value.
std::vector<Remedy> NaturalRemedies(const Census& census, size_t family, const LabelInDump& label);

// The changes of `rules`, for Census::Recount: by the same compiled rules as the guard's.
std::vector<LabelTransform> TransformsOfRules(const std::vector<Remedy>& rules);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_REMEDIES_H_
