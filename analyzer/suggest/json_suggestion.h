// SPDX-License-Identifier: Apache-2.0
//
// json_suggestion.h: the document "seriesguard.suggestion/1".
//
// Threads:  a pure function.
// Source:   suggestion.schema.json; the promises are those of docs/json_report.md.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_JSON_SUGGESTION_H_
#define SERIESGUARD_ANALYZER_SUGGEST_JSON_SUGGESTION_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/suggest/suggestion.h"

namespace seriesguard {

std::string RenderJsonSuggestion(const Suggestion& suggestion, const std::vector<InputCount>& inputs,
                                 std::string_view tool, std::string_view server);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_JSON_SUGGESTION_H_
