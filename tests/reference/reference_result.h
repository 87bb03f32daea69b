// SPDX-License-Identifier: Apache-2.0
//
// reference_result.h: what the naive parser says of one exposition, as plain data.
//
// Use:      filled by ParseNaively, and by the adapter of the fast parser, so that the two can be compared.
// Memory:   everything is copied; one string a name, a label and a value.
#ifndef SERIESGUARD_TESTS_REFERENCE_REFERENCE_RESULT_H_
#define SERIESGUARD_TESTS_REFERENCE_REFERENCE_RESULT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard::reference {

struct Sample {
  std::string name;                           // unescaped; leading blanks of a text line belong to it
  std::map<std::string, std::string> labels;  // unescaped, sorted, no empty value, `__name__` not among them
  std::string value_text;
  double value = 0;
  std::optional<int64_t> timestamp_ms;
  bool has_exemplar = false;
  size_t line = 0;  // 1-based, where the entry starts

  bool SameSeries(const Sample& other) const { return name == other.name && labels == other.labels; }
};

struct TypeLine {
  std::string name;
  MetricType type = MetricType::kNone;
  size_t line = 0;
};

struct ReferenceResult {
  bool ok = false;
  std::string error;            // why, when refused
  size_t error_line = 0;        // 1-based, of the line where the bad entry starts
  bool cut_by_nul = false;      // the server would silently stop here and lose the rest
  std::vector<Sample> samples;  // in the order of the text, up to the error
  std::vector<TypeLine> types;
};

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_REFERENCE_RESULT_H_
