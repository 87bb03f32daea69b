// SPDX-License-Identifier: Apache-2.0
//
// canonical_line.h: a result in one line, byte for byte as tests/oracle/canonical.go writes it.
//
//   line = "refused" / "ok" *(" | " name "{" [pair *("," pair)] "}" SP value [" @" ms] [" exemplar"])
//
// The value is the 16 hexadecimal digits of its bits, every NaN the one that a server stores; every byte of a name or
// label value that is not a letter, a digit or "_" is %NN.
#ifndef SERIESGUARD_TESTS_REFERENCE_CANONICAL_LINE_H_
#define SERIESGUARD_TESTS_REFERENCE_CANONICAL_LINE_H_

#include <string>

#include "tests/reference/reference_result.h"

namespace seriesguard::reference {

// Writes name{label=value,...} of one sample; equal for two samples exactly when they are one series.
std::string CanonicalSeries(const Sample& sample);

// Writes the whole result, without a final line feed.
std::string CanonicalLine(const ReferenceResult& result);

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_CANONICAL_LINE_H_
