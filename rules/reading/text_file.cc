// SPDX-License-Identifier: Apache-2.0
//
// text_file.cc: see the header.
#include "rules/reading/text_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status FileError(const std::string& path, std::string_view what, int error) {
  const std::string message =
      absl::StrCat("cannot read ", std::string(what), " ", SafeText(path), ": ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR: return absl::NotFoundError(message);
    case EACCES:
    case EPERM: return absl::PermissionDeniedError(message);
    case EISDIR: return absl::InvalidArgumentError(message);
    default: return absl::UnavailableError(message);
  }
}

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path, std::string_view what, size_t max_bytes) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (file == nullptr) return FileError(path, what, errno);
  std::string text(max_bytes + 1, '\0');
  size_t size_bytes = 0;
  while (size_bytes < text.size()) {
    const size_t read_bytes = std::fread(&text[size_bytes], 1, text.size() - size_bytes, file.get());
    if (read_bytes == 0) break;
    size_bytes += read_bytes;
  }
  if (std::ferror(file.get())) return FileError(path, what, errno);
  text.resize(size_bytes);
  return text;
}

std::string_view WithoutByteOrderMark(std::string_view text) {
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  return text;
}

}  // namespace seriesguard
