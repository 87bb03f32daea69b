// SPDX-License-Identifier: Apache-2.0
//
// gauge_mode.cc: the names of the modes.
#include "lib/multiprocess/gauge_mode.h"

namespace seriesguard {
namespace {

constexpr std::string_view kNames[kGaugeModes] = {"all",     "liveall", "sum",     "livesum",    "min",
                                                  "livemin", "max",     "livemax", "mostrecent", "livemostrecent"};

}  // namespace

std::string_view GaugeModeName(GaugeMode mode) { return kNames[static_cast<uint32_t>(mode)]; }

std::optional<GaugeMode> ParseGaugeMode(std::string_view name) {
  for (uint32_t i = 0; i < kGaugeModes; ++i) {
    if (kNames[i] == name) return static_cast<GaugeMode>(i);
  }
  return std::nullopt;
}

}  // namespace seriesguard
