// SPDX-License-Identifier: Apache-2.0
//
// utf8_test.cc: against a slow decoder, on everything small and on much that is large.
#include "rules/utf8.h"

#include <algorithm>
#include <string>

#include "gtest/gtest.h"
#include "tests/rules/slow_utf8.h"

namespace seriesguard {
namespace {

TEST(Utf8, AgreesWithSlowDecoderOnAllTextsOfUpToThreeBytes) {
  std::string text;
  ASSERT_TRUE(IsValidUtf8(""));
  for (unsigned first = 0; first < 256; ++first) {
    text.assign(1, static_cast<char>(first));
    ASSERT_EQ(ValidUtf8PrefixLength(text), SlowValidPrefix(text)) << first;
    for (unsigned second = 0; second < 256; ++second) {
      text.resize(1);
      text.push_back(static_cast<char>(second));
      ASSERT_EQ(ValidUtf8PrefixLength(text), SlowValidPrefix(text)) << first << " " << second;
      // Of the third byte only its class matters; take the ends of each class.
      for (const int third : {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xF0, 0xFF}) {
        text.resize(2);
        text.push_back(static_cast<char>(third));
        ASSERT_EQ(ValidUtf8PrefixLength(text), SlowValidPrefix(text)) << first << " " << second << " " << third;
        for (const int fourth : {0x41, 0x7F, 0x80, 0xBF, 0xC0}) {
          text.resize(3);
          text.push_back(static_cast<char>(fourth));
          ASSERT_EQ(ValidUtf8PrefixLength(text), SlowValidPrefix(text));
        }
      }
    }
  }
}

TEST(Utf8, EncodesAndDecodesEveryScalarAndNoSurrogate) {
  for (uint32_t scalar = 0; scalar <= 0x10FFFF; ++scalar) {
    const std::string slow = SlowEncode(scalar);
    if (slow.empty()) continue;
    std::string fast;
    AppendUtf8(scalar, &fast);
    ASSERT_EQ(fast, slow) << scalar;
    const CodePoint point = DecodeUtf8(fast, 0);
    ASSERT_EQ(point.length_bytes, fast.size()) << scalar;
    ASSERT_EQ(point.value, scalar);
    ASSERT_TRUE(IsValidUtf8(fast));
  }
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // U+D800
  EXPECT_FALSE(IsValidUtf8("\xED\xBF\xBF"));      // U+DFFF
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // U+110000
  EXPECT_FALSE(IsValidUtf8("\xC0\xAF"));          // overlong slash
}

// The fast path reads words: a bad byte must be found at each offset of each word.
TEST(Utf8, FindsOneBadByteAtEachOffset) {
  for (size_t size = 1; size <= 70; ++size) {
    for (size_t bad = 0; bad < size; ++bad) {
      std::string text(size, 'a');
      text[bad] = '\xFF';
      ASSERT_EQ(ValidUtf8PrefixLength(text), bad) << size;
      text[bad] = '\0';
      ASSERT_EQ(ValidUtf8PrefixLength(text), size);
    }
    ASSERT_EQ(ValidUtf8PrefixLength(std::string(size, 'a') + "\xC3"), size) << "a sequence cut off by the end";
  }
}

TEST(Utf8, AgreesWithSlowDecoderOnRandomTexts) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = RandomText(&random, 12);
    ASSERT_EQ(ValidUtf8PrefixLength(text), SlowValidPrefix(text));
  }
}

TEST(Utf8, TruncatesOnlyBetweenCharacters) {
  EXPECT_EQ(TruncateUtf8("abc", 3), "abc");
  EXPECT_EQ(TruncateUtf8("abc", 2), "ab");
  EXPECT_EQ(TruncateUtf8("abc", 0), "");
  EXPECT_EQ(TruncateUtf8("a\xC3\xA9", 2), "a");
  EXPECT_EQ(TruncateUtf8("a\xC3\xA9z", 3), "a\xC3\xA9");
  EXPECT_EQ(TruncateUtf8("\xF0\x9F\x98\x80z", 4), "\xF0\x9F\x98\x80");
  for (size_t bytes = 0; bytes < 4; ++bytes) EXPECT_EQ(TruncateUtf8("\xF0\x9F\x98\x80z", bytes), "");
  EXPECT_EQ(TruncateUtf8("\x80\x80\x80\x80\x80\x80", 5).size(), 5u) << "stray bytes belong to no character";

  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = RandomText(&random, 8);
    const size_t max_bytes = random() % 40;
    const std::string_view cut = TruncateUtf8(text, max_bytes);
    ASSERT_LE(cut.size(), max_bytes);
    ASSERT_EQ(cut, text.substr(0, cut.size()));
    ASSERT_GE(cut.size() + 3, std::min(max_bytes, text.size())) << "more was cut off than one character";
    if (IsValidUtf8(text)) {
      ASSERT_TRUE(IsValidUtf8(cut));
    }
  }
}

}  // namespace
}  // namespace seriesguard
