// SPDX-License-Identifier: Apache-2.0
//
// push_answer.h: what came of a request to a Pushgateway, as a Status.
//
// Use:      by push_gateway.cc.
// Threads:  pure functions.
//
//   OK                  stored (or deleted)
//   Unavailable         no answer: the gateway is down, too slow, or hung up; or it says that it cannot now (408, 429, 5xx). Where
//                       the request had gone out, whether it was stored is not known; to push the same again is harmless
//   InvalidArgument     400: the gateway refuses what was pushed; its reason follows, escaped and cut
//   Unauthenticated     401, or the certificate of the gateway is not one to be trusted
//   PermissionDenied    403                       ResourceExhausted   413: too large for the gateway
//   FailedPrecondition  any other answer (404, 405, a redirection): this is not a Pushgateway, or not its URL
#ifndef SERIESGUARD_LIB_PUSH_PUSH_ANSWER_H_
#define SERIESGUARD_LIB_PUSH_PUSH_ANSWER_H_

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace seriesguard {

// Of an answer that came. `where`: the gateway, safe to show. `body`: the beginning of the answer's, as it came.
absl::Status StatusOfAnswer(long http_status, std::string_view body, const std::string& where);

// Of a request that got no answer. `detail`: curl's own words; may be empty.
absl::Status StatusOfFailure(CURLcode code, std::string_view detail, const std::string& where);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_PUSH_ANSWER_H_
