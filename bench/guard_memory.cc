// SPDX-License-Identifier: Apache-2.0
//
// guard_memory.cc: the resident memory of a guarded counter under a flood of values that are all different.
//
// Use:      bazel run --config=bench //bench:guard_memory [values]; prints it at 1 %, 10 % and 100 % of the values
//           (100 million, some ten seconds), and fails if an increment was lost or more series are exported than allowed.
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/wrap.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMaintainEvery = 1'000'000;
constexpr size_t kMostSeries = 300;

long ResidentKiB() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  long pages = 0, resident = 0;
  if (file != nullptr) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * 4;
}

int Run(uint64_t values) {
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("requests_total").Register(registry);
  auto guard = Guard::FromText(
      "version: 1\nmetrics:\n- name: requests_total\n  series_limit: 300\n"
      "  labels: {tenant: {value_limit: 100, admit: busiest}, method: {allow: [GET, POST]}}\n");
  if (!guard.ok()) return 1;
  auto requests = guard->Wrap(family, {"tenant", "method"});
  if (!requests.ok()) return 1;
  uint64_t sent = 0;
  for (const uint64_t part : {values / 100, values / 10, values}) {
    for (; sent < part; ++sent) {
      char text[32];
      const int size = std::snprintf(text, sizeof text, "tenant-%" PRIu64, sent);
      requests->With({std::string_view(text, static_cast<size_t>(size)), "GET"}).Increment();
      if (sent % kMaintainEvery == 0) guard->Maintain();
    }
    std::printf("%11" PRIu64 " distinct values: %ld KiB resident, %" PRIu64 " KiB of them the guard's\n", sent,
                ResidentKiB(), guard->Report().bytes / 1024);
  }
  double sum = 0;
  size_t series = 0;
  for (const auto& collected : registry.Collect()) {
    series += collected.metric.size();
    for (const auto& metric : collected.metric) sum += metric.counter.value;
  }
  std::printf("%zu series count %.0f increments\n", series, sum);
  return sum == static_cast<double>(values) && series <= kMostSeries ? 0 : 1;
}

}  // namespace
}  // namespace seriesguard

int main(int argc, char** argv) {
  const uint64_t values = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000'000;
  return seriesguard::Run(values);
}
