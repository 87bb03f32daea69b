// SPDX-License-Identifier: Apache-2.0
//
// report_schema.cc: the build turns report.schema.json into one raw string literal.
#include "analyzer/report/report_schema.h"

namespace seriesguard {

std::string_view ReportSchema() {
  static constexpr std::string_view kSchema =
#include "analyzer/report/report_schema.inc"
      ;
  return kSchema;
}

}  // namespace seriesguard
