// SPDX-License-Identifier: Apache-2.0
//
// exposition_format.h: the text formats that a dump can be written in.
//
// Source: docs/exposition_dialect.md.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_FORMAT_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_FORMAT_H_

#include <string_view>

namespace seriesguard {

// The grammar that a document is held against. Text 0.0.4 and 1.0.0 share one grammar in a server: 1.0.0 is the
// name for a document that uses quoted UTF-8 names.
enum class ExpositionFormat { kText, kOpenMetrics };

// Guesses the format of a document that came without a content type.
//
// Requires:  `head` begins at the document's first byte. `tail` holds its last bytes where they are known (a plain
//            file, or a document that is whole in `head`), else it is empty.
// Returns:   what the first line says that only one of the formats can have: OpenMetrics for TYPE info, stateset,
//            gaugehistogram or unknown and for an exemplar; text for TYPE untyped, a free comment, a blank line, a tab
//            or a carriage return. A UNIT line, and a counter `x` whose sample is `x_total`, are OpenMetrics unless
//            the tail is known and lacks the `# EOF` that OpenMetrics must end in. Where no line tells, OpenMetrics
//            when the tail ends in `# EOF` (which in text is a plain comment that few write), else text.
// Cost:      one pass over the first 1 MiB of `head`.
ExpositionFormat DetectFormat(std::string_view head, std::string_view tail);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_FORMAT_H_
