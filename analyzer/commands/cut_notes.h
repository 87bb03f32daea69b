// SPDX-License-Identifier: Apache-2.0
//
// cut_notes.h: what tells a reader of counts that they are not what the service was asked for.
//
// Use:      by the commands that show counts and judge nothing; `check` has findings of its own about the guard.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_CUT_NOTES_H_
#define SERIESGUARD_ANALYZER_COMMANDS_CUT_NOTES_H_

#include "analyzer/census/census.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Adds a note for each label that the guard of a target cut, and keeps the order of the findings. Only metrics that
// `rows` asks for are spoken of.
void AddCutNotes(const Census& census, const BuildReportOptions& rows, Report* report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_CUT_NOTES_H_
