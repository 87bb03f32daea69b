// SPDX-License-Identifier: Apache-2.0
//
// exposition_escape.h: what names, label values and HELP texts may hold, and how they are written in an exposition.
//
// Use:      the Check functions when a family is declared; the rest by the writers.
// Threads:  pure functions.
// Errors:   Check functions: kInvalidArgument with the reason. The Append functions have none: whatever the bytes are,
//           what they write cannot end a string or a line, and a server reads it.
// Source:   the text formats 0.0.4 and 1.0.0 and OpenMetrics 1.0; the escaping schemes of Prometheus'
//           docs/instrumenting/escaping_schemes.md; what a server accepts: docs/exposition_dialect.md.
//
// Bytes that are not UTF-8 lose the whole scrape at a server, so each of them is written as U+FFFD. (The guard names no
// such value: this is for values that passed no guard.) NUL is legal in label values and HELP, and written as it is.
#ifndef SERIESGUARD_LIB_METRICS_EXPOSITION_ESCAPE_H_
#define SERIESGUARD_LIB_METRICS_EXPOSITION_ESCAPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace seriesguard {

// How a name outside of the classic alphabet is written. Which one is the scraper's choice (content_negotiation.h).
enum class NameEscaping : uint8_t {
  kUnderscores,  // a.b -> a_b; what a scraper gets that asks for nothing
  kAllowUtf8,    // as it is, in quotes: {"a.b","c.d"="x"} 1
  kDots,         // a.b_c -> a_dot_b__c
  kValues,       // a.b_c -> U__a_2e_b__c
};

// Says whether `name` is of the classic alphabet, which is written without quotes: letters, digits, '_', and in metric
// names ':'; no digit first.
bool IsClassicMetricName(std::string_view name);
bool IsClassicLabelName(std::string_view name);

// Says whether a server can read `name` in quotes: UTF-8, not empty, without NUL.
bool IsQuotableName(std::string_view name);

// Says whether a metric may have this name: quotable.
absl::Status CheckMetricName(std::string_view name);

// Says whether a metric may have these labels. Besides what makes one name bad (not quotable, or `__` in front, which
// Prometheus keeps for itself), no two may be equal, nor become equal or `__name__` under one of the escapings: that
// loses the scrape.
absl::Status CheckLabelNames(const std::vector<std::string>& names);

// Returns `name` as `escaping` has it, without quotes. Classic names and kAllowUtf8 change nothing.
//
// Requires:  IsQuotableName(name). For kUnderscores, kDots and kValues the result is classic.
// Cost:      one copy; a family's names are escaped once a scrape.
std::string EscapeMetricName(std::string_view name, NameEscaping escaping);
std::string EscapeLabelName(std::string_view name, NameEscaping escaping);

// Appends `value` to `*out` as it stands between quotes: \ as \\, " as \", line feed as \n; what is not UTF-8 as
// U+FFFD.
void AppendQuotedText(std::string_view value, std::string* out);

// Appends a HELP text: as above, but in text 0.0.4 a double quote stands as it is.
void AppendTextHelp(std::string_view help, std::string* out);
void AppendOpenMetricsHelp(std::string_view help, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_EXPOSITION_ESCAPE_H_
