// SPDX-License-Identifier: Apache-2.0
//
// fake_gateway.cc: see the header.
#include "tests/lib/push/fake_gateway.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace seriesguard {
namespace {

size_t ContentLength(const std::string& head) {
  const size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : static_cast<size_t>(std::atoll(head.c_str() + at + 16));
}

}  // namespace

FakeGateway::FakeGateway(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 || ::pipe(stop_) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

FakeGateway::~FakeGateway() {
  ::close(stop_[1]);  // makes the other end readable
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

std::vector<FakeGateway::Request> FakeGateway::requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

bool FakeGateway::ReadMore(int connection, std::string* text) {
  pollfd waiting[2] = {{connection, POLLIN, 0}, {stop_[0], POLLIN, 0}};
  if (::poll(waiting, 2, -1) < 0 || waiting[1].revents != 0) return false;
  char buffer[4096];
  const ssize_t got = ::recv(connection, buffer, sizeof(buffer), 0);
  if (got <= 0) return false;
  text->append(buffer, static_cast<size_t>(got));
  return true;
}

void FakeGateway::Answer(int connection) {
  std::string text;
  size_t end;
  while ((end = text.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore(connection, &text)) return;
  }
  Request request;
  request.head = text.substr(0, end + 2);
  request.body = text.substr(end + 4);
  if (script_.mode != Mode::kCloseInBody) {
    while (request.body.size() < ContentLength(request.head)) {
      if (!ReadMore(connection, &request.body)) return;
    }
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(std::move(request));
  }
  if (script_.mode == Mode::kNoAnswer) {
    std::string rest;
    while (ReadMore(connection, &rest)) {
    }
  } else if (script_.mode == Mode::kAnswer) {
    std::string_view left = script_.answer;
    while (!left.empty()) {
      const ssize_t sent = ::send(connection, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      left.remove_prefix(static_cast<size_t>(sent));
    }
    ::shutdown(connection, SHUT_WR);
    std::string rest;
    while (ReadMore(connection, &rest)) {
    }
  }
}

void FakeGateway::Serve() {
  while (true) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 || waiting[1].revents != 0) return;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    Answer(connection);
    ::close(connection);
  }
}

}  // namespace seriesguard
