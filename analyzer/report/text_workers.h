// SPDX-License-Identifier: Apache-2.0
//
// text_workers.h: what a folder of worker files has to say beside its series: a row a worker, and the refused files.
//
// Use:      by text_report.
// Threads:  pure functions on the canvas given.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_WORKERS_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_WORKERS_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// The workers with the most series, then what the others have. Nothing where no input is such a folder.
void PutWorkers(const Report& report, TextCanvas* canvas);

// The refused files with their reasons, the first few. Nothing where there is none.
void PutRefused(const Report& report, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_WORKERS_H_
