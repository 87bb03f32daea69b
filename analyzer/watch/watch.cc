// SPDX-License-Identifier: Apache-2.0
//
// watch.cc: names of the ends.
#include "analyzer/watch/watch.h"

namespace seriesguard {

std::string_view WatchEndName(WatchEnd end) {
  switch (end) {
    case WatchEnd::kBudget: return "budget";
    case WatchEnd::kInterrupted: return "interrupted";
    case WatchEnd::kFailures: return "failures";
    case WatchEnd::kTime: break;
  }
  return "time";
}

}  // namespace seriesguard
