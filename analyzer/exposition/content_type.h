// SPDX-License-Identifier: Apache-2.0
//
// content_type.h: what the Content-Type of an answer says its body is.
//
// Use:      once an answer; where it names a format that is read here, that beats what the bytes look like.
// Threads:  pure functions.
// Errors:   InvalidArgument: what came instead and what helps; holds bytes of the header, raw.
// Source:   NewParser in Prometheus' model/textparse/interface.go: version 3 refuses an answer whose type is missing or
//           unknown, version 2 reads it as text.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_CONTENT_TYPE_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_CONTENT_TYPE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "analyzer/exposition/exposition_format.h"

namespace seriesguard {

// Returns:   the format of `text/plain` (whatever its version) or `application/openmetrics-text`; text for an unknown or
//            missing type where `unknown_is_text`.
// Errors:    HTML, JSON and protobuf always; a missing or unknown type unless `unknown_is_text`.
absl::StatusOr<ExpositionFormat> FormatOfContentType(std::string_view content_type, bool unknown_is_text);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_CONTENT_TYPE_H_
