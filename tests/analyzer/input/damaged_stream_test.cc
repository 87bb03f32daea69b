// SPDX-License-Identifier: Apache-2.0
//
// damaged_stream_test.cc: packed inputs that were cut, flipped or filled with noise. Damage is found or harmless;
// it never changes the text that is counted.
#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/input/byte_source.h"
#include "analyzer/input/decompressing_source.h"
#include "analyzer/input/gzip_decoder.h"
#include "analyzer/input/stream_decoder.h"
#include "analyzer/input/zstd_decoder.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr uint32_t kSeed = 20240607;

TEST(DamagedStream, EveryTruncationIsDataLossThatSaysHowMuchCame) {
  const std::string text = SampleText(40);
  for (const std::string& packed : {Gzip(text), Zstd(text), Gzip(text) + Gzip(text), Zstd(text) + Zstd(text)}) {
    const size_t boundary = packed == Gzip(text) + Gzip(text)   ? Gzip(text).size()
                            : packed == Zstd(text) + Zstd(text) ? Zstd(text).size()
                                                                : 0;
    const bool is_gzip = packed[0] == '\x1f';
    for (size_t size = 0; size < packed.size(); ++size) {
      SCOPED_TRACE(absl::StrCat(is_gzip ? "gzip" : "zstd", " cut at ", size, " of ", packed.size()));
      std::string before;
      auto all = ReadBytes(packed.substr(0, size), 512, &before);
      if (size == 0 || (size == 1 && !is_gzip)) {
        ASSERT_TRUE(all.ok());  // no byte, or one "(": nothing to recognise
        continue;
      }
      if (size == boundary) {
        ASSERT_EQ(all.value(), text);  // a complete member: nobody can know that there was another
        continue;
      }
      ASSERT_EQ(all.status().code(), absl::StatusCode::kDataLoss) << all.status();
      const std::string message(all.status().message());
      ASSERT_NE(message.find("ends early, after "), std::string::npos) << message;
      ASSERT_EQ((text + text).compare(0, before.size(), before), 0);
      if (size >= 4) {
        ASSERT_NE(message.find(absl::StrCat("gave ", before.size(), " unpacked")), std::string::npos) << message;
      }
    }
  }
}

// Some bits carry nothing (time stamp, system, flags of a gzip header), so a flip may pass. What may never happen is
// a different text without an error.
TEST(DamagedStream, BitFlipsAreFoundOrHarmless) {
  std::mt19937 random(kSeed);
  const std::string text = SampleText(40);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    int found = 0;
    for (int i = 0; i < 1000; ++i) {
      const size_t bit = random() % (packed.size() * 8);
      std::string flipped = packed;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      SCOPED_TRACE(absl::StrCat("seed ", kSeed, " bit ", bit));
      auto all = ReadBytes(flipped, 700);
      const bool is_magic = bit / 8 < (packed[0] == '\x1f' ? 2u : 4u);
      if (all.ok()) {
        // Without its magic the file is plain text to us, and its bytes are given as they are.
        ASSERT_TRUE(*all == text || (is_magic && *all == flipped));
      } else {
        ++found;
        ASSERT_TRUE(all.status().code() == absl::StatusCode::kDataLoss ||
                    all.status().code() == absl::StatusCode::kResourceExhausted)
            << all.status();
      }
    }
    EXPECT_GT(found, 900);
  }
}

TEST(DamagedStream, NoiseBehindAMagicEnds) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < 500; ++i) {
    std::string bytes = i % 2 == 0 ? std::string("\x1f\x8b\x08", 3) : std::string("\x28\xb5\x2f\xfd", 4);
    const size_t size = random() % 300;
    for (size_t k = 0; k < size; ++k) bytes += static_cast<char>(random());
    SCOPED_TRACE(absl::StrCat("seed ", kSeed, " case ", i));
    const absl::Status status = ReadBytes(bytes, 64).status();
    ASSERT_FALSE(status.ok() && size > 64);
  }
}

absl::StatusOr<std::unique_ptr<StreamDecoder>> NewDecoder(bool is_gzip) {
  return is_gzip ? NewGzipDecoder() : NewZstdDecoder();
}

TEST(DamagedStream, AnErrorBelowComesThroughWithItsCodeAtEveryByte) {
  const std::string text = SampleText(20);
  for (const bool is_gzip : {true, false}) {
    const std::string packed = is_gzip ? Gzip(text) : Zstd(text);
    for (size_t at = 0; at <= packed.size(); ++at) {
      auto fake = std::make_unique<FakeSource>(packed);
      fake->fail_at = at;
      DecompressingSource source(std::move(fake), NewDecoder(is_gzip).value(), "fake", SourceOptions());
      std::string before;
      auto all = ReadAll(&source, 100, &before);
      ASSERT_EQ(all.status(), absl::UnavailableError("injected")) << at;
      ASSERT_EQ(text.compare(0, before.size(), before), 0);
    }
  }
}

// A read that would work the second time must not let a stream go on with a hole in it.
TEST(DamagedStream, TheFirstErrorStays) {
  const std::string text = SampleText(20);
  for (const bool is_gzip : {true, false}) {
    const std::string packed = is_gzip ? Gzip(text) : Zstd(text);
    auto fake = std::make_unique<FakeSource>(packed);
    FakeSource* below = fake.get();
    below->fail_at = packed.size() / 2;
    DecompressingSource source(std::move(fake), NewDecoder(is_gzip).value(), "fake", SourceOptions());
    const absl::Status first = ReadAll(&source).status();
    EXPECT_FALSE(first.ok());
    below->fail_at.reset();
    EXPECT_EQ(ReadAll(&source).status(), first);
  }
}

TEST(DamagedStream, ReadsOfOneByteBelowChangeNothing) {
  const std::string text = SampleText(300);
  for (const bool is_gzip : {true, false}) {
    const std::string packed = is_gzip ? Gzip(text) + Gzip(text) : Zstd(text) + Zstd(text);
    for (size_t cut : {1, 2, 3, 7, 4096}) {
      auto fake = std::make_unique<FakeSource>(packed);
      fake->cut = [cut](size_t) { return cut; };
      DecompressingSource source(std::move(fake), NewDecoder(is_gzip).value(), "fake", SourceOptions());
      ASSERT_TRUE(ReadAll(&source, 333).value() == text + text);
    }
  }
}

TEST(DamagedStream, EmptyPackedSourceIsCutOff) {
  for (const bool is_gzip : {true, false}) {
    DecompressingSource source(std::make_unique<FakeSource>(""), NewDecoder(is_gzip).value(), "fake", SourceOptions());
    EXPECT_EQ(ReadAll(&source).status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace seriesguard
