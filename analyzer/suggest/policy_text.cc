// SPDX-License-Identifier: Apache-2.0
//
// policy_text.cc: see the header.
#include "analyzer/suggest/policy_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "analyzer/report/number_text.h"
#include "analyzer/suggest/metric_rule_text.h"
#include "lib/guard/policy_yaml.h"
#include "rules/export/quoted_text.h"

namespace seriesguard {
namespace {

void AppendFamily(const SuggestedFamily& family, std::string* yaml) {
  absl::StrAppend(yaml, "\n# ", Quantity(family.series_before, "series"));
  if (family.series_after != family.series_before) absl::StrAppend(yaml, " -> ", WithThousands(family.series_after));
  absl::StrAppend(yaml, ", ", Quantity(family.label_sets_before, "label set"));
  if (family.label_sets_after != family.label_sets_before) {
    absl::StrAppend(yaml, " -> ", WithThousands(family.label_sets_after));
  }
  absl::StrAppend(yaml, "\n- ", MetricRuleName(family.name), "\n  series_limit: ", family.series_limit, "\n");
  if (family.rules.empty()) return;
  if (family.type == MetricType::kGauge) {
    absl::StrAppend(yaml, "  fold: ", FoldOfGauge(family.name),
                    "  # how gauges that fold join: look whether it is right\n");
  }
  absl::StrAppend(yaml, "  labels:\n");
  for (const SuggestedRule& rule : family.rules) {
    absl::StrAppend(yaml, "    # ", ForComment(rule.why + "; " + SavedText(rule)), "\n    ", YamlKey(rule.rule.label),
                    ": ", YamlLabelRule(rule.rule), "\n");
  }
}

}  // namespace

std::string SavedText(const SuggestedRule& rule) {
  if (rule.saved_series == 0) return "saves no series by itself";
  return "saves " + Quantity(rule.saved_series, "series");
}

std::string SuggestionPolicyText(const Suggestion& suggestion) {
  std::string yaml = absl::StrCat("# Suggested by seriesguard for ", Quantity(suggestion.series_before, "series"),
                                  " with ", Quantity(suggestion.label_sets_before, "label set"), ".\n");
  if (suggestion.target) {
    absl::StrAppend(&yaml, "# Target ", Quantity(*suggestion.target, "series"),
                    " a target: ", WithThousands(suggestion.series_after), " stay, with ",
                    Quantity(suggestion.label_sets_after, "label set"), ".\n");
  } else {
    absl::StrAppend(&yaml, "# Without a target: head-room of 25 %, and templates for labels without bounds; ",
                    WithThousands(suggestion.series_after), " stay.\n");
  }
  absl::StrAppend(&yaml,
                  "# A draft: it knows what was there, not what is right. Read each rule before you use it.\n"
                  "version: 1\nmode: enforce\n");
  if (suggestion.own_series > 0) {
    const uint64_t beside = suggestion.reserved_series + suggestion.own_series;
    absl::StrAppend(&yaml, "# ", WithThousands(suggestion.series_limit - std::min(suggestion.series_limit, beside)),
                    ", ", WithThousands(suggestion.reserved_series), " kept free for what folds, and at most ",
                    WithThousands(suggestion.own_series), " that the guard exports about itself\n");
  }
  absl::StrAppend(&yaml, "budget: {series_limit: ", suggestion.series_limit);
  if (suggestion.unguarded) absl::StrAppend(&yaml, ", unguarded: ", *suggestion.unguarded);
  absl::StrAppend(&yaml, "}\n");
  if (!suggestion.families.empty()) absl::StrAppend(&yaml, "metrics:");
  for (const SuggestedFamily& family : suggestion.families) AppendFamily(family, &yaml);
  if (suggestion.families.empty()) absl::StrAppend(&yaml, "# no metric has labels that a rule could speak for\n");
  return yaml;
}

}  // namespace seriesguard
