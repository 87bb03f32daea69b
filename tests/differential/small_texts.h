// SPDX-License-Identifier: Apache-2.0
//
// small_texts.h: small worlds in full: every text up to a length over a small alphabet, alone or inside a frame.
//
// Use:      by the differential tests and by the comparison with the server's parser (tests/oracle).
// Cost:     ForEachSmallText visits sum(k^i, i = 0..max_length) texts of an alphabet of k symbols.
#ifndef SERIESGUARD_TESTS_DIFFERENTIAL_SMALL_TEXTS_H_
#define SERIESGUARD_TESTS_DIFFERENTIAL_SMALL_TEXTS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

// The ten symbols that carry the grammar of a sample.
inline constexpr std::string_view kTenSymbols = "a1{}\"\\=, \n";

// Calls `visit` with every text of 0..max_length symbols, shortest first.
void ForEachSmallText(std::string_view alphabet, size_t max_length, const std::function<void(std::string_view)>& visit);

// A hole in an otherwise fixed exposition.
struct Frame {
  std::string before;
  std::string after;
  std::string alphabet;
  size_t max_length = 0;
};

// Frames that put the hole where one production of the grammar stands: name, label, value, timestamp, comment.
const std::vector<Frame>& TextFrames();
const std::vector<Frame>& OpenMetricsFrames();

// Calls `visit` with before + text + after for every small text of every frame.
void ForEachFramedText(const std::vector<Frame>& frames, const std::function<void(std::string_view)>& visit);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_DIFFERENTIAL_SMALL_TEXTS_H_
