// SPDX-License-Identifier: Apache-2.0
//
// deliver.h: the way of a finished result to the standard output.
//
// Use:      the last thing that a command does; a result is rendered whole before its first byte is written.
// Source:   docs/exit_status.md: a closed stdout is no error, any other write error is exit 2.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_DELIVER_H_
#define SERIESGUARD_ANALYZER_COMMANDS_DELIVER_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Writes `bytes` and returns `status`; 2 where they could not be written, unless the reader has simply gone.
int Deliver(std::string_view bytes, int status, const Streams& streams);

// Says before any work whether the files of --output can be written; says aloud which cannot.
bool CanWriteReportFiles(const Options& options, const Streams& streams);

// Renders in every format that was asked for and delivers it: the files of --output first, each whole or not at all, then the
// standard output. `render` is told the columns and whether there is colour; what it returns is written as it is.
// The status is 2 where one could not be written.
int DeliverFormats(const std::function<std::string(OutputFormat format, size_t columns, bool colour)>& render,
                   const Options& options, int status, const Streams& streams);

// As DeliverFormats, with the report that `make_report` gives for each format; what is personal is masked, unless
// --show-personal. `default_limit` is the number of findings that the text shows where --limit was not given.
int DeliverReports(const std::function<Report(OutputFormat)>& make_report, const Options& options, size_t default_limit,
                   int status, const Streams& streams);

// Says whether some format that is asked for, on the standard output or in a file, is neither the text nor HTML: those two
// have rows of their own extent.
bool WantsPlainRows(const OutputOptions& output);

// Says whether text gets colour: --color, else NO_COLOR, else CLICOLOR_FORCE, else a terminal that is not dumb.
// Source:    no-color.org; bixense.com/clicolors.
bool UseColour(ColourChoice choice, const Streams& streams);

// The columns of the text: --width, else those of the terminal, else 100.
size_t TextColumns(const OutputOptions& output, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_DELIVER_H_
