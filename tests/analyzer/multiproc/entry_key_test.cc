// SPDX-License-Identifier: Apache-2.0
#include "analyzer/multiproc/entry_key.h"

#include <chrono>
#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(ParseEntryKey, ReadsWhatTheClientWrites) {
  const auto key = ParseEntryKey(R"(["m", "m_total", {"b": "\u00fc\ud83d\ude00", "a": "x\"\\\n"}, "help\ttext"])");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->metric, "m");
  EXPECT_EQ(key->sample, "m_total");
  EXPECT_EQ(key->help, "help\ttext");
  ASSERT_EQ(key->labels.size(), 2u);
  EXPECT_EQ(key->labels[0], (std::pair<std::string, std::string>("a", "x\"\\\n")));
  EXPECT_EQ(key->labels[1], (std::pair<std::string, std::string>("b", "\xc3\xbc\xf0\x9f\x98\x80")));
}

TEST(ParseEntryKey, AcceptsEmptyValuesAndHelp) {
  EXPECT_TRUE(ParseEntryKey(R"(["m","m",{},""])").ok());
  EXPECT_TRUE(ParseEntryKey(R"(["m","m",{"a":""},""])").ok());
}

TEST(ParseEntryKey, RefusesEveryOtherShape) {
  for (const char* key : {"",
                          " ",
                          "[",
                          "]",
                          "[]",
                          "{}",
                          "null",
                          "1",
                          "\"m\"",
                          R"(["m"])",
                          R"(["m","m"])",
                          R"(["m","m",{}])",
                          R"(["m","m",{},"h","more"])",
                          R"(["m","m",{},"h"] )"
                          "x",
                          R"(["m","m",{},{}])",
                          R"(["m","m",[],"h"])",
                          R"(["m","m",{"a":1},"h"])",
                          R"(["m","m",{"a":null},"h"])",
                          R"(["m","m",{"a":{}},"h"])",
                          R"(["m","m",{"a":["b"]},"h"])",
                          R"(["m","m",{"a"},"h"])",
                          R"([1,"m",{},"h"])",
                          R"(["m",true,{},"h"])",
                          R"(["m","m",{},1.5])",
                          R"([["m","m",{},"h"]])",
                          R"(["m","m",{},"h"]["m","m",{},"h"])",
                          R"({"a":["m","m",{},"h"]})",
                          R"(["m","m",{"a":"b",},"h"])",
                          R"(["m","m",{},"h",])",
                          R"(['m','m',{},'h'])",
                          R"( ["m","m",{},"h"])",
                          "\xef\xbb\xbf[\"m\",\"m\",{},\"h\"]",
                          R"(["m","m",{},"h)"}) {
    EXPECT_FALSE(ParseEntryKey(key).ok()) << key;
  }
}

TEST(ParseEntryKey, RefusesWhatAServerWouldDropTheScrapeFor) {
  for (const char* key :
       {R"(["","m",{},"h"])", R"(["m","",{},"h"])", R"(["m","m",{"":"v"},"h"])", R"(["m","m",{"__name__":"v"},"h"])",
        R"(["m","m",{"a":"1","a":"2"},"h"])", R"(["m\u0000","m",{},"h"])", R"(["m","m",{"a":"\u0000"},"h"])",
        R"(["m","m",{"a\u0000":"b"},"h"])", R"(["m","m",{},"\u0000"])", R"(["m","m",{"a":"\ud800"},"h"])",
        R"(["m","m",{"a":"\udc00\ud800"},"h"])", "[\"m\",\"m\",{\"a\":\"\xff\"},\"h\"]",
        "[\"m\",\"m\",{\"a\":\"\xc0\x80\"},\"h\"]", "[\"m\",\"m\",{\"a\":\"\xed\xa0\x80\"},\"h\"]",
        "[\"m\",\"m\",{\"a\":\"line\nfeed\"},\"h\"]"}) {
    EXPECT_FALSE(ParseEntryKey(key).ok()) << key;
  }
}

// A mebibyte of openings, the longest key that is read: refused at the second one.
TEST(ParseEntryKey, StopsAtTheFirstLevelTooDeep) {
  const auto begin = std::chrono::steady_clock::now();
  for (const char* opening : {"[", "{\"a\":", "[{", "[[\"m\",\"m\",{\"a\":{"}) {
    std::string key = "[\"m\",\"m\",";
    while (key.size() < 1 << 20) key += opening;
    EXPECT_FALSE(ParseEntryKey(key).ok());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace seriesguard
