// SPDX-License-Identifier: Apache-2.0
//
// make_suggestion.h: from a census to the policy that keeps most of it inside a budget.
//
// Use:      once a run, by suggest.
// Threads:  as Census.
// Errors:   FailedPrecondition: no policy can bring the dump to the target; the message names the nearest number that can
//           be reached. InvalidArgument: the census is an estimate, so that nothing can be counted. Internal: the policy
//           did not pass its own check (a mistake of this program).
// Source:   docs/suggest.md.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_MAKE_SUGGESTION_H_
#define SERIESGUARD_ANALYZER_SUGGEST_MAKE_SUGGESTION_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/suggest/suggestion.h"

namespace seriesguard {

struct SuggestOptions {
  std::optional<uint64_t> target;  // most series of one target; empty: head-room and templates only
  bool may_list_personal = false;  // values with something personal may stand in lists
};

// Chooses rules, counts what each saves, writes the policy, reads it back and judges the census by it.
absl::StatusOr<Suggestion> MakeSuggestion(const Census& census, const SuggestOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_MAKE_SUGGESTION_H_
