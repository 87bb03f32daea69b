// SPDX-License-Identifier: Apache-2.0
//
// forecast_schema.cc: the build turns forecast.schema.json into one raw string literal.
#include "analyzer/forecast/forecast_schema.h"

namespace seriesguard {

std::string_view ForecastSchema() {
  static constexpr std::string_view kSchema =
#include "analyzer/forecast/forecast_schema.inc"
      ;
  return kSchema;
}

}  // namespace seriesguard
