// SPDX-License-Identifier: Apache-2.0
//
// go_float.cc: the grammar is checked by hand, the rounding is left to strtod under the C locale.
#include "tests/reference/go_float.h"

#include <locale.h>
#include <stdlib.h>

#include <charconv>
#include <cmath>

namespace seriesguard::reference {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsHexDigit(char c) { return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f'); }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) return false;
  }
  return true;
}

// True when each underscore stands between two digits, or between the base prefix and a digit.
bool UnderscoresAreLegal(std::string_view unsigned_text, bool hex) {
  for (size_t i = 0; i < unsigned_text.size(); ++i) {
    if (unsigned_text[i] != '_') continue;
    if (i == 0 || i + 1 == unsigned_text.size()) return false;
    const char before = unsigned_text[i - 1];
    const char after = unsigned_text[i + 1];
    const bool after_prefix = hex && i == 2;
    const bool digit_before = hex ? IsHexDigit(before) : IsDigit(before);
    const bool digit_after = hex ? IsHexDigit(after) : IsDigit(after);
    if (!(digit_before || after_prefix) || !digit_after) return false;
  }
  return true;
}

// Checks `text`, from which sign and underscores were taken, against: digits [. digits] [e [sign] digits].
bool IsNumber(std::string_view text, bool hex) {
  size_t i = hex ? 2 : 0;
  size_t digits = 0;
  bool point = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point) {
      point = true;
    } else if (hex ? IsHexDigit(text[i]) : IsDigit(text[i])) {
      ++digits;
    } else {
      break;
    }
  }
  if (digits == 0) return false;
  if (i == text.size()) return !hex;  // a hexadecimal float must have its exponent
  if (Lower(text[i]) != (hex ? 'p' : 'e')) return false;
  ++i;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  if (i == text.size()) return false;
  for (; i < text.size(); ++i) {
    if (!IsDigit(text[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<double> ParseGoFloat(std::string_view text) {
  if (EqualsIgnoringCase(text, "nan")) return std::nan("");
  const bool has_sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  const double sign = has_sign && text[0] == '-' ? -1.0 : 1.0;
  const std::string_view number = text.substr(has_sign ? 1 : 0);
  if (EqualsIgnoringCase(number, "inf") || EqualsIgnoringCase(number, "infinity")) return sign * HUGE_VAL;

  const bool hex = number.size() > 2 && number[0] == '0' && Lower(number[1]) == 'x';
  if (!UnderscoresAreLegal(number, hex)) return std::nullopt;
  std::string plain;
  for (char c : number) {
    if (c != '_') plain.push_back(c);
  }
  if (!IsNumber(plain, hex)) return std::nullopt;
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  const double value = strtod_l(plain.c_str(), nullptr, c_locale);
  if (std::isinf(value)) return std::nullopt;  // too large is an error in Go; too small is zero
  return sign * value;
}

std::optional<double> ParseSampleFloat(std::string_view text) {
  if (text.find_first_of("pP_") != std::string_view::npos) return std::nullopt;
  return ParseGoFloat(text);
}

std::string FormatBoundary(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value == 0) return "0.0";  // negative zero too

  // Shortest digits that round-trip, as d[.ddd]e[+-]XX.
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific).ptr;
  const std::string scientific(buffer, end);
  const size_t e = scientific.find('e');
  const int exponent = atoi(scientific.c_str() + e + 1);
  if (exponent < -4 || exponent >= 6) return scientific;
  const auto fixed_end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed).ptr;
  std::string fixed(buffer, fixed_end);
  if (fixed.find('.') == std::string::npos) fixed += ".0";
  return fixed;
}

}  // namespace seriesguard::reference
