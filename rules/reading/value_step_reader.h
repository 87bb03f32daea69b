// SPDX-License-Identifier: Apache-2.0
//
// value_step_reader.h: the steps of a label rule that make a value of a value: normalize, replace, route.
//
// Threads:  one thread a call.
// Errors:   findings.
#ifndef SERIESGUARD_RULES_READING_VALUE_STEP_READER_H_
#define SERIESGUARD_RULES_READING_VALUE_STEP_READER_H_

#include "rules/label_rule.h"
#include "rules/reading/field_reader.h"
#include "rules/reading/findings.h"

namespace seriesguard {

// Fills the normaliser, the replacements and the routes of `rule` from the keys of `fields` (a label rule).
//
// `ranges: [...]`, `truncate: N` and `replace: [...]` may stand in the label rule itself or below `normalize:`.
void ReadValueSteps(const FieldReader& fields, LabelRule* rule, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_VALUE_STEP_READER_H_
