// SPDX-License-Identifier: Apache-2.0
//
// label_patterns.cc: see the header.
#include "analyzer/patterns/label_patterns.h"

#include <algorithm>
#include <array>
#include <map>

#include "analyzer/census/count.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/value_template.h"

namespace seriesguard {

LabelPatterns ReadLabelPatterns(const Census& census, size_t family, std::string_view label) {
  LabelPatterns patterns;
  if (census.estimated()) return patterns;
  std::array<PatternShare, kValuePatterns> shares;
  std::map<std::string, uint64_t> templates;
  uint64_t values = 0;
  bool changes = false;
  census.ForEachValue(family, label, kAllInputs, [&](std::string_view value, uint64_t series) {
    const ValueClass what = ClassifyValue(value);
    PatternShare& share = shares[static_cast<size_t>(what.pattern)];
    share.pattern = what.pattern;
    ++share.values;
    share.series += series;
    patterns.personal = static_cast<PersonalKinds>(patterns.personal | what.personal);
    patterns.personal_values += what.personal != kPersonalNone ? 1 : 0;
    std::string text = TemplateOfValue(value, what.pattern);
    changes = changes || text != value;
    ++templates[std::move(text)];
    ++values;
  });
  for (const PatternShare& share : shares) {
    if (share.values > 0) patterns.shares.push_back(share);
  }
  std::stable_sort(patterns.shares.begin(), patterns.shares.end(),
                   [](const PatternShare& a, const PatternShare& b) { return a.values > b.values; });
  patterns.templates = templates.size();
  if (!changes) return patterns;
  // The most common one that takes something out; a map, so that the first by name wins a tie.
  for (const auto& [text, covered] : templates) {
    if (covered <= patterns.template_values || text.find('{') == std::string::npos) continue;
    patterns.most_common_template = text;
    patterns.template_values = covered;
  }
  if (templates.size() == values) return patterns;  // no two become one
  const LabelTransform to_template{std::string(label), false, [](std::string_view value) {
                                     return TemplateOfValue(value, ClassifyWhole(value).pattern);
                                   }};
  patterns.series_after_template = census.Recount(family, CountOptions(), {to_template}).series;
  return patterns;
}

}  // namespace seriesguard
