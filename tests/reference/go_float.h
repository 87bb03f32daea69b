// SPDX-License-Identifier: Apache-2.0
//
// go_float.h: numbers as the Prometheus server, which is written in Go, reads and writes them.
//
// Threads:  any; pure functions, independent of the process locale.
// Source:   Go's strconv.ParseFloat and FormatFloat ('g', shortest); prometheus v0.316.0 model/labels/float.go.
#ifndef SERIESGUARD_TESTS_REFERENCE_GO_FLOAT_H_
#define SERIESGUARD_TESTS_REFERENCE_GO_FLOAT_H_

#include <optional>
#include <string>
#include <string_view>

namespace seriesguard::reference {

// Reads what Go's ParseFloat reads: decimal and hexadecimal floats with underscores between digits, inf, infinity
// and nan in any case. Returns nothing for another spelling and where the number is too large for a double.
std::optional<double> ParseGoFloat(std::string_view text);

// Reads a sample value or an OpenMetrics timestamp: as above, but nothing that holds p, P or _.
std::optional<double> ParseSampleFloat(std::string_view text);

// Writes the form in which Prometheus 3 stores `le` and `quantile`: 1 -> 1.0, 1000000 -> 1e+06.
std::string FormatBoundary(double value);

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_GO_FLOAT_H_
