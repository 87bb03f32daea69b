// SPDX-License-Identifier: Apache-2.0
//
// sample_number.h: the numbers of an exposition, as a Prometheus server reads them.
//
// Use:      by sample_reader.h, and for the numbers of `le` and `quantile` that a test's author wrote.
// Threads:  pure functions; the same in any locale.
#ifndef SERIESGUARD_LIB_TESTING_SAMPLE_NUMBER_H_
#define SERIESGUARD_LIB_TESTING_SAMPLE_NUMBER_H_

#include <string_view>

namespace seriesguard {

// Says whether a server takes `text` for a number; stores it. Decimal, at most one point, an exponent; inf and infinity
// with or without a sign, nan without, in any case. Not hexadecimal; too large for a double is no number, too small is
// 0.
bool ParseSampleNumber(std::string_view text, double* value);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_SAMPLE_NUMBER_H_
