// SPDX-License-Identifier: Apache-2.0
//
// byte_source.cc: tells by the first bytes what an input is packed with.
#include "analyzer/input/byte_source.h"

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/input/decompressing_source.h"
#include "analyzer/input/file_source.h"
#include "analyzer/input/gzip_decoder.h"
#include "analyzer/input/zstd_decoder.h"

namespace seriesguard {
namespace {

constexpr size_t kMagicBytes = 10;  // of the longest one below
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr std::string_view kSkippableTail = "\x2a\x4d\x18";  // after 0x50..0x5f; pzstd begins its files so

// What is recognised only to be refused with a command that helps. No exposition begins with any of these.
struct OtherFormat {
  std::string_view magic;
  const char* name;
  const char* command;
};
constexpr OtherFormat kOtherFormats[] = {
    {"\xfd"
     "7zXZ",
     "xz", "xz -dc"},
    {"BZh", "bzip2", "bzip2 -dc"},
    {"\x04\x22\x4d\x18", "lz4", "lz4 -dc"},
    {"PK\x03\x04", "zip", "unzip -p"},
};
constexpr std::string_view kBzip2Block = "1AY&SY";  // at offset 4; "BZh" alone might begin a metric's name

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool IsZstd(std::string_view head) {
  if (StartsWith(head, kZstdMagic)) return true;
  return head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xf0) == 0x50 &&
         head.substr(1, 3) == kSkippableTail;
}

// A whole input that is shorter than the magic that it begins: a copy that was cut off, not text.
bool IsCutMagic(std::string_view head, std::string_view magic) {
  return head.size() < magic.size() && StartsWith(magic, head);
}

absl::StatusOr<std::unique_ptr<ByteSource>> Unpack(std::unique_ptr<FileSource> file, const SourceOptions& options) {
  auto peeked = file->Peek(kMagicBytes);
  if (!peeked.ok()) return peeked.status();
  const std::string_view head = *peeked;
  const std::string name = file->name();
  // One byte "(" is text that a parser will refuse at its place; one byte 0x1f is never text.
  if ((!head.empty() && IsCutMagic(head, kGzipMagic)) || (head.size() > 1 && IsCutMagic(head, kZstdMagic))) {
    return absl::DataLossError(
        absl::StrCat(name, ": compressed data ends early, after ", head.size(), " bytes: a copy that was cut off?"));
  }
  for (const OtherFormat& other : kOtherFormats) {
    if (!StartsWith(head, other.magic)) continue;
    if (other.magic == "BZh" && (head.size() < kMagicBytes || head.substr(4) != kBzip2Block)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        name, ": packed with ", other.name,
        ", which is not read here (gzip and zstd are); unpack it first: ", other.command, " FILE | seriesguard top -"));
  }
  const bool is_zstd = IsZstd(head);
  if (!is_zstd && !StartsWith(head, kGzipMagic)) return std::unique_ptr<ByteSource>(std::move(file));
  auto decoder = is_zstd ? NewZstdDecoder() : NewGzipDecoder();
  if (!decoder.ok()) return decoder.status();
  return std::unique_ptr<ByteSource>(
      std::make_unique<DecompressingSource>(std::move(file), *std::move(decoder), name, options));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenSource(const std::string& path, const SourceOptions& options) {
  auto file = path == "-" ? FileSource::FromFd(options.stdin_fd, /*owns_fd=*/false, "stdin") : FileSource::Open(path);
  if (!file.ok()) return file.status();
  return Unpack(*std::move(file), options);
}

absl::StatusOr<std::unique_ptr<ByteSource>> SourceFromFd(int fd, const std::string& name,
                                                         const SourceOptions& options) {
  auto file = FileSource::FromFd(fd, /*owns_fd=*/true, name);
  if (!file.ok()) return file.status();
  return Unpack(*std::move(file), options);
}

absl::StatusOr<std::unique_ptr<ByteSource>> SourceFromSharedFile(int fd, bool is_gzip, const std::string& name,
                                                                 const SourceOptions& options) {
  auto file = FileSource::FromSharedFile(fd, name);
  if (!file.ok()) return file.status();
  if (!is_gzip) return Unpack(*std::move(file), options);
  auto decoder = NewGzipDecoder();
  if (!decoder.ok()) return decoder.status();
  return std::unique_ptr<ByteSource>(
      std::make_unique<DecompressingSource>(*std::move(file), *std::move(decoder), name, options));
}

}  // namespace seriesguard
