#include <iostream>
#include <map>
#include <string>

#include "lib/collectors/collector_output.h"
#include "lib/metrics/registry.h"

// What something else keeps: a broker, a connection pool, the kernel.
std::map<std::string, int> AskTheBroker() { return {{"mail", 12}, {"web", 3}, {"job-81f3", 1}, {"job-9a00", 2}}; }

int main() {
  auto registry = seriesguard::Registry::FromFile("tests/readme/collector.yaml").value();
  auto added = registry.AddCollector("broker", [](seriesguard::CollectorOutput& out) {
    seriesguard::ToldFamily& waiting = out.AddGauge("queue_jobs", "Jobs that wait.", {"queue"});
    for (const auto& [queue, jobs] : AskTheBroker()) waiting.Add({queue}, jobs);
    return absl::OkStatus();  // an error, or an exception: nothing of this collector is shown
  });
  if (!added.ok()) return 1;
  std::cout << registry.Expose("").body;
}
