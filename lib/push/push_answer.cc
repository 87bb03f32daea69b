// SPDX-License-Identifier: Apache-2.0
//
// push_answer.cc: see the header.
#include "lib/push/push_answer.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kMostReasonColumns = 300;

std::string Reason(std::string_view body) {
  const size_t begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  const size_t end = body.find_last_not_of(" \t\r\n");
  return absl::StrCat(": ", SafeTextTruncated(body.substr(begin, end + 1 - begin), kMostReasonColumns));
}

}  // namespace

absl::Status StatusOfAnswer(long http_status, std::string_view body, const std::string& where) {
  if (http_status >= 200 && http_status < 300) return absl::OkStatus();
  const std::string answer = absl::StrCat("the gateway at ", where, " answered ", http_status, Reason(body));
  switch (http_status) {
    case 400: return absl::InvalidArgumentError(answer);
    case 401: return absl::UnauthenticatedError(answer);
    case 403: return absl::PermissionDeniedError(answer);
    case 408:
    case 429: return absl::UnavailableError(answer);
    case 413: return absl::ResourceExhaustedError(answer);
    default: break;
  }
  if (http_status >= 500) return absl::UnavailableError(answer);
  return absl::FailedPreconditionError(absl::StrCat(answer, "; is it a Pushgateway, and this its URL?"));
}

absl::Status StatusOfFailure(CURLcode code, std::string_view detail, const std::string& where) {
  const std::string_view words = detail.empty() ? std::string_view(curl_easy_strerror(code)) : detail;
  const std::string message =
      absl::StrCat("no answer from the gateway at ", where, ": ", SafeTextTruncated(words, kMostReasonColumns));
  switch (code) {
    case CURLE_OUT_OF_MEMORY: return absl::ResourceExhaustedError(message);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return absl::UnauthenticatedError(message);
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_WEIRD_SERVER_REPLY: return absl::FailedPreconditionError(message);
    default: return absl::UnavailableError(message);
  }
}

}  // namespace seriesguard
