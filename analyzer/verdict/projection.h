// SPDX-License-Identifier: Apache-2.0
//
// projection.h: from what a dump has to what production will have, by the policy's `expect`.
//
// Use:      once a family and target, on the stage that is judged.
// Threads:  pure functions.
// Errors:   none; a number above 2^53 - 1 is kMaxProjectedSeries + 1 (projected) or empty (the maximum).
// Source:   docs/check.md, "The projection", has a worked example.
//
// projected = series x product over the labels with `expect` of max(1, expect / values seen), where under `enforce` no
// label grows beyond its value_limit + 1 (`otherwise`). Of labels where one fixes another without an exception (a pod its
// address) only the one that grows more multiplies: the other's new values come with it. Label sets grow, and a label set keeps its series; density is
// kept, and because it is never above 1 the answer is never above the product. Values are those after normalisation,
// `otherwise` among them: that is what `expect` speaks of. Fractions of a series are rounded up, once, at the end.
#ifndef SERIESGUARD_ANALYZER_VERDICT_PROJECTION_H_
#define SERIESGUARD_ANALYZER_VERDICT_PROJECTION_H_

#include <cstdint>
#include <optional>

#include "analyzer/verdict/family_facts.h"
#include "rules/policy.h"

namespace seriesguard {

inline constexpr uint64_t kMaxProjectedSeries = 9007199254740991;  // 2^53 - 1

struct Projection {
  uint64_t series = 0;                 // the judged stage's own number where nothing grows
  std::optional<uint64_t> max_series;  // the label product, grown likewise, in series
  bool grows = false;                  // some label has fewer values than production will have
};

// Returns the values that production will have of one label, at least those seen.
uint64_t ExpectedValues(const LabelFacts& label, PolicyMode mode);

Projection Project(const FamilyFacts& facts, PolicyMode mode);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_PROJECTION_H_
