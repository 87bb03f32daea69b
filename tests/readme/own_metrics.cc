#include <iostream>
#include <string>

#include "lib/metrics/registry.h"

int main() {
  auto registry = seriesguard::Registry::FromFile("tests/readme/own_metrics.yaml").value();
  auto requests = registry.AddCounter({"http_requests_total", "Requests."}, {"method", "path"}).value();
  auto seconds = registry
                     .AddHistogram({"http_request_duration_seconds", "Time until the answer.", "seconds"}, {"path"},
                                   {0.01, 0.1, 1, 10})
                     .value();
  auto jobs = registry.AddGauge({"queue_jobs", "Jobs that wait."}, {"queue"}).value();
  auto phase = registry.AddStateSet({"service_phase", "What it is at."}, {"starting", "serving"}).value();
  (void)registry.AddInfo({"build_info", "The build."}, {{"version", "1.7.0"}});

  phase.SetOnly(1);
  auto mail = jobs.Bind({"mail"});  // a handle to keep: no look-up at each call
  mail.Set(3);
  for (int id = 0; id < 1000; ++id) {
    const std::string path = "/orders/" + std::to_string(id);
    requests.With({"GET", path}).Increment();  // 20 paths have names, "other" has the rest
    seconds.With({path}).Observe(0.02);
  }

  // GET /metrics: what the Accept header of the request asks for.
  const seriesguard::Exposition answer = registry.Expose("application/openmetrics-text;version=1.0.0");
  std::cout << "Content-Type: " << answer.content_type << "\n\n" << answer.body;
}
