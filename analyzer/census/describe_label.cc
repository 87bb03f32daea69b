// SPDX-License-Identifier: Apache-2.0
//
// describe_label.cc: one pass that keeps the best values so far.
#include "analyzer/census/describe_label.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace seriesguard {

LabelCount DescribeLabel(std::string_view name, const LabelCoding& coding, size_t top_values) {
  LabelCount count;
  count.name = std::string(name);
  const SymbolTable& texts = *coding.texts;
  std::vector<uint32_t> top;  // codes, best first
  const auto better = [&](uint32_t a, uint32_t b) {
    if (coding.series[a] != coding.series[b]) return coding.series[a] > coding.series[b];
    return texts.Text(coding.symbols[a]) < texts.Text(coding.symbols[b]);
  };
  constexpr uint32_t kPrefetchDistance = 8;
  for (uint32_t code = 1; code < coding.radix(); ++code) {
    const uint64_t series = coding.series[code];
    if (series == 0) continue;
    ++count.values;
    count.series_with += series;
    if (top_values == 0) continue;
    if (top.size() == top_values) {
      // Most labels with many values have them once each, so that ties, which need the bytes, are the rule.
      if (series < coding.series[top.back()]) continue;
      if (code + kPrefetchDistance < coding.radix()) texts.PrefetchText(coding.symbols[code + kPrefetchDistance]);
      if (!better(code, top.back())) continue;
      top.pop_back();
    }
    top.insert(std::upper_bound(top.begin(), top.end(), code, better), code);
  }
  count.other_values = count.values - top.size();
  count.other_series = count.series_with;
  count.top.reserve(top.size());
  for (const uint32_t code : top) {
    count.top.push_back({std::string(texts.Text(coding.symbols[code])), coding.series[code]});
    count.other_series -= coding.series[code];
  }
  return count;
}

}  // namespace seriesguard
