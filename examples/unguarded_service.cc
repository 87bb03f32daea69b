// SPDX-License-Identifier: Apache-2.0
//
// unguarded_service.cc: the shop of guarded_service.cc before it had a budget: plain prometheus-cpp, every label as it comes.
//
//   unguarded_service [--port N] [--seconds N] [--requests-per-second N]
//
// Serves http://127.0.0.1:PORT/metrics (port 0: any free one; it is printed), makes up requests for so many seconds and ends
// by itself. docs/ci.md shows what `seriesguard check` says of it.
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "examples/made_up_traffic.h"

namespace {

using seriesguard::examples::MadeUpTraffic;
using seriesguard::examples::Request;
using std::chrono::steady_clock;

volatile std::sig_atomic_t end_asked = 0;

int Run(std::map<std::string, std::string> flags) {
  const int64_t seconds = std::stoll(flags["--seconds"]);
  const int64_t rate = std::stoll(flags["--requests-per-second"]);
  const auto registry = std::make_shared<prometheus::Registry>();
  auto& requests =
      prometheus::BuildCounter().Name("shop_http_requests_total").Help("Requests answered.").Register(*registry);
  auto& checkouts = prometheus::BuildHistogram()
                        .Name("shop_checkout_duration_seconds")
                        .Help("Time of a checkout.")
                        .Register(*registry);
  prometheus::BuildGauge().Name("shop_queue_jobs").Help("Jobs that wait.").Register(*registry).Add({{"queue", "mail"}});
  auto& truth = prometheus::BuildCounter().Name("made_up_requests_total").Help("Requests made up.").Register(*registry);
  prometheus::Counter& all = truth.Add({{"tenants", "all"}});
  prometheus::Exposer exposer("127.0.0.1:" + flags["--port"]);
  exposer.RegisterCollectable(registry);
  std::cout << "serving http://127.0.0.1:" << exposer.GetListeningPorts().at(0) << "/metrics" << std::endl;

  MadeUpTraffic traffic(static_cast<uint64_t>(seconds * rate), static_cast<uint64_t>(2 * rate));
  const auto begin = steady_clock::now();
  while (end_asked == 0 && traffic.left() > 0) {
    const std::chrono::duration<double> gone = steady_clock::now() - begin;
    while (static_cast<double>(traffic.made()) < gone.count() * static_cast<double>(rate) && traffic.left() > 0) {
      const Request request = traffic.Next();
      requests
          .Add({{"method", request.method},
                {"path", request.path},
                {"tenant", request.tenant},
                {"code", request.code},
                {"user_id", request.user}})
          .Increment();
      if (request.is_checkout) {
        checkouts
            .Add({{"provider", request.provider}, {"region", request.region}},
                 prometheus::Histogram::BucketBoundaries{0.1, 0.5, 1, 2})
            .Observe(request.seconds);
      }
      all.Increment();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGINT, [](int) { end_asked = 1; });
  std::signal(SIGTERM, [](int) { end_asked = 1; });
  std::map<std::string, std::string> flags = {{"--port", "0"}, {"--seconds", "60"}, {"--requests-per-second", "10000"}};
  for (int i = 1; i < argc; i += 2) {
    if (flags.count(argv[i]) == 0 || i + 1 == argc) {
      std::cerr << "unguarded_service: " << argv[i] << ": not a flag, or without a value\n";
      return 2;
    }
    flags[argv[i]] = argv[i + 1];
  }
  return Run(std::move(flags));
} catch (const std::exception& error) {
  std::cerr << "unguarded_service: " << error.what() << "\n";
  return 2;
}
