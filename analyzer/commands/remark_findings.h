// SPDX-License-Identifier: Apache-2.0
//
// remark_findings.h: what is odd about a dump, as findings for a person.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_REMARK_FINDINGS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_REMARK_FINDINGS_H_

#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"

namespace seriesguard {

// Returns type_conflict and openmetrics_syntax as warnings, and one created_negotiable note for text inputs whose
// families would gain `_created` series where a server negotiates OpenMetrics.
// Cost: see Census::Remarks.
std::vector<Finding> RemarkFindings(const Census& census);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_REMARK_FINDINGS_H_
