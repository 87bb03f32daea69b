// SPDX-License-Identifier: Apache-2.0
//
// symbol_table_test.cc: every string once, its bytes where they were, however many there are.
#include "analyzer/census/symbol_table.h"

#include <cstddef>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

TEST(SymbolTable, TheEmptyStringIsNoSymbol) {
  SymbolTable table(HashKey(1));
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.Intern(""), kNoSymbol);
  EXPECT_EQ(table.Find(""), kNoSymbol);
  EXPECT_EQ(table.Text(kNoSymbol), "");
  EXPECT_EQ(table.size(), 1u);
}

TEST(SymbolTable, NumbersInOrderOfAppearanceAndFindsAgain) {
  SymbolTable table(HashKey(1));
  EXPECT_EQ(table.Find("a"), kNoSymbol);
  EXPECT_EQ(table.Intern("a"), 1u);
  EXPECT_EQ(table.Intern("b"), 2u);
  EXPECT_EQ(table.Intern("a"), 1u);
  EXPECT_EQ(table.Intern(std::string_view("a\0", 2)), 3u);
  EXPECT_EQ(table.Find("b"), 2u);
  EXPECT_EQ(table.Find(std::string_view("a\0", 2)), 3u);
  EXPECT_EQ(table.Find("c"), kNoSymbol);
  EXPECT_EQ(table.size(), 4u);
}

TEST(SymbolTable, KeepsTextsOfEverySize) {
  SymbolTable table(HashKey::Random());
  std::vector<std::string> texts;
  for (const size_t size : {size_t{1}, size_t{7}, size_t{8}, size_t{9}, size_t{15}, size_t{16}, size_t{17},
                            size_t{4096}, (size_t{128} << 10) - 8, size_t{128} << 10, size_t{3} << 20}) {
    // Two of each size that differ in the last byte, two that differ in the first.
    for (const char c : {'a', 'b'}) {
      texts.push_back(std::string(size - 1, 'x') + c);
      if (size > 1) texts.push_back(c + std::string(size - 1, 'x'));
    }
  }
  for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(table.Intern(texts[i]), i + 1) << texts[i].size();
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(table.Intern(texts[i]), i + 1);
    EXPECT_EQ(table.Find(texts[i]), i + 1);
    EXPECT_TRUE(table.Text(static_cast<Symbol>(i + 1)) == texts[i]) << texts[i].size();
  }
  EXPECT_GE(table.bytes(), (size_t{4} * 3) << 20);
}

TEST(SymbolTable, AMillionSymbolsStayWhereTheyWere) {
  constexpr size_t kCount = 1'000'000;
  SymbolTable table(HashKey::Random());
  const auto text_of = [](size_t i) { return "session-" + std::to_string(i * 7919) + std::string(i % 13, '.'); };
  std::vector<std::string_view> views;
  for (size_t i = 0; i < kCount; ++i) {
    const Symbol symbol = table.Intern(text_of(i));
    ASSERT_EQ(symbol, i + 1);
    views.push_back(table.Text(symbol));
  }
  EXPECT_EQ(table.size(), kCount + 1);
  for (size_t i = 0; i < kCount; ++i) {
    const std::string text = text_of(i);
    ASSERT_EQ(views[i], text);
    ASSERT_EQ(table.Text(static_cast<Symbol>(i + 1)).data(), views[i].data());
    ASSERT_EQ(table.Find(text), i + 1);
  }
  EXPECT_EQ(table.Find("session-x"), kNoSymbol);
  EXPECT_EQ(table.Intern(text_of(12'345)), 12'346u);
}

TEST(SymbolTable, ThreeStepsAreTheSameAsOne) {
  SymbolTable table(HashKey(5)), stepwise(HashKey(5));
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = "v" + std::to_string(random() % 5000);
    const uint32_t hash = stepwise.Hash(text);
    stepwise.PrefetchSlot(hash);
    stepwise.PrefetchEntry(hash);
    ASSERT_EQ(stepwise.Intern(text, hash), table.Intern(text));
  }
}

TEST(SymbolTable, AgreesWithAMapOnRandomBytes) {
  SymbolTable table(HashKey::Random());
  std::unordered_map<std::string, Symbol> naive;
  std::mt19937 random(99);
  for (int i = 0; i < 200'000; ++i) {
    std::string text(random() % 12, '\0');
    for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() % 256 : 'a' + random() % 2);
    const Symbol expected =
        text.empty() ? kNoSymbol : naive.try_emplace(text, static_cast<Symbol>(naive.size() + 1)).first->second;
    ASSERT_EQ(table.Intern(text), expected);
  }
  EXPECT_EQ(table.size(), naive.size() + 1);
}

TEST(EqualText, AgreesWithMemcmpForEachLengthAndPlace) {
  for (size_t size = 0; size <= 40; ++size) {
    // Heap copies of exactly this size: AddressSanitizer then sees a read of one byte too many.
    const std::vector<char> a(size, 'x');
    std::vector<char> b = a;
    EXPECT_TRUE(EqualText(a.data(), b.data(), size)) << size;
    for (size_t place = 0; place < size; ++place) {
      for (const int flip : {0x01, 0x80}) {
        b[place] = static_cast<char>('x' ^ flip);
        EXPECT_FALSE(EqualText(a.data(), b.data(), size)) << size << " " << place;
        EXPECT_NE(std::memcmp(a.data(), b.data(), size), 0);
        b[place] = 'x';
      }
    }
  }
}

TEST(SymbolTable, KeepsItsTextsWithoutTheIndex) {
  SymbolTable table(HashKey::Random());
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("value-" + std::to_string(i));
  for (const std::string& text : texts) table.Intern(text);
  const size_t bytes_with_index = table.bytes();
  table.DropIndex();
  EXPECT_LE(table.bytes() + 8 * texts.size(), bytes_with_index);
  ASSERT_EQ(table.size(), texts.size() + 1);
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(table.Text(static_cast<Symbol>(i + 1)), texts[i]);
}

}  // namespace
}  // namespace seriesguard
