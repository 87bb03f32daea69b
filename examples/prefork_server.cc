// SPDX-License-Identifier: Apache-2.0
//
// prefork_server.cc: a server of many processes with one budget and one /metrics, whichever worker answers it.
//
//   prefork_server [--policy FILE] [--folder FOLDER] [--port N] [--workers N]
//
// The master listens on 127.0.0.1 (port 0: any free one; it is printed) and forks workers, which accept on its socket.
//   GET /metrics    what all of them have counted      GET /, /orders/17   answers at once
//   GET /slow       answers after half a second        GET /crash          the worker kills itself
// `kill -HUP` of the master reads the policy again and replaces all workers, each of which finishes what it is at;
// `-TERM` ends all. A worker that dies is replaced, whatever killed it.
// Exit status 0: ended as asked; 2: it could not start.
//
// What a server of your own needs for its metrics is what carries a number:
//   1. the master opens the registry and adds the families, before it forks
//   2. workers count, and answer /metrics, as if they were alone
//   3. the master tells the registry which process has ended
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "examples/small_http.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exposition.h"
#include "lib/multiprocess/service_registry.h"

namespace {

using seriesguard::Counter;
using seriesguard::Gauge;
using seriesguard::GaugeMode;
using seriesguard::GuardedFamily;
using seriesguard::Histogram;
using seriesguard::ServiceRegistry;
using seriesguard::examples::HttpAnswer;
using seriesguard::examples::HttpRequest;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kLongestRequest{5};  // to read one, and to write its answer
constexpr seconds kLongestFinish{12};  // of a worker that was told to finish; then it is killed
constexpr int kMostWorkers = 256;

std::runtime_error SystemError(const std::string& what) { return std::runtime_error(what + ": " + strerror(errno)); }

// The metrics of the service, declared once in the master. Forked workers go on with their copies of these.
struct ServerMetrics {
  // Throws absl::BadStatusOrAccess where the policy does not fit: a service that starts says so and ends.
  explicit ServerMetrics(ServiceRegistry& registry)
      : requests(registry
                     .AddCounter({"prefork_http_requests_total", "Requests that were answered."},
                                 {"method", "route", "status"})
                     .value()),
        tenants(registry.AddCounter({"prefork_tenant_requests_total", "The same by tenant."}, {"tenant"}).value()),
        latency(registry
                    .AddHistogram({"prefork_http_request_duration_seconds", "Time until the answer.", "seconds"},
                                  {"route"}, {0.001, 0.005, 0.025, 0.1, 0.5, 2.5})
                    .value()),
        busy(registry.AddGauge({"prefork_workers_busy", "Workers with a request."}, GaugeMode::kLiveSum).value()),
        ended(registry.AddCounter({"prefork_workers_ended_total", "Workers that have ended."}, {"how"}).value()) {}

  GuardedFamily<Counter, 3> requests;
  GuardedFamily<Counter, 1> tenants;
  GuardedFamily<Histogram, 1> latency;
  GuardedFamily<Gauge, 0> busy;  // kLiveSum: what a killed worker had set is gone with it
  GuardedFamily<Counter, 1> ended;
};

// The worker
// --------------------------------------------------------------------------------------------------------------

volatile std::sig_atomic_t finish_asked = 0;

class Worker {
 public:
  Worker(int listener, ServiceRegistry registry, const ServerMetrics& metrics)
      : listener_(listener), registry_(std::move(registry)), metrics_(metrics) {}

  // Serves until it is told to finish. That signal comes while it waits for a connection and at no other time, so that
  // a request is never broken off, and a connection that is not accepted yet is another worker's.
  void Run() {
    sigset_t while_waiting;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &while_waiting);
    ::sigdelset(&while_waiting, SIGTERM);
    std::signal(SIGTERM, [](int) { finish_asked = 1; });
    while (finish_asked == 0) {
      pollfd asked = {listener_, POLLIN, 0};
      if (::ppoll(&asked, 1, nullptr, &while_waiting) <= 0) continue;
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (connection < 0) continue;  // another worker was quicker, or the client has gone
      metrics_.busy.With().Set(1);
      Serve(connection);
      ::close(connection);
      metrics_.busy.With().Set(0);
    }
  }

 private:
  void Serve(int connection) {
    const auto begin = steady_clock::now();
    HttpRequest request;
    const int read = seriesguard::examples::ReadRequest(connection, begin + kLongestRequest, &request);
    if (read == 0) return;
    const bool is_scrape = read == 200 && request.path == "/metrics";
    HttpAnswer answer = is_scrape ? Scrape(request) : Handle(read, request);
    // What was answered has been counted: a client that was told 200 finds itself in the sum, whatever kills this
    // worker.
    if (!is_scrape) Count(request, answer.status, steady_clock::now() - begin);
    if (read == 200 && request.path == "/crash") ::kill(::getpid(), SIGKILL);
    const auto end = steady_clock::now() + kLongestRequest;
    seriesguard::examples::WriteAnswer(connection, end, answer, request.method != "HEAD");
    seriesguard::examples::FinishConnection(connection);
  }

  // 2. A scrape by any worker shows what all have counted.
  HttpAnswer Scrape(const HttpRequest& request) {
    HttpAnswer answer;
    seriesguard::Exposition exposition = registry_.Expose(request.Header("accept"));
    answer.content_type = exposition.content_type;
    if (seriesguard::AcceptsGzip(request.Header("accept-encoding")) &&
        seriesguard::AppendGzip(exposition.body, &answer.body)) {
      answer.content_encoding = "gzip";
    } else {
      answer.body = std::move(exposition.body);
    }
    return answer;
  }

  // 2. Label values are given as they come. The policy makes routes of paths and classes of codes, and holds the budget
  // for all workers together: a tenant has a name in each of them or in none.
  void Count(const HttpRequest& request, int status, std::chrono::duration<double> time) {
    metrics_.requests.With({request.method, request.path, std::to_string(status)}).Increment();
    metrics_.tenants.With({request.Header("x-tenant")}).Increment();
    metrics_.latency.With({request.path}).Observe(time.count());
  }

  // What the service is for.
  static HttpAnswer Handle(int read, const HttpRequest& request) {
    HttpAnswer answer;
    if (read != 200) {
      answer.status = read;
    } else if (request.method != "GET" && request.method != "HEAD") {
      answer.status = 405;
    } else if (request.path == "/slow") {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    } else if (request.path != "/" && request.path != "/crash" && !IsOrder(request.path)) {
      answer.status = 404;
    }
    answer.body = std::to_string(answer.status) + " from worker " + std::to_string(::getpid()) + "\n";
    return answer;
  }

  static bool IsOrder(const std::string& path) {
    const std::string orders = "/orders/";
    return path.size() > orders.size() && path.rfind('/') == orders.size() - 1 && path.rfind(orders, 0) == 0;
  }

  const int listener_;
  ServiceRegistry registry_;
  const ServerMetrics& metrics_;
};

// The master
// --------------------------------------------------------------------------------------------------------------

class Master {
 public:
  Master(int listener, int workers, std::string policy, ServiceRegistry registry, ServerMetrics metrics)
      : listener_(listener),
        wanted_(static_cast<size_t>(workers)),
        policy_(std::move(policy)),
        registry_(std::move(registry)),
        metrics_(std::move(metrics)) {
    ::sigemptyset(&signals_);
    for (const int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM}) ::sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  // Runs until it is told to end and all workers have. In a worker it returns as well, when that has finished.
  void Run() {
    while (!is_ending_ || !workers_.empty()) {
      if (!StartMissing()) return;
      const timespec longest = {0, 200'000'000};  // so that nothing depends on a signal that got lost
      switch (::sigtimedwait(&signals_, nullptr, &longest)) {
        case SIGHUP: is_restart_asked_ = true; break;
        case SIGINT:
        case SIGTERM: End(); break;
        default: break;
      }
      TakeEnded();
      KillLate();
      if (is_restart_asked_ && !is_ending_ && workers_.size() <= wanted_) Restart();
    }
  }

 private:
  struct Child {
    bool is_finishing = false;
    steady_clock::time_point killed_at;  // where it is still finishing then
  };

  // Forks until there are as many workers as there should be, and in a second no more than twice as many: one that dies
  // at once must not keep the machine busy. Returns false in a worker that has finished.
  bool StartMissing() {
    const auto now = steady_clock::now();
    if (now - second_began_ >= seconds(1)) {
      second_began_ = now;
      started_ = 0;
    }
    size_t serving = 0;
    for (const auto& [pid, child] : workers_) serving += child.is_finishing ? 0 : 1;
    for (; !is_ending_ && serving < wanted_ && started_ < 2 * wanted_; ++serving, ++started_) {
      const pid_t master = ::getpid();
      const pid_t pid = ::fork();
      if (pid < 0) return true;  // the next round tries again
      if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a worker without a master finishes, too
        if (::getppid() == master) Worker(listener_, registry_, metrics_).Run();
        return false;
      }
      workers_[pid];
    }
    return true;
  }

  // Waits for every process that has ended; one SIGCHLD may stand for several.
  void TakeEnded() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      workers_.erase(pid);
      // 3. What it had counted goes into the archive now, and what it had set in a live gauge goes. An error here is no
      // harm: it counted nothing, or another process is deciding just now; the next scrape finds out by itself.
      (void)registry_.MarkProcessDead(pid);
      metrics_.ended.With({WIFSIGNALED(status) ? "killed" : "finished"}).Increment();  // a master may count, too
    }
  }

  // The old ones finish while new ones come. Who connects meanwhile waits in the socket's queue at most: the master has
  // that open. One restart at a time, so that there are never more than twice as many workers.
  void Restart() {
    is_restart_asked_ = false;
    // For all processes, those that are still to come as well; on an error the old one stays.
    const absl::Status status = registry_.guard().ReloadFromFile(policy_);
    std::cout << "reload: " << status.ToString() << std::endl;
    Finish();
  }

  void Finish() {
    for (auto& [pid, child] : workers_) {
      if (child.is_finishing) continue;
      child.is_finishing = true;
      child.killed_at = steady_clock::now() + kLongestFinish;
      ::kill(pid, SIGTERM);
    }
  }

  void KillLate() {
    for (const auto& [pid, child] : workers_) {
      if (child.is_finishing && steady_clock::now() >= child.killed_at) ::kill(pid, SIGKILL);
    }
  }

  void End() {
    if (is_ending_) return;
    is_ending_ = true;
    ::close(listener_);
    Finish();
  }

  const int listener_;
  const size_t wanted_;
  const std::string policy_;
  ServiceRegistry registry_;
  const ServerMetrics metrics_;
  sigset_t signals_;
  std::map<pid_t, Child> workers_;
  steady_clock::time_point second_began_;
  size_t started_ = 0;  // in that second
  bool is_restart_asked_ = false, is_ending_ = false;
};

// Returns a listening socket, which workers wait on with poll: so it does not block.
int Listen(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) throw SystemError("cannot make a socket");
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, SOMAXCONN) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw SystemError("cannot listen on port " + std::to_string(port));
  }
  std::cout << "serving http://127.0.0.1:" << ntohs(address.sin_port) << "/metrics, pid " << ::getpid() << std::endl;
  return listener;
}

int Run(std::map<std::string, std::string> flags) {
  const int workers = std::stoi(flags["--workers"]);
  if (workers < 1 || workers > kMostWorkers) throw std::invalid_argument("--workers is 1 to 256");

  // 1. Before the first fork. Places for those that serve, those that finish during a restart, those that have ended
  // and are not archived yet, and the master.
  seriesguard::ServiceOptions options;
  options.max_workers = static_cast<uint32_t>(3 * workers + 8);
  absl::StatusOr<ServiceRegistry> registry = ServiceRegistry::Open(flags["--folder"], flags["--policy"], options);
  if (!registry.ok()) throw std::runtime_error(std::string(registry.status().message()));
  ServerMetrics metrics(*registry);
  Master(Listen(std::stoi(flags["--port"])), workers, flags["--policy"], *registry, metrics).Run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  std::map<std::string, std::string> flags = {{"--policy", "examples/prefork.yaml"},
                                              {"--folder", "/dev/shm/prefork_server." + std::to_string(::geteuid())},
                                              {"--port", "0"},
                                              {"--workers", "4"}};
  for (int i = 1; i < argc; i += 2) {
    if (flags.count(argv[i]) == 0 || i + 1 == argc) {
      std::cerr << "prefork_server: " << argv[i] << ": not a flag, or without a value\n";
      return 2;
    }
    flags[argv[i]] = argv[i + 1];
  }
  return Run(std::move(flags));
} catch (const std::exception& error) {
  std::cerr << "prefork_server: " << error.what() << "\n";
  return 2;
}
