// SPDX-License-Identifier: Apache-2.0
//
// counted_resources.h: counts the allocations and mutex locks of a thread, and makes an allocation fail.
//
// Use:      include in the one source of a test of its own, tagged `stress`: the operators and the lock functions are
//           replaced for the whole program, also for the libraries that it loads. Sanitizers bring their own operators.
// Threads:  counts are a thread's own.
#ifndef SERIESGUARD_TESTS_LIB_PROMETHEUS_CPP_COUNTED_RESOURCES_H_
#define SERIESGUARD_TESTS_LIB_PROMETHEUS_CPP_COUNTED_RESOURCES_H_

#include <dlfcn.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>

namespace seriesguard {

inline thread_local uint64_t allocations = 0;
inline thread_local uint64_t locks = 0;
inline constexpr uint64_t kNeverFail = std::numeric_limits<uint64_t>::max();
// Allocations that still succeed; then one fails, and after it all succeed again.
inline thread_local uint64_t allocations_until_failure = kNeverFail;

[[gnu::noinline]] inline void* CountedAllocate(size_t size, size_t alignment) {
  ++allocations;
  if (allocations_until_failure != kNeverFail && allocations_until_failure-- == 0) throw std::bad_alloc();
  void* bytes = nullptr;
  if (posix_memalign(&bytes, alignment, size) != 0) throw std::bad_alloc();
  return bytes;
}
[[gnu::noinline]] inline void CountedRelease(void* bytes) { std::free(bytes); }
inline constexpr size_t kOrdinaryAlignment = alignof(std::max_align_t);

inline int CountedLock(const char* function, pthread_mutex_t* mutex) {
  ++locks;
  return reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, function))(mutex);
}

}  // namespace seriesguard

// The array forms call these; the nothrow forms too.
void* operator new(size_t size) { return seriesguard::CountedAllocate(size, seriesguard::kOrdinaryAlignment); }
void* operator new(size_t size, std::align_val_t alignment) {
  return seriesguard::CountedAllocate(size, static_cast<size_t>(alignment));
}
void operator delete(void* bytes) noexcept { seriesguard::CountedRelease(bytes); }
void operator delete(void* bytes, size_t) noexcept { seriesguard::CountedRelease(bytes); }
void operator delete(void* bytes, std::align_val_t) noexcept { seriesguard::CountedRelease(bytes); }
void operator delete(void* bytes, size_t, std::align_val_t) noexcept { seriesguard::CountedRelease(bytes); }

extern "C" {
int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  return seriesguard::CountedLock("pthread_mutex_lock", mutex);
}
int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  return seriesguard::CountedLock("pthread_mutex_trylock", mutex);
}
}

#endif  // SERIESGUARD_TESTS_LIB_PROMETHEUS_CPP_COUNTED_RESOURCES_H_
