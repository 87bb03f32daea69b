// SPDX-License-Identifier: Apache-2.0
//
// nearest_name.h: what the author of a misspelt name probably meant.
//
// Use:      for an unknown key of a policy, an unknown flag, a rule that saw no metric of its name.
// Threads:  pure functions.
// Errors:   none; no near name is an answer.
// Source:   restricted edit distance (insert, delete, replace, swap of neighbours), cost 1 each.
#ifndef SERIESGUARD_RULES_NEAREST_NAME_H_
#define SERIESGUARD_RULES_NEAREST_NAME_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace seriesguard {

// Returns the number of edits between two names, or `limit` + 1 when there are more than `limit`. Letters of ASCII
// that differ in case only are the same letter.
//
// Cost:      proportional to a.size() x (2 x limit + 1).
size_t EditDistance(std::string_view a, std::string_view b, size_t limit);

// Returns the candidate that is nearest to `name`, or an empty view when none is near enough to be helpful.
//
// Near enough: at most a third of the letters of `name` need an edit, at least one is allowed. A candidate with whole
// words (parts between underscores) more or fewer at its ends counts one edit for each of them: `http_requests` is near
// `http_requests_total` and near `app_http_requests`. Of equally near ones the first wins; `name` itself has distance 0.
// Lifetime:  the answer is one of `candidates`.
// Cost:      linear in the candidates; names of more than 256 bytes are not compared.
std::string_view NearestName(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_NEAREST_NAME_H_
