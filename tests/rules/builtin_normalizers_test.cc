// SPDX-License-Identifier: Apache-2.0
//
// builtin_normalizers_test.cc: each normaliser by its edges, then all of them on random texts.
#include "rules/builtin_normalizers.h"

#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rules/utf8.h"
#include "tests/rules/slow_utf8.h"

namespace seriesguard {
namespace {

constexpr std::nullopt_t kUnreadable = std::nullopt;

std::optional<std::string> Host(std::string_view value) {
  std::string scratch;
  const std::optional<std::string_view> host = NormalizeHost(value, &scratch);
  if (!host.has_value()) return std::nullopt;
  return std::string(*host);
}

RangeNames Ranges(const std::vector<double>& bounds) {
  absl::StatusOr<RangeNames> ranges = RangeNames::Compile(bounds);
  EXPECT_TRUE(ranges.ok()) << ranges.status();
  return *std::move(ranges);
}

TEST(NormalizeStatusClass, ReadsThreeDigitsOrAClass) {
  for (int status = 0; status < 1000; ++status) {
    const std::string text = std::to_string(status);
    const auto answer = NormalizeStatusClass(text);
    ASSERT_EQ(answer.has_value(), status >= 100 && status <= 599) << status;
    if (answer.has_value()) {
      ASSERT_EQ(*answer, text.substr(0, 1) + "xx");
    }
  }
  EXPECT_EQ(NormalizeStatusClass("4xx"), "4xx");
  EXPECT_EQ(NormalizeStatusClass("4XX"), "4xx");
  for (const std::string_view other :
       {"", "0404", "40", "4x4", "40x", "6xx", "0xx", " 404", "404 ", "4.4", "OK", "-40"}) {
    EXPECT_EQ(NormalizeStatusClass(other), kUnreadable) << other;
  }
}

TEST(NormalizeHttpMethod, KnowsTheMethodsInAnyCase) {
  const char* const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  static_assert(std::size(methods) == kHttpMethods);
  for (const std::string method : methods) {
    EXPECT_EQ(NormalizeHttpMethod(method), method);
    std::string scratch;
    EXPECT_EQ(NormalizeHttpMethod(NormalizeLowercase(method, &scratch)), method);
  }
  EXPECT_EQ(NormalizeHttpMethod("gEt"), "GET");
  for (const std::string_view other : {"", "GE", "GETS", "G\xC3\x8BT", "PROPFIND", " GET", "get\n"}) {
    EXPECT_EQ(NormalizeHttpMethod(other), kUnreadable) << other;
  }
}

TEST(NormalizeLowercase, TouchesAsciiLettersOnly) {
  std::string scratch;
  EXPECT_EQ(NormalizeLowercase("AbC@[`{Z", &scratch), "abc@[`{z");
  EXPECT_EQ(NormalizeLowercase("\xC3\x89", &scratch), "\xC3\x89");
  const std::string same = "abc";
  EXPECT_EQ(NormalizeLowercase(same, &scratch).data(), same.data());
}

TEST(NormalizeHost, StripsThePort) {
  EXPECT_EQ(Host("Example.COM:8080"), "example.com");
  EXPECT_EQ(Host("example.com"), "example.com");
  EXPECT_EQ(Host("example.com."), "example.com.");
  EXPECT_EQ(Host("example.com:"), "example.com");
  EXPECT_EQ(Host("10.0.0.1:9100"), "10.0.0.1");
  EXPECT_EQ(Host("[::1]:8080"), "::1");
  EXPECT_EQ(Host("[2001:DB8::1]"), "2001:db8::1");
  EXPECT_EQ(Host("2001:DB8::1"), "2001:db8::1");
  EXPECT_EQ(Host("[fe80::1%eth0]:80"), "fe80::1%eth0");
  EXPECT_EQ(Host("::ffff:10.0.0.1"), "::ffff:10.0.0.1");
  EXPECT_EQ(Host("b\xC3\xBC"
                 "cher.example:80"),
            "b\xC3\xBC"
            "cher.example");
  for (const std::string_view other :
       {"",        ":80",     "[::1",      "::1]",        "[]",   "[]:80",  "[example.com]",
        "[::1]80", "[::1]:x", "host:http", "host:1:2",    "a/b",  "u@h",    "http://h",
        "a b",     "a\n",     "h:80/x",    "[::1]:80:80", "a[b]", "::1%/x", "h:-1"}) {
    EXPECT_EQ(Host(other), kUnreadable) << other;
  }
}

TEST(NormalizeTruncate, NeverGivesAnEmptyValueForOneThatIsNot) {
  EXPECT_EQ(NormalizeTruncate("abcdef", 3), "abc");
  EXPECT_EQ(NormalizeTruncate("abc", 3), "abc");
  EXPECT_EQ(NormalizeTruncate("a\xC3\xA9", 2), "a");
  EXPECT_EQ(NormalizeTruncate("\xC3\xA9", 1), kUnreadable);
  EXPECT_EQ(NormalizeTruncate("", 1), "");
}

TEST(RangeNames, PutsANumberIntoTheRangeWithItsUpperBound) {
  const RangeNames ranges = Ranges({-1, 0, 10, 100.5, 1000000});
  EXPECT_EQ(ranges.names(),
            (std::vector<std::string>{"<=-1", "-1..0", "0..10", "10..100.5", "100.5..1000000", ">1000000"}));
  EXPECT_EQ(ranges.Find("-7"), "<=-1");
  EXPECT_EQ(ranges.Find("-1"), "<=-1");
  EXPECT_EQ(ranges.Find("-0.5"), "-1..0");
  EXPECT_EQ(ranges.Find("0"), "-1..0");
  EXPECT_EQ(ranges.Find("-0"), "-1..0");
  EXPECT_EQ(ranges.Find("+1"), "0..10");
  EXPECT_EQ(ranges.Find("1e1"), "0..10");
  EXPECT_EQ(ranges.Find("10.000001"), "10..100.5");
  EXPECT_EQ(ranges.Find("1e6"), "100.5..1000000");
  EXPECT_EQ(ranges.Find("1e999"), ">1000000");
  EXPECT_EQ(ranges.Find("-1e999"), "<=-1");
  EXPECT_EQ(ranges.Find("1e-999"), "-1..0") << "read as 0";
  EXPECT_EQ(ranges.Find("+Inf"), ">1000000");
  EXPECT_EQ(ranges.Find("-inf"), "<=-1");
  for (const std::string_view other :
       {"", "NaN", "nan", "+-1", "+", "1,5", " 1", "1 ", "0x10", "1..2", "ten", "<=10", ">0", "1_000", "1e", "--1"}) {
    EXPECT_EQ(ranges.Find(other), kUnreadable) << other;
  }
}

TEST(RangeNames, KeepsItsOwnNamesWhateverTheBounds) {
  for (const std::vector<double>& bounds :
       {std::vector<double>{0.005, 0.01, 0.1, 1, 10}, std::vector<double>{1e-9, 1e20}, std::vector<double>{0.1 + 0.2},
        std::vector<double>{-1e300, std::numeric_limits<double>::denorm_min(), 123456789.125}}) {
    const RangeNames ranges = Ranges(bounds);
    ASSERT_EQ(ranges.names().size(), bounds.size() + 1);
    for (const std::string& name : ranges.names()) EXPECT_EQ(ranges.Find(name), name);
  }
  EXPECT_EQ(Ranges({1e-9, 1e20}).names()[1], "1e-09..1e+20");
}

TEST(RangeNames, RefusesBoundsThatDoNotAscend) {
  EXPECT_FALSE(RangeNames::Compile({}).ok());
  EXPECT_FALSE(RangeNames::Compile({1, 1}).ok());
  EXPECT_FALSE(RangeNames::Compile({2, 1}).ok());
  EXPECT_FALSE(RangeNames::Compile({std::numeric_limits<double>::quiet_NaN()}).ok());
  EXPECT_FALSE(RangeNames::Compile({1, std::numeric_limits<double>::infinity()}).ok());
  EXPECT_EQ(RangeNames::Compile({10, 5}).status().message(), "the bounds of ranges must ascend, 5 stands after 10");
}

// A text near what the normalisers read: numbers, hosts, methods, with changes.
std::string NearText(std::mt19937_64* random) {
  static const std::vector<std::string> kSeeds = {"404",     "5xx",       "GET",   "options", "Example.com:80",
                                                  "[::1]:9", "fe80::1%a", "10",    "1e5",     "-Inf",
                                                  "10..100", "<=10",      ">1000", "0.25"};
  std::string text = kSeeds[(*random)() % kSeeds.size()];
  for (uint64_t edits = (*random)() % 3; edits > 0; --edits) {
    const size_t at = (*random)() % (text.size() + 1);
    const char byte = ":.[]x0-9eE% \n\xC3/"[(*random)() % 15];
    if ((*random)() % 2 == 0 || at == text.size()) {
      text.insert(at, 1, byte);
    } else {
      text[at] = byte;
    }
  }
  return text;
}

TEST(BuiltinNormalizers, AreIdempotentAndKeepUtf8OnRandomTexts) {
  const RangeNames ranges = Ranges({10, 100, 1000});
  using Function = std::function<std::optional<std::string_view>(std::string_view, std::string*)>;
  const std::vector<std::pair<const char*, Function>> normalizers = {
      {"status_class", [](std::string_view value, std::string*) { return NormalizeStatusClass(value); }},
      {"http_method", [](std::string_view value, std::string*) { return NormalizeHttpMethod(value); }},
      {"lowercase", [](std::string_view value, std::string* scratch) { return NormalizeLowercase(value, scratch); }},
      {"host", [](std::string_view value, std::string* scratch) { return NormalizeHost(value, scratch); }},
      {"truncate", [](std::string_view value, std::string*) { return NormalizeTruncate(value, 7); }},
      {"ranges", [&ranges](std::string_view value, std::string*) { return ranges.Find(value); }},
  };
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  std::vector<int> read(normalizers.size());
  std::string first, second;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string text = i % 2 == 0 ? NearText(&random) : RandomText(&random, 4);
    const bool is_utf8 = IsValidUtf8(text);
    for (size_t n = 0; n < normalizers.size(); ++n) {
      const auto once = normalizers[n].second(text, &first);
      if (!once.has_value()) continue;
      ++read[n];
      const auto twice = normalizers[n].second(*once, &second);
      ASSERT_TRUE(twice.has_value()) << normalizers[n].first << ": " << text << " -> " << *once;
      ASSERT_EQ(*twice, *once) << normalizers[n].first << ": " << text;
      ASSERT_EQ(once->empty(), text.empty());
      ASSERT_TRUE(!is_utf8 || IsValidUtf8(*once));
    }
  }
  for (size_t n = 0; n < normalizers.size(); ++n) EXPECT_GT(read[n], 10'000) << normalizers[n].first;
}

}  // namespace
}  // namespace seriesguard
