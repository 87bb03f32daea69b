// SPDX-License-Identifier: Apache-2.0
//
// naive_parser.h: a slow, fully spelled-out parser of the text formats, as a Prometheus server reads them.
//
// Use:      tests only; the fast parser is held against it, and it is held against the server's own (tests/oracle).
// Threads:  any; no state between calls.
// Cost:     one pass, byte by byte, everything copied; never tuned.
// Source:   prometheus v0.316.0: model/textparse (the two lexers and parsers), scrape/scrape.go (append),
//           tsdb/head_append.go (a label name twice). docs/exposition_dialect.md has the grammar.
#ifndef SERIESGUARD_TESTS_REFERENCE_NAIVE_PARSER_H_
#define SERIESGUARD_TESTS_REFERENCE_NAIVE_PARSER_H_

#include <string_view>

#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"

namespace seriesguard::reference {

// Parses one whole exposition and applies the checks of the server's append to each sample.
ReferenceResult ParseNaively(std::string_view bytes, Format format, const ParseOptions& options = {});

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_NAIVE_PARSER_H_
