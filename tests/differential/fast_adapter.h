// SPDX-License-Identifier: Apache-2.0
//
// fast_adapter.h: the fast parser, driven and observed so that its answer compares with the naive one's.
//
// Use:      RunFast on a document; equal CanonicalLine as ParseNaively, or one of the two is wrong.
// Threads:  any; no state between calls.
#ifndef SERIESGUARD_TESTS_DIFFERENTIAL_FAST_ADAPTER_H_
#define SERIESGUARD_TESTS_DIFFERENTIAL_FAST_ADAPTER_H_

#include <cstddef>
#include <string_view>

#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"

namespace seriesguard {

// Parses `bytes` with ExpositionParser, fed in windows that grow by `block_bytes` (0: all at once).
//
// Returns:   as ParseNaively. Besides that, `ok` is false and `error` begins with "broken promise" when the parser
//            breaks what its headers say: a claim about the previous line that is not true, bytes that are not
//            accounted for, a line number that does not fit.
reference::ReferenceResult RunFast(std::string_view bytes, reference::Format format, size_t block_bytes);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_DIFFERENTIAL_FAST_ADAPTER_H_
