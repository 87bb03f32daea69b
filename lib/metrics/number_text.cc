// SPDX-License-Identifier: Apache-2.0
//
// number_text.cc: std::to_chars knows no locale and finds the shortest digits; what is left is the notation.
#include "lib/metrics/number_text.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace seriesguard {
namespace {

constexpr double kWholeNumbers = 9007199254740992.0;  // 2^53: below, every whole number is exact

char* Put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// Writes what is not finite; returns null for all other values.
char* WriteSpecial(double value, char* out) {
  if (std::isnan(value)) return Put("NaN", out);
  if (std::isinf(value)) return Put(value > 0 ? "+Inf" : "-Inf", out);
  return nullptr;
}

// Writes a finite value as Go's 'g' has it; `*has_point_or_exponent` says whether it is more than digits.
char* WriteGoG(double value, char* out, bool* has_point_or_exponent) {
  char* const end = std::to_chars(out, out + kNumberBytes, value, std::chars_format::scientific).ptr;
  const char* const e = static_cast<const char*>(std::memchr(out, 'e', static_cast<size_t>(end - out)));
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, exponent);
  *has_point_or_exponent = true;
  if (exponent < -4 || exponent > 5) return end;
  char* const fixed_end = std::to_chars(out, out + kNumberBytes, value, std::chars_format::fixed).ptr;
  *has_point_or_exponent = std::memchr(out, '.', static_cast<size_t>(fixed_end - out)) != nullptr;
  return fixed_end;
}

}  // namespace

char* WriteInteger(uint64_t value, char* out) { return std::to_chars(out, out + kNumberBytes, value).ptr; }

char* WriteNumber(double value, char* out) {
  // Most values are whole numbers. A NaN fails both comparisons; -0 keeps its sign on the way below.
  if (value > -kWholeNumbers && value < kWholeNumbers) {
    const auto whole = static_cast<int64_t>(value);
    if (static_cast<double>(whole) == value && (whole != 0 || !std::signbit(value))) {
      return std::to_chars(out, out + kNumberBytes, whole).ptr;
    }
  }
  if (char* const end = WriteSpecial(value, out)) return end;
  return std::to_chars(out, out + kNumberBytes, value).ptr;
}

char* WriteTextBoundary(double value, char* out) {
  if (char* const end = WriteSpecial(value, out)) return end;
  bool has_point_or_exponent;
  return WriteGoG(value, out, &has_point_or_exponent);
}

char* WriteCanonicalBoundary(double value, char* out) {
  if (char* const end = WriteSpecial(value, out)) return end;
  bool has_point_or_exponent;
  char* const end = WriteGoG(value, out, &has_point_or_exponent);
  return has_point_or_exponent ? end : Put(".0", end);
}

char* WriteSeconds(double seconds, char* out) {
  // Within these bounds at most 24 characters; outside nobody means a time.
  if (std::fabs(seconds) < 1e15 && std::fabs(seconds) >= 1e-3) {
    return std::to_chars(out, out + kNumberBytes, seconds, std::chars_format::fixed).ptr;
  }
  return WriteNumber(seconds, out);
}

}  // namespace seriesguard
