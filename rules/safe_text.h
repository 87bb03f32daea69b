// SPDX-License-Identifier: Apache-2.0
//
// safe_text.h: the only door through which untrusted bytes leave the program.
//
// Use:      every label value, metric name, file name or line of input that is shown to a person passes SafeText; in
//           JSON strings it passes JsonText, in an exposition the escapes of that format.
// Threads:  pure functions.
// Errors:   none; every sequence of bytes has a form.
// Source:   docs/security.md; code_point_class.h says which code points may not be shown.
//
// The form that SafeText gives is one line of UTF-8 and can be read back byte for byte:
//   backslash                            \\          line feed, tab, carriage return    \n  \t  \r
//   another control of ASCII, or a byte  \xNN        a code point that must not be      \u{NNNN}
//   that is not part of UTF-8                        shown, or a mark without a base
#ifndef SERIESGUARD_RULES_SAFE_TEXT_H_
#define SERIESGUARD_RULES_SAFE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace seriesguard {

// Returns `text` as one printable line, see above.
//
// A combining mark is escaped where it would be drawn over something that is not of this text (at the start, after an
// escape) and from the ninth mark of one character on: a pile of marks covers the lines above and below.
// Cost:      printable ASCII is copied in runs.
std::string SafeText(std::string_view text);

// Returns SafeText(text), cut to at most `max_columns` columns; where it was cut, the last column is U+2026 (...).
//
// Never cuts inside an escape or between a character and its marks. A text that itself ends with U+2026 and fits is
// shown as it is: the mark is a hint for people, not a format.
// Cost:      proportional to `max_columns`, whatever the length of `text`.
std::string SafeTextTruncated(std::string_view text, size_t max_columns);

// Returns the columns of a terminal that `safe` takes.
//
// Requires:  `safe` came out of SafeText or SafeTextTruncated, or is text of our own without controls.
size_t DisplayColumns(std::string_view safe);

// Returns `text` in a form that a JSON library accepts; `*escaped` says whether it differs from `text`.
//
// Valid UTF-8 passes as it is (the library escapes controls and quotes). Else each byte that is not part of UTF-8
// becomes the four characters \xNN, and backslashes of the text are doubled, so that the bytes can be recovered.
std::string JsonText(std::string_view text, bool* escaped);

// Appends `value` to `*out` as it stands between the quotes of a label value: \ as \\, " as \", line feed as \n.
//
// The text formats know no other escape: other bytes pass.
void AppendEscapedLabelValue(std::string_view value, std::string* out);
std::string EscapeLabelValue(std::string_view value);

// Returns `help` as it stands in a HELP line of text 0.0.4: \ as \\ and line feed as \n. (OpenMetrics escapes a double
// quote there as well: EscapeLabelValue.)
std::string EscapeHelpText(std::string_view help);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_SAFE_TEXT_H_
