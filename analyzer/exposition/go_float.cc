// SPDX-License-Identifier: Apache-2.0
//
// go_float.cc: the syntax is checked here, the digits are read by std::from_chars (exact, locale-free).
#include "analyzer/exposition/go_float.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace seriesguard {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool IsHexDigit(char c) {
  const char lower = Lower(c);
  return IsDigit(c) || (lower >= 'a' && lower <= 'f');
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) return false;
  }
  return true;
}

// Reads `inf`, `infinity` (sign allowed) and `nan` (no sign).
bool ParseSpecial(std::string_view text, double* value) {
  if (EqualsIgnoringCase(text, "nan")) {
    *value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (!EqualsIgnoringCase(text, "inf") && !EqualsIgnoringCase(text, "infinity")) return false;
  *value = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  return true;
}

struct Shape {
  bool hex = false;
  // Exponent (base 10, or base 2 for hex) of the first digit that is not 0; tells overflow from underflow.
  int64_t magnitude = 0;
};

// Checks sign? digits with at most one point, exponent?. `text` has no underscores.
bool CheckShape(std::string_view text, bool allow_hex, Shape* shape) {
  size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  if (allow_hex && i + 2 < text.size() && text[i] == '0' && Lower(text[i + 1]) == 'x') {
    shape->hex = true;
    i += 2;
  }
  bool any_digit = false, seen_point = false, seen_nonzero = false;
  int64_t digits_before_point = 0, zeros_after_point = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (seen_point) return false;
      seen_point = true;
    } else if (shape->hex ? IsHexDigit(c) : IsDigit(c)) {
      any_digit = true;
      if (c != '0') seen_nonzero = true;
      if (!seen_point && seen_nonzero) ++digits_before_point;
      if (seen_point && !seen_nonzero) ++zeros_after_point;
    } else {
      break;
    }
  }
  if (!any_digit) return false;
  int64_t exponent = 0;
  if (i < text.size() && Lower(text[i]) == (shape->hex ? 'p' : 'e')) {
    ++i;
    bool negative = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
    if (i >= text.size() || !IsDigit(text[i])) return false;
    for (; i < text.size() && IsDigit(text[i]); ++i) {
      if (exponent < 1'000'000'000'000) exponent = exponent * 10 + (text[i] - '0');
    }
    if (negative) exponent = -exponent;
  } else if (shape->hex) {
    return false;  // Go: a hexadecimal mantissa needs a p exponent
  }
  const int64_t leading = digits_before_point > 0 ? digits_before_point : -zeros_after_point;
  shape->magnitude = leading * (shape->hex ? 4 : 1) + exponent;
  return i == text.size();
}

bool ParseNumber(std::string_view text, bool allow_hex, double* value) {
  Shape shape;
  if (!CheckShape(text, allow_hex, &shape)) return false;
  bool negative = false;
  if (text[0] == '+' || text[0] == '-') {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (shape.hex) text.remove_prefix(2);
  double parsed = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), parsed,
                                      shape.hex ? std::chars_format::hex : std::chars_format::general);
  if (result.ec == std::errc::result_out_of_range) {
    if (shape.magnitude > 0) return false;  // too large: Go reports a range error
    parsed = 0;
  } else if (result.ec != std::errc()) {
    return false;
  }
  *value = negative ? -parsed : parsed;
  return true;
}

// Removes underscores that stand between digits or after the 0x prefix; false where one stands elsewhere.
bool StripUnderscores(std::string_view text, std::string* stripped) {
  stripped->clear();
  size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) stripped->push_back(text[i++]);
  bool hex = false;
  char before = '^';  // '^' start, '0' digit or prefix, '_' underscore, '!' anything else
  if (i + 1 < text.size() && text[i] == '0' &&
      (Lower(text[i + 1]) == 'x' || Lower(text[i + 1]) == 'b' || Lower(text[i + 1]) == 'o')) {
    hex = Lower(text[i + 1]) == 'x';
    stripped->append(text.substr(i, 2));
    i += 2;
    before = '0';
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (IsDigit(c) || (hex && IsHexDigit(c))) {
      before = '0';
    } else if (c == '_') {
      if (before != '0') return false;
      before = '_';
      continue;
    } else {
      if (before == '_') return false;
      before = '!';
    }
    stripped->push_back(c);
  }
  return before != '_';
}

}  // namespace

bool ParseGoFloat(std::string_view text, double* value) {
  return ParseNumber(text, /*allow_hex=*/false, value) || ParseSpecial(text, value);
}

bool ParseGoLabelFloat(std::string_view text, double* value) {
  if (text.find('_') == std::string_view::npos) {
    return ParseNumber(text, /*allow_hex=*/true, value) || ParseSpecial(text, value);
  }
  std::string stripped;
  return StripUnderscores(text, &stripped) && ParseNumber(stripped, /*allow_hex=*/true, value);
}

std::string FormatOpenMetricsFloat(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value == 0) return "0.0";
  // Scientific gives the shortest digits and the exponent; the plain form is laid out from the same digits.
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string_view scientific(buffer, static_cast<size_t>(end - buffer));
  const size_t e = scientific.find('e');
  int exponent = 0;
  const char* exponent_text = scientific.data() + e + 1;
  std::from_chars(*exponent_text == '+' ? exponent_text + 1 : exponent_text, end, exponent);
  std::string digits;
  for (const char c : scientific.substr(0, e)) {
    if (IsDigit(c)) digits.push_back(c);
  }
  std::string out = value < 0 ? "-" : "";
  if (exponent < -4 || exponent >= 6) {
    out.append(scientific.substr(value < 0 ? 1 : 0));
    return out;
  }
  if (exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
  } else if (static_cast<int>(digits.size()) <= exponent + 1) {
    out.append(digits).append(static_cast<size_t>(exponent + 1) - digits.size(), '0').append(".0");
  } else {
    out.append(digits, 0, static_cast<size_t>(exponent) + 1)
        .append(".")
        .append(digits, static_cast<size_t>(exponent) + 1);
  }
  return out;
}

}  // namespace seriesguard
