// SPDX-License-Identifier: Apache-2.0
//
// fold_reason.h: why a label value was counted under another one.
//
// Use:      the label `reason` of seriesguard_folded_total; one count a label and reason.
// Source:   docs/guard.md lists them for users.
#ifndef SERIESGUARD_LIB_GUARD_FOLD_REASON_H_
#define SERIESGUARD_LIB_GUARD_FOLD_REASON_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seriesguard {

enum class FoldReason : uint8_t {
  kNone,
  kUnreadable,   // the normaliser cannot read the value
  kNoRoute,      // no route template fits
  kNotAllowed,   // not on the allow-list
  kInvalidUtf8,  // not UTF-8, which a server refuses
  kTooLong,      // above kMaxValueBytes after normalising, or kMaxRawBytes before
  kValueLimit,   // the label has as many named values as it may have
  kSeriesLimit,  // the metric has as many series as it may have
  kTotalLimit,   // all metrics together have
  kWaiting,      // a value that a reload named, until a place is free
  kPinned,       // handles hold as many values of a busiest label as they may
  kBusy,         // another process of the service was deciding just then
  kZeroFirst,    // a new series, exported at 0 until a server has seen it
  kCollision,    // no fold: a real value that equals the overflow word
  kSetOnShared,  // no fold: Set() without a handle on a gauge series that is the sum of several label sets
};
inline constexpr size_t kFoldReasons = static_cast<size_t>(FoldReason::kSetOnShared) + 1;

// Returns the name that metrics and pages show, such as "value_limit".
constexpr std::string_view FoldReasonName(FoldReason reason) {
  constexpr std::string_view kNames[kFoldReasons] = {"none",         "unreadable", "no_route",     "not_allowed",
                                                     "invalid_utf8", "too_long",   "value_limit",  "series_limit",
                                                     "total_limit",  "waiting",    "pinned",       "busy",
                                                     "zero_first",   "collision",  "set_on_shared"};
  return kNames[static_cast<size_t>(reason)];
}

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_FOLD_REASON_H_
