// SPDX-License-Identifier: Apache-2.0
//
// json_forecast.h: a forecast as one JSON document, "seriesguard.forecast/1".
//
// Threads:  pure function.
// Source:   docs/forecast.md; forecast.schema.json.
#ifndef SERIESGUARD_ANALYZER_FORECAST_JSON_FORECAST_H_
#define SERIESGUARD_ANALYZER_FORECAST_JSON_FORECAST_H_

#include <string>

#include "analyzer/forecast/forecast.h"

namespace seriesguard {

// Returns the document, with a newline at its end.
std::string RenderJsonForecast(const Forecast& forecast);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_JSON_FORECAST_H_
