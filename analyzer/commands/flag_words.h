// SPDX-License-Identifier: Apache-2.0
//
// flag_words.h: the words that a flag with a closed list takes; reading and completion have them from here.
//
// Use:      the flag table. Each is asked with the command's name, since lists differ from command to command.
// Threads:  pure functions.
// Returns:  the words in the order of the enum that they set.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_FLAG_WORDS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_FLAG_WORDS_H_

#include <string_view>
#include <vector>

namespace seriesguard {

using FlagWords = std::vector<std::string_view>;

inline FlagWords InputFormatWords(std::string_view) { return {"auto", "text", "openmetrics"}; }
inline FlagWords ServerWords(std::string_view) { return {"prometheus3", "prometheus2"}; }
inline FlagWords CreatedWords(std::string_view) { return {"count", "ignore"}; }
inline FlagWords SortWords(std::string_view) { return {"series", "values", "bytes", "samples"}; }
inline FlagWords OrderWords(std::string_view) { return {"file", "busiest", "adversarial"}; }
inline FlagWords ExportWords(std::string_view) { return {"alerts", "recording", "relabel", "k8s-allow-list"}; }
inline FlagWords TextOrJsonWords(std::string_view) { return {"text", "json"}; }
inline FlagWords ColourWords(std::string_view) { return {"auto", "always", "never"}; }

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_FLAG_WORDS_H_
