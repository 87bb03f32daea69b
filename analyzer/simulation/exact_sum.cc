// SPDX-License-Identifier: Apache-2.0
//
// exact_sum.cc: each addition gives a rounded sum and its exact error; the error is kept, the sum carried on.
#include "analyzer/simulation/exact_sum.h"

#include <cmath>
#include <cstddef>
#include <utility>

namespace seriesguard {

void ExactSum::Add(double value) {
  if (overflowed_) return;
  size_t kept = 0;
  for (double partial : partials_) {
    if (std::fabs(value) < std::fabs(partial)) std::swap(value, partial);
    const double sum = value + partial;
    const double error = partial - (sum - value);
    if (error != 0) partials_[kept++] = error;
    value = sum;
  }
  partials_.resize(kept);
  if (!std::isfinite(value)) {
    overflowed_ = true;
    partials_.clear();
  } else if (value != 0) {
    partials_.push_back(value);
  }
}

void ExactSum::Add(const ExactSum& other) {
  overflowed_ = overflowed_ || other.overflowed_;
  for (const double partial : other.partials_) Add(partial);
}

void ExactSum::Subtract(const ExactSum& other) {
  overflowed_ = overflowed_ || other.overflowed_;
  for (const double partial : other.partials_) Add(-partial);
}

int ExactSum::Sign() const {
  if (partials_.empty()) return 0;
  return partials_.back() > 0 ? 1 : -1;
}

bool ExactSum::IsWithin(const ExactSum& bound) const {
  if (overflowed_ || bound.overflowed_) return false;
  ExactSum above = bound;
  above.Subtract(*this);
  ExactSum below = bound;
  below.Add(*this);
  return above.Sign() >= 0 && below.Sign() >= 0;
}

double ExactSum::Rounded() const {
  if (overflowed_) return std::nan("");
  if (partials_.empty()) return 0;
  size_t i = partials_.size() - 1;
  double sum = partials_[i];
  double error = 0;
  while (i > 0 && error == 0) {
    const double high = sum;
    const double low = partials_[--i];
    sum = high + low;
    error = low - (sum - high);
  }
  // Half way between two doubles, what lies below decides, and not the rule for ties.
  if (i > 0 && ((error < 0 && partials_[i - 1] < 0) || (error > 0 && partials_[i - 1] > 0))) {
    const double twice = error * 2;
    const double other = sum + twice;
    if (twice == other - sum) sum = other;
  }
  return sum;
}

}  // namespace seriesguard
