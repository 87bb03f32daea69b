// SPDX-License-Identifier: Apache-2.0
//
// small_http.cc: see the header.
#include "examples/small_http.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>

namespace seriesguard::examples {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kMaxLeftoverBytes = 64 * 1024;
constexpr milliseconds kLongestFinish{200};

// Waits until the socket is ready. Returns false at the deadline.
bool Wait(int socket, short events, Deadline deadline) {
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd asked = {socket, events, 0};
    const int ready = ::poll(&asked, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// Appends what has come. Returns 1, 0 where the other side has closed or gone, -1 at the deadline.
int ReadSome(int socket, Deadline deadline, size_t most, std::string* text) {
  char buffer[4096];
  while (true) {
    const ssize_t got = ::recv(socket, buffer, std::min(most, sizeof(buffer)), 0);
    if (got > 0) {
      text->append(buffer, static_cast<size_t>(got));
      return 1;
    }
    if (got == 0) return 0;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return 0;
    if (!Wait(socket, POLLIN, deadline)) return -1;
  }
}

char LowerCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A character of a method or of a header's name.
bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar); }

int ParseRequestLine(std::string_view line, HttpRequest* request) {
  const size_t target = line.find(' ');
  if (target == std::string_view::npos) return 400;
  const size_t version = line.find(' ', target + 1);
  if (version == std::string_view::npos || !IsToken(line.substr(0, target))) return 400;
  const std::string_view path = line.substr(target + 1, version - target - 1);
  if (path.empty() || path[0] != '/') return 400;
  if (line.substr(version + 1, 7) != "HTTP/1.") return 505;
  request->method = line.substr(0, target);
  request->path = path.substr(0, path.find('?'));
  return 200;
}

bool ParseHeader(std::string_view line, HttpRequest* request) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return false;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), LowerCase);
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  request->headers.emplace_back(std::move(name), value);
  return true;
}

int ParseHead(std::string_view head, HttpRequest* request) {
  int status = 0;
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    if (status == 0) {
      status = ParseRequestLine(line, request);
      if (status != 200) return status;
    } else if (!ParseHeader(line, request)) {
      return 400;
    }
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
  }
  return status == 0 ? 400 : status;
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200: return "OK";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 431: return "Request Header Fields Too Large";
    case 505: return "HTTP Version Not Supported";
    default: return "Bad Request";
  }
}

}  // namespace

std::string HttpRequest::Header(std::string_view lower_case_name) const {
  std::string joined;
  for (const auto& [name, value] : headers) {
    if (name != lower_case_name) continue;
    if (!joined.empty()) joined += ", ";
    joined += value;
  }
  return joined;
}

int ReadRequest(int socket, Deadline deadline, HttpRequest* request) {
  std::string text;
  while (true) {
    const size_t searched = text.size();
    const int got = ReadSome(socket, deadline, kMaxHeadBytes + 1 - text.size(), &text);
    if (got == 0) return 0;
    if (got < 0) return text.empty() ? 0 : 408;
    const size_t end = text.find("\r\n\r\n", searched < 3 ? 0 : searched - 3);
    if (end != std::string::npos && end + 4 <= kMaxHeadBytes) {
      return ParseHead(std::string_view(text).substr(0, end), request);
    }
    if (text.size() > kMaxHeadBytes) return 431;
  }
}

void WriteAnswer(int socket, Deadline deadline, const HttpAnswer& answer, bool has_body) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  text.append(ReasonOf(answer.status)).append("\r\nContent-Type: ").append(answer.content_type);
  if (!answer.content_encoding.empty()) text.append("\r\nContent-Encoding: ").append(answer.content_encoding);
  text.append("\r\nContent-Length: ").append(std::to_string(answer.body.size()));
  text.append("\r\nConnection: close\r\n\r\n");
  if (has_body) text.append(answer.body);
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t sent = ::send(socket, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      left.remove_prefix(static_cast<size_t>(sent));
    } else if (sent < 0 && errno == EINTR) {
      continue;
    } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && Wait(socket, POLLOUT, deadline)) {
      continue;
    } else {
      return;
    }
  }
}

void FinishConnection(int socket) {
  if (::shutdown(socket, SHUT_WR) != 0) return;
  const Deadline deadline = steady_clock::now() + kLongestFinish;
  for (size_t taken = 0; taken < kMaxLeftoverBytes;) {
    std::string leftover;
    if (ReadSome(socket, deadline, kMaxLeftoverBytes - taken, &leftover) <= 0) return;
    taken += leftover.size();
  }
}

}  // namespace seriesguard::examples
