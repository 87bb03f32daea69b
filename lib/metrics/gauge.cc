// SPDX-License-Identifier: Apache-2.0
//
// gauge.cc: the clocks.
#include "lib/metrics/gauge.h"

#include <time.h>

namespace seriesguard {
namespace {

// Goes on while the machine sleeps, and is the same for all processes.
#if defined(CLOCK_BOOTTIME)
constexpr clockid_t kSharedClock = CLOCK_BOOTTIME;
#else
constexpr clockid_t kSharedClock = CLOCK_MONOTONIC;
#endif

}  // namespace

void Gauge::NoteTime() {
  timespec now{};
  clock_gettime(kSharedClock, &now);
  set_ns_->store(static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec),
                 std::memory_order_relaxed);
}

double WallClockSeconds() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace seriesguard
