// SPDX-License-Identifier: Apache-2.0
//
// raw_key_test.cc: equal values have equal keys wherever their bytes lie, different ones have different words or need their
// bytes compared; nothing is read behind a page; prepared values collide no more than random ones.
#include "lib/guard/raw_key.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/value_key.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

const size_t kSizes[] = {0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 64, 1000};

template <size_t N>
RawKey<N> KeyOf(const KeySecret& secret, const std::array<std::string_view, N>& values) {
  return RawKey<N>(secret, values.data());
}

template <size_t N>
bool HaveEqualWords(const RawKey<N>& a, const RawKey<N>& b) {
  return a.word_count() == b.word_count() && EqualWords(a.words(), b.words(), a.word_count());
}

// One readable page with one behind it that faults.
class PageBeforeAFault {
 public:
  PageBeforeAFault() : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
    void* const memory = mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(memory, MAP_FAILED);
    begin_ = static_cast<char*>(memory);
    EXPECT_EQ(mprotect(begin_ + page_, page_, PROT_NONE), 0);
  }
  ~PageBeforeAFault() { munmap(begin_, 2 * page_); }
  // A copy of `text` whose last byte is the page's `from_end`-th last.
  std::string_view Put(std::string_view text, size_t from_end = 0) {
    char* const at = begin_ + page_ - from_end - text.size();
    std::copy(text.begin(), text.end(), at);
    return {at, text.size()};
  }

 private:
  const size_t page_;
  char* begin_;
};

TEST(RawKey, ReadsNothingBehindAPageAndFindsTheSameWordsThere) {
  const KeySecret secret((HashKey(1)));
  PageBeforeAFault page;
  for (const size_t size : kSizes) {
    const std::string text(size, 'x');
    const RawKey<1> expected = KeyOf<1>(secret, {text});
    for (size_t from_end = 0; from_end < 40; ++from_end) {
      const std::string_view there = page.Put(text, from_end);
      const RawKey<1> key = KeyOf<1>(secret, {there});
      EXPECT_EQ(key.hash(), expected.hash()) << size << " bytes, " << from_end << " before the end";
      EXPECT_TRUE(HaveEqualWords(key, expected)) << size << " bytes, " << from_end << " before the end";
      EXPECT_EQ(ValueKey(secret, there).hash, ValueKey(secret, text).hash);
      EXPECT_TRUE(ValueKey(secret, there).Is(text, ValueKey(secret, text).words));
    }
  }
}

TEST(RawKey, TakesAViewWithoutBytes) {
  const KeySecret secret((HashKey(1)));
  const RawKey<2> none = KeyOf<2>(secret, {std::string_view(), ""});
  const RawKey<2> empty = KeyOf<2>(secret, {std::string_view("x", 0), std::string_view()});
  EXPECT_EQ(none.hash(), empty.hash());
  EXPECT_TRUE(HaveEqualWords(none, empty));
  EXPECT_EQ(ValueKey(secret, std::string_view()).hash, ValueKey(secret, "").hash);
}

// What stands around a value must not matter.
TEST(RawKey, DependsOnTheBytesOfTheValueAlone) {
  const KeySecret secret((HashKey(2)));
  for (const size_t size : kSizes) {
    const std::string text(size, 'v');
    const RawKey<1> expected = KeyOf<1>(secret, {text});
    for (const char around : {'\0', 'v', '\xff'}) {
      std::string buffer(size + 64, around);
      for (size_t offset = 0; offset < 32; ++offset) {
        std::copy(text.begin(), text.end(), buffer.begin() + static_cast<ptrdiff_t>(offset));
        const RawKey<1> key = KeyOf<1>(secret, {std::string_view(buffer).substr(offset, size)});
        EXPECT_EQ(key.hash(), expected.hash());
        EXPECT_TRUE(HaveEqualWords(key, expected));
        std::fill(buffer.begin(), buffer.end(), around);
      }
    }
  }
}

// Close relatives: another byte at either end, one more zero, the same bytes cut elsewhere.
TEST(RawKey, TellsCloseRelativesApart) {
  const KeySecret secret((HashKey(3)));
  std::set<std::pair<std::string, std::string>> pairs;
  for (const size_t size : kSizes) {
    const std::string zeros(size, '\0'), text(size, 'a');
    for (const std::string& left : {zeros, text, text + '\0', '\0' + text, text + 'b', 'b' + text}) {
      for (const std::string& right : {zeros, text, std::string(), std::string(1, '\0')}) pairs.insert({left, right});
    }
  }
  std::vector<std::pair<std::string, std::string>> all(pairs.begin(), pairs.end());
  std::set<uint64_t> hashes;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::array<std::string_view, 2> a = {all[i].first, all[i].second};
    const RawKey<2> key(secret, a.data());
    EXPECT_TRUE(hashes.insert(key.hash()).second) << "in " << all.size() << " keys a collision has odds of 10^-14";
    for (size_t j = 0; j < i; ++j) {
      const std::array<std::string_view, 2> b = {all[j].first, all[j].second};
      const RawKey<2> other(secret, b.data());
      EXPECT_FALSE(HaveEqualWords(key, other)) << i << " " << j;
    }
  }
}

// The most that `keys` have in common in any group of `bits` of their hashes, top and low.
size_t LargestBucket(const std::vector<uint64_t>& hashes, int bits) {
  size_t largest = 0;
  for (const bool top : {true, false}) {
    std::unordered_map<uint64_t, size_t> buckets;
    for (const uint64_t hash : hashes) {
      largest = std::max(largest, ++buckets[top ? hash >> (64 - bits) : hash & ((uint64_t{1} << bits) - 1)]);
    }
  }
  return largest;
}

// Values that somebody prepared against the public hash: equal low and high bits of XXH3 with its default secret.
TEST(RawKey, PreparedValuesCollideNoMoreThanRandomOnes) {
  constexpr int kBits = 10;
  constexpr size_t kValues = 4096;
  std::vector<std::string> prepared, random;
  for (uint64_t i = 0; prepared.size() < kValues; ++i) {
    const std::string value = "/scan/" + std::to_string(i);
    const uint64_t hash = XXH3_64bits(value.data(), value.size());
    if ((hash & 0xff) == 0x5a) prepared.push_back(value);
  }
  std::mt19937_64 draw(1);
  for (size_t i = 0; i < kValues; ++i) random.push_back("/scan/" + std::to_string(draw()));
  // Multiples of large powers of two in both words, which a plain multiplication would keep in the top bits.
  std::vector<std::string> strided;
  for (uint64_t i = 0; i < kValues; ++i) {
    const uint64_t words[2] = {i << 52, i << 40};
    strided.emplace_back(reinterpret_cast<const char*>(words), sizeof words);
  }
  for (uint64_t entropy = 0; entropy < 8; ++entropy) {
    const KeySecret secret((HashKey(entropy)));
    const auto largest = [&](const std::vector<std::string>& values) {
      std::vector<uint64_t> raw, single;
      for (const std::string& value : values) {
        raw.push_back(KeyOf<1>(secret, {value}).hash());
        single.push_back(ValueKey(secret, value).hash);
      }
      return std::max(LargestBucket(raw, kBits), LargestBucket(single, kBits));
    };
    // 4 a bucket on average: the largest of 1024 is about 13, and beyond 24 once in 10^8 draws.
    EXPECT_LE(largest(random), 24u);
    EXPECT_LE(largest(prepared), 24u) << entropy;
    EXPECT_LE(largest(strided), 24u) << entropy;
  }
}

TEST(RawKey, HashesOfOneKeySayNothingOfAnother) {
  const KeySecret a((HashKey(1))), b((HashKey(2)));
  size_t equal = 0;
  for (int i = 0; i < 4096; ++i) {
    const std::string value = std::to_string(i);
    equal += KeyOf<1>(a, {value}).hash() >> 56 == KeyOf<1>(b, {value}).hash() >> 56;
  }
  EXPECT_NEAR(static_cast<double>(equal), 16, 16);
}

}  // namespace
}  // namespace seriesguard
