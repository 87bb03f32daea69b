// SPDX-License-Identifier: Apache-2.0
//
// fake_gateway.h: an HTTP server on loopback that answers as a test says, and keeps what it was asked.
//
// Use:      FakeGateway gateway({FakeGateway::Mode::kAnswer, "HTTP/1.1 200 OK\r\n\r\n"}); ... gateway.requests().
// Threads:  one of its own, which ends with the object.
#ifndef SERIESGUARD_TESTS_LIB_PUSH_FAKE_GATEWAY_H_
#define SERIESGUARD_TESTS_LIB_PUSH_FAKE_GATEWAY_H_

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace seriesguard {

class FakeGateway {
 public:
  enum class Mode {
    kAnswer,          // reads the request, sends `answer`, closes
    kNoAnswer,        // reads the request, and is silent until the object ends
    kCloseAfterBody,  // reads the request and hangs up
    kCloseInBody,     // hangs up when the head is there
  };
  struct Script {
    Mode mode = Mode::kAnswer;
    std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  };
  struct Request {
    std::string head;  // with its line feeds, request line first
    std::string body;
  };

  explicit FakeGateway(Script script);
  ~FakeGateway();
  FakeGateway(const FakeGateway&) = delete;
  FakeGateway& operator=(const FakeGateway&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Those whose head was read in full.
  std::vector<Request> requests() const;

 private:
  void Serve();
  void Answer(int connection);
  bool ReadMore(int connection, std::string* text);

  const Script script_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_PUSH_FAKE_GATEWAY_H_
