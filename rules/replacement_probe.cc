// SPDX-License-Identifier: Apache-2.0
//
// replacement_probe.cc: texts that a pattern matches, some nested in others, are sent twice through the rule.
#include "rules/replacement_probe.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "rules/normalizer.h"
#include "rules/reading/findings.h"
#include "rules/reading/pattern_sampler.h"
#include "rules/reading/policy_codes.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr int kTriesPerStep = 200;

// Says whether `text` shows that the rule is not idempotent, and if so reports it.
bool ReportIfUnstable(const CompiledLabelRule& compiled, const LabelRule& rule, const std::string& text,
                      SourceLocation location, Findings* findings) {
  if (!IsValidUtf8(text)) return false;
  std::string scratch;
  const Normalized first = compiled.Apply(text, &scratch);
  if (first.outcome != Normalized::Outcome::kChanged) return false;
  const std::string once(first.value);
  const std::string twice(compiled.Apply(once, &scratch).value);
  if (twice == once) return false;
  findings->Warning(
      policy_code::kNotIdempotent, location,
      "\"replace\" of label " + Quoted(rule.label) + " changes its own result: " + Quoted(text) + " becomes " +
          Quoted(once) + ", and that becomes " + Quoted(twice),
      "a value that is normalised twice must not change again: make the pattern match the result to itself, "
      "or not at all");
  return true;
}

void ProbeRule(const LabelRule& rule, Findings* findings) {
  if (rule.replacements.empty()) return;
  LabelRule steps = rule;
  steps.has_allow = false;  // what is allowed says nothing about the steps before
  const absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(steps);
  if (!compiled.ok()) return;
  for (const Replacement& step : rule.replacements) {
    PatternSampler sampler(step.match);
    std::string filler;
    for (int i = 0; i < kTriesPerStep; ++i) {
      std::string text = sampler.Next(filler);
      if (ReportIfUnstable(*compiled, rule, text, step.location, findings)) return;
      if (i % 2 == 0) filler = std::move(text);
    }
  }
}

}  // namespace

std::vector<Diagnostic> ProbeReplacements(const Policy& policy) {
  Findings findings;
  for (const LabelRule& rule : policy.labels) ProbeRule(rule, &findings);
  for (const MetricRule& metric : policy.metrics) {
    for (const LabelRule& rule : metric.labels) {
      if (!rule.is_top_level) ProbeRule(rule, &findings);
    }
  }
  return findings.Take();
}

}  // namespace seriesguard
