// SPDX-License-Identifier: Apache-2.0
//
// zero_first_overflow_test.cc: with `zero_first` a server misses nothing, the overflow's first increments neither.
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/wrap.h"

namespace seriesguard {
namespace {

constexpr int64_t kScrape = 15'000'000'000;

// A server that adds up what increase() can see: what a series was above its previous scrape.
struct Server {
  std::map<prometheus::Labels, double> last;
  double seen = 0;

  void Scrape(const prometheus::Registry& registry) {
    for (const auto& family : registry.Collect()) {
      for (const auto& metric : family.metric) {
        prometheus::Labels labels;
        for (const auto& label : metric.label) labels[label.name] = label.value;
        const auto before = last.find(labels);
        if (before != last.end()) seen += metric.counter.value - before->second;
        last[labels] = metric.counter.value;
      }
    }
  }
};

double MissedUnder(const std::string& zero_first) {
  int64_t now_ns = 0;
  GuardOptions options;
  options.clock_ns = [&now_ns] { return now_ns; };
  Guard guard =
      Guard::FromText("version: 1\nscrape_interval: 15s\nmetrics:\n- name: calls_total\n  series_limit: 100\n" +
                          zero_first + "  labels:\n    method: {allow: [GET, POST]}\n    tenant: {value_limit: 5}\n",
                      options)
          .value();
  prometheus::Registry registry;
  auto calls =
      guard.Wrap(prometheus::BuildCounter().Name("calls_total").Register(registry), {"method", "tenant"}).value();
  Server server;
  server.Scrape(registry);
  double made = 0;
  for (int scrape = 0; scrape < 20; ++scrape) {
    for (int i = 0; i < 100; ++i, ++made) {
      calls.With({i % 3 == 0 ? "POST" : "GET", "t" + std::to_string(i % (scrape + 1))}).Increment();
    }
    now_ns += kScrape;
    guard.Maintain();
    server.Scrape(registry);
  }
  return made - server.seen;
}

TEST(ZeroFirst, ServerSeesEveryIncrement) { EXPECT_EQ(MissedUnder("  zero_first: true\n"), 0); }

TEST(ZeroFirst, WithoutItTheFirstScrapesOfNewSeriesAreMissed) { EXPECT_GT(MissedUnder(""), 0); }

}  // namespace
}  // namespace seriesguard
