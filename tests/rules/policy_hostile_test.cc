// SPDX-License-Identifier: Apache-2.0
//
// policy_hostile_test.cc: texts made to break a reader: bombs, depth, length, and random bytes.
#include <chrono>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

std::string Repeat(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

// Reads and prints; both must come back, and the two parts of the answer must agree.
std::string ReadAndPrint(const std::string& yaml) {
  const PolicyReadResult result = ReadPolicy("hostile.yaml", yaml);
  EXPECT_EQ(result.policy.has_value(), !HasError(result.diagnostics));
  EXPECT_LE(result.diagnostics.size(), 1001u);
  if (result.diagnostics.size() > 50) return result.diagnostics[0].code;
  FormatDiagnostics(result, "hostile.yaml", 80);
  return result.diagnostics.empty() ? "" : result.diagnostics[0].code;
}

TEST(HostilePolicy, ABillionLaughsIsRefusedAtItsFirstAnchor) {
  std::string yaml = "version: 1\na0: &a0 [lol, lol]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  EXPECT_EQ(ReadAndPrint(yaml), "unknown_key");  // a0 stands before its anchor
  EXPECT_EQ(ReadAndPrint("&x [*x]"), "anchor");
  EXPECT_EQ(ReadAndPrint("&x\n- *x"), "anchor");
}

TEST(HostilePolicy, DepthIsBounded) {
  for (const char* const piece : {"[", "{a: ", "- ", "? "}) {
    EXPECT_EQ(ReadAndPrint(Repeat(piece, 100000)), "too_deep") << piece;
  }
  std::string blocks;
  for (int i = 0; i < 1000; ++i) blocks += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(ReadAndPrint(blocks), "too_deep");
}

TEST(HostilePolicy, LongTextsTakeSecondsNotMinutes) {
  constexpr size_t kLimit = 1024 * 1024;
  const auto fill = [](const std::string& head, const std::string& piece) {
    return head + Repeat(piece, (kLimit - head.size()) / piece.size());
  };
  for (const std::string& yaml : {fill("version: 1\n", "a: 1\n"),
                                  fill("", ": "),
                                  fill("", "\n"),
                                  fill("", "\t"),
                                  fill("\"", "\\n"),
                                  fill("[", ","),
                                  fill("{", "a,"),
                                  fill("", "a "),
                                  fill("a: |\n", " x\n"),
                                  fill("", "- &a x\n"),
                                  fill("", "*a "),
                                  fill("", "!a "),
                                  fill("", "--- "),
                                  fill("", "---\n"),
                                  fill("", "%YAML 1.2\n"),
                                  fill("", "\"a\": "),
                                  fill("", "# x\n"),
                                  fill("version: 1\nmetrics:\n", "- {name: x}\n"),
                                  fill("version: 1\nmetrics:\n", "- name: x_sum\n"),
                                  fill("version: 1\nlabels:\n  a: {allow: [x", ", x"),
                                  fill("\"m,l\": \"", "a,")}) {
    const auto start = std::chrono::steady_clock::now();
    ReadAndPrint(yaml);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(seconds, 30) << yaml.substr(0, 60);  // far above what it takes, for sanitizers and busy machines
  }
}

TEST(HostilePolicy, OneByteMoreThanTheMostIsRefused) {
  const std::string head = "version: 1\n#";
  EXPECT_EQ(ReadAndPrint(head + std::string(1024 * 1024 - head.size(), 'x')), "");
  EXPECT_EQ(ReadAndPrint(head + std::string(1024 * 1024 - head.size() + 1, 'x')), "too_large");
}

TEST(HostilePolicy, RandomBytesNeverBreakTheReader) {
  std::mt19937 random(20240229);
  for (int i = 0; i < 100000; ++i) {
    std::string yaml(random() % 64, '\0');
    for (char& byte : yaml) byte = static_cast<char>(random());
    ReadAndPrint(yaml);
  }
}

// Bytes that mean something: far more of them get past the first checks.
TEST(HostilePolicy, RandomPiecesNeverBreakTheReader) {
  const std::string pieces[] = {"version: 1\n",
                                "metrics:\n",
                                "- name: a\n",
                                "- match: ",
                                "labels:",
                                "  labels: ",
                                "{",
                                "}",
                                "[",
                                "]",
                                ", ",
                                ": ",
                                "\n",
                                "\n  ",
                                "\n    ",
                                "- ",
                                "\"",
                                "'",
                                "|",
                                ">",
                                "#",
                                "&a ",
                                "*a ",
                                "!t ",
                                "? ",
                                "a",
                                "le",
                                "allow",
                                "route",
                                "/a/{id}",
                                "/**",
                                "replace",
                                "match",
                                "with",
                                "$1",
                                "(.*)",
                                "(a|b)*",
                                "{2,9}",
                                "\\",
                                "value_limit",
                                "1",
                                "-5",
                                "1e9",
                                "pin",
                                "expect",
                                "drop",
                                "true",
                                "normalize",
                                "path",
                                "ranges",
                                "otherwise",
                                "\"\"",
                                "é",
                                "\xFF",
                                "x,y",
                                "budget",
                                "series_limit",
                                "defaults",
                                "busiest",
                                "half_life",
                                "10m",
                                "25%",
                                "freeze",
                                "\t",
                                "---\n",
                                "~"};
  std::mt19937 random(4711);
  for (int i = 0; i < 50000; ++i) {
    std::string yaml = random() % 2 == 0 ? "version: 1\n" : "";
    for (size_t n = random() % 40; n > 0; --n) yaml += pieces[random() % std::size(pieces)];
    ReadAndPrint(yaml);
  }
}

// Each prefix and each lost byte of a good policy: an error at most, and never outside the text.
TEST(HostilePolicy, DamageIsReportedWithinTheText) {
  const std::string good =
      "version: 1\nmode: shadow\nlabels: {code: {normalize: status_class}}\nmetrics:\n- name: a\n  series_limit: 100\n"
      "  labels:\n    path: {route: [\"/a/{id}\", '/b']}\n    t: {value_limit: 5, pin: [x], replace: [{match: "
      "\"a(b)\", "
      "with: $1}]}\n";
  for (size_t i = 0; i < good.size(); ++i) {
    for (const std::string& damaged :
         {good.substr(0, i), good.substr(0, i) + good.substr(i + 1), good.substr(0, i) + "{" + good.substr(i),
          good.substr(0, i) + "\xFF" + good.substr(i)}) {
      const PolicyReadResult result = ReadPolicy("p", damaged);
      for (const Diagnostic& diagnostic : result.diagnostics) {
        const std::string_view line = LineOfText(result.text, diagnostic.location.line);
        EXPECT_LE(static_cast<size_t>(diagnostic.location.column), line.size() + 1) << damaged << diagnostic.message;
      }
    }
  }
}

}  // namespace
}  // namespace seriesguard
