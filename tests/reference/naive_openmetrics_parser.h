// SPDX-License-Identifier: Apache-2.0
//
// naive_openmetrics_parser.h: OpenMetrics 1.0 as the Prometheus server reads it, spelled out.
//
// Use:      through ParseNaively.
// Source:   openmetricslex.l and openmetricsparse.go of prometheus v0.316.0; grammar in docs/exposition_dialect.md.
#ifndef SERIESGUARD_TESTS_REFERENCE_NAIVE_OPENMETRICS_PARSER_H_
#define SERIESGUARD_TESTS_REFERENCE_NAIVE_OPENMETRICS_PARSER_H_

#include <optional>
#include <string>
#include <string_view>

#include "tests/reference/byte_reader.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"
#include "tests/reference/sample_rules.h"

namespace seriesguard::reference {

class NaiveOpenMetricsParser {
 public:
  NaiveOpenMetricsParser(std::string_view bytes, const ParseOptions& options);

  ReferenceResult Parse();

 private:
  enum class Step { kNext, kEndOfInput, kRefused };

  Step Entry();
  Step Refuse(std::string reason);
  Step HashLine();
  Step EofMarker();
  Step Metadata(char kind);
  Step SampleLine(std::string_view name);
  bool Labels(RawSample* raw, bool exemplar, std::string* reason);
  bool Exemplar(std::string* reason);
  std::optional<std::string_view> BlankAndWord();

  const ParseOptions options_;
  const std::string_view bytes_;
  ByteReader reader_;
  ReferenceResult result_;
  size_t entry_begin_ = 0;
  size_t entry_line_ = 1;
  MetricType type_in_force_ = MetricType::kNone;
};

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_NAIVE_OPENMETRICS_PARSER_H_
