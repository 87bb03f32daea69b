// SPDX-License-Identifier: Apache-2.0
//
// client_number.cc: the shortest digits come from to_chars; only where the point stands is decided here.
#include "analyzer/multiproc/client_number.h"

#include <charconv>
#include <cmath>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace seriesguard {
namespace {

constexpr int kMostPlainDigits = 16;  // before the point, in repr()
constexpr int kLeastPlainPoint = -3;  // zeros behind the point before repr() takes an exponent
constexpr int kMostClientDigits = 6;  // the client takes one sooner for what is above 0

std::string WithExponent(const std::string& digits, int exponent) {
  std::string text = digits.substr(0, 1);
  if (digits.size() > 1) text += "." + digits.substr(1);
  text += exponent < 0 ? "e-" : "e+";
  const std::string number = std::to_string(std::abs(exponent));
  if (number.size() < 2) text += '0';
  return text + number;
}

}  // namespace

std::string ClientNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const std::string sign = std::signbit(value) ? "-" : "";
  if (value == 0) return sign + "0.0";
  char buffer[32];
  const std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  int exponent = 0;
  const size_t exponent_begin = e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(text.data() + exponent_begin, text.data() + text.size(), exponent);
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c != '.') digits += c;
  }
  const int point = exponent + 1;  // digits before the point
  if (point > kMostPlainDigits || point < kLeastPlainPoint || (value > 0 && point > kMostClientDigits)) {
    return sign + WithExponent(digits, exponent);
  }
  if (point <= 0) return sign + "0." + std::string(static_cast<size_t>(-point), '0') + digits;
  const size_t before = static_cast<size_t>(point);
  if (digits.size() <= before) return sign + digits + std::string(before - digits.size(), '0') + ".0";
  return sign + digits.substr(0, before) + "." + digits.substr(before);
}

std::optional<double> ReadBoundary(std::string_view text) {
  // No blanks, no underscores, no hexadecimal digits: the client writes none.
  if (text.empty() || text.find_first_not_of("0123456789+-.eEinfINFtyTY") != std::string_view::npos)
    return std::nullopt;
  double value;
  if (!absl::SimpleAtod(absl::string_view(text.data(), text.size()), &value) || std::isnan(value)) return std::nullopt;
  return value;
}

}  // namespace seriesguard
