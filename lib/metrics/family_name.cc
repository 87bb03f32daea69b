// SPDX-License-Identifier: Apache-2.0
//
// family_name.cc: see the header.
#include "lib/metrics/family_name.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/metrics/buckets.h"
#include "lib/metrics/exposition_escape.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string_view SuffixOf(CollectedType type) {
  if (type == CollectedType::kCounter) return "_total";
  return type == CollectedType::kInfo ? "_info" : "";
}

// As OpenMetrics names the family.
std::string_view StemOf(CollectedType type, std::string_view name) {
  const std::string_view suffix = SuffixOf(type);
  return EndsWith(name, suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

bool IsUnit(std::string_view unit) {
  return std::all_of(unit.begin(), unit.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <typename... Parts>
absl::Status Wrong(std::string_view name, const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(name), ": ", parts...));
}

}  // namespace

absl::Status CheckFamilyName(CollectedType type, std::string_view name, std::string_view unit) {
  if (const absl::Status status = CheckMetricName(name); !status.ok()) return status;
  const std::string_view suffix = SuffixOf(type);
  const std::string_view stem = StemOf(type, name);
  const bool has_suffix = stem.size() + suffix.size() == name.size();
  const std::string end = unit.empty() ? "" : absl::StrCat("_", SafeText(unit));
  const bool has_unit = unit.empty() || EndsWith(stem, "_" + std::string(unit));
  const auto right_name = [&] { return SafeText(stem) + (has_unit ? "" : end) + std::string(suffix); };
  if (!IsUnit(unit))
    return Wrong(name, "the unit \"", SafeText(unit), "\" has a character that is no letter, digit or _");
  if (!unit.empty() && (type == CollectedType::kInfo || type == CollectedType::kStateSet)) {
    return Wrong(name, type == CollectedType::kInfo ? "an info" : "a state set", " has no unit");
  }
  if (!has_suffix) {
    return Wrong(name, type == CollectedType::kCounter ? "a counter's" : "an info's", " name ends with ",
                 std::string(suffix), ": ", right_name());
  }
  if (stem.empty()) return Wrong(name, "nothing stands before ", std::string(suffix));
  if (!has_unit)
    return Wrong(name, "the name ends with the unit", suffix.empty() ? ": " : " and _total: ", right_name());
  return absl::OkStatus();
}

std::vector<std::string> NamesOfFamily(CollectedType type, std::string_view name) {
  // (Names that differ only in what the underscores stand for are one to most scrapers.)
  const std::string stem = EscapeMetricName(StemOf(type, name), NameEscaping::kUnderscores);
  switch (type) {
    case CollectedType::kCounter: return {stem, stem + "_total", stem + "_created"};
    case CollectedType::kInfo: return {stem, stem + "_info"};
    case CollectedType::kHistogram: return {stem, stem + "_bucket", stem + "_sum", stem + "_count", stem + "_created"};
    case CollectedType::kUnknown:
    case CollectedType::kGauge:
    case CollectedType::kStateSet: break;
  }
  return {stem};
}

absl::StatusOr<std::vector<double>> CheckBoundaries(std::string_view name, std::vector<double> boundaries) {
  if (!boundaries.empty() && std::isinf(boundaries.back()) && boundaries.back() > 0) boundaries.pop_back();
  if (const std::string problem = BoundaryProblem(boundaries); !problem.empty()) return Wrong(name, problem);
  return boundaries;
}

}  // namespace seriesguard
