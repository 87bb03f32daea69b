// SPDX-License-Identifier: Apache-2.0
//
// huge_pages.h: large blocks of memory on huge pages where the kernel gives them.
//
// Use:      tables that are probed at random: half of their cost on small pages is address translation.
// Threads:  pure functions over the process' memory.
#ifndef SERIESGUARD_ANALYZER_CENSUS_HUGE_PAGES_H_
#define SERIESGUARD_ANALYZER_CENSUS_HUGE_PAGES_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace seriesguard {

struct FreeDeleter {
  void operator()(void* block) const { std::free(block); }
};
using Block = std::unique_ptr<char, FreeDeleter>;

// Allocates `bytes` uninitialised bytes; from 2 MiB on aligned for huge pages and the kernel asked for them.
//
// Errors:   throws std::bad_alloc like operator new.
inline Block AllocateBlock(size_t bytes) {
  constexpr size_t kHugePage = size_t{2} << 20;
  if (bytes < kHugePage) {
    void* small = std::malloc(bytes);
    if (small == nullptr) throw std::bad_alloc();
    return Block(static_cast<char*>(small));
  }
  const size_t rounded = (bytes + kHugePage - 1) & ~(kHugePage - 1);
  void* large = std::aligned_alloc(kHugePage, rounded);
  if (large == nullptr) throw std::bad_alloc();
  madvise(large, rounded, MADV_HUGEPAGE);  // advice: refused is as good as not asked
  return Block(static_cast<char*>(large));
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_HUGE_PAGES_H_
