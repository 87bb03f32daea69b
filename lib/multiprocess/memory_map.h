// SPDX-License-Identifier: Apache-2.0
//
// memory_map.h: a file in memory, shared, and the same addresses as fresh zeroes after a fork.
//
// Use:      MapShared for a file of our own that is allocated in full (owned_file.h), never for one that another process
//           made and may cut short. After a fork the child lays MapFreshZeroes over its parent's cells: pointers to cells
//           stay valid, and nothing that the child adds reaches the parent's file.
// Threads:  any; two calls on the same range exclude each other by the caller's means.
// Errors:   nullptr or false, and errno.
// Fork:     every function may be called in the child handler.
// Source:   mmap(2).
#ifndef SERIESGUARD_LIB_MULTIPROCESS_MEMORY_MAP_H_
#define SERIESGUARD_LIB_MULTIPROCESS_MEMORY_MAP_H_

#include <cstdint>

namespace seriesguard {

// Maps the first `size_bytes` of `fd` for reading and writing, shared with all who map the file.
//
// Requires:  the file is at least that long (beyond its end an access is SIGBUS), `fd` is open for reading and writing and no
//            lock is ever taken on it (byte_lock.h, trap 2); `at` is nullptr or the start of a page.
// Returns:   where it lies: anywhere if `at` is nullptr, else at `at`, in place of whatever lay there.
// Fork:      may be called in the child handler.
void* MapShared(int fd, uint64_t size_bytes, void* at);

// Replaces the pages of [at, at + size_bytes) by zeroes of this process alone. No memory is used until they are written.
//
// Requires:  `at` is the start of a page.
// Returns:   false where the kernel refuses (too many mappings): the old pages may still be there, shared as they were.
// Fork:      may be called in the child handler.
bool MapFreshZeroes(void* at, uint64_t size_bytes);

// Takes the pages away.
//
// Fork:      may be called in the child handler.
bool Unmap(void* at, uint64_t size_bytes);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_MEMORY_MAP_H_
