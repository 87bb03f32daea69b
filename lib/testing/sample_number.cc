// SPDX-License-Identifier: Apache-2.0
//
// sample_number.cc: std::from_chars reads the digits; what it takes besides (nan(x), inf without a check) is kept from
// it.
#include "lib/testing/sample_number.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <string>
#include <system_error>

namespace seriesguard {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// Of digits that do not fit a double: whether they stand for too little, rather than for too much.
bool IsTiny(std::string_view digits) {
  long long exponent = 0;
  const size_t e = digits.find('e');
  if (e != std::string_view::npos) {
    std::string_view text = digits.substr(e + 1);
    if (text[0] == '+') text.remove_prefix(1);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (read.ec == std::errc::result_out_of_range) exponent = text[0] == '-' ? -(1LL << 60) : 1LL << 60;
    digits = digits.substr(0, e);
  }
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = digits.find_first_not_of("0.");
  if (first == std::string_view::npos) return true;
  const long long leading =
      first < point ? static_cast<long long>(point - first) : -static_cast<long long>(first - point - 1);
  return leading + exponent <= 0;
}

}  // namespace

bool ParseSampleNumber(std::string_view text, double* value) {
  std::string lower = Lower(text);
  if (lower == "nan") {
    *value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  bool is_negative = false;
  if (!lower.empty() && (lower[0] == '+' || lower[0] == '-')) {
    is_negative = lower[0] == '-';
    lower.erase(0, 1);
  }
  double read = 0;
  if (lower == "inf" || lower == "infinity") {
    read = std::numeric_limits<double>::infinity();
  } else {
    if (lower.find_first_not_of("0123456789.e+-") != std::string::npos || lower[0] == '-') return false;
    const auto result = std::from_chars(lower.data(), lower.data() + lower.size(), read);
    if (result.ptr != lower.data() + lower.size()) return false;
    if (result.ec == std::errc::result_out_of_range) {
      if (!IsTiny(lower)) return false;
      read = 0;
    } else if (result.ec != std::errc()) {
      return false;
    }
  }
  *value = is_negative ? -read : read;
  return true;
}

}  // namespace seriesguard
