// SPDX-License-Identifier: Apache-2.0
//
// html_diff.h: a comparison as one HTML file that opens without network.
//
// Use:      `diff --format html`.
// Threads:  pure function.
// Memory:   the page, below 2 MB whatever was compared.
// Source:   docs/html.md; the page is built as that of a report, see analyzer/report/html.
//
// Its picture: the area of a metric is the series of both sides (before + added = after + gone); in it one node "kept", and
// one for each cause that series were "added" or are "gone". Where only counts were compared, the difference is one node.
#ifndef SERIESGUARD_ANALYZER_DIFF_HTML_DIFF_H_
#define SERIESGUARD_ANALYZER_DIFF_HTML_DIFF_H_

#include <string>

#include "analyzer/diff/change.h"

namespace seriesguard {

std::string RenderHtmlDiff(const Diff& diff);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_HTML_DIFF_H_
