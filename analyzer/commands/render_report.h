// SPDX-License-Identifier: Apache-2.0
//
// render_report.h: the one place that knows which renderer belongs to which format.
//
// Use:      by DeliverReports, once a format.
// Threads:  pure function.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_RENDER_REPORT_H_
#define SERIESGUARD_ANALYZER_COMMANDS_RENDER_REPORT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "analyzer/commands/options.h"
#include "analyzer/report/report.h"
#include "analyzer/report/text_report.h"

namespace seriesguard {

// Renders `report`, in which nothing personal may be left to mask. `limit` is --limit where it was given: rows of
// markdown, csv and the findings of json and html; the formats that a machine judges by (sarif, junit, gitlab) are never cut by it.
std::string RenderReport(Report report, OutputFormat format, const std::optional<size_t>& limit,
                         const TextOptions& text);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_RENDER_REPORT_H_
