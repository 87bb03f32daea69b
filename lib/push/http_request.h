// SPDX-License-Identifier: Apache-2.0
//
// http_request.h: one bounded HTTP request by libcurl.
//
// Use:      by push_gateway.cc.
// Threads:  any; each call has a connection of its own. No signal is raised or handled: a broken connection does not end the
//           process (SIGPIPE is held off in the calling thread meanwhile).
// Memory:   the first kMostAnswerBytes of an answer; the rest is not read.
#ifndef SERIESGUARD_LIB_PUSH_HTTP_REQUEST_H_
#define SERIESGUARD_LIB_PUSH_HTTP_REQUEST_H_

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace seriesguard {

inline constexpr size_t kMostAnswerBytes = 4096;

struct HttpTarget {
  std::string url;
  std::string user, password;  // basic authentication where there is a user
  std::chrono::milliseconds connect_timeout{0}, timeout{0};
  std::string ca_file, proxy;
};

struct HttpOutcome {
  CURLcode code = CURLE_OK;
  std::string detail;    // of a failure, curl's words
  long http_status = 0;  // of an answer
  std::string body;      // its beginning
};

// Sends `body` (none for DELETE) and waits for the answer. Redirections are not followed.
HttpOutcome SendHttp(const HttpTarget& target, const char* method, std::string_view content_type,
                     std::string_view body);

// Takes `url` apart as curl does. Returns false where it is not one; `*is_plain`: http or https with a host, and without
// user, password, query and fragment.
bool ParseHttpUrl(const std::string& url, bool* is_plain);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_HTTP_REQUEST_H_
