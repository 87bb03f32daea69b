// SPDX-License-Identifier: Apache-2.0
//
// reserve.cc: see the header.
#include "rules/reserve.h"

#include <algorithm>

#include "rules/builtin_normalizers.h"

namespace seriesguard {
namespace {

std::optional<int64_t> NormalizerValues(const LabelRule& rule) {
  switch (rule.normalizer) {
    case Normalizer::kStatusClass: return static_cast<int64_t>(kStatusClasses);
    case Normalizer::kHttpMethod: return static_cast<int64_t>(kHttpMethods);
    case Normalizer::kRanges: return static_cast<int64_t>(rule.ranges.size()) + 1;
    case Normalizer::kNone:
    case Normalizer::kLowercase:
    case Normalizer::kHost:
    case Normalizer::kPath:
    case Normalizer::kTruncate: break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> ClosedValues(const LabelRule& rule) {
  if (rule.has_allow) return static_cast<int64_t>(rule.allow.size());
  if (rule.has_route) return static_cast<int64_t>(rule.routes.size());
  // A replacement may make any text of a normalised value.
  if (!rule.replacements.empty()) return std::nullopt;
  std::optional<int64_t> values = NormalizerValues(rule);
  if (values && rule.value_limit) values = std::min(*values, *rule.value_limit);
  return values;
}

int64_t ReserveFactor(const LabelRule& rule) {
  if (rule.drop) return 1;
  return ClosedValues(rule).value_or(static_cast<int64_t>(rule.pins.size())) + 1;
}

int64_t SaturatingProduct(int64_t a, int64_t b) {
  if (a != 0 && b > kMaxReserveSeries / a) return kMaxReserveSeries + 1;
  return a * b;
}

int64_t SaturatingSum(int64_t a, int64_t b) { return std::min(a + b, kMaxReserveSeries + 1); }

int64_t ReserveSeries(const MetricRule& rule, int64_t cost_series, bool with_top_level) {
  int64_t reserve = cost_series;
  for (const LabelRule& label : rule.labels) {
    if (label.is_top_level && !with_top_level) continue;
    reserve = SaturatingProduct(reserve, ReserveFactor(label));
  }
  return reserve;
}

}  // namespace seriesguard
