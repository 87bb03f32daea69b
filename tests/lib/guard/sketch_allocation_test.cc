// SPDX-License-Identifier: Apache-2.0
//
// sketch_allocation_test.cc: what the fold path calls allocates nothing, counted by operators of our own.
//
// A test of its own, tagged `stress`, because sanitizers bring their own operators.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/busiest_values.h"
#include "lib/guard/demand_sketch.h"
#include "lib/series/keyed_hash.h"

namespace {

thread_local size_t allocations = 0;

[[gnu::noinline]] void* Allocate(size_t size, size_t alignment) {
  ++allocations;
  void* bytes = nullptr;
  if (posix_memalign(&bytes, alignment, size) != 0) throw std::bad_alloc();
  return bytes;
}
[[gnu::noinline]] void Release(void* bytes) { std::free(bytes); }
constexpr size_t kOrdinary = alignof(std::max_align_t);

}  // namespace

// The array forms call these.
void* operator new(size_t size) { return Allocate(size, kOrdinary); }
void* operator new(size_t size, std::align_val_t alignment) { return Allocate(size, static_cast<size_t>(alignment)); }
void operator delete(void* bytes) noexcept { Release(bytes); }
void operator delete(void* bytes, size_t) noexcept { Release(bytes); }
void operator delete(void* bytes, std::align_val_t) noexcept { Release(bytes); }
void operator delete(void* bytes, size_t, std::align_val_t) noexcept { Release(bytes); }

namespace seriesguard {
namespace {

TEST(Sketches, AllocateNothingAfterConstruction) {
  BusiestValues busiest(400);
  DemandSketch demand;
  const HashKey key(4);
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("too long to be kept inside of a std::string: " + std::to_string(i));
  const size_t before = allocations;
  for (int round = 0; round < 20; ++round) {
    for (const std::string& name : names) {
      busiest.Record(key(name), name);
      demand.Add(key(name));
    }
    demand.Age();
    busiest.Decay(0.5, round);
    busiest.Forget(key(names[static_cast<size_t>(round)]));
    EXPECT_GT(demand.Estimate(), 4000);
  }
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(busiest.Top(10).size(), 10u);
  EXPECT_GT(allocations, before);  // the count works
}

}  // namespace
}  // namespace seriesguard
