// SPDX-License-Identifier: Apache-2.0
//
// builtin_normalizers.h: the built-in normalisers that fit in a few lines each (path has its own file).
//
// Use:      by CompiledLabelRule, one call a value.
// Threads:  pure functions and an immutable class.
// Errors:   no value = the normaliser cannot read it; the rule then says `otherwise`.
// Cost:     one pass over the value; nothing is allocated once the scratch text has grown.
//
// Each is idempotent: what it gives, it reads again and gives back unchanged.
#ifndef SERIESGUARD_RULES_BUILTIN_NORMALIZERS_H_
#define SERIESGUARD_RULES_BUILTIN_NORMALIZERS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace seriesguard {

inline constexpr size_t kStatusClasses = 5;
inline constexpr size_t kHttpMethods = 9;

// Returns the class of an HTTP status, 404 -> 4xx; exactly three digits from 100 to 599, or a class as it is (4XX too).
std::optional<std::string_view> NormalizeStatusClass(std::string_view value);

// Returns a method of RFC 9110 or PATCH in capitals, get -> GET.
std::optional<std::string_view> NormalizeHttpMethod(std::string_view value);

// Returns `value` with the letters A to Z as a to z; other bytes, of other alphabets too, stay.
// Lifetime:  views `value` where nothing changed, else `*scratch`. The same holds below.
std::string_view NormalizeLowercase(std::string_view value, std::string* scratch);

// Returns the host in lower case without its port: Example.com:8080 -> example.com, [::1]:80 -> ::1.
//
// Cannot read: nothing before the port, a port that is not digits, brackets that do not close or hold no IPv6 address,
// and bytes that no host has (controls, spaces, / @ ? # \ and brackets elsewhere). Two or more colons without brackets
// are an IPv6 address, which has no port.
std::optional<std::string_view> NormalizeHost(std::string_view value, std::string* scratch);

// Returns the longest beginning of at most `max_bytes` bytes that does not end inside a UTF-8 sequence. Cannot read:
// a value whose first character is longer than that, since an empty value would mean that the label is absent.
std::optional<std::string_view> NormalizeTruncate(std::string_view value, size_t max_bytes);

// Numbers to ranges: with the bounds 10, 100, 1000 a number becomes `<=10`, `10..100`, `100..1000` or `>1000`.
//
// A range holds its upper bound and not its lower one, as the buckets of a histogram do. The name of one of the ranges
// stays as it is. Cannot read: what is not a decimal number or an infinity, a number with spaces around it, NaN.
class RangeNames {
 public:
  // Errors: InvalidArgument unless there are bounds, all finite and each above the one before.
  static absl::StatusOr<RangeNames> Compile(const std::vector<double>& bounds);

  // Lifetime:  the answer views this object.
  std::optional<std::string_view> Find(std::string_view value) const;

  // The names in ascending order; one more than there are bounds.
  const std::vector<std::string>& names() const { return names_; }

 private:
  RangeNames() = default;

  std::vector<double> bounds_;
  std::vector<std::string> names_;  // names_[i]: at most bounds_[i]; the last: above all bounds
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_BUILTIN_NORMALIZERS_H_
