// SPDX-License-Identifier: Apache-2.0
//
// quantity.cc: see the header.
#include "rules/reading/quantity.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace seriesguard {
namespace {

constexpr int64_t kMillisecondNs = 1'000'000;
constexpr int64_t kSecondNs = 1000 * kMillisecondNs;

struct DurationUnit {
  std::string_view name;
  int64_t ns;
};

// From large to small; "ms" stands before "m" and "s" would match, but a unit ends where the next digit starts.
constexpr DurationUnit kDurationUnits[] = {
    {"w", 7 * 24 * 3600 * kSecondNs},
    {"d", 24 * 3600 * kSecondNs},
    {"h", 3600 * kSecondNs},
    {"m", 60 * kSecondNs},
    {"s", kSecondNs},
    {"ms", kMillisecondNs},
};

bool IsDigit(char byte) { return byte >= '0' && byte <= '9'; }

size_t DigitCount(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  return count;
}

}  // namespace

std::optional<int64_t> ParseWholeNumber(std::string_view text) {
  const bool is_negative = !text.empty() && text[0] == '-';
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || DigitCount(text) != text.size()) return std::nullopt;
  int64_t number = 0;
  for (const char digit : text) {
    if (number <= kMaxWholeNumber) number = number * 10 + (digit - '0');
  }
  if (number > kMaxWholeNumber) number = kMaxWholeNumber + 1;
  return is_negative ? -number : number;
}

std::optional<double> ParseNumber(std::string_view text) {
  // SimpleAtod alone would take " 1", "inf", "nan" and "0x1p3" as well.
  for (const char byte : text) {
    if (!IsDigit(byte) && byte != '.' && byte != '-' && byte != '+' && byte != 'e' && byte != 'E') return std::nullopt;
  }
  double number = 0;
  if (!absl::SimpleAtod(absl::string_view(text.data(), text.size()), &number) || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<int64_t> ParseDurationNs(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t total_ns = 0;
  int64_t previous_unit_ns = std::numeric_limits<int64_t>::max();
  while (!text.empty()) {
    const size_t digits = DigitCount(text);
    if (digits == 0 || digits > 15) return std::nullopt;
    const int64_t count = *ParseWholeNumber(text.substr(0, digits));
    text.remove_prefix(digits);
    size_t unit_bytes = 0;
    while (unit_bytes < text.size() && !IsDigit(text[unit_bytes])) ++unit_bytes;
    const std::string_view unit_name = text.substr(0, unit_bytes);
    text.remove_prefix(unit_bytes);
    int64_t unit_ns = 0;
    for (const DurationUnit& unit : kDurationUnits) {
      if (unit.name == unit_name) unit_ns = unit.ns;
    }
    if (unit_ns == 0 || unit_ns >= previous_unit_ns) return std::nullopt;
    previous_unit_ns = unit_ns;
    if (count > (std::numeric_limits<int64_t>::max() - total_ns) / unit_ns) return std::nullopt;
    total_ns += count * unit_ns;
  }
  return total_ns;
}

std::optional<double> ParsePercent(std::string_view text) {
  if (text.size() < 2 || text.back() != '%' || !IsDigit(text[text.size() - 2])) return std::nullopt;
  const std::optional<double> percent = ParseNumber(text.substr(0, text.size() - 1));
  if (!percent) return std::nullopt;
  return *percent / 100;
}

std::string DurationText(int64_t duration_ns) {
  std::string text;
  for (const DurationUnit& unit : kDurationUnits) {
    if (duration_ns < unit.ns) continue;
    text += std::to_string(duration_ns / unit.ns);
    text += unit.name;
    duration_ns %= unit.ns;
  }
  return text.empty() ? "0ms" : text;
}

std::string GroupedNumber(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t first = digits[0] == '-' ? 1 : 0;
  for (size_t i = digits.size(); i > first + 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

}  // namespace seriesguard
