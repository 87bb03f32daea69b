// SPDX-License-Identifier: Apache-2.0
//
// json_diff.h: the document "seriesguard.diff/1".
//
// Threads:  pure function.
// Source:   docs/diff.md; diff.schema.json. The promises are those of docs/json_report.md.
#ifndef SERIESGUARD_ANALYZER_DIFF_JSON_DIFF_H_
#define SERIESGUARD_ANALYZER_DIFF_JSON_DIFF_H_

#include <string>

#include "analyzer/diff/change.h"

namespace seriesguard {

// Returns the whole document, with a line feed at its end.
std::string RenderJsonDiff(const Diff& diff);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_JSON_DIFF_H_
