// SPDX-License-Identifier: Apache-2.0
//
// naive_parser.cc: the door to the two parsers.
#include "tests/reference/naive_parser.h"

#include "tests/reference/naive_openmetrics_parser.h"
#include "tests/reference/naive_text_parser.h"

namespace seriesguard::reference {

ReferenceResult ParseNaively(std::string_view bytes, Format format, const ParseOptions& options) {
  if (bytes.empty() && format == Format::kText) {
    ReferenceResult nothing;
    nothing.ok = true;
    return nothing;
  }
  if (format == Format::kOpenMetrics) return NaiveOpenMetricsParser(bytes, options).Parse();
  return NaiveTextParser(bytes, options).Parse();
}

}  // namespace seriesguard::reference
