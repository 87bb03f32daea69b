// SPDX-License-Identifier: Apache-2.0
//
// notes.h: what a reader of a diff has to know before he trusts its numbers; one sentence each.
//
// Use:      by both renderings, so that text and JSON say the same.
// Threads:  pure function.
#ifndef SERIESGUARD_ANALYZER_DIFF_NOTES_H_
#define SERIESGUARD_ANALYZER_DIFF_NOTES_H_

#include <string>
#include <vector>

#include "analyzer/diff/change.h"

namespace seriesguard {

// Returns lower-case sentences without a full stop; untrusted parts have passed SafeText.
std::vector<std::string> NotesOf(const Diff& diff);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_NOTES_H_
