// SPDX-License-Identifier: Apache-2.0
//
// exact_sum.h: the sum of doubles without any rounding, whatever their order and size.
//
// Use:      totals before and after a simulation, and the one rounding of what folds into a series.
// Threads:  one at a time.
// Memory:   a double for each 53 bits that the sum spans: one for whole numbers below 2^53, 40 at most.
// Errors:   a sum beyond the largest double, on its way too, is told by overflowed(); then nothing else holds.
// Cost:     a few additions a summand.
// Source:   Shewchuk, "Adaptive Precision Floating-Point Arithmetic" (1997), grow-expansion. Needs IEEE doubles that are
//           rounded to nearest and no -ffast-math.
//
// Invariant: the partial sums do not overlap, ascend in magnitude, none is 0, and add up to the sum exactly.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_EXACT_SUM_H_
#define SERIESGUARD_ANALYZER_SIMULATION_EXACT_SUM_H_

#include <vector>

namespace seriesguard {

class ExactSum {
 public:
  // Requires:  `value` is finite.
  void Add(double value);
  void Subtract(double value) { Add(-value); }
  void Add(const ExactSum& other);
  void Subtract(const ExactSum& other);

  bool IsZero() const { return partials_.empty() && !overflowed_; }
  // Says whether the sum lies between -bound and +bound.
  bool IsWithin(const ExactSum& bound) const;
  bool overflowed() const { return overflowed_; }

  // The double nearest to the sum; of two, the even one.
  double Rounded() const;
  // -1, 0 or 1.
  int Sign() const;

 private:
  std::vector<double> partials_;
  bool overflowed_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_EXACT_SUM_H_
