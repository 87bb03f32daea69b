// SPDX-License-Identifier: Apache-2.0
//
// personal_parts.h: addresses and secrets inside a longer text, and the text without them.
//
// Use:      MaskPersonal for everything of a dump that is shown; PersonalOfParts by the classifier.
// Threads:  pure functions.
// Cost:     linear in the text.
// Source:   docs/patterns.md, "Personal data".
//
// A part is what stands between two of: blanks, quotes, brackets of any kind, comma, semicolon, = ? & | / and \. It is
// judged as a value of its own. The form that is shown keeps what tells rows apart for a person who knows the data, and
// no more:
//   e-mail   the first character on each side of the @      j***@e***
//   IP       the first number or group                      203.***   2001:***   203.***:8080
//   token    three characters                               eyJ***
#ifndef SERIESGUARD_ANALYZER_PATTERNS_PERSONAL_PARTS_H_
#define SERIESGUARD_ANALYZER_PATTERNS_PERSONAL_PARTS_H_

#include <string>
#include <string_view>

#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

// Returns what is personal in the parts of `value`.
PersonalKinds PersonalOfParts(std::string_view value);

// Returns a label value with everything personal in it masked; the value as it is where nothing is.
std::string MaskPersonal(std::string_view value);

// Returns a series as the exposition writes it, name{label="value",...}, with the value of each label masked.
std::string MaskSeries(std::string_view series);

// Returns the names of `kinds`, "email, ip".
std::string PersonalKindNames(PersonalKinds kinds);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_PERSONAL_PARTS_H_
