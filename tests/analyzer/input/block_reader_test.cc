// SPDX-License-Identifier: Apache-2.0
//
// block_reader_test.cc: lines come out whole and the same, however the bytes come in.
#include "analyzer/input/block_reader.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

// Reads line by line as a parser does. Fails where a window breaks a promise of the header.
absl::StatusOr<std::vector<std::string>> ReadLines(BlockReader* reader, size_t max_line_bytes) {
  std::vector<std::string> lines;
  size_t keep = 0;
  std::string kept;
  for (;;) {
    auto window = reader->Next(keep);
    if (!window.ok()) return window.status();
    std::string_view rest = window->bytes;
    if (rest.size() > max_line_bytes + 1) return absl::InternalError("window too long");
    if (rest.substr(0, kept.size()) != kept) return absl::InternalError("kept bytes changed");
    if (rest.size() == kept.size() && !window->at_end) return absl::InternalError("nothing new, and not the end");
    for (size_t i = 0; i < kSlackBytes; ++i) {
      if (rest.data()[rest.size() + i] != 0) return absl::InternalError("slack is not zero");
    }
    for (size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      lines.emplace_back(rest.substr(0, end));
    }
    if (window->at_end) {
      if (!rest.empty()) lines.emplace_back(rest);
      return lines;
    }
    keep = rest.size();
    kept = std::string(rest);
  }
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

TEST(BlockReader, EveryBlockSizeGivesTheSameLines) {
  const std::string text = SampleText(40) + std::string(900, 'x') + "\n\n\nlast line without newline";
  for (size_t block = 1; block <= 4096; ++block) {
    FakeSource source(text);
    BlockReader reader(&source, block);
    auto lines = ReadLines(&reader, kMaxLineBytes);
    ASSERT_TRUE(lines.ok()) << block << ": " << lines.status();
    ASSERT_EQ(*lines, Split(text)) << block;
  }
}

TEST(BlockReader, EverySplitOfTheReadsGivesTheSameLines) {
  const std::string text = SampleText(30);
  for (size_t split = 0; split <= text.size(); ++split) {
    FakeSource source(text);
    source.cut = [split](size_t offset) { return offset < split ? split - offset : 0; };
    BlockReader reader(&source, 64);
    ASSERT_EQ(ReadLines(&reader, kMaxLineBytes).value(), Split(text)) << split;
  }
}

TEST(BlockReader, RandomCutsAndLengths) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    std::string text;
    for (int i = random() % 50; i > 0; --i) text += std::string(random() % 200, 'a' + i % 26) + "\n";
    FakeSource source(text);
    source.cut = [&random](size_t) { return random() % 40 + 1; };
    BlockReader reader(&source, random() % 100 + 1, 200);
    ASSERT_EQ(ReadLines(&reader, 200).value(), Split(text)) << "seed " << seed;
  }
}

// Invariant 2: the cap is exact and depends on nothing but the line.
TEST(BlockReader, TheLineCapIsExactForEveryBlockSize) {
  const size_t cap = 100;
  for (size_t block = 1; block <= 300; ++block) {
    for (size_t before : {0, 1, 37, 99}) {
      for (const bool has_newline : {true, false}) {
        const std::string head = std::string(before, 'b') + "\n";
        const std::string fits = head + std::string(cap, 'x') + (has_newline ? "\n" : "");
        FakeSource good(fits);
        BlockReader good_reader(&good, block, cap);
        auto lines = ReadLines(&good_reader, cap);
        ASSERT_TRUE(lines.ok()) << block << " " << before << " " << lines.status();
        ASSERT_EQ(*lines, Split(fits));

        FakeSource bad(head + std::string(cap + 1, 'x') + (has_newline ? "\nmore 1\n" : ""));
        BlockReader bad_reader(&bad, block, cap);
        const absl::Status status = ReadLines(&bad_reader, cap).status();
        ASSERT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << block << " " << before << " " << status;
        ASSERT_NE(std::string(status.message()).find("100 bytes"), std::string::npos) << status;
      }
    }
  }
}

// 1 GiB without a newline ends at the cap, and not by reading all of it.
class EndlessSource final : public ByteSource {
 public:
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    std::fill_n(buffer, size, 'x');
    given += size;
    return size;
  }
  uint64_t compressed_position() const override { return given; }
  std::optional<uint64_t> compressed_size() const override { return std::nullopt; }
  bool is_plain_file() const override { return false; }
  int fd() const override { return -1; }
  uint64_t given = 0;
};

TEST(BlockReader, ALineWithoutEndCostsNoMoreThanTheCap) {
  EndlessSource source;
  BlockReader reader(&source);
  EXPECT_EQ(ReadLines(&reader, kMaxLineBytes).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(source.given, kMaxLineBytes + 1);
}

TEST(BlockReader, GrowthReadsAFewWindowsNotMany) {
  FakeSource source(std::string(10 << 20, 'x'));
  BlockReader reader(&source, 1024);
  size_t keep = 0;
  int windows = 0;
  for (;; ++windows) {
    auto window = reader.Next(keep);
    ASSERT_TRUE(window.ok());
    if (window->at_end) break;
    keep = window->bytes.size();
  }
  EXPECT_LE(windows, 16) << "windows double while a line does not end";
}

TEST(BlockReader, AnEmptySourceIsOneEmptyWindow) {
  FakeSource source("");
  BlockReader reader(&source);
  auto window = reader.Next(0);
  ASSERT_TRUE(window.ok());
  EXPECT_TRUE(window->at_end);
  EXPECT_EQ(window->bytes, "");
}

TEST(BlockReader, TheEndIsNotReadTwice) {
  FakeSource source("a 1\nb");
  BlockReader reader(&source);
  EXPECT_TRUE(reader.Next(0).value().at_end);
  auto again = reader.Next(1);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->at_end);
  EXPECT_EQ(again->bytes, "b");
  EXPECT_EQ(reader.Next(0).value().bytes, "");
  EXPECT_EQ(source.reads_after_end, 0);
}

TEST(BlockReader, AnErrorComesBehindTheBytesBeforeItAndStays) {
  const std::string text = SampleText(10);
  for (size_t at = 0; at <= text.size(); ++at) {
    for (const size_t block : {1, 50, 4096}) {
      FakeSource source(text);
      source.fail_at = at;
      BlockReader reader(&source, block);
      std::string all;
      absl::Status status;
      while (status.ok()) {
        auto window = reader.Next(0);
        status = window.status();
        if (window.ok()) {
          ASSERT_FALSE(window->at_end);
          all += std::string(window->bytes);
        }
      }
      ASSERT_EQ(all, text.substr(0, at));
      ASSERT_EQ(status, absl::UnavailableError("injected"));
      const int reads = source.reads;
      ASSERT_EQ(reader.Next(0).status(), status);
      ASSERT_EQ(source.reads, reads) << "a failed source is left alone";
    }
  }
}

TEST(BlockReader, AskingToKeepMoreThanThereIsIsRefused) {
  FakeSource source("abc");
  BlockReader reader(&source);
  EXPECT_EQ(reader.Next(1).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(reader.Next(0).value().bytes, "abc");
}

}  // namespace
}  // namespace seriesguard
