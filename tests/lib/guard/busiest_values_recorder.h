// SPDX-License-Identifier: Apache-2.0
//
// busiest_values_recorder.h: records values by themselves, with the hash that a guard would give them, and checks what is read.
#ifndef SERIESGUARD_TESTS_LIB_GUARD_BUSIEST_VALUES_RECORDER_H_
#define SERIESGUARD_TESTS_LIB_GUARD_BUSIEST_VALUES_RECORDER_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/busiest_values.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {

class Recorder {
 public:
  explicit Recorder(size_t capacity, size_t kept = BusiestValues::kMaxValueBytes) : values_(capacity, kept), key_(3) {}
  void Record(std::string_view value) { values_.Record(key_(value), value); }
  bool Forget(std::string_view value) { return values_.Forget(key_(value)); }
  uint64_t Hash(std::string_view value) const { return key_(value); }
  BusiestValues& operator*() { return values_; }
  BusiestValues* operator->() { return &values_; }

 private:
  BusiestValues values_;
  HashKey key_;
};

// Of what Top() says: nothing twice, busiest first, each value with its own hash.
inline void ExpectWhole(Recorder& recorder, const std::vector<BusiestValue>& top) {
  std::set<uint64_t> hashes;
  uint64_t before = UINT64_MAX;
  for (const BusiestValue& value : top) {
    EXPECT_TRUE(hashes.insert(value.hash).second);
    EXPECT_LE(value.count, before);
    EXPECT_GT(value.count, 0u);
    before = value.count;
    EXPECT_LE(value.value.size(), recorder->kept_value_bytes());
    if (value.cut) {
      EXPECT_EQ(value.value.size(), recorder->kept_value_bytes());
    } else {
      EXPECT_EQ(recorder.Hash(value.value), value.hash);
    }
  }
  EXPECT_LE(top.size(), recorder->capacity());
}

// The lower 32 bits of a hash choose the set: these values are all of the first one.
inline uint64_t InFirstSet(uint64_t number) { return number << 32; }

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_GUARD_BUSIEST_VALUES_RECORDER_H_
