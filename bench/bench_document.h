// SPDX-License-Identifier: Apache-2.0
//
// bench_document.h: an exposition to measure with, and the answers that it was made to have.
//
// Use:      by the benchmarks; the same size gives the same bytes on every machine.
// Threads:  a pure function.
// Shape:    http counters with five labels, histograms with twelve buckets, container gauges with long identifiers and
//           timestamps, user ids, SQL text with escapes: about 120 bytes a line, families contiguous, every line another
//           series. Shuffled: the sample lines in random order without comments, so that no line resembles the last.
#ifndef SERIESGUARD_BENCH_BENCH_DOCUMENT_H_
#define SERIESGUARD_BENCH_BENCH_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seriesguard {

enum class BenchOrder { kGrouped, kShuffled };

struct BenchDocument {
  std::string text;      // with the slack of zero bytes that the parser wants behind the document
  size_t bytes = 0;      // of the document without the slack
  uint64_t samples = 0;  // = distinct series
  uint64_t label_pairs = 0;

  std::string_view document() const { return {text.data(), bytes}; }
};

// Makes a document of at least `bytes` bytes (a few hundred more at most).
BenchDocument MakeBenchDocument(size_t bytes, BenchOrder order);

}  // namespace seriesguard

#endif  // SERIESGUARD_BENCH_BENCH_DOCUMENT_H_
