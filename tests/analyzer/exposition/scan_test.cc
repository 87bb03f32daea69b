// SPDX-License-Identifier: Apache-2.0
//
// scan_test.cc: every search against a loop over bytes, at every offset of a 16-byte load and its neighbours.
#include "analyzer/exposition/scan.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

// Bytes with exactly the slack that a search may read behind them: a zero byte first, then anything.
class Padded {
 public:
  explicit Padded(std::string_view bytes, char filler = '7') : memory_(new char[bytes.size() + kScanSlack]) {
    std::memcpy(memory_.get(), bytes.data(), bytes.size());
    std::memset(memory_.get() + bytes.size(), filler, kScanSlack);
    memory_[bytes.size()] = '\0';
  }
  const char* data() const { return memory_.get(); }

 private:
  std::unique_ptr<char[]> memory_;
};

size_t SlowCommonPrefix(std::string_view a, std::string_view b) {
  size_t i = 0;
  while (i < std::min(a.size(), b.size()) && a[i] == b[i]) ++i;
  return i;
}

TEST(Scan, CommonPrefixFindsTheFirstDifferenceAtEachPlace) {
  for (size_t offset = 0; offset < 64; ++offset) {
    for (size_t size = 0; size <= 64; ++size) {
      const std::string text = std::string(offset, 'o') + std::string(size, 's');
      const Padded a(text), b(std::string(size, 's'), '8');
      ASSERT_EQ(std::min(CommonPrefix(a.data() + offset, b.data(), size), size), size);
      for (size_t place = 0; place < size; ++place) {
        std::string changed(size, 's');
        changed[place] = static_cast<char>('s' + 0x80);
        const Padded c(changed);
        ASSERT_EQ(CommonPrefix(a.data() + offset, c.data(), size), place) << offset << " " << size;
      }
    }
  }
}

TEST(Scan, EqualBytesSeesEachByteAndNoneBehindTheEnd) {
  for (size_t offset = 0; offset < 64; ++offset) {
    for (size_t size = 0; size <= 64; ++size) {
      const Padded a(std::string(offset, 'o') + std::string(size, 's'), 'A'), b(std::string(size, 's') + "B", 'B');
      ASSERT_TRUE(EqualBytes(a.data() + offset, b.data(), size)) << offset << " " << size;
      for (size_t place = 0; place < size; ++place) {
        std::string changed(size, 's');
        changed[place] = 'x';
        const Padded c(changed);
        ASSERT_FALSE(EqualBytes(a.data() + offset, c.data(), size)) << offset << " " << size << " " << place;
      }
    }
  }
}

TEST(Scan, EqualBytesAndCommonPrefixAgreeWithLoopsOnRandomBytes) {
  std::mt19937 random(4711);
  for (int round = 0; round < 100'000; ++round) {
    const size_t size = random() % 70, offset = random() % 64;
    std::string a(size, '\0'), b(size, '\0');
    for (size_t i = 0; i < size; ++i) {
      a[i] = static_cast<char>(random() % 2 == 0 ? 'a' : random() % 256);
      b[i] = random() % 24 == 0 ? static_cast<char>(random() % 256) : a[i];
    }
    const Padded x(std::string(offset, 'o') + a), y(b);
    ASSERT_EQ(EqualBytes(x.data() + offset, y.data(), size), a == b);
    ASSERT_EQ(std::min(CommonPrefix(x.data() + offset, y.data(), size), size), SlowCommonPrefix(a, b));
  }
}

bool IsSpecial(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80;
}

TEST(Scan, FindSpecialInQuotesKnowsEachByte) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t place = 0; place < 64; ++place) {
      std::string text(64, 'a');
      text[place] = static_cast<char>(byte);
      const Padded padded(text);
      const size_t expected = IsSpecial(static_cast<char>(byte)) ? place : 64;
      ASSERT_EQ(FindSpecialInQuotes(padded.data()) - padded.data(), static_cast<ptrdiff_t>(expected)) << byte;
      const size_t behind = place + 1;
      ASSERT_EQ(FindSpecialInQuotes(padded.data() + behind) - padded.data(), 64) << byte;
    }
  }
}

const char* SlowEndOfDigits(const char* p) {
  const char* q = p;
  while (*q >= '0' && *q <= '9') ++q;
  return q - p < 16 ? q : nullptr;
}

TEST(Scan, EndOfDigitsCountsUpToFifteen) {
  for (size_t offset = 0; offset < 64; ++offset) {
    for (size_t digits = 0; digits < 40; ++digits) {
      for (const char next : {'/', ':', ' ', '\n', '\0', '.', '\x80', '\xFF', '\x39'}) {
        const Padded padded(std::string(offset, 'o') + std::string(digits, '5') + next);
        const char* p = padded.data() + offset;
        ASSERT_EQ(EndOfDigits(p), SlowEndOfDigits(p)) << offset << " " << digits << " " << int{next};
      }
    }
  }
}

// How many bytes of `text` the search takes for an ordinary number; -1 for none.
int OrdinaryBytes(std::string_view text) {
  const Padded padded(text);
  const char* end = EndOfOrdinaryNumber(padded.data());
  return end == nullptr ? -1 : static_cast<int>(end - padded.data());
}

TEST(Scan, EndOfOrdinaryNumberTakesPlainNumbersOnly) {
  EXPECT_EQ(OrdinaryBytes("0\n"), 1);
  EXPECT_EQ(OrdinaryBytes("-17 5"), 3);
  EXPECT_EQ(OrdinaryBytes("3.25\n"), 4);
  EXPECT_EQ(OrdinaryBytes("-1.5e+06\n"), 8);
  EXPECT_EQ(OrdinaryBytes("1e-09\n"), 5);
  EXPECT_EQ(OrdinaryBytes("123456789012345\n"), 15);
  EXPECT_EQ(OrdinaryBytes("123456789012345.123456789012345e+12\n"), 35);
  EXPECT_EQ(OrdinaryBytes("12abc"), 2);  // what stands behind is the caller's to judge
  for (const char* text : {"", "-", "+1\n", ".5\n", "5.\n", "-.5\n", "1e5\n", "1e+5\n", "1e+005\n", "1e+\n", "NaN\n",
                           "+Inf\n", "1234567890123456\n", "1.1234567890123456\n", "--1\n", "x\n"}) {
    EXPECT_EQ(OrdinaryBytes(text), -1) << text;
  }
}

}  // namespace
}  // namespace seriesguard
