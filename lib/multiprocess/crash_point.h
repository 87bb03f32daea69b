// SPDX-License-Identifier: Apache-2.0
//
// crash_point.h: named places between the steps of a protocol at which a test lets the process die.
//
// Use:      SERIESGUARD_CRASH_POINT("worker_table.claim.locked"); between two steps. In an ordinary build the line is
//           nothing. It is a call only where SERIESGUARD_CRASH_POINTS is defined, and that definition comes from one place,
//           the library :crash_point, for a whole closure of libraries at once (crash_points.bzl): never -D it for one
//           file, for then two forms of one function would meet in one program.
// Threads:  any.
// Errors:   none.
// Fork:     may stand in a function that a child handler calls, as long as the hook of the test allows it.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_CRASH_POINT_H_
#define SERIESGUARD_LIB_MULTIPROCESS_CRASH_POINT_H_

#ifdef SERIESGUARD_CRASH_POINTS

#include <atomic>

namespace seriesguard::crash_point {

// Called with the name of each point passed, a string literal. nullptr: nobody asks.
using Hook = void (*)(const char* name);
inline std::atomic<Hook> hook{nullptr};

inline void Pass(const char* name) {
  const Hook asked = hook.load(std::memory_order_relaxed);
  if (asked != nullptr) asked(name);
}

}  // namespace seriesguard::crash_point

#define SERIESGUARD_CRASH_POINT(name) ::seriesguard::crash_point::Pass(name)

#else

#define SERIESGUARD_CRASH_POINT(name) static_cast<void>(0)

#endif

#endif  // SERIESGUARD_LIB_MULTIPROCESS_CRASH_POINT_H_
