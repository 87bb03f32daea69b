// SPDX-License-Identifier: Apache-2.0
//
// byte_lock.h: locks on single bytes of a file that the kernel takes back when their owner dies. Nothing here waits.
//
// Use:      one byte a right: who holds the lead, which worker lives. The bytes need not exist in the file.
// Threads:  any; see "who owns" below: threads that share a descriptor do not shut each other out.
// Errors:   an answer kUnknown, and errno: the descriptor is not (or no longer) a writable file, the kernel has no locks left.
// Cost:     one system call.
// Fork:     every function may be called in the child handler.
// Source:   fcntl(2), "Open file description locks"; flock and the older fcntl locks are of no use here: the first is kept
//           by children, the second is lost when *any* descriptor of the file is closed anywhere in the process.
//
// Who owns such a lock: the *open file description*, what one call of open() made. Hence four traps:
//   1. dup() and fork() copy descriptors, not the description. A child that unlocks an inherited descriptor unlocks its
//      parent; and the parent's lock outlives the parent as long as a child keeps the copy. So a child closes the inherited
//      descriptor in its fork handler and opens the file anew before it locks.
//   2. A mapping holds the description as well: after mmap(fd) the lock survives close(fd), and a child that inherits the
//      mapping keeps its dead parent's lock. So a descriptor that locks is never mapped: map one, lock on another.
//   3. Taking a lock that the same description holds succeeds. Two threads with one descriptor both get it.
//   4. Asking IsByteLockedByOther with the description that holds the lock says "no".
// Descriptors are opened close-on-exec: a program started by exec() keeps none.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_BYTE_LOCK_H_
#define SERIESGUARD_LIB_MULTIPROCESS_BYTE_LOCK_H_

#include <cstdint>

namespace seriesguard {

enum class LockAnswer : uint8_t { kNo, kYes, kUnknown };

// Takes the lock of `byte` if nobody else holds it.
//
// Requires:  `fd` is open for writing, is not mapped, and was opened by this process (traps 1 and 2); `byte` < 2^63.
// Returns:   kYes: it is ours, now or since before; kNo: another description holds it.
// Fork:      may be called in the child handler.
LockAnswer TryLockByte(int fd, uint64_t byte);

// Takes a share of the lock of `byte`: any number of descriptions may have one, and while they do IsByteLockedByOther says so
// to all others and TryLockByte fails for them.
//
// Requires:  as TryLockByte, but `fd` may be open for reading only.
// Fork:      may be called in the child handler.
LockAnswer TryShareByte(int fd, uint64_t byte);

// Gives the lock of `byte` back; nothing happens where this description does not hold it. Returns false with errno where the
// kernel refuses.
//
// Fork:      may be called in the child handler, never on an inherited descriptor (trap 1).
bool UnlockByte(int fd, uint64_t byte);

// Says whether a description other than that of `fd` holds the lock of `byte`. Takes nothing, even for a moment, so that
// asking never makes another's TryLockByte fail.
//
// Requires:  `fd` is open, for reading at least.
// Fork:      may be called in the child handler.
LockAnswer IsByteLockedByOther(int fd, uint64_t byte);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_BYTE_LOCK_H_
