// SPDX-License-Identifier: Apache-2.0
//
// bucket_bounds.h: which bucket of a histogram a value falls into.
//
// Use:      one a family; shared by its series.
// Threads:  any; never changes.
// Memory:   16 bytes a boundary at most.
// Cost:     no branch that depends on the value, because values follow no pattern that a processor could learn: up to
//           kCounted boundaries all are compared, two a instruction; above that a binary search by conditional moves.
//
// A bucket holds what is at most its boundary (`le`), and not above the one before. NaN is at most nothing, so it belongs to
// the last bucket, +Inf, as in client_golang and prometheus-cpp; the sum is NaN from then on, as there.
#ifndef SERIESGUARD_LIB_METRICS_BUCKET_BOUNDS_H_
#define SERIESGUARD_LIB_METRICS_BUCKET_BOUNDS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace seriesguard {

class BucketBounds {
 public:
  // `boundaries` are finite and ascend.
  explicit BucketBounds(std::vector<double> boundaries) : count_(boundaries.size()), padded_(std::move(boundaries)) {
    while (padded_.size() % kBlock != 0) padded_.push_back(std::numeric_limits<double>::infinity());
  }

  size_t size() const { return count_; }
  double operator[](size_t i) const { return padded_[i]; }
  std::vector<double> boundaries() const {
    return std::vector<double>(padded_.begin(), padded_.begin() + static_cast<ptrdiff_t>(count_));
  }

  // Returns the index of the first boundary that is not below `value`; size(): the bucket +Inf.
  size_t BucketOf(double value) const {
    const size_t found = padded_.size() <= kCounted ? CountBelow(value) : Search(value);
    return found < count_ ? found : count_;  // NaN is not at most +Inf, which pads
  }

 private:
  static constexpr size_t kBlock = 4;
  static constexpr size_t kCounted = 32;

  // (Comparisons of vectors are -1 where they hold.)
  size_t CountBelow(double value) const {
    using Doubles = double __attribute__((vector_size(16)));
    using Ints = int64_t __attribute__((vector_size(16)));
    const Doubles values = {value, value};
    Ints reached[2] = {};
    const double* const bounds = padded_.data();
    for (size_t i = 0; i < padded_.size(); i += kBlock) {
      for (size_t half = 0; half < 2; ++half) {
        Doubles pair;
        std::memcpy(&pair, bounds + i + half * 2, sizeof(pair));
        reached[half] += values <= pair;
      }
    }
    const Ints sum = reached[0] + reached[1];
    return static_cast<size_t>(static_cast<int64_t>(padded_.size()) + sum[0] + sum[1]);
  }
  size_t Search(double value) const {
    const double* begin = padded_.data();
    for (size_t size = padded_.size(); size > 0;) {
      const size_t half = (size + 1) / 2;
      begin += value <= begin[half - 1] ? 0 : half;
      size -= half;
    }
    return static_cast<size_t>(begin - padded_.data());
  }

  size_t count_;
  std::vector<double> padded_;  // with +Inf to a multiple of kBlock
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_BUCKET_BOUNDS_H_
