// SPDX-License-Identifier: Apache-2.0
//
// collected_service.cc: values that something else keeps, told at each scrape by collectors, and held inside a budget.
//
// Use:  bazel run //examples:collected_service -- PORT [SECONDS]
//
// Serves /metrics on 127.0.0.1 (port 0: any free one; it is printed) until it is killed, or for SECONDS. One collector tells
// of made-up queues: each scrape finds every queue one job further; from the tenth scrape on the queue "night" has ended, and
// with it its count. Another collector cannot reach what it should tell of: that costs nobody else.
// Exit status 0: the time is over; 2: it could not start.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/small_http.h"
#include "lib/collectors/collector_output.h"
#include "lib/metrics/registry.h"

namespace {

using seriesguard::CollectorOutput;
using seriesguard::Exposition;
using seriesguard::Registry;
using seriesguard::ToldFamily;
namespace examples = seriesguard::examples;
using Clock = std::chrono::steady_clock;

constexpr char kPolicy[] = R"(version: 1
budget: {series_limit: 200}
metrics:
  - match: queue_jobs_done_total
    series_limit: 10
    labels: {queue: {value_limit: 3}}
  - match: queue_jobs
    series_limit: 10
    fold: sum
    labels: {queue: {allow: [mail, web]}}
)";

// What stands for the broker that is asked.
class Queues {
 public:
  absl::Status Tell(CollectorOutput& out) {
    ++scrapes_;
    ToldFamily& done = out.AddCounter("queue_jobs_done_total", "Jobs that are done.", {"queue"});
    ToldFamily& waiting = out.AddGauge("queue_jobs", "Jobs that wait.", {"queue"});
    for (const char* queue : {"mail", "web", "billing", "search", "night"}) {
      if (queue == std::string("night") && scrapes_ >= 10) continue;
      done.Add({queue}, scrapes_);
      waiting.Add({queue}, 2);
    }
    return absl::OkStatus();
  }

 private:
  int scrapes_ = 0;
};

int ListenOnLoopback(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return -1;
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(listener, 16) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    ::close(listener);
    return -1;
  }
  std::printf("http://127.0.0.1:%d/metrics\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void Answer(int connection, Registry& registry) {
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(5);
  examples::HttpRequest request;
  examples::HttpAnswer answer;
  answer.status = examples::ReadRequest(connection, deadline, &request);
  if (answer.status == 0) return;
  if (answer.status == 200 && request.path == "/metrics") {
    Exposition exposition = registry.Expose(request.Header("accept"));
    answer.content_type = std::move(exposition.content_type);
    answer.body = std::move(exposition.body);
  } else if (answer.status == 200) {
    answer.status = 404;
  }
  examples::WriteAnswer(connection, deadline, answer, request.method != "HEAD");
  examples::FinishConnection(connection);
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 0;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 24 * 3600;
  Queues queues;  // outlives the registry, whose collector asks it
  absl::StatusOr<Registry> registry = Registry::FromText(kPolicy);
  if (!registry.ok()) {
    std::cerr << registry.status() << "\n";
    return 2;
  }
  absl::Status added = registry->AddCollector("queues", [&queues](CollectorOutput& out) { return queues.Tell(out); });
  added.Update(registry->AddCollector("storage", [](CollectorOutput& out) -> absl::Status {
    out.AddGauge("storage_bytes", "Bytes.").Add(1);
    throw std::runtime_error("the storage does not answer");
  }));
  const int listener = added.ok() ? ListenOnLoopback(port) : -1;
  if (listener < 0) {
    std::cerr << (added.ok() ? "cannot listen on the port" : std::string(added.message())) << "\n";
    return 2;
  }
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  while (Clock::now() < end) {
    pollfd asked = {listener, POLLIN, 0};
    if (::poll(&asked, 1, 200) <= 0) continue;
    const int connection = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0) continue;
    Answer(connection, *registry);
    ::close(connection);
  }
  ::close(listener);
  return 0;
}
