// SPDX-License-Identifier: Apache-2.0
//
// server_view.h: whose view of a dump is counted.
#ifndef SERIESGUARD_ANALYZER_CENSUS_SERVER_VIEW_H_
#define SERIESGUARD_ANALYZER_CENSUS_SERVER_VIEW_H_

#include <cstdint>

namespace seriesguard {

enum class ServerView : uint8_t {
  kPrometheus3,  // `le` and `quantile` rewritten to one spelling, names in quotes
  kPrometheus2,  // as written; a name in quotes or behind blanks is refused
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SERVER_VIEW_H_
