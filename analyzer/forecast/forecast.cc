// SPDX-License-Identifier: Apache-2.0
//
// forecast.cc: the words of the document.
#include "analyzer/forecast/forecast.h"

namespace seriesguard {

std::string_view EvidenceName(Evidence evidence) {
  switch (evidence) {
    case Evidence::kNone: break;
    case Evidence::kEvents: return "events";
    case Evidence::kSnapshots: return "snapshots";
  }
  return "none";
}

}  // namespace seriesguard
