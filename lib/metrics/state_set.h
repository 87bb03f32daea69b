// SPDX-License-Identifier: Apache-2.0
//
// state_set.h: a family of one series a state, each 1 or 0: in which states something is.
//
// Use:      auto phase = registry.AddStateSet({"service_phase", "Where the service is.", ""}, {"starting", "up", "down"});
//           phase->SetOnly(1);
// Threads:  any; a scrape sees what one call left, never half of it.
// Lifetime: copies are the same state set; they outlive the registry without harm.
// Errors:   none; a state beyond the last is ignored.
// Source:   OpenMetrics 1.0, "StateSet".
#ifndef SERIESGUARD_LIB_METRICS_STATE_SET_H_
#define SERIESGUARD_LIB_METRICS_STATE_SET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace seriesguard {

class StateSet {
 public:
  static constexpr size_t kMostStates = 64;

  // Requires: at most kMostStates.
  explicit StateSet(size_t states) : states_(std::make_shared<States>()), count_(states) {}

  // States are counted from 0, in the order in which they were declared.
  void Set(size_t state, bool holds) {
    if (state >= count_) return;
    const uint64_t bit = uint64_t{1} << state;
    if (holds) {
      states_->bits.fetch_or(bit);
    } else {
      states_->bits.fetch_and(~bit);
    }
  }
  // Sets one, and none of the others.
  void SetOnly(size_t state) {
    if (state < count_) states_->bits.store(uint64_t{1} << state);
  }
  // Bit i: state i holds.
  uint64_t bits() const { return states_->bits.load(); }

 private:
  struct States {
    std::atomic<uint64_t> bits{0};
  };
  std::shared_ptr<States> states_;
  size_t count_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_STATE_SET_H_
