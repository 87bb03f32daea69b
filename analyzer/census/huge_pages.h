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
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace seriesguard {

// Gives a block back; `mapped_bytes` is 0 where it came from the heap.
struct BlockDeleter {
  size_t mapped_bytes = 0;
  void operator()(char* block) const {
    if (mapped_bytes == 0) return std::free(block);
    munmap(block, mapped_bytes);
  }
};
using Block = std::unique_ptr<char, BlockDeleter>;

// Allocates `bytes` uninitialised bytes; from 2 MiB on aligned for huge pages and the kernel asked for them. Large
// blocks are mapped one by one, past malloc, which would keep freed ones (it learns from each that such sizes come
// again) and leave a hole before each aligned one.
//
// Errors:   throws std::bad_alloc like operator new.
inline Block AllocateBlock(size_t bytes) {
  constexpr size_t kHugePage = size_t{2} << 20;
  if (bytes < kHugePage) {
    void* small = std::malloc(bytes);
    if (small == nullptr) throw std::bad_alloc();
    return Block(static_cast<char*>(small), BlockDeleter{});
  }
  const size_t rounded = (bytes + kHugePage - 1) & ~(kHugePage - 1);
  if (rounded < bytes) throw std::bad_alloc();
  // One huge page too much, and what stands before and behind the aligned part is given back.
  void* mapped = mmap(nullptr, rounded + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  char* const begin = static_cast<char*>(mapped);
  const size_t before = (kHugePage - reinterpret_cast<uintptr_t>(begin) % kHugePage) % kHugePage;
  if (before > 0) munmap(begin, before);
  if (before < kHugePage) munmap(begin + before + rounded, kHugePage - before);
  madvise(begin + before, rounded, MADV_HUGEPAGE);  // advice: refused is as good as not asked
  return Block(begin + before, BlockDeleter{rounded});
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_HUGE_PAGES_H_
