// SPDX-License-Identifier: Apache-2.0
//
// path_normalizer_test.cc: the rules of the header by example, and against regular expressions that say them again.
#include "rules/path_normalizer.h"

#include <map>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "rules/utf8.h"
#include "tests/rules/slow_utf8.h"

namespace seriesguard {
namespace {

std::string Normalized(std::string_view value) {
  std::string scratch;
  return std::string(NormalizePath(value, &scratch));
}

// The rules said with regular expressions on single bytes. A word is put between marks first, since RE2 has no
// look-around; the marks (bytes 1 and 2) must not occur in `value`.
std::string SlowNormalized(std::string value) {
  const auto replace = [&value](const char* pattern, const char* with) {
    static auto* const compiled = new std::map<std::string, RE2*>();
    RE2*& re = (*compiled)[pattern];
    if (re == nullptr) re = new RE2(pattern, RE2::Latin1);
    RE2::GlobalReplace(&value, *re, with);
  };
  const size_t cut = value.find_first_of("?#");
  if (cut == 0) return "/";
  value = value.substr(0, cut);
  replace("((?:[0-9A-Za-z\\x80-\\xff]|%[0-9A-Fa-f]{2})+)", "\x01\\1\x02");
  // The words of a UUID first, whole, then the other identifiers.
  replace("\x01[0-9A-Fa-f]{8}\x02(?:-\x01[0-9A-Fa-f]{4}\x02){3}-\x01[0-9A-Fa-f]{12}\x02", "{id}");
  replace("\x01[0-9]+\x02", "{id}");
  replace("\x01[0-9A-Fa-f]{16,}\x02", "{id}");
  replace("\x01([0-9A-Fa-f]{8,})\x02", "\x03\\1\x04");  // candidates of rule 3
  replace("\x03[A-Fa-f]+\x04", "\x01\\0\x02");          // without a digit: put aside
  replace("\x01\x03([A-Fa-f]+)\x04\x02", "\\1");
  replace("\x03[0-9A-Fa-f]+\x04", "{id}");
  replace("[\x01\x02]", "");
  return value;
}

TEST(NormalizePath, ReplacesIdentifiersAndNothingElse) {
  EXPECT_EQ(Normalized("/users/17"), "/users/{id}");
  EXPECT_EQ(Normalized("/users/17/cart/3?x=1#y"), "/users/{id}/cart/{id}");
  EXPECT_EQ(Normalized("/u/550e8400-e29b-41d4-a716-446655440000/x"), "/u/{id}/x");
  EXPECT_EQ(Normalized("/u/DEADBEEF-DEAD-BEEF-DEAD-BEEFDEADBEEF"), "/u/{id}");
  EXPECT_EQ(Normalized("/u/550e8400-e29b-41d4-a716-44665544000"), "/u/{id}-e29b-41d4-a716-{id}") << "a digit short";
  EXPECT_EQ(Normalized("/o/507f1f77bcf86cd799439011"), "/o/{id}");
  EXPECT_EQ(Normalized("/commit/0a1b2c3"), "/commit/0a1b2c3") << "seven are too few";
  EXPECT_EQ(Normalized("/commit/0a1b2c3d"), "/commit/{id}");
  EXPECT_EQ(Normalized("/decade/facade/effaced"), "/decade/facade/effaced");
  EXPECT_EQ(Normalized("/abcdefabcdefabcd"), "/{id}") << "sixteen without a digit";
  EXPECT_EQ(Normalized("/abcdefabcdefabc"), "/abcdefabcdefabc");
  EXPECT_EQ(Normalized("/api/v2/mp3/order66"), "/api/v2/mp3/order66");
  EXPECT_EQ(Normalized("/order_12345-x/2024-01-31"), "/order_{id}-x/{id}-{id}-{id}");
  EXPECT_EQ(Normalized("/lib-3.6.js"), "/lib-{id}.{id}.js");
  EXPECT_EQ(Normalized("/a%20b/%31"), "/a%20b/%31") << "an escape is a letter";
  EXPECT_EQ(Normalized("/100%"), "/{id}%");
  EXPECT_EQ(Normalized("/12\xc3\xa9"), "/12\xc3\xa9") << "letters of other alphabets are letters";
  EXPECT_EQ(Normalized("17"), "{id}");
  EXPECT_EQ(Normalized("?x"), "/");
  EXPECT_EQ(Normalized("#"), "/");
  EXPECT_EQ(Normalized("/"), "/");
  EXPECT_EQ(Normalized("/{id}/x"), "/{id}/x");
}

TEST(NormalizePath, CopiesNothingWhereNothingChanges) {
  std::string scratch = "old";
  const std::string value = "/api/orders?page=3";
  const std::string_view answer = NormalizePath(value, &scratch);
  EXPECT_EQ(answer, "/api/orders");
  EXPECT_EQ(answer.data(), value.data());
  EXPECT_EQ(scratch, "old");
}

std::string RandomPath(std::mt19937_64* random) {
  static const char* const kPieces[] = {"/",
                                        "/",
                                        "-",
                                        "_",
                                        ".",
                                        "1",
                                        "42",
                                        "a",
                                        "f",
                                        "g",
                                        "beef",
                                        "%20",
                                        "%2",
                                        "%",
                                        "?",
                                        "#",
                                        "v1",
                                        "{id}",
                                        "users",
                                        "\xc3\xa9",
                                        "0a1b",
                                        "4d",
                                        "550e8400",
                                        "{",
                                        "}",
                                        "deadbeef",
                                        "dead",
                                        "446655440000",
                                        "550e8400-e29b-41d4-a716-446655440000"};
  std::string path;
  for (uint64_t i = 0, count = 1 + (*random)() % 10; i < count; ++i) {
    path += kPieces[(*random)() % (sizeof(kPieces) / sizeof(kPieces[0]))];
    if ((*random)() % 4 == 0) path += "-";
  }
  return path;
}

TEST(NormalizePath, AgreesWithTheRegularExpressions) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 20'000; ++i) {
    const std::string path = RandomPath(&random);
    ASSERT_EQ(Normalized(path), SlowNormalized(path)) << path;
  }
}

TEST(NormalizePath, IsIdempotentAndKeepsUtf8) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  std::string first, second;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string path = i % 2 == 0 ? RandomPath(&random) : "/" + RandomText(&random, 5);
    const std::string_view once = NormalizePath(path, &first);
    ASSERT_FALSE(once.empty());
    ASSERT_EQ(NormalizePath(once, &second), once) << path;
    if (IsValidUtf8(path)) {
      ASSERT_TRUE(IsValidUtf8(once));
    }
  }
}

}  // namespace
}  // namespace seriesguard
