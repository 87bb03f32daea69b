// SPDX-License-Identifier: Apache-2.0
//
// hyper_log_log.cc: Ertl's estimator. With every register empty sigma is infinite and the estimate 0; with every register
// at its highest rank tau is 0 and the estimate infinite, which no number of hashes of this world reaches.
#include "lib/series/hyper_log_log.h"

#include <cmath>

namespace seriesguard {
namespace {

// sigma and tau are the two series of the estimator; both converge within some 60 steps.
double Sigma(double x) {
  if (x == 1) return HUGE_VAL;
  double power = 1, sum = x, before;
  do {
    x *= x;
    before = sum;
    sum += x * power;
    power += power;
  } while (sum != before);
  return sum;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double power = 1, sum = 1 - x, before;
  do {
    x = std::sqrt(x);
    before = sum;
    power *= 0.5;
    sum -= (1 - x) * (1 - x) * power;
  } while (sum != before);
  return sum / 3;
}

}  // namespace

double HyperLogLog::Estimate(const RankHistogram& histogram) {
  const double m = static_cast<double>(kRegisters);
  double z = m * Tau(1 - histogram[kRankBits + 1] / m);
  for (int rank = kRankBits; rank >= 1; --rank) z = 0.5 * (z + histogram[static_cast<size_t>(rank)]);
  z += m * Sigma(histogram[0] / m);
  return m * m / (2 * std::log(2.0)) / z;
}

}  // namespace seriesguard
