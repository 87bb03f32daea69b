// SPDX-License-Identifier: Apache-2.0
//
// byte_source_test.cc: what an input is recognised as, and that its bytes do not depend on how they are read.
#include "analyzer/input/byte_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// A skippable frame (RFC 8878, 3.1.2) with four bytes in it; pzstd begins its files with one.
std::string SkippableFrame() { return std::string("\x50\x2a\x4d\x18\x04\x00\x00\x00wxyz", 12); }

TEST(ByteSource, GivesEveryKindAsTheSameBytes) {
  TempFolder folder;
  const std::string text = SampleText(2000);
  const std::string half_a = text.substr(0, text.size() / 2);
  const std::string half_b = text.substr(text.size() / 2);
  const struct {
    const char* name;
    std::string bytes;
    bool is_plain;
  } kinds[] = {
      {"plain", text, true},
      {"gzip", Gzip(text), false},
      {"gzip, two members", Gzip(half_a) + Gzip(half_b), false},
      {"gzip, an empty member between", Gzip(half_a) + Gzip("") + Gzip(half_b), false},
      {"gzip, zeros behind", Gzip(text) + std::string(1000, '\0'), false},
      {"zstd", Zstd(text), false},
      {"zstd, two frames", Zstd(half_a) + Zstd(half_b), false},
      {"zstd, skippable frames around", SkippableFrame() + Zstd(half_a) + SkippableFrame() + Zstd(half_b), false},
  };
  for (const auto& kind : kinds) {
    SCOPED_TRACE(kind.name);
    // The name lies on purpose: only the bytes decide.
    const std::string path = folder.Write(kind.is_plain ? "dump.gz" : "dump.prom", kind.bytes);
    auto source = OpenSource(path, SourceOptions());
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ((*source)->is_plain_file(), kind.is_plain);
    EXPECT_EQ((*source)->fd() >= 0, kind.is_plain);
    EXPECT_EQ((*source)->compressed_size(), kind.bytes.size());
    EXPECT_EQ((*source)->compressed_position(), 0u);
    auto all = ReadAll(source->get());
    ASSERT_TRUE(all.ok()) << all.status();
    EXPECT_TRUE(*all == text);
    EXPECT_EQ((*source)->compressed_position(), kind.bytes.size());
    char more;
    EXPECT_EQ((*source)->Read(&more, 1).value(), 0u) << "the end stays the end";
  }
}

TEST(ByteSource, BlockSizesFrom1To4096GiveIdenticalBytes) {
  TempFolder folder;
  const std::string text = SampleText(60);
  const std::string paths[] = {folder.Write("a", text), folder.Write("b", Gzip(text) + Gzip(text)),
                               folder.Write("c", Zstd(text) + Zstd(text))};
  for (size_t block = 1; block <= 4096; ++block) {
    for (const std::string& path : paths) {
      auto all = ReadPath(path, SourceOptions(), block);
      ASSERT_TRUE(all.ok()) << path << " in blocks of " << block << ": " << all.status();
      ASSERT_TRUE(*all == (path == paths[0] ? text : text + text)) << path << " in blocks of " << block;
    }
  }
}

TEST(ByteSource, EmptyFileHasNoBytes) {
  TempFolder folder;
  EXPECT_EQ(ReadPath(folder.Write("empty.gz", "")).value(), "");
  EXPECT_EQ(ReadPath(folder.Write("packed", Gzip(""))).value(), "");
  EXPECT_EQ(ReadPath(folder.Write("packed2", Zstd(""))).value(), "");
  EXPECT_EQ(ReadPath(folder.Write("skipped", SkippableFrame())).value(), "");
  EXPECT_EQ(ReadPath("/dev/null").value(), "");
}

TEST(ByteSource, ShortTextsThatResembleAMagicArePlain) {
  TempFolder folder;
  for (const std::string_view text : {"(", "B", "BZ", "BZh", "BZh9", "BZh9_total 1\n", "P", "PK_total 1\n", "\xfd",
                                      "\x50", "\x50\x2a\x4d", "\x28\xb4", "\x1e\x8b"}) {
    auto all = ReadPath(folder.Write("t", text));
    ASSERT_TRUE(all.ok()) << all.status();
    EXPECT_EQ(*all, text);
  }
}

TEST(ByteSource, NamesPackersThatAreNotReadAndWhatToRun) {
  TempFolder folder;
  const struct {
    std::string_view bytes;
    const char* expected;
  } cases[] = {{std::string_view("\xfd"
                                 "7zXZ\0\0\4\xe6\xd6\xb4\x46",
                                 12),
                "xz -dc"},
               {"BZh91AY&SY\x12\x34", "bzip2 -dc"},
               {std::string_view("\x04\x22\x4d\x18\x64\x40\xa7", 7), "lz4 -dc"},
               {std::string_view("PK\x03\x04\x14\0\0\0\0\0", 10), "unzip -p"}};
  for (const auto& one : cases) {
    const std::string path = folder.Write("x", one.bytes);
    const absl::Status status = ReadPath(path).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(Message(status).find(one.expected), std::string::npos) << status;
    EXPECT_NE(Message(status).find(path), std::string::npos) << status;
  }
}

TEST(ByteSource, GarbageBehindAPackedStreamIsRefused) {
  TempFolder folder;
  const std::string text = SampleText(5);
  const std::string cases[] = {Gzip(text) + "x",
                               Gzip(text) + std::string(3, '\0') + "x",
                               Gzip(text) + std::string(3, '\0') + Gzip(text),
                               Gzip(text) + Zstd(text),
                               Zstd(text) + "more",
                               Zstd(text) + Gzip(text),
                               Zstd(text) + std::string(8, '\0')};
  for (const std::string& bytes : cases) {
    std::string before;
    const absl::Status status = ReadPath(folder.Write("x", bytes), SourceOptions(), 4096, &before).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(before, text) << "what stood before the garbage was given out";
    EXPECT_NE(Message(status).find(" follows the "), std::string::npos) << status;
  }
}

TEST(ByteSource, AWindowAboveTheLimitIsRefusedWithoutAllocatingIt) {
  TempFolder folder;
  const std::string text = SampleText(200);
  EXPECT_EQ(ReadPath(folder.Write("w27", Zstd(text, 27))).value(), text);
  const absl::Status status = ReadPath(folder.Write("w28", Zstd(text, 28))).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_NE(Message(status).find("2^27"), std::string::npos) << status;
}

}  // namespace
}  // namespace seriesguard
