// SPDX-License-Identifier: Apache-2.0
//
// memory_map.cc: three calls of the kernel.
#include "lib/multiprocess/memory_map.h"

#include <sys/mman.h>

namespace seriesguard {

void* MapShared(int fd, uint64_t size_bytes, void* at) {
  const int where = at == nullptr ? 0 : MAP_FIXED;
  void* const mapped = ::mmap(at, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | where, fd, 0);
  return mapped == MAP_FAILED ? nullptr : mapped;
}

bool MapFreshZeroes(void* at, uint64_t size_bytes) {
  // Without MAP_NORESERVE a strict accounting of memory could refuse what will hardly ever be written in full.
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  return ::mmap(at, size_bytes, PROT_READ | PROT_WRITE, flags, -1, 0) == at;
}

bool Unmap(void* at, uint64_t size_bytes) { return ::munmap(at, size_bytes) == 0; }

}  // namespace seriesguard
