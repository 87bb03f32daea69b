// SPDX-License-Identifier: Apache-2.0
//
// builtin_normalizers.cc: numbers are read and written without the locale.
#include "rules/builtin_normalizers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kClasses[kStatusClasses] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
constexpr std::string_view kMethods[kHttpMethods] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                     "CONNECT", "OPTIONS", "TRACE", "PATCH"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsHostByte(char c) {
  switch (c) {
    case '/':
    case '@':
    case '?':
    case '#':
    case '\\':
    case '[':
    case ']':
    case '\x7F': return false;
    default: return static_cast<unsigned char>(c) > 0x20;
  }
}

// Digits, hexadecimal letters, colons, dots (an IPv4 tail) and a zone behind a percent sign.
bool IsIpv6(std::string_view text) {
  const std::string_view address = text.substr(0, text.find('%'));
  return std::count(address.begin(), address.end(), ':') >= 2 &&
         std::all_of(address.begin(), address.end(), [](char c) {
           return IsDigit(c) || c == ':' || c == '.' || (ToLower(c) >= 'a' && ToLower(c) <= 'f');
         });
}

// Shortest text that reads back as `bound`, without an exponent where a person would not write one.
std::string BoundText(double bound) {
  const double size = std::fabs(bound);
  const bool is_plain = size == 0 || (size >= 1e-6 && size < 1e15);
  char text[64];
  char* const end = text + sizeof(text);
  const std::to_chars_result result =
      is_plain ? std::to_chars(text, end, bound, std::chars_format::fixed) : std::to_chars(text, end, bound);
  return std::string(text, result.ptr);
}

// Reads all of `text` as a decimal number; where it is too large for a double it is the largest, where too small, 0.
std::optional<double> ReadNumber(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  if (text.find_first_of("xX") != std::string_view::npos) return std::nullopt;  // from_chars would read 0x10
  double number = 0;
  const char* end = text.data() + text.size();
  const absl::from_chars_result result = absl::from_chars(text.data(), end, number);
  if (result.ec == std::errc::invalid_argument || result.ptr != end || std::isnan(number)) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string_view> NormalizeStatusClass(std::string_view value) {
  if (value.size() != 3 || value[0] < '1' || value[0] > '5') return std::nullopt;
  const bool is_status = IsDigit(value[1]) && IsDigit(value[2]);
  const bool is_class = ToLower(value[1]) == 'x' && ToLower(value[2]) == 'x';
  if (!is_status && !is_class) return std::nullopt;
  return kClasses[value[0] - '1'];
}

std::optional<std::string_view> NormalizeHttpMethod(std::string_view value) {
  for (const std::string_view method : kMethods) {
    if (value.size() == method.size() &&
        std::equal(value.begin(), value.end(), method.begin(), [](char a, char b) { return ToUpper(a) == b; })) {
      return method;
    }
  }
  return std::nullopt;
}

std::string_view NormalizeLowercase(std::string_view value, std::string* scratch) {
  if (std::none_of(value.begin(), value.end(), IsUpper)) return value;
  scratch->assign(value);
  std::transform(scratch->begin(), scratch->end(), scratch->begin(), ToLower);
  return *scratch;
}

std::optional<std::string_view> NormalizeHost(std::string_view value, std::string* scratch) {
  std::string_view host = value;
  std::string_view port;
  if (!value.empty() && value[0] == '[') {
    const size_t close = value.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = value.substr(1, close - 1);
    if (!IsIpv6(host)) return std::nullopt;
    port = value.substr(close + 1);
    if (!port.empty() && port[0] != ':') return std::nullopt;
    if (!port.empty()) port.remove_prefix(1);
  } else if (const size_t colon = value.find(':'); colon != std::string_view::npos && !IsIpv6(value)) {
    host = value.substr(0, colon);
    port = value.substr(colon + 1);
  }
  if (host.empty() || !std::all_of(host.begin(), host.end(), IsHostByte)) return std::nullopt;
  if (!std::all_of(port.begin(), port.end(), IsDigit)) return std::nullopt;
  return NormalizeLowercase(host, scratch);
}

std::optional<std::string_view> NormalizeTruncate(std::string_view value, size_t max_bytes) {
  const std::string_view cut = TruncateUtf8(value, max_bytes);
  if (cut.empty() && !value.empty()) return std::nullopt;
  return cut;
}

absl::StatusOr<RangeNames> RangeNames::Compile(const std::vector<double>& bounds) {
  if (bounds.empty()) return absl::InvalidArgumentError("ranges need at least one bound");
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (!std::isfinite(bounds[i])) return absl::InvalidArgumentError("a bound of ranges must be a finite number");
    if (i > 0 && !(bounds[i - 1] < bounds[i])) {
      return absl::InvalidArgumentError(absl::StrCat("the bounds of ranges must ascend, ", BoundText(bounds[i]),
                                                     " stands after ", BoundText(bounds[i - 1])));
    }
  }
  RangeNames ranges;
  ranges.bounds_ = bounds;
  ranges.names_.push_back(absl::StrCat("<=", BoundText(bounds[0])));
  for (size_t i = 1; i < bounds.size(); ++i) {
    ranges.names_.push_back(absl::StrCat(BoundText(bounds[i - 1]), "..", BoundText(bounds[i])));
  }
  ranges.names_.push_back(absl::StrCat(">", BoundText(bounds.back())));
  return ranges;
}

std::optional<std::string_view> RangeNames::Find(std::string_view value) const {
  if (const std::optional<double> number = ReadNumber(value); number.has_value()) {
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), *number);
    return names_[static_cast<size_t>(bound - bounds_.begin())];
  }
  for (const std::string& name : names_) {
    if (value == name) return name;
  }
  return std::nullopt;
}

}  // namespace seriesguard
