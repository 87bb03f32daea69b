// SPDX-License-Identifier: Apache-2.0
//
// around_cut.cc: forwards for a place, backwards for a type, all by pread.
#include "analyzer/reading/around_cut.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "analyzer/exposition/scan.h"

namespace seriesguard {
namespace {

constexpr size_t kBufferBytes = 256 << 10;

}  // namespace

uint64_t CutNear(int fd, uint64_t wanted, uint64_t end, size_t search_bytes) {
  std::string bytes(search_bytes, '\0');
  const ssize_t got = pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(wanted));
  if (got <= 0) return end;
  const std::string_view view(bytes.data(), static_cast<size_t>(got));
  size_t newline = view.find("\n# TYPE ");
  if (newline == std::string_view::npos) newline = view.find('\n');
  if (newline == std::string_view::npos) return end;
  return std::min(end, wanted + newline + 1);
}

MetricType TypeBefore(int fd, uint64_t end) {
  constexpr std::string_view kMark = "# TYPE ";
  constexpr size_t kLongestLine = 4096;
  std::string buffer(kBufferBytes + kLongestLine, '\0');
  while (end > 0) {
    const uint64_t begin = end > kBufferBytes ? end - kBufferBytes : 0;
    // A line that begins in this block may end in the next.
    const ssize_t got =
        pread(fd, buffer.data(), static_cast<size_t>(end - begin) + kLongestLine, static_cast<off_t>(begin));
    if (got <= 0) return MetricType::kNone;
    const std::string_view block(buffer.data(), static_cast<size_t>(got));
    // Few lines hold a '#', so that looking for it is as fast as memory; the block before shares its last byte with
    // this one's first, where a newline is wanted before the mark.
    for (size_t searched = std::min(block.size(), static_cast<size_t>(end - begin)); searched > 0;) {
      const void* const found = memrchr(block.data(), '#', searched);
      if (found == nullptr) break;
      const size_t line = static_cast<size_t>(static_cast<const char*>(found) - block.data());
      searched = line;
      if (block.substr(line, kMark.size()) != kMark) continue;
      if (line == 0 ? begin != 0 : block[line - 1] != '\n') continue;
      const std::string_view text = block.substr(line, block.find('\n', line) - line);
      const std::string_view word = text.substr(text.rfind(' ') + 1);
      for (const MetricType type : {MetricType::kCounter, MetricType::kHistogram, MetricType::kSummary}) {
        if (word == MetricTypeName(type)) return type;
      }
      return MetricType::kGauge;  // any of those that change nothing
    }
    if (begin == 0) break;
    end = begin + 1;
  }
  return MetricType::kNone;
}

std::optional<uint64_t> CountNewlines(int fd, uint64_t begin, uint64_t end) {
  std::string buffer(kBufferBytes, '\0');
  uint64_t newlines = 0;
  for (uint64_t position = begin; position < end;) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), end - position));
    const ssize_t got = pread(fd, buffer.data(), wanted, static_cast<off_t>(position));
    if (got <= 0) return std::nullopt;
    newlines += CountNewlineBytes(buffer.data(), buffer.data() + got);
    position += static_cast<uint64_t>(got);
  }
  return newlines;
}

}  // namespace seriesguard
