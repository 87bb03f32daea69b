// SPDX-License-Identifier: Apache-2.0
//
// plan.cc: shares are filled one after the other; a file is cut where one is full.
#include "analyzer/reading/plan.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "analyzer/exposition/scan.h"

namespace seriesguard {
namespace {

constexpr size_t kSearchBytes = 1 << 20;  // how far from the wanted place a TYPE line is looked for
constexpr size_t kBufferBytes = 256 << 10;

// Finds a place at or behind `wanted` where a line begins; `end` when there is none near.
uint64_t CutNear(int fd, uint64_t wanted, uint64_t end) {
  std::string bytes(kSearchBytes, '\0');
  const ssize_t got = pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(wanted));
  if (got <= 0) return end;
  const std::string_view view(bytes.data(), static_cast<size_t>(got));
  size_t newline = view.find("\n# TYPE ");
  if (newline == std::string_view::npos) newline = view.find('\n');
  if (newline == std::string_view::npos) return end;
  return std::min(end, wanted + newline + 1);
}

}  // namespace

std::vector<Share> PlanShares(const std::vector<InputShape>& inputs, size_t threads) {
  uint64_t total = 0;
  for (const InputShape& input : inputs) total += input.bytes;
  std::vector<Share> shares(1);
  if (threads <= 1) {
    for (size_t i = 0; i < inputs.size(); ++i) shares[0].push_back({i, true, 0, 0, true});
    return shares;
  }
  const uint64_t wanted = std::max<uint64_t>(total / threads + 1, kCutBytes / 2);
  uint64_t filled = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const uint64_t size = inputs[i].bytes;
    uint64_t begin = 0;
    while (inputs[i].plain_file_fd >= 0 && size >= kCutBytes && shares.size() < threads &&
           filled + (size - begin) > wanted + kSearchBytes) {
      const uint64_t cut = CutNear(inputs[i].plain_file_fd, begin + (wanted - filled), size);
      if (cut >= size) break;
      shares.back().push_back({i, false, begin, cut, false});
      shares.emplace_back();
      filled = 0;
      begin = cut;
    }
    shares.back().push_back(begin == 0 ? Part{i, true, 0, 0, true} : Part{i, false, begin, size, true});
    filled += size - begin;
    if (filled >= wanted && shares.size() < threads && i + 1 < inputs.size()) {
      shares.emplace_back();
      filled = 0;
    }
  }
  if (shares.back().empty()) shares.pop_back();
  return shares;
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
