// SPDX-License-Identifier: Apache-2.0
//
// projection.cc: exact fractions as long as they fit 127 bits, because a limit is compared with the last digit.
#include "analyzer/verdict/projection.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace seriesguard {
namespace {

constexpr uint64_t kTooMany = kMaxProjectedSeries + 1;

// A non-negative fraction that is multiplied by others; beyond its exact range it goes on as a long double.
class Fraction {
 public:
  explicit Fraction(uint64_t whole) : numerator_(whole) {}

  void MultiplyBy(uint64_t by, uint64_t over) {
    if (is_exact_) {
      const uint64_t shared = std::gcd(by, over);
      by /= shared;
      over /= shared;
      const uint64_t with_denominator = std::gcd(by, denominator_);
      by /= with_denominator;
      denominator_ /= with_denominator;
      const uint64_t with_numerator = static_cast<uint64_t>(Gcd(numerator_, over));
      numerator_ /= with_numerator;
      over /= with_numerator;
      if ((by == 0 || numerator_ <= kMaxNumerator / by) && denominator_ <= UINT64_MAX / over) {
        numerator_ *= by;
        denominator_ *= over;
        return;
      }
      is_exact_ = false;
      approximate_ = static_cast<long double>(numerator_) / static_cast<long double>(denominator_);
    }
    approximate_ *= static_cast<long double>(by) / static_cast<long double>(over);
  }

  // Rounds up; kTooMany when the number is larger than every count.
  uint64_t Ceiling() const {
    if (!is_exact_) {
      return approximate_ >= static_cast<long double>(kTooMany) ? kTooMany
                                                                : static_cast<uint64_t>(std::ceil(approximate_));
    }
    const Wide ceiling = (numerator_ + denominator_ - 1) / denominator_;
    return ceiling > kMaxProjectedSeries ? kTooMany : static_cast<uint64_t>(ceiling);
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr Wide kMaxNumerator = ~Wide{0} >> 1;

  static Wide Gcd(Wide a, Wide b) {
    while (b != 0) {
      const Wide rest = a % b;
      a = b;
      b = rest;
    }
    return a == 0 ? 1 : a;
  }

  Wide numerator_;
  uint64_t denominator_ = 1;
  bool is_exact_ = true;
  long double approximate_ = 1;
};

// From so many values to so many.
struct Multiplier {
  uint64_t from = 1, to = 1;
  bool is_absorbed = false;  // it is part of another label's

  bool IsMoreThan(const Multiplier& other) const {
    return static_cast<long double>(to) * static_cast<long double>(other.from) >
           static_cast<long double>(other.to) * static_cast<long double>(from);
  }
};

// One a label, in their order. Of labels where one fixes another only the one that grows more multiplies.
std::vector<Multiplier> MultipliersOf(const FamilyFacts& facts, PolicyMode mode) {
  std::vector<Multiplier> multipliers;
  for (const LabelFacts& label : facts.labels) {
    if (label.normalised_values == 0) {
      multipliers.emplace_back();
    } else {
      multipliers.push_back({label.normalised_values, ExpectedValues(label, mode), false});
    }
  }
  for (size_t i = 0; i < multipliers.size(); ++i) {
    for (const size_t leader : facts.labels[i].fixed_by) {
      if (leader == i || multipliers[leader].is_absorbed) continue;
      if (multipliers[i].IsMoreThan(multipliers[leader])) {
        multipliers[leader].from = multipliers[i].from;
        multipliers[leader].to = multipliers[i].to;
      }
      multipliers[i].is_absorbed = true;
      break;
    }
  }
  return multipliers;
}

}  // namespace

uint64_t ExpectedValues(const LabelFacts& label, PolicyMode mode) {
  const LabelRule& rule = *label.assigned->rule;
  const uint64_t seen = label.normalised_values;
  if (!rule.expect || rule.drop) return seen;
  uint64_t expected = static_cast<uint64_t>(*rule.expect);
  if (mode == PolicyMode::kEnforce && rule.value_limit) {
    expected = std::min(expected, static_cast<uint64_t>(*rule.value_limit) + 1);
  }
  return std::max(seen, expected);
}

Projection Project(const FamilyFacts& facts, PolicyMode mode) {
  const FamilyCount& judged = facts.judged();
  Projection projection;
  Fraction series(judged.series);
  for (const Multiplier& multiplier : MultipliersOf(facts, mode)) {
    if (multiplier.is_absorbed || multiplier.to <= multiplier.from) continue;
    series.MultiplyBy(multiplier.to, multiplier.from);
    projection.grows = true;
  }
  projection.series = series.Ceiling();
  if (judged.label_sets == 0) return projection;

  // The product of the grown labels, times the series of a label set.
  Fraction product(judged.series);
  product.MultiplyBy(1, judged.label_sets);
  for (const LabelCount& label : judged.labels) {
    if (label.name == "le" || label.name == "quantile") continue;
    uint64_t values = label.values;
    for (const LabelFacts& of_label : facts.labels) {
      if (of_label.assigned->label != label.name || of_label.normalised_values == 0) continue;
      Fraction grown(values);
      grown.MultiplyBy(ExpectedValues(of_label, mode), of_label.normalised_values);
      values = grown.Ceiling();
    }
    const bool any_absent = label.series_with < judged.series;
    product.MultiplyBy(std::max<uint64_t>(1, values + (any_absent ? 1 : 0)), 1);
  }
  const uint64_t max_series = product.Ceiling();
  if (max_series <= kMaxProjectedSeries) projection.max_series = max_series;
  if (projection.grows) projection.series = std::max(judged.series, std::min(projection.series, max_series));
  return projection;
}

}  // namespace seriesguard
