// SPDX-License-Identifier: Apache-2.0
//
// family_policy.cc: see the header.
#include "lib/guard/family_policy.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rules/default_label_rule.h"
#include "rules/reserve.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr int64_t kLeastFreezeNs = 300'000'000'000;

const LabelRule* FindRule(const std::vector<LabelRule>& rules, const std::string& label) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&label](const LabelRule& rule) { return rule.label == label; });
  return found == rules.end() ? nullptr : &*found;
}

// A rule of the metric's own for a label that the family lacks is a mistake; one of the policy's `labels:` need not fit.
absl::Status CheckLabels(const MetricRule& rule, const FamilyShape& shape) {
  for (const LabelRule& label : rule.labels) {
    if (label.is_top_level || std::find(shape.labels.begin(), shape.labels.end(), label.label) != shape.labels.end())
      continue;
    return absl::InvalidArgumentError(
        absl::StrCat("metric ", SafeText(shape.name), ": the policy has a rule for the label ", SafeText(label.label),
                     " (line ", label.location.line, "), which the metric does not have"));
  }
  return absl::OkStatus();
}

bool MayFold(const LabelRule& rule) {
  return rule.drop || rule.has_allow || rule.has_route || rule.value_limit || rule.normalizer != Normalizer::kNone ||
         !rule.replacements.empty();
}

}  // namespace

absl::StatusOr<FamilyPolicy> MakeFamilyPolicy(const Policy& policy, const MetricMatcher& matcher,
                                              const FamilyShape& shape) {
  FamilyPolicy result;
  const MetricRule* const rule = matcher.Find(shape.name);
  result.shadow = policy.mode == PolicyMode::kShadow;
  result.scrape_interval_ns = policy.scrape_interval_ns;
  std::optional<int64_t> limit = policy.defaults.series_limit;
  if (rule != nullptr) {
    if (const absl::Status status = CheckLabels(*rule, shape); !status.ok()) return status;
    limit = rule->series_limit;
    result.zero_first = rule->zero_first;
    result.busiest = rule->busiest;
    result.fold = rule->fold;
  }
  if (shape.is_collected) result.zero_first = false;
  if (limit) result.series_limit = static_cast<uint64_t>(*limit);
  result.capacity =
      rule != nullptr && rule->capacity ? static_cast<uint64_t>(*rule->capacity) : 2 * result.series_limit;
  result.freeze_ns =
      rule != nullptr && rule->freeze_ns ? *rule->freeze_ns : std::max(kLeastFreezeNs, 4 * policy.scrape_interval_ns);

  int64_t reserve = static_cast<int64_t>(shape.cost);
  std::string factors = absl::StrCat(shape.cost);
  for (const std::string& label : shape.labels) {
    const LabelRule* own = rule == nullptr ? nullptr : FindRule(rule->labels, label);
    if (own == nullptr && rule == nullptr) own = FindRule(policy.labels, label);
    LabelRule label_rule = own != nullptr ? *own : DefaultLabelRule(policy, label);
    if (shape.is_collected) label_rule.admit = Admission::kFirst;
    if (shape.kind == MetricKind::kGauge) {
      if (label_rule.admit == Admission::kBusiest) {
        return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(shape.name), ", label ", SafeText(label),
                                                       ": a gauge cannot have `admit: busiest`"));
      }
      if (result.fold == Fold::kUnset && own != nullptr && MayFold(label_rule) && !result.shadow) {
        return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(shape.name), ": the label ", SafeText(label),
                                                       " of a gauge may fold or is dropped, so the rule needs `fold:` "
                                                       "(sum, max, min or last)"));
      }
    }
    absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(label_rule);
    if (!compiled.ok()) return compiled.status();
    const int64_t factor = ReserveFactor(label_rule);
    reserve = SaturatingProduct(reserve, factor);
    absl::StrAppend(&factors, " x ", factor, " (", SafeText(label), ")");
    result.rules.push_back(std::move(label_rule));
    result.compiled.push_back(std::move(*compiled));
  }
  result.reserve = static_cast<uint64_t>(reserve);
  if (result.reserve + shape.existing_series > result.series_limit) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "metric ", SafeText(shape.name), ": the series that must always have a place (", factors, " = ", reserve,
        shape.existing_series > 0 ? absl::StrCat(", and ", shape.existing_series, " that exist already") : "",
        ") are more than series_limit ", result.series_limit));
  }
  return result;
}

}  // namespace seriesguard
