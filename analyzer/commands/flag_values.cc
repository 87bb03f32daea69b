// SPDX-License-Identifier: Apache-2.0
//
// flag_values.cc: from_chars throughout: no locale, no sign, no blank.
#include "analyzer/commands/flag_values.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analyzer/input/http_url.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 40;

std::string Shown(std::string_view text) { return absl::StrCat("\"", SafeTextTruncated(text, kShownColumns), "\""); }

struct Unit {
  std::string_view name;
  double bytes;
};

constexpr Unit kUnits[] = {
    {"", 1},
    {"B", 1},
    {"K", 1024.0},
    {"KiB", 1024.0},
    {"kB", 1e3},
    {"KB", 1e3},
    {"M", 1048576.0},
    {"MiB", 1048576.0},
    {"MB", 1e6},
    {"G", 1073741824.0},
    {"GiB", 1073741824.0},
    {"GB", 1e9},
    {"T", 1099511627776.0},
    {"TiB", 1099511627776.0},
    {"TB", 1e12},
};

}  // namespace

absl::StatusOr<uint64_t> ReadWholeNumber(std::string_view text, uint64_t least, uint64_t most) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc() || result.ptr != end || value < least || value > most) {
    const std::string range =
        most == UINT64_MAX ? absl::StrCat("of at least ", least) : absl::StrCat("from ", least, " to ", most);
    return absl::InvalidArgumentError(absl::StrCat("expected a whole number ", range, ", got ", Shown(text)));
  }
  return value;
}

absl::StatusOr<uint64_t> ReadByteSize(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (result.ec == std::errc() && std::isfinite(value)) {
    const std::string_view unit(result.ptr, static_cast<size_t>(end - result.ptr));
    for (const Unit& known : kUnits) {
      if (known.name != unit) continue;
      const double bytes = value * known.bytes;
      if (bytes < 1 || bytes >= 9e18) break;
      return static_cast<uint64_t>(bytes);
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("expected a size such as 65536, 64M or 2GiB, got ", Shown(text)));
}

absl::StatusOr<size_t> ReadWord(std::string_view text, const std::vector<std::string_view>& words) {
  std::string list;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return i;
    absl::StrAppend(&list, i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", std::string(words[i]));
  }
  std::string message = absl::StrCat("expected ", list, ", got ", Shown(text));
  const std::string_view near = NearestName(text, words);
  if (!near.empty()) absl::StrAppend(&message, "; did you mean ", std::string(near), "?");
  return absl::InvalidArgumentError(message);
}

absl::Status ReadFilePath(std::string_view text, std::string* field) {
  if (text.empty()) return absl::InvalidArgumentError("expected a file");
  if (IsUrl(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a file, not the address ", SafeTextTruncated(WithoutSecrets(text), kShownColumns)));
  }
  *field = std::string(text);
  return absl::OkStatus();
}

}  // namespace seriesguard
