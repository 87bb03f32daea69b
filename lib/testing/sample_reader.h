// SPDX-License-Identifier: Apache-2.0
//
// sample_reader.h: a whole exposition in memory, read for a test: each sample with its labels and its value.
//
// Use:      by MetricsSnapshot.
// Threads:  pure function.
// Errors:   InvalidArgument: `line 3: expected a value, got ...`, where a server would lose the scrape.
// Memory:   copies everything: for what one process exposes.
// Source:   docs/exposition_dialect.md.
//
// Why a second reader: the analyzer's parser (analyzer/exposition) is above this folder, and lib/ may use nothing of
// it. It is also built for another task: it keeps no values and copies nothing. This one is short and slow. A test
// holds both against each other on all dumps of the tests and on generated and damaged documents: they take and refuse
// the same, with the same samples, but for
//   - NUL, which is read inside of strings and HELP only, and refused elsewhere;
//   - `le` and `quantile` in hexadecimal or with underscores, which stay as they are written.
#ifndef SERIESGUARD_LIB_TESTING_SAMPLE_READER_H_
#define SERIESGUARD_LIB_TESTING_SAMPLE_READER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace seriesguard {

using LabelSet = std::map<std::string, std::string>;  // no empty value

struct ReadSample {
  std::string name;
  LabelSet labels;  // `le` and `quantile` as a server stores them: 1.0
  double value = 0;
  std::optional<int64_t> timestamp_ms;
};

struct ReadMetrics {
  std::vector<ReadSample> samples;           // in the order of the text
  std::map<std::string, std::string> types;  // by the name that the first TYPE line of it has: "counter"
};

enum class SampleFormat { kText, kOpenMetrics };  // 0.0.4 and 1.0.0; OpenMetrics 1.0

absl::StatusOr<ReadMetrics> ReadSamples(std::string_view text, SampleFormat format);

// Returns kOpenMetrics for a text that ends in `# EOF`.
SampleFormat FormatOfText(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_SAMPLE_READER_H_
