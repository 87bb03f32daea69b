// SPDX-License-Identifier: Apache-2.0
//
// bomb_test.cc: small files that want to become large ones.
#include <sys/resource.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/input/byte_source.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

std::string Pack(bool is_gzip, const std::string& bytes) { return is_gzip ? Gzip(bytes) : Zstd(bytes); }

// Reads to the end without keeping anything; `produced` says how much came.
absl::Status Drain(const std::string& path, const SourceOptions& options, uint64_t* produced) {
  *produced = 0;
  auto source = OpenSource(path, options);
  if (!source.ok()) return source.status();
  std::string buffer(kMiB, '\0');
  for (;;) {
    auto got = (*source)->Read(buffer.data(), buffer.size());
    if (!got.ok()) return got.status();
    if (*got == 0) return absl::OkStatus();
    *produced += *got;
  }
}

TEST(Bomb, TheSizeCapStopsAtItsVeryByte) {
  TempFolder folder;
  const std::string zeros(10 * kMiB, '\0');
  for (const bool is_gzip : {true, false}) {
    const std::string path = folder.Write("bomb", Pack(is_gzip, zeros));
    uint64_t produced = 0;
    SourceOptions options;
    options.max_uncompressed_bytes = zeros.size();
    EXPECT_TRUE(Drain(path, options, &produced).ok()) << "exactly the cap is allowed";
    EXPECT_EQ(produced, zeros.size());
    for (const uint64_t cap : {uint64_t{1}, uint64_t{4096}, uint64_t{zeros.size() - 1}}) {
      options.max_uncompressed_bytes = cap;
      const absl::Status status = Drain(path, options, &produced);
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
      EXPECT_EQ(produced, cap);
      const std::string message(status.message());
      EXPECT_NE(message.find(absl::StrCat(cap)), std::string::npos) << message;
      EXPECT_NE(message.find("--max-uncompressed-bytes"), std::string::npos) << message;
      EXPECT_NE(message.find(path), std::string::npos) << message;
    }
    options.max_uncompressed_bytes = 0;
    EXPECT_TRUE(Drain(path, options, &produced).ok()) << "0 means no cap";
  }
}

TEST(Bomb, TheRatioIsJudgedOnlyBehindTheFreeBytes) {
  TempFolder folder;
  for (const bool is_gzip : {true, false}) {
    SourceOptions options;
    options.max_ratio = 100;
    uint64_t produced = 0;
    EXPECT_TRUE(
        Drain(folder.Write("small", Pack(is_gzip, std::string(kRatioFreeBytes, 'a'))), options, &produced).ok());
    EXPECT_EQ(produced, kRatioFreeBytes);
    const std::string path = folder.Write("large", Pack(is_gzip, std::string(kRatioFreeBytes + 8 * kMiB, 'a')));
    const absl::Status status = Drain(path, options, &produced);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_LE(produced, kRatioFreeBytes + kMiB);
    EXPECT_NE(std::string(status.message()).find("--max-compression-ratio"), std::string::npos) << status;
    options.max_ratio = 0;
    EXPECT_TRUE(Drain(path, options, &produced).ok()) << "0 means no cap";
    EXPECT_EQ(produced, kRatioFreeBytes + 8 * kMiB);
  }
}

TEST(Bomb, TheDefaultsStopAZstdBombSoonAndInBoundedMemory) {
  TempFolder folder;
  // 64 frames of 64 MiB of zeros: some 130 KB that would become 4 GiB.
  const std::string frame = Zstd(std::string(64 * kMiB, '\0'));
  std::string bomb;
  for (int i = 0; i < 64; ++i) bomb += frame;
  ASSERT_LT(bomb.size(), kMiB);
  struct rusage usage;
  ASSERT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  const int64_t before_kib = usage.ru_maxrss;
  uint64_t produced = 0;
  const absl::Status status = Drain(folder.Write("bomb", bomb), SourceOptions(), &produced);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_LE(produced, kRatioFreeBytes + kMiB);
  ASSERT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  EXPECT_LT(usage.ru_maxrss - before_kib, 200 * 1024);
}

TEST(Bomb, MembersWithoutContentCostLinearTime) {
  TempFolder folder;
  std::string members;
  const std::string empty = Gzip("");
  for (int i = 0; i < 100'000; ++i) members += empty;
  EXPECT_EQ(ReadPath(folder.Write("many", members)).value(), "");
}

// A stated limit of the ratio: one 50 KB page over and over passes as gzip, whose window is 32 KiB, while zstd sees the
// repetition and packs it by more than 1000. Who really has such a file is told which option to raise.
TEST(Bomb, OnePageOverAndOverIsABombOnlyToZstdAndTheOptionCuresIt) {
  TempFolder folder;
  std::string text;
  const std::string page = SampleText(1000);
  while (text.size() < kRatioFreeBytes + 4 * kMiB) text += page;
  uint64_t produced = 0;
  EXPECT_TRUE(Drain(folder.Write("gzip", Gzip(text)), SourceOptions(), &produced).ok());
  const std::string path = folder.Write("zstd", Zstd(text));
  EXPECT_EQ(Drain(path, SourceOptions(), &produced).code(), absl::StatusCode::kResourceExhausted);
  SourceOptions options;
  options.max_ratio = 40'000;
  EXPECT_TRUE(Drain(path, options, &produced).ok());
  EXPECT_EQ(produced, text.size());
}

}  // namespace
}  // namespace seriesguard
