// SPDX-License-Identifier: Apache-2.0
//
// label_rule.h: what one label may hold, as the policy's author wrote it (plain data, not yet compiled).
//
// Use:      filled by PolicyReader, compiled by CompiledLabelRule (normalizer.h).
// Threads:  immutable after the policy was read.
// Source:   docs/policy.md, "A label rule is a pipeline".
#ifndef SERIESGUARD_RULES_LABEL_RULE_H_
#define SERIESGUARD_RULES_LABEL_RULE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/source_location.h"

namespace seriesguard {

// The built-in normalisers (value -> value).
enum class Normalizer {
  kNone,
  kStatusClass,  // 404 -> 4xx
  kHttpMethod,   // get -> GET; not a method of RFC 9110 or PATCH -> otherwise
  kLowercase,    // ASCII letters only
  kHost,         // without port, lower case
  kPath,         // digits, UUIDs and hex runs of a path segment -> {id}
  kRanges,       // number -> the range of `ranges` that it falls into
  kTruncate,     // at most `truncate_bytes` bytes, never inside a UTF-8 sequence
};

// One step of `replace:`; Prometheus' regex meaning: fully anchored, `.` matches newline, Go's Expand.
struct Replacement {
  std::string match;
  std::string with;
  SourceLocation location;
};

enum class Admission { kFirst, kBusiest };

// How gauges are joined when several series fold into one.
enum class Fold { kUnset, kSum, kMax, kMin, kLast };

// The rule of one label. Absent keys are empty optionals or empty vectors with the has_ flag false.
struct LabelRule {
  std::string label;
  SourceLocation location;  // of the label's key in the file

  bool drop = false;
  Normalizer normalizer = Normalizer::kNone;
  std::vector<double> ranges;  // kRanges: ascending upper bounds
  int64_t truncate_bytes = 0;  // kTruncate
  bool has_route = false;
  std::vector<std::string> routes;  // templates, in the order of the file
  std::vector<Replacement> replacements;
  bool has_allow = false;
  std::vector<std::string> allow;      // in the order of the file; may be empty (admits nothing)
  std::optional<int64_t> value_limit;  // named values; `otherwise` and the empty value are extra
  bool value_limit_from_defaults = false;
  std::string otherwise = "other";  // never empty
  Admission admit = Admission::kFirst;
  std::vector<std::string> pins;
  std::optional<int64_t> expect;   // distinct values after normalisation in production
  bool applies_to_absent = false;  // Kubernetes manifests only: the empty value is judged as well
  bool is_top_level = false;       // from the policy's own `labels:`; a metric with this rule may lack the label
  SourceLocation allow_location, value_limit_location, expect_location;
  SourceLocation route_location, pin_location, otherwise_location, admit_location;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_LABEL_RULE_H_
