// SPDX-License-Identifier: Apache-2.0
//
// test_bytes.cc: zlib and libzstd are used directly here, so that our decoders are held against their encoders.
#include "tests/analyzer/input/test_bytes.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace seriesguard {

std::string Gzip(std::string_view bytes) {
  z_stream stream = {};
  EXPECT_EQ(::deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(::deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

std::string Zstd(std::string_view bytes, int window_log) {
  ZSTD_CCtx* context = ::ZSTD_createCCtx();
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log != 0) {
    // Without a content size the frame header states the window itself and not a smaller one that would do.
    ::ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  }
  std::string packed(::ZSTD_compressBound(bytes.size()) + 64, '\0');
  ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer out = {packed.data(), packed.size(), 0};
  if (window_log != 0) {
    ZSTD_inBuffer first = {bytes.data(), bytes.size() / 2, 0};
    EXPECT_FALSE(::ZSTD_isError(::ZSTD_compressStream2(context, &out, &first, ZSTD_e_continue)));
    in.pos = first.pos;
  }
  EXPECT_EQ(::ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0u);
  packed.resize(out.pos);
  ::ZSTD_freeCCtx(context);
  return packed;
}

std::string SampleText(int lines) {
  std::string text = "# TYPE http_requests_total counter\n";
  uint32_t state = 12345;
  for (int i = 0; i < lines; ++i) {
    state = state * 1664525u + 1013904223u;
    absl::StrAppend(&text, "http_requests_total{path=\"/p", i, "\",code=\"", 200 + i % 5, "\"} ", state >> 8, "\n");
  }
  return text;
}

TempFolder::TempFolder() {
  std::string name = absl::StrCat(::testing::TempDir(), "/input_XXXXXX");
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  root_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string TempFolder::Path(std::string_view name) const { return absl::StrCat(root_, "/", std::string(name)); }

std::string TempFolder::Write(std::string_view name, std::string_view bytes) const {
  const std::string path = Path(name);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(file.good()) << path;
  return path;
}

absl::StatusOr<size_t> FakeSource::Read(char* buffer, size_t size) {
  ++reads;
  if (has_ended_) ++reads_after_end;
  if (fail_at.has_value() && position_ >= *fail_at) return failure;
  size_t count = std::min(size, bytes_.size() - position_);
  if (cut) {
    const size_t most = cut(position_);
    if (most > 0) count = std::min(count, most);
  }
  if (fail_at.has_value()) count = std::min(count, *fail_at - position_);
  std::memcpy(buffer, bytes_.data() + position_, count);
  position_ += count;
  has_ended_ = count == 0;
  return count;
}

absl::StatusOr<std::string> ReadAll(ByteSource* source, size_t block, std::string* before) {
  std::string all;
  std::string buffer(block, '\0');
  for (;;) {
    auto got = source->Read(buffer.data(), block);
    if (!got.ok()) {
      if (before != nullptr) *before = all;
      return got.status();
    }
    if (*got == 0) return all;
    all.append(buffer, 0, *got);
  }
}

absl::StatusOr<std::string> ReadPath(const std::string& path, const SourceOptions& options, size_t block,
                                     std::string* before) {
  auto source = OpenSource(path, options);
  if (!source.ok()) return source.status();
  return ReadAll(source->get(), block, before);
}

absl::StatusOr<std::string> ReadBytes(std::string_view bytes, size_t block, std::string* before) {
  const int fd = ::memfd_create("bytes", MFD_CLOEXEC);
  EXPECT_EQ(::pwrite(fd, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  auto source = SourceFromFd(fd, "memory", SourceOptions());
  if (!source.ok()) return source.status();
  return ReadAll(source->get(), block, before);
}

}  // namespace seriesguard
