// SPDX-License-Identifier: Apache-2.0
//
// process_identity.h: which process this is, so that a later process with the same pid is not taken for it.
//
// Use:      a worker writes its own beside its entry; others ask whether that process still lives. One half of liveness:
//           the other is a lock (byte_lock.h), see worker_table.h.
// Threads:  any.
// Errors:   what cannot be read is 0 in an identity and kUnknown in an answer: without /proc, with a /proc of another pid
//           namespace, or one that hides processes (hidepid). Unknown never means dead.
// Cost:     a handful of system calls.
// Fork:     both functions may be called in the child handler: system calls and the stack, nothing else.
// Source:   proc(5), /proc/pid/stat; pid_namespaces(7).
//
// No clock is read: the start time counts ticks since the boot, and the boot has a name of its own. Two processes of one
// boot and one pid namespace with the same pid never have the same start time, unless pids wrap around within one tick.
// (A time namespace shifts the start times that it shows: workers in different ones would look dead to each other.)
#ifndef SERIESGUARD_LIB_MULTIPROCESS_PROCESS_IDENTITY_H_
#define SERIESGUARD_LIB_MULTIPROCESS_PROCESS_IDENTITY_H_

#include <cstddef>
#include <cstdint>

namespace seriesguard {

// All 0: no process. A field that is 0 although pid is not: it could not be read.
struct ProcessIdentity {
  uint64_t pid = 0;           // in its own pid namespace
  uint64_t start_ticks = 0;   // since the boot, in clock ticks
  uint64_t boot_id_high = 0;  // the 128 bits of /proc/sys/kernel/random/boot_id
  uint64_t boot_id_low = 0;
  uint64_t pid_namespace = 0;  // inode of /proc/self/ns/pid

  friend bool operator==(const ProcessIdentity& a, const ProcessIdentity& b) {
    return a.pid == b.pid && a.start_ticks == b.start_ticks && a.boot_id_high == b.boot_id_high &&
           a.boot_id_low == b.boot_id_low && a.pid_namespace == b.pid_namespace;
  }
  friend bool operator!=(const ProcessIdentity& a, const ProcessIdentity& b) { return !(a == b); }
};

enum class ProcessLiveness : uint8_t { kDead, kAlive, kUnknown };

// Returns the identity of the calling process; `pid` is always there.
//
// Fork:      may be called in the child handler.
ProcessIdentity ReadOwnIdentity();

// Says whether the process that wrote `asked` about itself is still there.
//
// Requires:  `own` is what ReadOwnIdentity() returned in this process.
// Returns:   kDead: another boot; or, in our own pid namespace, no process with that pid, one that started at another time,
//            or a zombie. kUnknown: another pid namespace, or too little can be read.
// Fork:      may be called in the child handler.
ProcessLiveness IsAlive(const ProcessIdentity& asked, const ProcessIdentity& own);

// For tests --------------------------------------------------------------------------------------------------------

namespace process_identity_internal {

struct ProcessStat {
  uint64_t pid = 0;
  char state = 0;
  uint64_t threads = 0;
  uint64_t start_ticks = 0;
};

// Reads the text of /proc/<pid>/stat. The name of the program, in parentheses, may hold any byte, parentheses and line
// feeds too: it ends at the last ')'. Returns false where a field is missing or no number.
bool ParseProcessStat(const char* text, size_t size, ProcessStat* stat);

// Reads 32 hexadecimal digits with dashes between them. Returns false where there are others or fewer.
bool ParseBootId(const char* text, size_t size, uint64_t* high, uint64_t* low);

}  // namespace process_identity_internal

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_PROCESS_IDENTITY_H_
