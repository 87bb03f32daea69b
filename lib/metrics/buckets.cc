// SPDX-License-Identifier: Apache-2.0
//
// buckets.cc: decimals come from std::to_chars and std::from_chars, which know no locale.
#include "lib/metrics/buckets.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/metrics/number_text.h"

namespace seriesguard {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string Number(double value) {
  char text[kNumberBytes];
  return std::string(text, WriteNumber(value, text));
}

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

// Returns the decimal of 12 digits nearest to `value` where a few roundings explain the difference, else `value`.
double Decimal(double value) {
  char text[kNumberBytes];
  const auto written = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific, 11);
  double read = value;
  if (written.ec != std::errc() || std::from_chars(text, written.ptr, read).ec != std::errc()) return value;
  return std::fabs(read - value) <= 4 * std::numeric_limits<double>::epsilon() * std::fabs(value) ? read : value;
}

// Returns the double nearest to multiple x 10^exponent.
double Scaled(double multiple, int exponent) {
  const std::string text = std::to_string(static_cast<int64_t>(multiple)) + "e" + std::to_string(exponent);
  double value = std::numeric_limits<double>::quiet_NaN();
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Returns `value` in steps of about a hundredth of `width`, moved upwards or downwards by less than one of them.
double ShortDecimal(double value, double width, bool upwards) {
  const int exponent = static_cast<int>(std::floor(std::log10(width))) - 2;
  const double quantum = std::pow(10.0, exponent);
  const double multiple = value / quantum;
  if (!std::isnormal(quantum) || !(std::fabs(multiple) < 1e15)) return value;
  const double nearest = std::round(multiple);
  const bool is_exact = std::fabs(multiple - nearest) < 1e-6;  // but for what 0.1 loses in binary
  const double rounded = Scaled(is_exact ? nearest : upwards ? std::ceil(multiple) : std::floor(multiple), exponent);
  return std::isfinite(rounded) ? rounded : value;
}

absl::Status CheckCount(int count) {
  if (count >= 1 && static_cast<size_t>(count) <= kMostHistogramBoundaries) return absl::OkStatus();
  return Wrong("a histogram has 1 to ", kMostHistogramBoundaries, " boundaries, not ", count);
}

// Appends the boundaries on one side of the threshold, nearest first, `last` at the end; ends early where they are too
// many.
void AppendSide(double threshold, double last, const SlaOptions& options, std::vector<double>* boundaries) {
  const bool is_below = last < threshold;
  double from = threshold, width = options.relative_error * threshold;
  // A last bucket may be half again as wide as its turn: else a boundary would stand right beside `last`.
  for (double stretch = 1; std::fabs(from - last) > stretch * width; stretch = 1.5, width *= options.growth) {
    if (boundaries->size() > kMostHistogramBoundaries) return;
    const double next = ShortDecimal(is_below ? from - width : from + width, width, is_below);
    if (is_below ? !(next < from && next > last) : !(next > from && next < last)) break;
    boundaries->push_back(next);
    from = next;
  }
  boundaries->push_back(last);
}

// For boundaries that were computed: an infinite one is an overflow.
absl::StatusOr<std::vector<double>> Computed(std::vector<double> boundaries) {
  if (const std::string problem = BoundaryProblem(boundaries); !problem.empty()) return Wrong(problem);
  return boundaries;
}

}  // namespace

std::string BoundaryProblem(const std::vector<double>& boundaries) {
  if (boundaries.size() > kMostHistogramBoundaries) {
    return absl::StrCat("the histogram has ", boundaries.size(), " boundaries, at most ", kMostHistogramBoundaries,
                        " are taken");
  }
  for (size_t i = 0; i < boundaries.size(); ++i) {
    const std::string which = absl::StrCat("boundary ", i + 1, " of the histogram is ", Number(boundaries[i]));
    if (!std::isfinite(boundaries[i])) return which + ", which is not finite";
    if (i == 0 || boundaries[i] > boundaries[i - 1]) continue;
    if (boundaries[i] == boundaries[i - 1]) return which + ", and so is the one before it";
    return absl::StrCat(which, ", which is not above ", Number(boundaries[i - 1]), " before it");
  }
  return "";
}

absl::StatusOr<std::vector<double>> CheckBuckets(std::vector<double> boundaries) {
  if (!boundaries.empty() && boundaries.back() == kInfinity) boundaries.pop_back();
  if (boundaries.empty()) return Wrong("the histogram has no finite boundary: histogram_quantile could answer nothing");
  return Computed(std::move(boundaries));
}

absl::StatusOr<std::vector<double>> ExponentialBuckets(double start, double factor, int count) {
  if (!(start > 0) || !std::isfinite(start)) {
    return Wrong("the first of exponential boundaries is above 0, not ", Number(start));
  }
  if (!(factor > 1) || !std::isfinite(factor)) {
    return Wrong("the factor of exponential boundaries is above 1, not ", Number(factor));
  }
  if (const absl::Status status = CheckCount(count); !status.ok()) return status;
  std::vector<double> boundaries = {start};
  for (int i = 1; i < count; ++i) boundaries.push_back(Decimal(start * std::pow(factor, i)));
  return Computed(std::move(boundaries));
}

absl::StatusOr<std::vector<double>> LinearBuckets(double start, double width, int count) {
  if (!std::isfinite(start)) return Wrong("the first of linear boundaries is finite, not ", Number(start));
  if (!(width > 0) || !std::isfinite(width)) {
    return Wrong("the width of linear boundaries is above 0, not ", Number(width));
  }
  if (const absl::Status status = CheckCount(count); !status.ok()) return status;
  std::vector<double> boundaries = {start};
  for (int i = 1; i < count; ++i) {
    const double sum = start + i * width;
    // Near 0 the rounding is that of the terms, which may be much larger: -0.3 + 3 x 0.1 is meant to be 0.
    const bool is_zero = std::fabs(sum) <= 4 * std::numeric_limits<double>::epsilon() * std::fabs(start);
    boundaries.push_back(is_zero ? 0 : Decimal(sum));
  }
  return Computed(std::move(boundaries));
}

absl::StatusOr<std::vector<double>> SlaBuckets(double threshold, const SlaOptions& options) {
  if (!(threshold > 0) || !std::isfinite(threshold)) {
    return Wrong("the threshold is finite and above 0, not ", Number(threshold));
  }
  if (!(options.relative_error >= 1e-9) || !(options.relative_error < 1)) {
    return Wrong("relative_error is at least 1e-9 and below 1, not ", Number(options.relative_error));
  }
  if (!(options.growth >= 1) || !std::isfinite(options.growth)) {
    return Wrong("growth is at least 1, not ", Number(options.growth));
  }
  const double lowest = options.lowest == 0 ? Decimal(threshold / 10) : options.lowest;
  const double highest = options.highest == 0 ? Decimal(threshold * 10) : options.highest;
  if (!(lowest > 0 && lowest < threshold)) {
    return Wrong("lowest is above 0 and below the threshold ", Number(threshold), ", not ", Number(lowest));
  }
  if (!(highest > threshold) || !std::isfinite(highest)) {
    return Wrong("highest is finite and above the threshold ", Number(threshold), ", not ", Number(highest));
  }
  std::vector<double> boundaries = {threshold};
  AppendSide(threshold, lowest, options, &boundaries);
  AppendSide(threshold, highest, options, &boundaries);
  if (boundaries.size() > kMostHistogramBoundaries) {
    return Wrong("more than ", kMostHistogramBoundaries, " boundaries between ", Number(lowest), " and ",
                 Number(highest), ": raise relative_error or growth");
  }
  std::sort(boundaries.begin(), boundaries.end());
  return Computed(std::move(boundaries));
}

ThresholdFacts FactsOfThreshold(const std::vector<double>& boundaries, double threshold) {
  ThresholdFacts facts;
  facts.series_per_label_set = boundaries.size() + 3;
  const auto found = std::lower_bound(boundaries.begin(), boundaries.end(), threshold);
  facts.is_boundary = found != boundaries.end() && *found == threshold;
  const bool is_first = found == boundaries.begin();
  if (boundaries.empty()) {
    facts.error_at = facts.error_near = kInfinity;  // the server answers NaN
  } else if (found == boundaries.end()) {
    facts.error_at = threshold - boundaries.back();
    facts.error_near = kInfinity;
  } else {
    // Where the first bucket begins at 0 the server takes values below 0 for values above it; where it ends at 0 or
    // below, it answers its end.
    const double lower = is_first ? std::min(0.0, *found) : *(found - 1);
    facts.error_at = std::max(threshold - lower, *found - threshold);
    facts.error_near = is_first && threshold < 0 ? kInfinity : *found - lower;
    if (is_first && *found <= 0) {
      facts.error_at = *found - threshold;
      facts.error_near = kInfinity;
    }
    if (facts.is_boundary) {
      const auto next = found + 1;
      facts.error_near = std::max(facts.error_near, next == boundaries.end() ? kInfinity : *next - threshold);
    }
  }
  facts.relative_error = facts.error_near / std::fabs(threshold);
  return facts;
}

}  // namespace seriesguard
