// SPDX-License-Identifier: Apache-2.0
//
// diff_picture.h: the tree metric -> kept, added, gone of a comparison.
//
// Use:      by RenderHtmlDiff.
// Threads:  pure function.
// Memory:   as picture.h: at most kMostPictureNodes nodes and kMostPictureBytes bytes of data.
//
// Invariants
//   1. The children of every node add up to its series, which are those of either side: before + added, or the larger of
//      two counts.
#ifndef SERIESGUARD_ANALYZER_DIFF_DIFF_PICTURE_H_
#define SERIESGUARD_ANALYZER_DIFF_DIFF_PICTURE_H_

#include <cstddef>

#include "analyzer/diff/change.h"
#include "analyzer/report/html/picture.h"

namespace seriesguard {

// The first `max_metrics` of diff.metrics are nodes; the rest, what is unchanged and what was not compared are counted.
PictureNode MakeDiffPicture(const Diff& diff, size_t max_metrics);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_DIFF_PICTURE_H_
