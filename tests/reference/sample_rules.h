// SPDX-License-Identifier: Apache-2.0
//
// sample_rules.h: what both formats share once the tokens of a sample are known.
//
// Use:      by the two naive parsers.
// Source:   prometheus v0.316.0: unescaping and boundary rewriting in model/textparse, the label builder
//           (model/labels), the checks of scrape/scrape.go and tsdb/head_append.go.
#ifndef SERIESGUARD_TESTS_REFERENCE_SAMPLE_RULES_H_
#define SERIESGUARD_TESTS_REFERENCE_SAMPLE_RULES_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "tests/reference/byte_reader.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"

namespace seriesguard::reference {

// A sample as written: still escaped, nothing dropped, pairs in the order of the text.
struct RawSample {
  std::optional<std::string> name;
  std::vector<std::pair<std::string, std::string>> labels;
};

// Replaces \\, \" and \n by what they stand for; any other backslash stays.
std::string Unescape(std::string_view text);

// True for strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

// Reads letters, digits, '_' (and ':' where `colon`), not starting with a digit. Returns false and reads nothing
// when there is none.
bool TakeIdentifier(ByteReader& reader, bool colon);

// Reads a double-quoted string, quotes included. A NUL (unless stepped over) and an escaped line feed are not
// allowed in it; a bare line feed only where `line_feed`.
bool TakeQuoted(ByteReader& reader, bool line_feed);

// Turns `raw` into what would be stored: unescaped, boundaries rewritten for the type in force, empty labels gone.
// Returns the reason when the server's append would lose the scrape, else an empty string.
std::string StoreSample(const RawSample& raw, MetricType type_in_force, const ParseOptions& options, Sample* sample);

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_SAMPLE_RULES_H_
