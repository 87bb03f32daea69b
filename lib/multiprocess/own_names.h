// SPDX-License-Identifier: Apache-2.0
//
// own_names.h: the names that files of ours have in a service's folder, and no others.
//
// Use:      whoever makes a file takes its name from here; whoever lists the folder asks ParseOwnName and leaves alone what
//           is foreign.
// Threads:  pure functions.
// Errors:   none; a name that is not exactly one of ours is kForeign.
// Fork:     every function may be called in the child handler.
//
//   guard.shm                          policy, families, slots, workers, archived totals: shared by all
//   worker-<index>-<incarnation>.cells one worker's cells
//   probe-<pid>-<number>.tmp           gone again within the call that made it (service_folder.h); seen after a crash only
// Numbers are decimal, below 2^32, without leading zeros.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_OWN_NAMES_H_
#define SERIESGUARD_LIB_MULTIPROCESS_OWN_NAMES_H_

#include <cstdint>
#include <string_view>

namespace seriesguard {

struct OwnName {
  enum class Kind : uint8_t { kForeign, kGuard, kWorkerCells, kProbe };
  Kind kind = Kind::kForeign;
  uint32_t index = 0;        // kWorkerCells: of the worker; kProbe: the pid
  uint32_t incarnation = 0;  // kWorkerCells; kProbe: the number
};

// A name with its end, without allocation.
struct FileName {
  char text[48] = {};
  const char* c_str() const { return text; }
};

inline constexpr char kGuardFileName[] = "guard.shm";

FileName WorkerFileName(uint32_t index, uint32_t incarnation);
FileName ProbeFileName(uint32_t pid, uint32_t number);

// Returns what `name` is. Exact: of what this accepts, the functions above give back the same bytes.
OwnName ParseOwnName(std::string_view name);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_OWN_NAMES_H_
