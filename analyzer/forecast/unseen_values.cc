// SPDX-License-Identifier: Apache-2.0
//
// unseen_values.cc: both kinds of evidence become a rate of new values now and how fast it falls; the rest is the same.
#include "analyzer/forecast/unseen_values.h"

#include <algorithm>
#include <cmath>

namespace seriesguard {
namespace {

constexpr double kMostValues = 9007199254740991.0;  // 2^53 - 1
constexpr double kSpread = 1.3;                     // standard deviations on either side, for each source of error
constexpr double kNewsworthy = 0.05;

// Bounds of a Poisson mean, by the transformation that makes its spread constant (Anscombe, 1948).
double CountLow(double count) {
  const double root = std::max(0.0, std::sqrt(count + 0.375) - kSpread / 2);
  return std::max(0.0, root * root - 0.375);
}
double CountHigh(double count) {
  const double root = std::sqrt(count + 0.375) + kSpread / 2;
  return root * root + 0.375;
}

// The integral over [0, length] of rate * exp(-fall * t).
double Falling(double rate, double fall, double length) {
  return fall * length < 1e-9 ? rate * length : rate / fall * -std::expm1(-fall * length);
}

// What a mean of new values turns out to be.
double NewsLow(double mean) { return std::max(0.0, mean - kSpread * std::sqrt(mean)); }
double NewsHigh(double mean) { return mean + kSpread * std::sqrt(mean); }

uint64_t Whole(double value) { return static_cast<uint64_t>(std::min(value, kMostValues)); }

UnseenEstimate Estimate(uint64_t seen, double news_low, double news_middle, double news_high) {
  const auto known = static_cast<double>(seen);
  UnseenEstimate estimate;
  estimate.seen = seen;
  estimate.low = Whole(known + std::floor(news_low));
  estimate.high = std::max(estimate.low, Whole(known + std::ceil(news_high)));
  estimate.middle = std::clamp(Whole(known + std::round(news_middle)), estimate.low, estimate.high);
  const double some = std::max(1.0, known * kNewsworthy);
  const bool grows = static_cast<double>(estimate.low) - known >= some;
  estimate.growth = grows ? Growth::kGrowing : news_middle < some ? Growth::kSaturated : Growth::kUnclear;
  return estimate;
}

// The middle for abundances: rate / (1 + c t)^g, whose first and second derivative at 0 are those of the evidence. Where
// they allow no such curve, the rate falls like an exponential.
double MiddleNews(const Abundance& abundance, double length) {
  const auto once = static_cast<double>(abundance.once), twice = static_cast<double>(abundance.twice);
  if (abundance.once == 0) return 0;
  if (abundance.twice == 0) return once * length;
  const double fall = 2 * twice / once;
  const double c = 3 * static_cast<double>(abundance.thrice) / twice - fall;
  if (c <= 1e-6) return Falling(once, fall, length);
  const double g = fall / c;
  const double last = 1 + c * length;
  if (std::abs(g - 1) < 1e-6) return once / c * std::log(last);
  return once / (c * (1 - g)) * (std::pow(last, 1 - g) - 1);
}

// The middle for snapshots: new values of two equally long windows, one after the other, follow a / (b + t).
double MiddleNews(double first, double second, double window, double length) {
  if (second <= 0) return 0;
  const double ratio = first / second;
  if (ratio <= 1) return second / window * length;
  // log((b + w) / b) / log((b + 2w) / (b + w)) falls from infinity to 1 as b grows.
  double low = 1e-9 * window, high = 1e9 * window;
  for (int i = 0; i < 200; ++i) {
    const double b = std::sqrt(low * high);
    const double of_b = std::log1p(window / b) / std::log1p(window / (b + window));
    (of_b > ratio ? low : high) = b;
  }
  const double b = std::sqrt(low * high);
  const double a = second / std::log1p(window / (b + window));
  return a * std::log1p(length / (b + 2 * window));
}

}  // namespace

UnseenEstimate EstimateFromAbundance(const Abundance& abundance, double horizon) {
  const double length = horizon - 1;
  const auto once = static_cast<double>(abundance.once), twice = static_cast<double>(abundance.twice);
  if (abundance.events <= 0) return {Growth::kUnknown, abundance.seen, abundance.seen, abundance.seen, abundance.seen};
  const double once_low = CountLow(once);
  const double low = once_low <= 0 ? 0 : Falling(once_low, 2 * CountHigh(twice) / once_low, length);
  const double high = CountHigh(once) * length;
  return Estimate(abundance.seen, NewsLow(low), MiddleNews(abundance, length), NewsHigh(high));
}

UnseenEstimate EstimateFromSnapshots(const std::vector<uint64_t>& first_seen, double horizon) {
  uint64_t seen = 0;
  for (const uint64_t values : first_seen) seen += values;
  if (first_seen.size() < kFewestSnapshots) return {Growth::kUnknown, seen, seen, seen, seen};
  const size_t intervals = first_seen.size() - 1;
  const double length = (horizon - 1) * static_cast<double>(intervals);
  const size_t window = intervals / 2;
  const auto sum_before = [&first_seen, window](size_t end) {
    double sum = 0;
    for (size_t i = end - window; i < end; ++i) sum += static_cast<double>(first_seen[i]);
    return sum;
  };
  const double second = sum_before(first_seen.size()), first = sum_before(first_seen.size() - window);
  const auto w = static_cast<double>(window);
  const double second_low = CountLow(second);
  double low = 0;
  if (second_low > 0) {
    const double fall = std::max(0.0, std::log(CountHigh(first) / second_low)) / w;
    // The rate at the end of the second window, if it fell like this inside it.
    const double now = fall * w < 1e-9 ? second_low / w : second_low * fall / std::expm1(fall * w);
    low = Falling(now, fall, length);
  }
  const double high = CountHigh(second) / w * length;
  return Estimate(seen, NewsLow(low), MiddleNews(first, second, w, length), NewsHigh(high));
}

std::string_view GrowthName(Growth growth) {
  switch (growth) {
    case Growth::kUnknown: break;
    case Growth::kSaturated: return "saturated";
    case Growth::kGrowing: return "growing";
    case Growth::kUnclear: return "unclear";
  }
  return "unknown";
}

}  // namespace seriesguard
