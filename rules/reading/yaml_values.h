// SPDX-License-Identifier: Apache-2.0
//
// yaml_values.h: a node as a text, a number, a duration ...; or the finding that says what was expected instead.
//
// Use:      by FieldReader for the value of a key, and directly for the items of a list.
// Threads:  one thread a call.
// Errors:   an empty optional, and an error in `findings`; of a broken node (already reported) no second one.
//
// A text may be written without quotes whatever YAML makes of it: `allow: [200, true, on]` are the texts 200, true and
// on, because a label value is a text. Numbers, truth values and durations must stand without quotes.
#ifndef SERIESGUARD_RULES_READING_YAML_VALUES_H_
#define SERIESGUARD_RULES_READING_YAML_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/reading/findings.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {

// The error `wrong_type`: "<what> must be <expected>, not <the node>".
void ReportWrongType(const YamlNode& node, std::string_view what, std::string_view expected, Findings* findings);

// In all of them `what` names the value in messages, e.g. `"series_limit"`.
std::optional<std::string> ReadText(const YamlNode& node, std::string_view what, Findings* findings);
std::optional<bool> ReadBool(const YamlNode& node, std::string_view what, Findings* findings);
std::optional<int64_t> ReadWholeNumber(const YamlNode& node, std::string_view what, int64_t least, Findings* findings);
std::optional<double> ReadNumber(const YamlNode& node, std::string_view what, Findings* findings);

// A duration above 0, in nanoseconds.
std::optional<int64_t> ReadDurationNs(const YamlNode& node, std::string_view what, Findings* findings);

// A share above 0 and at most 1, written as a percentage.
std::optional<double> ReadPercent(const YamlNode& node, std::string_view what, Findings* findings);

// The index of the word in `words`; another word is the error `bad_value` with the nearest one.
std::optional<size_t> ReadWord(const YamlNode& node, std::string_view what, const std::vector<std::string_view>& words,
                               Findings* findings);

// A list of texts that are not empty; an item of another kind is reported and left out, a text that was there before is
// left out with a warning. `may_be_empty`: whether `[]` may be written.
std::optional<std::vector<std::string>> ReadTextList(const YamlNode& node, std::string_view what, bool may_be_empty,
                                                     Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_YAML_VALUES_H_
