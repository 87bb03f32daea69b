// SPDX-License-Identifier: Apache-2.0
//
// guarded_service.cc: a shop's metrics under a budget: all that a service with prometheus-cpp adds for it.
//
//   guarded_service [--policy FILE] [--port N] [--seconds N] [--requests-per-second N] [--quiet-seconds N]
//                   [--clock-speed N]
//
// Serves http://127.0.0.1:PORT/metrics (port 0: any free one; it is printed), makes up requests for so many seconds, after
// and before as many quiet ones, and ends by itself. `kill -HUP` reads the policy again, `-USR1` prints the guard's page (as
// the end does), `-USR2` the policy that it suggests. With a clock speed of 15 the guard sees an hour pass in four minutes.
// Exit status 0: nothing was lost; 1: something was; 2: it could not start.
#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <algorithm>
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
#include "lib/prometheus_cpp/guard_collectable.h"
#include "lib/prometheus_cpp/wrap.h"

namespace {

using seriesguard::examples::MadeUpTraffic;
using seriesguard::examples::Request;
using std::chrono::steady_clock;

volatile std::sig_atomic_t reload_asked = 0, page_asked = 0, policy_asked = 0, end_asked = 0;

// The metrics of the service. What differs from plain prometheus-cpp are the lines with Wrap, and With for Add.
class ShopMetrics {
 public:
  // Throws absl::BadStatusOrAccess where the policy does not fit: a service that starts says so and ends.
  ShopMetrics(seriesguard::Guard guard, prometheus::Registry& registry)
      : requests_(guard
                      .Wrap(prometheus::BuildCounter()
                                .Name("shop_http_requests_total")
                                .Help("Requests answered.")
                                .Register(registry),
                            {"method", "path", "tenant", "code", "user_id"})
                      .value()),
        checkouts_(guard
                       .Wrap(prometheus::BuildHistogram()
                                 .Name("shop_checkout_duration_seconds")
                                 .Help("Time of a checkout.")
                                 .Register(registry),
                             {"provider", "region"}, prometheus::Histogram::BucketBoundaries{0.1, 0.5, 1, 2})
                       .value()),
        queue_(guard
                   .Wrap(prometheus::BuildGauge().Name("shop_queue_jobs").Help("Jobs that wait.").Register(registry),
                         {"queue"})
                   .value()),
        mails_(queue_.Bind({"mail"})) {}

  void Count(const Request& request) {
    requests_.With({request.method, request.path, request.tenant, request.code, request.user}).Increment();
    if (!request.is_checkout) return;
    checkouts_.With({request.provider, request.region}).Observe(request.seconds);
    mails_.Increment();  // a handle: no look-up, and its series stays while it lives
  }
  void SendMails() { mails_.Set(0); }

 private:
  seriesguard::GuardedFamily<prometheus::Counter, 5> requests_;
  seriesguard::GuardedFamily<prometheus::Histogram, 2> checkouts_;
  seriesguard::GuardedFamily<prometheus::Gauge, 1> queue_;
  seriesguard::BoundMetric<prometheus::Gauge> mails_;
};

// What the shop's requests add up to on /metrics now, and in series that have gone.
double Counted(const prometheus::Registry& registry, const seriesguard::Guard& guard) {
  double sum = 0;
  for (const auto& family : registry.Collect()) {
    if (family.name != "shop_http_requests_total") continue;
    for (const auto& metric : family.metric) sum += metric.counter.value;
  }
  for (const auto& family : guard.Report().families) {
    if (family.name == "shop_http_requests_total") sum += family.retired.value;
  }
  return sum;
}

void AnswerSignals(seriesguard::Guard* guard, const std::string& policy) {
  if (std::exchange(reload_asked, 0) != 0) {
    const absl::Status status = guard->ReloadFromFile(policy);  // on an error the old policy stays
    std::cout << "reload: " << status.ToString() << std::endl;
  }
  if (std::exchange(page_asked, 0) != 0) std::cout << guard->DebugString() << std::flush;
  if (std::exchange(policy_asked, 0) != 0)
    std::cout << guard->SuggestPolicy() << "# end of the suggestion" << std::endl;
}

int Run(std::map<std::string, std::string> flags) {
  const int64_t seconds = std::stoll(flags["--seconds"]);
  const int64_t rate = std::stoll(flags["--requests-per-second"]);
  const std::chrono::seconds quiet(std::stoll(flags["--quiet-seconds"]));

  // The guard, the families under it, and its own metrics beside them.
  seriesguard::GuardOptions options;
  options.on_first_fold = [](const std::string& message) { std::cout << message << std::endl; };
  const int64_t speed = std::stoll(flags["--clock-speed"]);
  options.clock_ns = [speed] {
    return speed * std::chrono::nanoseconds(steady_clock::now().time_since_epoch()).count();
  };
  absl::StatusOr<seriesguard::Guard> guard = seriesguard::Guard::FromFile(flags["--policy"], options);
  if (!guard.ok()) {
    std::cerr << guard.status().message() << "\n";
    return 2;
  }
  const auto registry = std::make_shared<prometheus::Registry>();
  ShopMetrics metrics(*guard, *registry);
  const auto own = seriesguard::Collectable(*guard);
  auto exposer = std::make_unique<prometheus::Exposer>("127.0.0.1:" + flags["--port"]);
  exposer->RegisterCollectable(registry);
  exposer->RegisterCollectable(own);
  std::cout << "serving http://127.0.0.1:" << exposer->GetListeningPorts().at(0) << "/metrics" << std::endl;

  // The truth, to compare with: one series each, no label of a client.
  auto& truth = prometheus::BuildCounter().Name("made_up_requests_total").Help("Requests made up.").Register(*registry);
  prometheus::Counter& all = truth.Add({{"tenants", "all"}});
  prometheus::Counter& busy = truth.Add({{"tenants", "busy"}});
  MadeUpTraffic traffic(static_cast<uint64_t>(seconds * rate), static_cast<uint64_t>(2 * rate));
  const auto begin = steady_clock::now() + quiet;
  const auto end = begin + std::chrono::seconds(seconds) + quiet;
  while (end_asked == 0 && steady_clock::now() < end) {
    AnswerSignals(&*guard, flags["--policy"]);
    const std::chrono::duration<double> gone = steady_clock::now() - begin;
    const double due = std::max(0.0, gone.count() * static_cast<double>(rate));
    while (static_cast<double>(traffic.made()) < due && traffic.left() > 0) {
      const Request request = traffic.Next();
      metrics.Count(request);
      all.Increment();
      if (request.is_busy_tenant) busy.Increment();
    }
    metrics.SendMails();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  exposer.reset();  // nobody scrapes meanwhile, so no series goes between the two looks
  const double counted = Counted(*registry, *guard);
  std::cout << guard->DebugString() << "\nrequests " << traffic.made() << ", counted " << static_cast<uint64_t>(counted)
            << ", of busy tenants " << static_cast<uint64_t>(busy.Value()) << std::endl;
  return counted == static_cast<double>(traffic.made()) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGHUP, [](int) { reload_asked = 1; });
  std::signal(SIGUSR1, [](int) { page_asked = 1; });
  std::signal(SIGUSR2, [](int) { policy_asked = 1; });
  std::signal(SIGINT, [](int) { end_asked = 1; });
  std::signal(SIGTERM, [](int) { end_asked = 1; });
  std::map<std::string, std::string> flags = {
      {"--policy", "examples/seriesguard.yaml"}, {"--port", "0"},          {"--seconds", "60"},
      {"--requests-per-second", "10000"},        {"--quiet-seconds", "0"}, {"--clock-speed", "1"}};
  for (int i = 1; i < argc; i += 2) {
    if (flags.count(argv[i]) == 0 || i + 1 == argc) {
      std::cerr << "guarded_service: " << argv[i] << ": not a flag, or without a value\n";
      return 2;
    }
    flags[argv[i]] = argv[i + 1];
  }
  return Run(std::move(flags));
} catch (const std::exception& error) {
  std::cerr << "guarded_service: " << error.what() << "\n";
  return 2;
}
