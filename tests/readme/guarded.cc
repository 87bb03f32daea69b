#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <iostream>

#include "lib/prometheus_cpp/guard_collectable.h"
#include "lib/prometheus_cpp/wrap.h"

int main() {
  auto registry = std::make_shared<prometheus::Registry>();
  prometheus::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(registry);

  auto guard = seriesguard::Guard::FromFile("tests/readme/seriesguard.yaml").value();
  auto own = seriesguard::Collectable(guard);
  exposer.RegisterCollectable(own);  // what the guard says of itself: limits, use, demand, folds

  auto& family = prometheus::BuildCounter().Name("http_requests_total").Register(*registry);
  auto requests = guard.Wrap(family, {"method", "path", "code"}).value();
  for (int id = 0; id < 1000; ++id) {
    requests.With({"GET", "/api/orders/" + std::to_string(id), "200"}).Increment();
  }
  std::cout << guard.DebugString();  // 5 paths have names, "other" has the rest, about 1000 were asked for
}
