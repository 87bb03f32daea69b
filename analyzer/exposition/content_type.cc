// SPDX-License-Identifier: Apache-2.0
//
// content_type.cc: the media type decides; its parameters (version, charset, escaping) change nothing about the grammar.
#include "analyzer/exposition/content_type.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace seriesguard {
namespace {

constexpr size_t kShownBytes = 100;

std::string MediaTypeOf(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  while (!type.empty() && (type.front() == ' ' || type.front() == '\t')) type.remove_prefix(1);
  std::string lower(type);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

}  // namespace

absl::StatusOr<ExpositionFormat> FormatOfContentType(std::string_view content_type, bool unknown_is_text) {
  const std::string type = MediaTypeOf(content_type);
  if (type == "text/plain") return ExpositionFormat::kText;
  if (type == "application/openmetrics-text") return ExpositionFormat::kOpenMetrics;
  if (type == "text/html" || type == "application/xhtml+xml") {
    return absl::InvalidArgumentError("a page for people came (HTML), not metrics; is the path right?");
  }
  if (type == "application/json" || EndsWith(type, "+json")) {
    return absl::InvalidArgumentError("JSON came, not metrics; is the path right?");
  }
  if (type == "application/vnd.google.protobuf" || type == "application/x-protobuf" || type == "application/protobuf") {
    return absl::InvalidArgumentError("protobuf came, which was not asked for; only the text formats are read");
  }
  if (unknown_is_text) return ExpositionFormat::kText;
  constexpr char kAdvice[] = ", which Prometheus 3 refuses; --input-format text or openmetrics says what it is";
  if (type.empty()) return absl::InvalidArgumentError(absl::StrCat("an answer without a Content-Type came", kAdvice));
  return absl::InvalidArgumentError(absl::StrCat("the Content-Type is ", type.substr(0, kShownBytes), kAdvice));
}

}  // namespace seriesguard
