// SPDX-License-Identifier: Apache-2.0
//
// small_http.h: as much of HTTP/1.1 as an example needs: one request a connection, everything bounded.
//
// Use:      ReadRequest, WriteAnswer, FinishConnection, close. A real server has its own: take the metrics from the
//           example, not this.
// Threads:  functions on a descriptor of the caller's.
// Memory:   a request's head, at most kMaxHeadBytes; a body is never kept.
// Errors:   a status to answer with, or 0 where there is nobody to answer.
// Source:   RFC 9112. Connections are not kept alive.
#ifndef SERIESGUARD_EXAMPLES_SMALL_HTTP_H_
#define SERIESGUARD_EXAMPLES_SMALL_HTTP_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard::examples {

using Deadline = std::chrono::steady_clock::time_point;

inline constexpr size_t kMaxHeadBytes = 16 * 1024;

struct HttpRequest {
  std::string method, path;                                  // the path without its query
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case

  // Returns the values of all headers of that name, joined with commas; empty where there is none.
  std::string Header(std::string_view lower_case_name) const;
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string content_encoding;  // empty: none
  std::string body;
};

// Reads the head of a request from a non-blocking socket.
//
// Returns:  200 and a whole `*request`; 400, 408 (too slow), 431 (too long) or 505, which may be answered; 0 where the
//           other side has gone.
int ReadRequest(int socket, Deadline deadline, HttpRequest* request);

// Writes the answer; `has_body` false: its head only, as HEAD wants it. What cannot be written until the deadline is
// not.
void WriteAnswer(int socket, Deadline deadline, const HttpAnswer& answer, bool has_body);

// Says that nothing more comes, and takes what the other side is still sending, a little while: a socket that is closed
// over unread bytes makes the kernel break the connection, and the answer might be lost with it.
void FinishConnection(int socket);

}  // namespace seriesguard::examples

#endif  // SERIESGUARD_EXAMPLES_SMALL_HTTP_H_
