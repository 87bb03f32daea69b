// SPDX-License-Identifier: Apache-2.0
//
// forecast_schema.h: the published JSON Schema (draft-07) of "seriesguard.forecast/1", as part of the program.
//
// Use:      printed by `seriesguard schema forecast`; the tests hold every rendered forecast against it.
// Source:   forecast.schema.json, embedded by the build.
#ifndef SERIESGUARD_ANALYZER_FORECAST_FORECAST_SCHEMA_H_
#define SERIESGUARD_ANALYZER_FORECAST_FORECAST_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema; static.
std::string_view ForecastSchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_FORECAST_SCHEMA_H_
