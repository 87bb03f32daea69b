// SPDX-License-Identifier: Apache-2.0
//
// explain_series.cc: the steps come from CompiledLabelRule::Trace, which is the code that the guard runs.
#include "analyzer/policy_test/explain_series.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/policy_test/guarded_series.h"
#include "analyzer/policy_test/named_values.h"
#include "analyzer/policy_test/why_text.h"
#include "analyzer/report/number_text.h"
#include "rules/label_rule.h"
#include "rules/normalizer.h"

namespace seriesguard {
namespace {

void AppendStep(std::string_view key, std::string_view text, std::string* out) {
  constexpr size_t kKeyColumns = 13;
  out->append("  ").append(key).append(kKeyColumns - key.size(), ' ').append(text).append("\n");
}

std::string NormalizerText(const LabelRule& rule) {
  switch (rule.normalizer) {
    case Normalizer::kNone: return "";
    case Normalizer::kStatusClass: return "status_class";
    case Normalizer::kHttpMethod: return "http_method";
    case Normalizer::kLowercase: return "lowercase";
    case Normalizer::kHost: return "host";
    case Normalizer::kPath: return "path";
    case Normalizer::kRanges: return "ranges";
    case Normalizer::kTruncate: return "truncate " + std::to_string(rule.truncate_bytes);
  }
  return "";
}

class Explanation {
 public:
  explicit Explanation(const PolicyGuard& guard) : guard_(guard), policy_(guard.policy()) {}

  void PutMetric(const GuardedSeries& guarded) {
    if (guarded.metric == nullptr) {
      out_ += NoRuleText(guarded.family, policy_) + "\nno guard wraps it: its series stay as they are\n";
      return;
    }
    out_ += "metric " + ValueText(guarded.family) + ": the rule of " + Place(guarded.metric->location);
    if (!guarded.metric->match.empty()) out_ += ", match " + ValueText(guarded.metric->match);
    if (!guarded.metric->owner.empty()) out_ += ", owner " + ValueText(guarded.metric->owner);
    out_ += '\n';
    const std::vector<size_t> rules = guard_.matcher().FindAll(guarded.family);
    for (size_t i = 1; i < rules.size(); ++i) {
      AppendStep("hides", "the rule of " + Place(policy_.metrics[rules[i]].location), &out_);
    }
    if (guarded.metric->series_limit) {
      AppendStep("series_limit",
                 Number(*guarded.metric->series_limit) + " (" +
                     Place(guarded.metric->series_limit_from_defaults ? SourceLocation()
                                                                      : guarded.metric->series_limit_location) +
                     "), not applied to one series",
                 &out_);
    }
  }

  void PutLabel(const GuardedSeries& guarded, const GuardedValue& value) {
    out_ += "\nlabel " + ValueText(value.label) + " = " + ValueText(value.raw) + ": ";
    const LabelRule* const rule = value.assigned.rule;
    if (rule == nullptr) {
      const bool is_boundary = value.label == "le" || value.label == "quantile";
      out_ += is_boundary ? "a boundary, which no rule touches\n" : "no rule\n";
      return;
    }
    if (guarded.metric == nullptr) {
      out_ += "the rule of " + Place(rule->location) + " is held against dumps by check, and no guard applies it\n";
      return;
    }
    out_ += value.assigned.is_written ? "the rule of " + Place(rule->location) : std::string("no rule names it");
    if (rule->is_top_level) out_ += ", for the label in any metric";
    out_ += '\n';
    PutSteps(*rule, value);
    PutLimit(*rule, value);
  }

  void PutResult(const GuardedSeries& guarded) {
    out_ += "\nbecomes " + SeriesText(guarded.series) + '\n';
    if (guarded.metric != nullptr && policy_.mode == PolicyMode::kShadow) {
      out_ += "mode: shadow: the service only counts this and keeps the series as it is\n";
    }
  }

  std::string Take() { return std::move(out_); }
  void Put(std::string_view text) { out_.append(text); }

 private:
  static std::string Number(int64_t number) { return WithThousands(static_cast<uint64_t>(number)); }
  std::string Place(SourceLocation location) const { return PlaceText(policy_, location); }
  std::string At(SourceLocation location) const { return location.line == 0 ? "" : " (" + Place(location) + ")"; }

  void PutSteps(const LabelRule& rule, const GuardedValue& value) {
    if (value.assigned.compiled == nullptr) return;
    std::string scratch;
    std::vector<NormalizeStep> steps;
    value.assigned.compiled->Trace(value.raw, &scratch, &steps);
    for (const NormalizeStep& step : steps) PutStep(rule, step);
    if (value.value.empty() && value.fate == Fate::kChanged) {
      AppendStep("", "nothing is left, and an empty label is none", &out_);
    }
  }

  void PutStep(const LabelRule& rule, const NormalizeStep& step) {
    const std::string becomes = step.before == step.after ? "leaves it" : "makes it " + ValueText(step.after);
    const std::string otherwise = ": it becomes " + ValueText(rule.otherwise);
    switch (step.kind) {
      case NormalizeStep::Kind::kDrop: AppendStep("drop", "the label is gone, its series are added up", &out_); break;
      case NormalizeStep::Kind::kNormalizer:
        AppendStep("normalize", NormalizerText(rule) + (step.takes ? ' ' + becomes : " cannot read it" + otherwise),
                   &out_);
        break;
      case NormalizeStep::Kind::kReplacement: {
        const Replacement& replacement = rule.replacements[step.index];
        AppendStep("replace",
                   ValueText(replacement.match) + (step.takes ? " matches and " + becomes : " does not match") +
                       At(replacement.location),
                   &out_);
        break;
      }
      case NormalizeStep::Kind::kRoute:
        AppendStep("route",
                   (step.takes ? "template " + Number(static_cast<int64_t>(step.index) + 1) + " of " +
                                     Number(static_cast<int64_t>(rule.routes.size())) + " " + becomes
                               : "none of " + Quantity(rule.routes.size(), "template") + " matches" + otherwise) +
                       At(rule.route_location),
                   &out_);
        break;
      case NormalizeStep::Kind::kAllow:
        AppendStep("allow", (step.takes ? "lists it" : "does not list it" + otherwise) + At(rule.allow_location),
                   &out_);
        break;
      case NormalizeStep::Kind::kWordStays:
        AppendStep("otherwise", "it is the word for what is folded, and stays", &out_);
        break;
    }
  }

  void PutLimit(const LabelRule& rule, const GuardedValue& value) {
    if (value.fate == Fate::kTooLong) {
      AppendStep("too long",
                 "more than " + Quantity(kLongestValueBytes, "byte") + ": it becomes " + ValueText(rule.otherwise),
                 &out_);
    }
    if (IsFolded(value.fate) || value.value.empty()) return;
    if (value.value == rule.otherwise) {
      AppendStep("value_limit", "does not count the word for what is folded", &out_);
      return;
    }
    if (HasPlacesForAll(rule)) {
      AppendStep("value_limit", "every value that passes the steps has its place", &out_);
      return;
    }
    if (!rule.value_limit) {
      AppendStep("value_limit", "none: every value is named", &out_);
      return;
    }
    const bool is_pinned = std::find(rule.pins.begin(), rule.pins.end(), value.value) != rule.pins.end();
    const std::string places = Quantity(static_cast<uint64_t>(*rule.value_limit), "place") + " (" +
                               Place(rule.value_limit_from_defaults ? SourceLocation() : rule.value_limit_location) +
                               ")";
    const std::string pins = rule.pins.empty() ? "" : ", " + Quantity(rule.pins.size(), "pin") + " among them";
    if (is_pinned) {
      AppendStep("value_limit", places + "; it is pinned and always has one", &out_);
      return;
    }
    AppendStep("value_limit",
               places + pins +
                   (rule.admit == Admission::kBusiest ? "; named while it is among the busiest values, else "
                                                      : "; named if one is free when it first comes, else ") +
                   ValueText(rule.otherwise),
               &out_);
  }

  const PolicyGuard& guard_;
  const Policy& policy_;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> ExplainSeries(const TestSeries& input, const Policy& policy) {
  absl::StatusOr<PolicyGuard> guard = PolicyGuard::Make(policy);
  if (!guard.ok()) return guard.status();
  const absl::StatusOr<GuardedSeries> guarded = guard->Apply(input);
  if (!guarded.ok()) return guarded.status();
  Explanation explanation(*guard);
  explanation.Put(SeriesText(input) + "\n\n");
  explanation.PutMetric(*guarded);
  for (const GuardedValue& value : guarded->values) explanation.PutLabel(*guarded, value);
  explanation.PutResult(*guarded);
  return explanation.Take();
}

}  // namespace seriesguard
