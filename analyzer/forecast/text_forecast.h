// SPDX-License-Identifier: Apache-2.0
//
// text_forecast.h: a forecast as text for people.
//
// Threads:  pure function.
#ifndef SERIESGUARD_ANALYZER_FORECAST_TEXT_FORECAST_H_
#define SERIESGUARD_ANALYZER_FORECAST_TEXT_FORECAST_H_

#include <cstddef>
#include <string>

#include "analyzer/forecast/forecast.h"

namespace seriesguard {

// Renders for a terminal of `columns`.
std::string RenderTextForecast(const Forecast& forecast, size_t columns, bool colour);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_TEXT_FORECAST_H_
