// SPDX-License-Identifier: Apache-2.0
//
// census_report.h: the report of a finished census, before any policy judged it; shared by top, check and explain.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_CENSUS_REPORT_H_
#define SERIESGUARD_ANALYZER_COMMANDS_CENSUS_REPORT_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Fills who made the report, its rows, and what is wrong with the dump itself. The verdict stays not_judged.
Report ReportOfCensus(const CensusRun& run, const BuildReportOptions& rows, const Options& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_CENSUS_REPORT_H_
