// SPDX-License-Identifier: Apache-2.0
//
// window_feed.cc: what one call leaves over begins the next window.
#include "tests/differential/window_feed.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "analyzer/exposition/scan.h"

namespace seriesguard {
namespace {

class Window {
 public:
  explicit Window(std::string_view bytes) : size_(bytes.size()), memory_(new char[bytes.size() + kScanSlack]) {
    if (!bytes.empty()) std::memcpy(memory_.get(), bytes.data(), bytes.size());
    constexpr std::string_view kBait = "\"} 17\n1a{b=\"x\"} 2\n";
    memory_[size_] = '\0';
    for (size_t i = 1; i < kScanSlack; ++i) memory_[size_ + i] = kBait[(i - 1) % kBait.size()];
  }
  std::string_view view() const { return {memory_.get(), size_}; }

 private:
  const size_t size_;
  std::unique_ptr<char[]> memory_;
};

}  // namespace

FeedResult FeedInWindows(std::string_view bytes, size_t block_bytes, ExpositionParser* parser) {
  const size_t step = block_bytes == 0 ? std::max<size_t>(bytes.size(), 1) : block_bytes;
  FeedResult result;
  size_t begin = 0;
  size_t end = 0;
  for (bool at_end = false; !at_end && !result.stopped;) {
    end = std::min(bytes.size(), end + step);
    at_end = end == bytes.size();
    const Window window(bytes.substr(begin, end - begin));
    const auto progress = parser->Parse(window.view(), at_end);
    result.stopped = progress.stopped;
    result.took_too_much = result.took_too_much || progress.consumed > end - begin;
    begin += std::min(progress.consumed, end - begin);
  }
  result.left_over = bytes.size() - begin;
  return result;
}

}  // namespace seriesguard
