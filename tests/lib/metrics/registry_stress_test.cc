// SPDX-License-Identifier: Apache-2.0
//
// registry_stress_test.cc: eight threads of calls and handles on shared families, one that scrapes, one that reloads: no
// increment is lost, no total goes back, and no scrape shows more series than there may be.
//
// SERIESGUARD_STRESS_CALLS: calls a thread. Under ThreadSanitizer fewer.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "lib/guard/epoch.h"
#include "lib/guard/guard_report.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/histogram.h"
#include "lib/metrics/registry.h"
#include "tests/lib/metrics/registry_service.h"

namespace seriesguard {
namespace {

constexpr size_t kThreads = 8;
constexpr uint64_t kHighSets = 60, kLowSets = 30;
// A scrape is a second of the guard's clock: on a machine where the calls are through before many could be made, they go
// on until there were so many and something was retired, up to a bound.
constexpr uint64_t kScrapesToSee = 40, kMostRounds = 100;
constexpr uint64_t kScrapesPastFreeze = 12;
constexpr uint64_t kCounterCost = 2, kHistogramCost = 2 + 3 + 1;

uint64_t CallsAThread() {
  const char* const text = std::getenv("SERIESGUARD_STRESS_CALLS");
  if (text != nullptr) return std::strtoull(text, nullptr, 10);
#if defined(SERIESGUARD_EPOCH_TSAN)
  return 10'000;
#else
  return 100'000;
#endif
}

std::string PolicyText(uint64_t sets, bool zero_first, const char* allowed) {
  const auto family = [&](const char* name, uint64_t cost, const char* path) {
    return "- name: " + std::string(name) + "\n  series_limit: " + std::to_string(sets * cost) +
           "\n  capacity: 10000\n  freeze: 10s\n  zero_first: " + (zero_first ? "true" : "false") +
           "\n  busiest: {half_life: 30s, new_series_per_hour: 100%}\n  labels:\n    path: {" + path +
           "}\n    method: {allow: [" + allowed + "]}\n";
  };
  return "version: 1\nscrape_interval: 1s\nmetrics:\n" + family("calls_total", kCounterCost, "value_limit: 12") +
         family("sizes", kHistogramCost, "value_limit: 10, admit: busiest");
}

// Skewed, so that there are hits, folds, newcomers and values that overtake others as `shift` grows.
std::string PathOf(std::mt19937* random, uint32_t shift) {
  const uint32_t draw = (*random)();
  if (draw % 8 == 0) return "/junk/" + std::to_string((*random)() % 100'000);
  const uint32_t rank = static_cast<uint32_t>(__builtin_ctz((draw >> 3) | 1u << 20));
  return "/path/" + std::to_string((rank * 3 + (draw >> 28) % 3 + shift) % 64);
}

struct Fixture {
  Fixture()
      : service(PolicyText(kHighSets, false, "GET, POST")),
        calls(service.registry().AddCounter({"calls_total"}, {"path", "method"}).value()),
        sizes(service.registry().AddHistogram({"sizes"}, {"path", "method"}, {1, 2}).value()) {}
  RegistryService service;
  GuardedFamily<Counter, 2> calls;
  GuardedFamily<Histogram, 2> sizes;
  std::atomic<uint32_t> shift{0};
  std::atomic<bool> is_over{false};
  std::atomic<bool> has_retired{false};  // of the counter
  std::atomic<uint64_t> scrapes{0};
  std::atomic<uint64_t> whole{0}, quarters{0};     // of the counter
  std::array<std::atomic<uint64_t>, 3> buckets{};  // of the histogram
};

void Call(Fixture* fixture, uint32_t seed) {
  static constexpr std::string_view kMethods[] = {"GET", "POST", "BREW", ""};
  std::mt19937 random(seed);
  uint64_t whole = 0, quarters = 0;
  std::array<uint64_t, 3> buckets{};
  std::array<std::optional<BoundMetric<Counter>>, 3> handles;
  const uint64_t calls = CallsAThread();
  const auto goes_on = [fixture, calls](uint64_t i) {
    if (i < calls) return true;
    const bool is_seen = fixture->has_retired && fixture->scrapes.load(std::memory_order_relaxed) >= kScrapesToSee;
    return !is_seen && i < calls * kMostRounds;
  };
  for (uint64_t i = 0; goes_on(i); ++i) {
    // Whoever only waits for scrapes leaves them the processor.
    if (i > calls && i % 16 == 0) std::this_thread::sleep_for(std::chrono::microseconds(50));
    const std::string path = PathOf(&random, fixture->shift.load(std::memory_order_relaxed));
    const std::string_view method = kMethods[random() % 4];
    const uint32_t kind = random() % 1024;
    if (kind == 0) {
      handles[random() % handles.size()].emplace(fixture->calls.Bind({path, method}));
    } else if (kind < 32) {
      std::optional<BoundMetric<Counter>>& handle = handles[random() % handles.size()];
      if (!handle) continue;
      handle->Increment();
      ++whole;
    } else if (kind < 64) {
      fixture->calls.With({path, method}).Increment(0.25);
      ++quarters;
    } else if (kind < 544) {
      fixture->calls.With({path, method}).Increment(3);
      whole += 3;
    } else {
      const size_t bucket = random() % 3;
      fixture->sizes.With({path, method}).Observe(static_cast<double>(bucket + 1));
      ++buckets[bucket];
    }
  }
  fixture->whole += whole;
  fixture->quarters += quarters;
  for (size_t i = 0; i < buckets.size(); ++i) fixture->buckets[i] += buckets[i];
}

// What the scrape before saw of a series.
struct Seen {
  double count = 0;
  double created_s = 0;
};

double CountOf(const CollectedFamily& family, const CollectedSeries& series) {
  if (family.type != CollectedType::kHistogram) return static_cast<double>(series.integer) + series.value;
  double count = 0;
  for (size_t i = 0; i <= family.boundaries.size(); ++i) {
    count += static_cast<double>(family.bucket_counts[series.buckets_begin + i]);
  }
  return count;
}

// Lets a second pass at each scrape.
void Scrape(Fixture* fixture, std::atomic<uint64_t>* most) {
  std::map<std::string, Seen> before;
  while (!fixture->is_over) {
    fixture->service.Advance(1);
    const std::vector<CollectedFamily> families = fixture->service.registry().Collect();
    for (size_t i = 0; i < 2; ++i) {
      const CollectedFamily& family = families[i];
      *most = std::max<uint64_t>(*most, family.series.size());
      for (const CollectedSeries& series : family.series) {
        Seen& seen = before[family.name + "{" + std::string(family.Labels(series)) + "}"];
        const double count = CountOf(family, series);
        if (count < seen.count) {
          EXPECT_GT(series.created_s, seen.created_s) << "a total went back";
        }
        seen = {count, series.created_s};
      }
    }
    if (++fixture->scrapes % 64 == 0) fixture->shift += 5;
    if (!fixture->has_retired) fixture->has_retired = fixture->service.Report("calls_total").retired.value > 0;
    std::this_thread::yield();
  }
}

// Ends with the policy of the start in force.
void Reload(Fixture* fixture, std::atomic<uint64_t>* reloads) {
  const std::string policies[] = {PolicyText(kLowSets, true, "GET, POST"), PolicyText(kHighSets, false, "GET"),
                                  PolicyText(kHighSets, true, "GET, POST"), PolicyText(kHighSets, false, "GET, POST")};
  std::mt19937 random(7);
  for (size_t i = 0; !fixture->is_over || i % 4 != 0; ++i) {
    const absl::Status status = fixture->service.guard().ReloadFromText(policies[i % 4]);
    EXPECT_TRUE(status.ok()) << status;
    ++*reloads;
    // Series that do not fit are only retired where the next policy leaves them out for as long as the freeze.
    const uint64_t enough = fixture->scrapes + kScrapesPastFreeze;
    while (i % 8 < 2 && fixture->scrapes < enough && !fixture->is_over) std::this_thread::yield();
    const uint64_t yields = random() % 2000;
    for (uint64_t y = 0; y < yields && !fixture->is_over; ++y) std::this_thread::yield();
  }
}

TEST(RegistryStress, LosesNothingAndStaysBelowItsLimits) {
  Fixture fixture;
  std::atomic<uint64_t> reloads{0}, most{0};
  std::thread scraper(Scrape, &fixture, &most);
  std::thread reloader(Reload, &fixture, &reloads);
  std::vector<std::thread> callers;
  for (uint32_t seed = 0; seed < kThreads; ++seed) callers.emplace_back(Call, &fixture, seed);
  for (std::thread& caller : callers) caller.join();
  fixture.is_over = true;
  scraper.join();
  reloader.join();

  EXPECT_GT(reloads, 3u);
  EXPECT_GE(fixture.scrapes, kScrapesToSee);
  EXPECT_LE(most, kHighSets);
  EXPECT_GT(most, kLowSets / 2) << "or nothing was tried";
  // Some of it is retired only now.
  fixture.service.AdvancePastFreeze();

  const CollectedFamily calls = fixture.service.Family("calls_total");
  const FamilyReport calls_report = fixture.service.Report("calls_total");
  double counted = calls_report.retired.value;
  for (const CollectedSeries& series : calls.series) counted += CountOf(calls, series);
  EXPECT_EQ(counted, static_cast<double>(fixture.whole) + static_cast<double>(fixture.quarters) / 4);
  EXPECT_EQ(calls.series.size() * kCounterCost, calls_report.series);
  EXPECT_GT(calls_report.retired.value, 0) << "nothing was ever retired";

  const CollectedFamily sizes = fixture.service.Family("sizes");
  const FamilyReport sizes_report = fixture.service.Report("sizes");
  double sum = sizes_report.retired.value;
  std::vector<double> buckets = sizes_report.retired.buckets;
  buckets.resize(3, 0);
  for (const CollectedSeries& series : sizes.series) {
    sum += series.value;
    for (size_t i = 0; i < 3; ++i) buckets[i] += static_cast<double>(sizes.bucket_counts[series.buckets_begin + i]);
  }
  double wanted_sum = 0;
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(buckets[i], static_cast<double>(fixture.buckets[i])) << "bucket " << i;
    wanted_sum += static_cast<double>(fixture.buckets[i] * (i + 1));
  }
  EXPECT_EQ(sum, wanted_sum);
  EXPECT_EQ(sizes.series.size() * kHistogramCost, sizes_report.series);
}

}  // namespace
}  // namespace seriesguard
