// SPDX-License-Identifier: Apache-2.0
//
// go_float.h: numbers as a Prometheus server reads them.
//
// Source:   Go's strconv.ParseFloat with the characters p, P and _ refused (model/textparse/promparse.go).
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_GO_FLOAT_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_GO_FLOAT_H_

#include <string>
#include <string_view>

namespace seriesguard {

// Says whether a server accepts `text` as a sample value; stores it. Decimal with at most one point and an optional
// exponent; `inf` and `infinity` with or without a sign, `nan` without, in any case. No hex, no underscore, no blank.
// A number too large for a double is refused ("1e999"), one too small becomes 0.
//
// Threads:  any; independent of the locale.
// Cost:     linear; no allocation below 1 KiB of text.
bool ParseGoFloat(std::string_view text, double* value);

// Same as ParseGoFloat, for a label value: here Go's own ParseFloat counts, so hexadecimal floats with an exponent
// ("0x1p-2") and underscores between digits of a hexadecimal are read as well.
bool ParseGoLabelFloat(std::string_view text, double* value);

// Writes `value` as Prometheus 3 writes `le` and `quantile`: the shortest digits that read back to the same double,
// with an exponent (two digits at least) when it is below -4 or above 5, and ".0" where there is neither point nor
// exponent: "1.0", "1e+06", "1.5e-05", "+Inf", "NaN".
//
// Source:   model/labels/float.go and Go's strconv.AppendFloat(f, 'g', -1, 64).
std::string FormatOpenMetricsFloat(double value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_GO_FLOAT_H_
