// SPDX-License-Identifier: Apache-2.0
//
// text_sections.h: the parts that the text reports of several commands share.
//
// Use:      by text_top, text_check and text_explain.
// Threads:  pure functions on the canvas given.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_SECTIONS_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_SECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// WithThousands(value), with "~" before it where the family was sketched.
std::string CountText(uint64_t value, const FamilyCount& count);

// "5.7 % of 42,140 combinations", "all 12 combinations", with several inputs "75.0 % of 2 combinations a target"; empty
// where there is only one combination.
std::string FillText(const Report& report, const FamilyCount& count);

// What was read: the inputs, then series, metrics, samples and bytes.
void PutInputs(const Report& report, TextCanvas* canvas);

// Findings, errors first, each with its culprit and what to do; at most `max_findings` (0 = all), then how many more.
void PutFindings(const Report& report, size_t max_findings, TextCanvas* canvas);

// What a reader has to know about the dump itself: estimates, duplicates, skipped lines. Nothing when all is well.
void PutCaveats(const Report& report, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_SECTIONS_H_
