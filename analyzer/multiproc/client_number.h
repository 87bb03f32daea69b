// SPDX-License-Identifier: Apache-2.0
//
// client_number.h: numbers as client_python writes them into an exposition, and a bucket's boundary as it reads it back.
//
// Threads:  pure functions; the same bytes in any locale.
// Source:   floatToGoString() in prometheus_client/utils.py and the shortest form of a double that Python's repr() gives.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_CLIENT_NUMBER_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_CLIENT_NUMBER_H_

#include <optional>
#include <string>
#include <string_view>

namespace seriesguard {

// 1 -> "1.0", 1e6 -> "1e+06", 0.00001 -> "1e-05", infinity -> "+Inf".
std::string ClientNumber(double value);

// Reads "0.5", "1e+06", "+Inf"; nothing where it is no number, NaN included: no bucket ends there.
std::optional<double> ReadBoundary(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_CLIENT_NUMBER_H_
