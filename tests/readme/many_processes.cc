#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "lib/multiprocess/service_registry.h"

int main(int, char** argv) {
  // The master, before it forks. argv[1]: a folder of this service alone, such as /dev/shm/shop.
  auto registry = seriesguard::ServiceRegistry::Open(argv[1], "tests/readme/many_processes.yaml").value();
  auto requests = registry.AddCounter({"shop_requests_total", "Requests."}, {"method", "path"}).value();
  auto busy = registry.AddGauge({"shop_workers_busy", "Busy."}, seriesguard::GaugeMode::kLiveSum).value();
  auto ended = registry.AddCounter({"shop_workers_ended_total", "Workers that have ended."}).value();

  for (int worker = 0; worker < 4; ++worker) {
    if (fork() != 0) continue;
    // A worker. It counts as if it were alone.
    busy.With().Set(1);
    for (int id = 0; id < 1000; ++id) {
      requests.With({"GET", "/orders/" + std::to_string(id)}).Increment();
    }
    _exit(0);
  }
  for (pid_t pid; (pid = wait(nullptr)) > 0;) {
    (void)registry.MarkProcessDead(pid);  // not needed for a right sum: the next scrape would find out by itself
    ended.With().Increment();             // a master may count as well
  }
  std::cout << registry.Expose("").body;  // any process of the service can say this
}
