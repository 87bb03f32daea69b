// SPDX-License-Identifier: Apache-2.0
//
// label_rule_checks.h: what the keys of one label rule mean together.
//
// Threads:  one thread a call.
// Errors:   findings.
#ifndef SERIESGUARD_RULES_READING_LABEL_RULE_CHECKS_H_
#define SERIESGUARD_RULES_READING_LABEL_RULE_CHECKS_H_

#include <string>

#include "rules/label_rule.h"
#include "rules/reading/field_reader.h"
#include "rules/reading/findings.h"
#include "rules/source_location.h"

namespace seriesguard {

// Refuses a rule for a label that is no label of a series set: `le`, `quantile`, `__name__`, and the empty name.
void CheckLabelName(const std::string& label, SourceLocation location, Findings* findings);

// Refuses every other key beside `drop: true`: a label that is gone has no values to speak about.
void CheckDropStandsAlone(const FieldReader& fields, Findings* findings);

// Warns of values that the rule names but that no series can carry under it, and where `allow` holds `otherwise`.
//
// Requires:  `rule` was read without an error and does not drop its label.
void CheckValues(const LabelRule& rule, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_LABEL_RULE_CHECKS_H_
