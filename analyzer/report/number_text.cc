// SPDX-License-Identifier: Apache-2.0
//
// number_text.cc: to_chars throughout, because printf follows the locale.
#include "analyzer/report/number_text.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace seriesguard {
namespace {

std::string Fixed(double value, int digits) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed, digits);
  return std::string(buffer, static_cast<size_t>(result.ptr - buffer));
}

}  // namespace

std::string WithThousands(uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string Quantity(uint64_t value, std::string_view singular) {
  std::string text = WithThousands(value);
  text.push_back(' ');
  text.append(singular);
  if (value != 1 && singular != "series") text.push_back('s');
  return text;
}

std::string Percent(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 0.05) return "<0.1 %";
  if (percent < 100 && percent >= 99.95) return ">99.9 %";
  return Fixed(percent, 1) + " %";
}

std::string ShortNumber(double value) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, static_cast<size_t>(result.ptr - buffer));
}

std::string RoughNumber(double value) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::general, 3);
  return std::string(buffer, static_cast<size_t>(result.ptr - buffer));
}

std::string ByteSize(uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  const int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return Fixed(value, digits) + " " + std::string(kUnits[unit]);
}

std::string PowerOfTen(double log10) {
  double exponent = std::floor(log10);
  double mantissa = std::pow(10, log10 - exponent);
  if (mantissa >= 9.95) {
    mantissa = 1;
    ++exponent;
  }
  return "about " + Fixed(mantissa, 1) + "e+" + Fixed(exponent, 0);
}

}  // namespace seriesguard
