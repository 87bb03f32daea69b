// SPDX-License-Identifier: Apache-2.0
//
// value_change.cc: the listed values are chosen without sorting the others.
#include "analyzer/diff/value_change.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "analyzer/diff/side_keys.h"
#include "analyzer/exposition/go_float.h"

namespace seriesguard {

ValueChange DescribeValues(const LabelCoding& coding, const std::vector<uint8_t>& sides, uint8_t bit,
                           const std::vector<uint32_t>& series) {
  ValueChange change;
  std::vector<uint32_t> codes;
  for (uint32_t code = 0; code < sides.size(); ++code) {
    if (sides[code] != bit) continue;
    if (code == 0) {
      change.absent_series = series[0];
      continue;
    }
    codes.push_back(code);
    change.other_series += series[code];
  }
  change.values = codes.size();
  const auto text = [&coding](uint32_t code) { return coding.texts->Text(coding.symbols[code]); };
  const size_t listed = std::min(kListedValues, codes.size());
  std::partial_sort(
      codes.begin(), codes.begin() + static_cast<ptrdiff_t>(listed), codes.end(),
      [&](uint32_t a, uint32_t b) { return series[a] != series[b] ? series[a] > series[b] : text(a) < text(b); });
  for (size_t i = 0; i < listed; ++i) {
    change.top.push_back({std::string(text(codes[i])), series[codes[i]]});
    change.other_series -= series[codes[i]];
  }
  change.other_values = codes.size() - listed;
  return change;
}

uint64_t CountRespelled(const LabelCoding& coding, const std::vector<uint8_t>& sides) {
  std::vector<double> before;
  std::vector<double> after;
  for (uint32_t code = 1; code < sides.size(); ++code) {
    if (sides[code] != kBeforeBit && sides[code] != kAfterBit) continue;
    double number = 0;
    if (!ParseGoFloat(coding.texts->Text(coding.symbols[code]), &number) || std::isnan(number)) continue;
    (sides[code] == kBeforeBit ? before : after).push_back(number);
  }
  std::sort(before.begin(), before.end());
  before.erase(std::unique(before.begin(), before.end()), before.end());
  return static_cast<uint64_t>(std::count_if(after.begin(), after.end(), [&before](double number) {
    return std::binary_search(before.begin(), before.end(), number);
  }));
}

}  // namespace seriesguard
