// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics.cc: samples are keyed by metric and label; a sample that stands twice counts once, the last one wins.
#include "analyzer/verdict/guard_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "analyzer/census/guard_sample.h"
#include "analyzer/report/number_text.h"
#include "analyzer/verdict/wording.h"
#include "analyzer/verdict/worst_values.h"
#include "lib/guard/fold_reason.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

std::string LabelOf(const GuardSample& sample, std::string_view name) {
  for (const auto& [label, value] : sample.labels) {
    if (label == name) return value;
  }
  return "";
}

// A number of the guard as a count; what no count can be is the nearest that can.
uint64_t CountOf(double value) {
  constexpr double kMost = 9007199254740991;  // 2^53 - 1
  if (!(value > 0)) return 0;
  return static_cast<uint64_t>(std::ceil(std::min(value, kMost)));
}

const LabelRule* FindLabelRule(const MetricRule* metric, const Policy& policy, const std::string& label) {
  for (const LabelRule& rule : metric != nullptr ? metric->labels : policy.labels) {
    if (rule.label == label) return &rule;
  }
  return nullptr;
}

// "1,204 increments folded into "other" (limit 1,200, too_long 4)"; `otherwise` is empty where no policy tells it.
std::string FoldedText(const LabelSaid& guarded, const std::string& otherwise, bool is_shadow) {
  double sum = 0;
  std::string reasons;
  for (const auto& [reason, increments] : guarded.folded_by_reason) {
    sum += increments;
    if (reason.empty()) continue;
    reasons += (reasons.empty() ? " (" : ", ") + SafeTextTruncated(reason, kNameColumns) + " " +
               WithThousands(CountOf(increments));
  }
  if (!reasons.empty()) reasons += ")";
  return Quantity(CountOf(sum), "increment") + (is_shadow ? " would have been folded" : " folded") +
         (otherwise.empty() ? "" : " into " + InQuotes(otherwise)) + reasons;
}

// The first three digits of an estimate: more of them would pretend to know.
uint64_t Rounded(uint64_t estimate) {
  uint64_t unit = 1;
  while (estimate / unit >= 1000) unit *= 10;
  return (estimate + unit / 2) / unit * unit;
}

// Keeps what was folded for good: a new series that is exported at 0 first has its name soon, as has one that came while
// another process was deciding, and neither a real value that equals the word for folded ones nor a gauge that was set
// without a handle was folded.
void KeepFolded(const std::string& reason, double increments, LabelSaid* guarded) {
  if (reason == FoldReasonName(FoldReason::kZeroFirst) || reason == FoldReasonName(FoldReason::kBusy) ||
      reason == FoldReasonName(FoldReason::kSetOnShared)) {
    return;
  }
  if (reason == FoldReasonName(FoldReason::kCollision)) {
    guarded->collisions = increments;
  } else {
    guarded->folded_by_reason[reason] = increments;
  }
}

// What the guard did to one label (or, without one, to the whole metric).
struct Cut {
  const std::string& metric;
  const std::string& label;
  const LabelSaid& guarded;
  const LabelSaid* of_metric = nullptr;  // what the guard says of the metric as a whole; null: nothing
  std::optional<double> limit;
  std::string otherwise;  // empty: not known
  bool is_shadow = false;

  bool WantsMore() const { return guarded.demand && limit && *guarded.demand > *limit; }
  bool IsCut() const { return WantsMore() || !guarded.folded_by_reason.empty(); }
};

// "; the metric has 3,999 of at most 4,000 series", where that is why something was folded.
std::string FullnessText(const Cut& cut) {
  const bool by_metric = cut.label.empty() ||
                         cut.guarded.folded_by_reason.count(std::string(FoldReasonName(FoldReason::kSeriesLimit))) > 0;
  if (!by_metric || cut.of_metric == nullptr || !cut.of_metric->series || !cut.of_metric->series_limit) return "";
  return "; the metric has " + WithThousands(CountOf(*cut.of_metric->series)) + " of at most " +
         Quantity(CountOf(*cut.of_metric->series_limit), "series");
}

// "count was cut by the guard: label "tenant" asked for about 48,200 values, 100 named; 7 increments folded ..."
std::string CutText(const Cut& cut) {
  const LabelSaid& guarded = cut.guarded;
  std::string text = cut.is_shadow ? "the guard would cut this count (mode shadow): " : "count was cut by the guard: ";
  if (!cut.label.empty()) text += "label " + InQuotes(cut.label);
  if (cut.WantsMore()) {
    text += " asked for about " + Quantity(Rounded(CountOf(*guarded.demand)), "value");
    text += guarded.named && !cut.is_shadow ? ", " + WithThousands(CountOf(*guarded.named)) + " named"
                                            : ", limit " + WithThousands(CountOf(*cut.limit));
  }
  if (guarded.folded_by_reason.empty()) return text;
  if (!cut.label.empty()) text += cut.WantsMore() ? "; " : ": ";
  return text + FoldedText(guarded, cut.otherwise, cut.is_shadow) + FullnessText(cut);
}

Finding FindingOfCut(const std::string& input, const Cut& cut) {
  Finding finding;
  finding.rule = FindingRule::kFolded;
  finding.stage = Stage::kFolded;
  finding.input = input;
  finding.metric = cut.metric;
  finding.label = cut.label;
  finding.message = CutText(cut);
  if (cut.WantsMore()) {
    finding.limit = CountOf(*cut.limit);
    finding.observed = CountOf(*cut.guarded.demand);
  }
  finding.remedy = cut.WantsMore() ? "normalise the values, or give the label a larger value_limit"
                                   : "see the reasons: normalise the values, or raise the limit that was reached";
  return finding;
}

const LabelSaid* WholeMetric(const GuardState& state, const std::string& metric) {
  const auto found = state.labels.find({metric, ""});
  return found == state.labels.end() ? nullptr : &found->second;
}

Finding FindingOfCollision(const std::string& input, const std::string& metric, const std::string& label,
                           const LabelSaid& guarded, const std::string& otherwise) {
  Finding finding;
  finding.rule = FindingRule::kOtherwiseCollision;
  finding.severity = Severity::kWarning;
  finding.stage = Stage::kFolded;
  finding.input = input;
  finding.metric = metric;
  finding.label = label;
  finding.message = "label " + InQuotes(label) + ": " + Quantity(CountOf(guarded.collisions), "increment") +
                    " came with the value " + InQuotes(otherwise) + ", the word that folded values get";
  finding.remedy = "give the label another word as otherwise";
  return finding;
}

Finding FindingOfDrift(const Policy& policy, const std::string& input, const GuardState& state, bool strict) {
  Finding finding;
  finding.rule = FindingRule::kPolicyDrift;
  finding.severity = strict ? Severity::kError : Severity::kWarning;
  finding.input = input;
  finding.location = InPolicy(policy, {});
  std::string others;
  for (const std::string& hash : state.policy_hashes) {
    if (hash != policy.hash) others += (others.empty() ? "" : ", ") + SafeTextTruncated(hash, kNameColumns);
  }
  finding.message = "the service runs another policy (hash " + others + "), this one has hash " + policy.hash;
  finding.remedy = "roll this policy out, or check against the one that runs";
  return finding;
}

}  // namespace

std::vector<GuardState> ReadGuardStates(const Census& census) {
  std::vector<GuardState> states(census.inputs().size());
  for (const GuardSample& sample : census.guard_samples()) {
    GuardState& state = states[sample.input];
    if (sample.name == kPolicyInfoMetric) {
      state.is_present = true;
      state.is_shadow = LabelOf(sample, "mode") == "shadow";
      if (std::string hash = LabelOf(sample, "hash"); !hash.empty()) state.policy_hashes.insert(std::move(hash));
      continue;
    }
    LabelSaid& guarded = state.labels[{LabelOf(sample, "metric"), LabelOf(sample, "label")}];
    if (sample.name == kFoldedMetric) KeepFolded(LabelOf(sample, "reason"), sample.value, &guarded);
    if (sample.name == kLabelDemandMetric) guarded.demand = sample.value;
    if (sample.name == kLabelValuesMetric) guarded.named = sample.value;
    if (sample.name == kGuardedSeriesMetric) guarded.series = sample.value;
    if (sample.name == kSeriesLimitMetric) guarded.series_limit = sample.value;
    if (sample.name == kLabelLimitMetric) guarded.value_limit = sample.value;
  }
  return states;
}

void JudgeGuard(const Policy& policy, const MetricMatcher& matcher, const Census& census, size_t input_index,
                const GuardState& state, bool strict, std::vector<Finding>* findings) {
  const std::string& input = census.inputs()[input_index].path;
  for (const std::string& hash : state.policy_hashes) {
    if (hash == policy.hash) continue;
    findings->push_back(FindingOfDrift(policy, input, state, strict));
    break;
  }
  for (const auto& [key, guarded] : state.labels) {
    const auto& [metric, label] = key;
    const MetricRule* const metric_rule = matcher.Find(metric);
    const LabelRule* const label_rule = FindLabelRule(metric_rule, policy, label);
    const std::string& otherwise = label_rule != nullptr ? label_rule->otherwise : policy.defaults.otherwise;
    if (guarded.collisions > 0) {
      Finding collision = FindingOfCollision(input, metric, label, guarded, otherwise);
      if (label_rule != nullptr) {
        collision.location = InPolicy(policy, label_rule->otherwise_location, label_rule->location);
      }
      if (metric_rule != nullptr) collision.owner = metric_rule->owner;
      findings->push_back(std::move(collision));
    }
    Cut cut{metric, label, guarded, WholeMetric(state, metric), guarded.value_limit, otherwise, state.is_shadow};
    if (!cut.limit && label_rule != nullptr && label_rule->value_limit) {
      cut.limit = static_cast<double>(*label_rule->value_limit);
    }
    if (!cut.IsCut()) continue;
    Finding finding = FindingOfCut(input, cut);
    if (!label.empty()) {
      WorstValues named = FindNamedValues(census, metric, label, input_index, otherwise);
      if (named.total > 0) finding.values_total = named.total;
      finding.values = std::move(named.values);
    }
    if (metric_rule != nullptr) finding.owner = metric_rule->owner;
    if (label_rule != nullptr) {
      finding.location = InPolicy(policy, label_rule->value_limit_location, label_rule->location);
    } else if (metric_rule != nullptr) {
      finding.location = InPolicy(policy, metric_rule->series_limit_location, metric_rule->location);
    }
    findings->push_back(std::move(finding));
  }
}

void NoteGuardCuts(const std::string& input, const GuardState& state, std::vector<Finding>* findings) {
  std::vector<Finding> notes;
  for (const auto& [key, guarded] : state.labels) {
    const Cut cut{key.first,           key.second, guarded,        WholeMetric(state, key.first),
                  guarded.value_limit, "",         state.is_shadow};
    if (!cut.IsCut()) continue;
    notes.push_back(FindingOfCut(input, cut));
    notes.back().severity = Severity::kNote;
  }
  SortFindings(&notes);
  if (const size_t all = notes.size(); all > kMostCutNotes) {
    notes.resize(kMostCutNotes);
    Finding rest;
    rest.rule = FindingRule::kFolded;
    rest.severity = Severity::kNote;
    rest.stage = Stage::kFolded;
    rest.input = input;
    rest.message = "the guard says the same of " + Quantity(all - kMostCutNotes, "other label");
    notes.push_back(std::move(rest));
  }
  findings->insert(findings->end(), std::make_move_iterator(notes.begin()), std::make_move_iterator(notes.end()));
}

}  // namespace seriesguard
