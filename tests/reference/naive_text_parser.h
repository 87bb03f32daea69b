// SPDX-License-Identifier: Apache-2.0
//
// naive_text_parser.h: the text format 0.0.4 and 1.0.0, spelled out.
//
// Use:      through ParseNaively.
// Source:   promlex.l and promparse.go of prometheus v0.316.0; grammar in docs/exposition_dialect.md, section 1.
#ifndef SERIESGUARD_TESTS_REFERENCE_NAIVE_TEXT_PARSER_H_
#define SERIESGUARD_TESTS_REFERENCE_NAIVE_TEXT_PARSER_H_

#include <string>
#include <string_view>

#include "tests/reference/byte_reader.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"
#include "tests/reference/sample_rules.h"

namespace seriesguard::reference {

class NaiveTextParser {
 public:
  NaiveTextParser(std::string_view bytes, const ParseOptions& options);

  ReferenceResult Parse();

 private:
  enum class Step { kNext, kEndOfInput, kRefused };

  Step Entry();
  Step Refuse(std::string reason);
  Step CutByNul();
  Step Comment();
  Step RestOfComment();
  Step Metadata(bool is_type);
  Step SampleLine(std::string_view name);
  bool Labels(RawSample* raw, std::string* reason);
  void SkipBlanks();

  const ParseOptions options_;
  const std::string bytes_;  // with the final line feed that the server adds
  ByteReader reader_;
  ReferenceResult result_;
  size_t entry_begin_ = 0;
  size_t entry_line_ = 1;
  MetricType type_in_force_ = MetricType::kNone;
};

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_NAIVE_TEXT_PARSER_H_
