// SPDX-License-Identifier: Apache-2.0
//
// gauge_mode.h: what a service of many processes shows of a gauge that each of them has.
//
// Use:      given when a gauge is declared.
// Source:   the modes of Prometheus' Python client, so that dashboards need not change.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_GAUGE_MODE_H_
#define SERIESGUARD_LIB_MULTIPROCESS_GAUGE_MODE_H_

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace seriesguard {

// A "live" mode counts processes that live; the others keep what a process that ended had set.
enum class GaugeMode : uint8_t {
  kAll,      // one series a process, with the label `pid`; of an ended one until its worker's place is needed
  kLiveAll,  // the same of living processes
  kSum,
  kLiveSum,
  kMin,
  kLiveMin,
  kMax,
  kLiveMax,
  kMostRecent,      // of the last Set(); Increment and Decrement do nothing
  kLiveMostRecent,  // the same
};
inline constexpr uint32_t kGaugeModes = 10;

constexpr bool IsLive(GaugeMode mode) { return static_cast<uint32_t>(mode) % 2 == 1; }
constexpr bool IsPerProcess(GaugeMode mode) { return mode == GaugeMode::kAll || mode == GaugeMode::kLiveAll; }
constexpr bool IsMostRecent(GaugeMode mode) {
  return mode == GaugeMode::kMostRecent || mode == GaugeMode::kLiveMostRecent;
}

// What a mode has made of the values of some processes so far. A minimum and a maximum pass over NaN while there is a number,
// so that the order of the processes does not matter.
struct JoinedGauge {
  double value = 0;
  uint64_t set_ns = 0;  // of the latest Set; 0: nobody has set it

  void Add(GaugeMode mode, double other, uint64_t other_ns) {
    if (other_ns == 0) return;
    const bool is_first = set_ns == 0;
    switch (mode) {
      case GaugeMode::kMin:
      case GaugeMode::kLiveMin: value = is_first || std::isnan(value) || other < value ? other : value; break;
      case GaugeMode::kMax:
      case GaugeMode::kLiveMax: value = is_first || std::isnan(value) || other > value ? other : value; break;
      case GaugeMode::kMostRecent:
      case GaugeMode::kLiveMostRecent: value = is_first || other_ns > set_ns ? other : value; break;
      case GaugeMode::kSum:
      case GaugeMode::kLiveSum:
      case GaugeMode::kAll:
      case GaugeMode::kLiveAll: value += other; break;
    }
    if (other_ns > set_ns) set_ns = other_ns;
  }
};

// The names that documents and messages use: all, liveall, sum, livesum, ...
std::string_view GaugeModeName(GaugeMode mode);
std::optional<GaugeMode> ParseGaugeMode(std::string_view name);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_GAUGE_MODE_H_
