// SPDX-License-Identifier: Apache-2.0
//
// finding.cc: names, fingerprints and the order of findings.
#include "analyzer/report/finding.h"

#include <algorithm>
#include <cstddef>
#include <tuple>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace seriesguard {
namespace {

// By how much the judged number is above its limit; 0 where nothing was compared.
uint64_t Excess(const Finding& finding) {
  const std::optional<uint64_t>& judged = finding.stage == Stage::kProjected ? finding.projected : finding.observed;
  if (!judged || !finding.limit || *judged <= *finding.limit) return 0;
  return *judged - *finding.limit;
}

}  // namespace

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kObserved: return "observed";
    case Stage::kNormalised: return "normalised";
    case Stage::kFolded: return "folded";
    case Stage::kProjected: return "projected";
    case Stage::kNone: break;
  }
  return "";
}

std::string Fingerprint(const Finding& finding) {
  std::string key;
  const auto add = [&key](std::string_view text) {
    key.append(text);
    key.push_back('\0');
  };
  add(FindingRuleName(finding.rule));
  add(finding.input);
  add(finding.metric);
  add(finding.label_is_culprit ? std::string_view() : std::string_view(finding.label));
  const uint64_t hash = XXH3_64bits(key.data(), key.size());
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = kDigits[hash >> (60 - 4 * i) & 15];
  return text;
}

void SortFindings(std::vector<Finding>* findings) {
  std::stable_sort(findings->begin(), findings->end(), [](const Finding& a, const Finding& b) {
    const uint64_t excess_a = Excess(a);
    const uint64_t excess_b = Excess(b);
    return std::tie(a.severity, excess_b, a.input, a.metric, a.label, a.rule, a.location.line, a.location.column,
                    a.message) < std::tie(b.severity, excess_a, b.input, b.metric, b.label, b.rule, b.location.line,
                                          b.location.column, b.message);
  });
}

size_t CountSeverity(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<size_t>(std::count_if(
      findings.begin(), findings.end(), [severity](const Finding& finding) { return finding.severity == severity; }));
}

}  // namespace seriesguard
