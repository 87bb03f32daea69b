// SPDX-License-Identifier: Apache-2.0
//
// replacement_probe.h: does a `replace` still change what it has already changed?
//
// Use:      by `policy check` only.
// Threads:  pure function.
// Cost:     some milliseconds for each rule with replacements.
// Source:   docs/policy.md. A label that is normalised twice (in the service, and again where a dump of it is
//           judged) must not change the second time; built-in normalisers and routes never do.
//
// The answer comes from trying texts out: a warning always names a text for which it is true, no warning is no proof.
#ifndef SERIESGUARD_RULES_REPLACEMENT_PROBE_H_
#define SERIESGUARD_RULES_REPLACEMENT_PROBE_H_

#include <vector>

#include "rules/diagnostic.h"
#include "rules/policy.h"

namespace seriesguard {

// Reports `not_idempotent`, at most once a label rule, with a text, what the rule makes of it, and what of that.
std::vector<Diagnostic> ProbeReplacements(const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_REPLACEMENT_PROBE_H_
