// SPDX-License-Identifier: Apache-2.0
//
// guard_report.h: what a guard says of itself at one moment, as plain data.
//
// Use:      made by Guard::Report(); shown by DebugString, exported by lib/prometheus_cpp. Guard::Evidence() fills what
//           SuggestPolicy needs as well.
// Threads:  values.
#ifndef SERIESGUARD_LIB_GUARD_GUARD_REPORT_H_
#define SERIESGUARD_LIB_GUARD_GUARD_REPORT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/guard/busiest_values.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/series_backend.h"

namespace seriesguard {

// A value that a label was asked for by name.
struct SeenValue {
  std::string text;           // after the steps of the rule in force; raw bytes
  double calls = 0;           // counted under it; 0 for gauges and summaries, which do not tell
  int64_t first_seen_ns = 0;  // by the guard's clock; 0: the policy names it
};
inline constexpr size_t kMaxSeenValues = 2000;

struct LabelReport {
  std::string name;
  bool dropped = false;
  uint64_t named = 0;                   // values that are exported under their own name
  std::optional<uint64_t> value_limit;  // empty: only the metric's series limit holds
  uint64_t demand = 0;                  // estimated distinct values asked for lately, at least `named`
  std::array<uint64_t, kFoldReasons> folds{};
  std::optional<int64_t> folding_since_ns;  // by the guard's clock; empty: nothing was folded yet
  std::vector<BusiestValue> busiest;        // rejected values; raw bytes, to be shown through safe_text only

  // Only of Evidence().
  std::vector<SeenValue> seen;  // the most calls first, then by text; what is folded in shadow mode stands here as well
  bool is_absent_somewhere = false;  // a series does not have the label
  bool seen_is_cut = false;          // there were more than kMaxSeenValues
};

struct FamilyReport {
  std::string name;
  MetricKind kind = MetricKind::kCounter;
  uint64_t series = 0;  // exported now, frozen ones included
  uint64_t series_limit = 0;
  uint64_t reserve = 0;
  uint64_t bytes = 0;   // of the guard for this family
  SeriesTotal retired;  // what series that are gone had counted
  std::vector<LabelReport> labels;

  // Only of Evidence().
  uint64_t cost = 1;        // series a label set
  uint64_t label_sets = 0;  // that have a series now
  double calls = -1;        // in all of them; < 0: the metric does not tell
  int64_t watched_since_ns = 0;
};

struct GuardReport {
  bool shadow = false;
  int64_t policy_version = 0;
  std::string policy_hash;
  uint64_t total_limit = 0;  // 0 = none
  uint64_t total_taken = 0;  // reserves, dynamic series, what is not guarded, the guard's own
  uint64_t unguarded = 0;    // as the policy declares
  uint64_t own_series = 0;   // of the guard's own metrics, at most
  uint64_t reloads = 0;
  uint64_t bytes = 0;
  int64_t now_ns = 0;
  std::vector<FamilyReport> families;  // in the order in which they were wrapped
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GUARD_REPORT_H_
