// SPDX-License-Identifier: Apache-2.0
//
// window_feed.h: gives a parser its document in windows, as the block reader would, but cut anywhere.
//
// Use:      by the adapters of the fast parser and of the census.
// Memory:   each window is a heap copy of exact size plus the slack that the parser may read, so that AddressSanitizer
//           sees a read beyond it, or after the window is gone. The slack holds a zero byte, then bytes that look like
//           the rest of a sample.
#ifndef SERIESGUARD_TESTS_DIFFERENTIAL_WINDOW_FEED_H_
#define SERIESGUARD_TESTS_DIFFERENTIAL_WINDOW_FEED_H_

#include <cstddef>
#include <string_view>

#include "analyzer/exposition/exposition_parser.h"

namespace seriesguard {

struct FeedResult {
  bool stopped = false;        // the sink said stop
  size_t left_over = 0;        // bytes that the parser did not take, though it was told that they are the last
  bool took_too_much = false;  // more consumed than given
};

// Parses `bytes`, giving `block_bytes` more with each call (0: all at once).
FeedResult FeedInWindows(std::string_view bytes, size_t block_bytes, ExpositionParser* parser);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_DIFFERENTIAL_WINDOW_FEED_H_
