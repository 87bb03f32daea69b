// SPDX-License-Identifier: Apache-2.0
//
// quoted_text.h: any text of a policy inside YAML, PromQL, a regular expression and a template of Prometheus.
//
// Use:      every byte of a policy that goes into an exported file passes one of these, the outermost language last.
// Threads:  pure functions.
// Errors:   none; every UTF-8 text has a form. Requires UTF-8 throughout, which the policy reader has made sure of.
// Source:   YAML 1.2, 5.7; Prometheus, promql/parser/lex.go and util/strutil/quote.go; Go, regexp.QuoteMeta and
//           text/template.
#ifndef SERIESGUARD_RULES_EXPORT_QUOTED_TEXT_H_
#define SERIESGUARD_RULES_EXPORT_QUOTED_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

// Returns `text` as a scalar of YAML between double quotes; what must not be shown (safe_text.h) is escaped.
std::string QuotedForYaml(std::string_view text);

// Returns `text` as a string of PromQL between double quotes; the result is printable and of one line.
std::string QuotedForPromql(std::string_view text);

// Returns an expression that matches exactly `text`.
std::string QuotedForRegex(std::string_view text);

// Returns an expression that matches exactly one of `texts`. Requires: at least one.
std::string AnyOfRegex(const std::vector<std::string>& texts);

// Returns `text` so that a template of Prometheus (annotations and labels of an alert) shows it as it is.
std::string QuotedForTemplate(std::string_view text);

// Returns `text` as the rest of a comment: one line, printable.
std::string ForComment(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_QUOTED_TEXT_H_
