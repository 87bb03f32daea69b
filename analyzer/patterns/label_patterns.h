// SPDX-License-Identifier: Apache-2.0
//
// label_patterns.h: what the values of one label are, and what is left when what varies is taken out.
//
// Use:      by explain for the labels it shows; by suggest to choose a remedy.
// Threads:  as Census.
// Cost:     one pass over the distinct values; one Recount where templates join values.
// Source:   docs/patterns.md.
#ifndef SERIESGUARD_ANALYZER_PATTERNS_LABEL_PATTERNS_H_
#define SERIESGUARD_ANALYZER_PATTERNS_LABEL_PATTERNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

struct PatternShare {
  ValuePattern pattern = ValuePattern::kOther;
  uint64_t values = 0;  // distinct
  uint64_t series = 0;  // that carry them
};

struct LabelPatterns {
  std::vector<PatternShare> shares;  // most values first, then as in value_pattern.h; empty where nothing is known
  // The template of most values; empty where every value is its own.
  std::string most_common_template;
  uint64_t template_values = 0;  // distinct values that it covers
  uint64_t templates = 0;        // distinct ones of all values
  // Series of the family with each value of this label replaced by its template, exact.
  std::optional<uint64_t> series_after_template;
  PersonalKinds personal = kPersonalNone;
  uint64_t personal_values = 0;
};

// Reads the values of `label` in all inputs. An estimated census has kept none: `shares` is then empty.
LabelPatterns ReadLabelPatterns(const Census& census, size_t family, std::string_view label);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_LABEL_PATTERNS_H_
