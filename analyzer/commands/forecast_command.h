// SPDX-License-Identifier: Apache-2.0
//
// forecast_command.h: seriesguard forecast.
//
// Source:   docs/forecast.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_FORECAST_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_FORECAST_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunForecast(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_FORECAST_COMMAND_H_
