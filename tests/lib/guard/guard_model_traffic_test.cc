// SPDX-License-Identifier: Apache-2.0
//
// guard_model_traffic_test.cc: `admit: busiest` under the traffic that defeats first come, first served: four hours, a
// scrape each 15 s, 400 routes by Zipf's law, a burst of junk at the start, 15 % junk later, another order of popularity
// from the middle on, 100 series. What a server would make of it is computed as Prometheus does.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/guard/guard_model_service.h"

namespace seriesguard {
namespace {

constexpr int kScrapes = 960, kScrapeSeconds = 15, kCallsAScrape = 1500;
constexpr size_t kRoutes = 400, kTop = 50;
constexpr uint64_t kBudget = 100;

// Sums increase() over the series of one family. A server looks at each series alone: the first sample of a series adds
// nothing, a fall is a restart from 0, a gap is bridged. (No extrapolation: the range begins and ends with a scrape.)
class Server {
 public:
  void Take(const std::map<LabelPairs, int64_t>& samples) {
    for (const auto& [labels, total] : samples) {
      const auto [known, is_new] = last_.try_emplace(labels, total);
      if (is_new) continue;
      increase_ += total >= known->second ? total - known->second : total;
      known->second = total;
    }
    most_ = std::max<uint64_t>(most_, samples.size());
  }
  int64_t increase() const { return increase_; }
  uint64_t most_at_once() const { return most_; }
  uint64_t ever_seen() const { return last_.size(); }

 private:
  std::map<LabelPairs, int64_t> last_;
  int64_t increase_ = 0;
  uint64_t most_ = 0;
};

struct Result {
  double visible = 0;         // of the second half's top-50 traffic, share counted under its own name
  double error_percent = 0;   // of sum(increase())
  uint64_t most_at_once = 0;  // series at one scrape
  uint64_t ever_seen = 0;
};

Result Simulate(const std::string& admit, bool zero_first, uint32_t seed, double junk_share = 0.15) {
  TestService service(
      "version: 1\nscrape_interval: 15s\nmetrics:\n- name: calls_total\n  series_limit: 100\n  zero_first: " +
      std::string(zero_first ? "true" : "false") + "\n  labels: {route: {value_limit: 99, admit: " + admit + "}}\n");
  TestFamily calls = service.Add("calls_total", {"route"});
  std::mt19937 random(seed);
  std::vector<double> weights;
  for (size_t rank = 1; rank <= kRoutes; ++rank) weights.push_back(1.0 / static_cast<double>(rank));
  std::discrete_distribution<size_t> zipf(weights.begin(), weights.end());
  std::bernoulli_distribution is_junk(junk_share);
  std::vector<size_t> route_of(kRoutes);
  std::iota(route_of.begin(), route_of.end(), 0);

  Server server;
  int64_t sent = 0, sent_before_first = 0;
  uint64_t junk = 0;
  std::vector<uint64_t> asked(kRoutes), named(kRoutes);  // by route, in the second half
  for (int scrape = 0; scrape < kScrapes; ++scrape) {
    const bool is_second_half = scrape >= kScrapes / 2;
    if (scrape == kScrapes / 2) std::shuffle(route_of.begin(), route_of.end(), random);
    for (int i = 0; i < kCallsAScrape; ++i) {
      ++sent;
      if (scrape == 0 || is_junk(random)) {
        const std::string value = "/scan/" + std::to_string(++junk);
        calls.Call({value});
        continue;
      }
      const size_t route = route_of[zipf(random)];
      const std::string value = "/route/" + std::to_string(route);
      const LabelPairs counted_in = calls.Call({value});
      if (!is_second_half) continue;
      ++asked[route];
      named[route] += counted_in[0].second == value;
    }
    service.Scrape(kScrapeSeconds, kScrapeSeconds);
    if (scrape == 0) sent_before_first = sent;
    server.Take(calls.world().Scrape());
    EXPECT_LE(calls.world().size(), kBudget) << scrape;
  }
  std::vector<size_t> routes(kRoutes);
  std::iota(routes.begin(), routes.end(), 0);
  std::sort(routes.begin(), routes.end(), [&](size_t a, size_t b) { return asked[a] > asked[b]; });
  double top_asked = 0, top_named = 0;
  for (size_t i = 0; i < kTop; ++i) {
    top_asked += static_cast<double>(asked[routes[i]]);
    top_named += static_cast<double>(named[routes[i]]);
  }
  EXPECT_EQ(calls.world().Sum() + static_cast<int64_t>(calls.guard().RetiredTotal().value), sent);
  const auto truth = static_cast<double>(sent - sent_before_first);
  Result result{top_named / top_asked, (static_cast<double>(server.increase()) / truth - 1) * 100,
                server.most_at_once(), server.ever_seen()};
  std::printf(
      "%-8s zero_first %d seed %u junk %2.0f %%: %5.1f %% of the top traffic named, sum(increase()) %+.3f %%, "
      "%llu series ever, %llu at once\n",
      admit.c_str(), zero_first, seed, junk_share * 100, result.visible * 100, result.error_percent,
      static_cast<unsigned long long>(result.ever_seen), static_cast<unsigned long long>(result.most_at_once));
  return result;
}

TEST(GuardTraffic, BusiestKeepsTheTopVisibleUnderJunk) {
  for (const uint32_t seed : {1u, 2u}) {
    const Result result = Simulate("busiest", false, seed);
    EXPECT_GE(result.visible, 0.8);
    EXPECT_LE(std::abs(result.error_percent), 0.3);
    EXPECT_LE(result.most_at_once, kBudget);
  }
}

TEST(GuardTraffic, BusiestHoldsOutAgainstHalfJunk) {
  const Result result = Simulate("busiest", false, 1, 0.5);
  EXPECT_GE(result.visible, 0.8);
  EXPECT_LE(std::abs(result.error_percent), 0.3);
}

TEST(GuardTraffic, ZeroFirstLetsAServerMissNothing) {
  const Result result = Simulate("busiest", true, 1);
  EXPECT_GE(result.visible, 0.8);
  EXPECT_LE(std::abs(result.error_percent), 0.05);
}

// What the documentation says of `first`: the burst owns the places until the service restarts.
TEST(GuardTraffic, FirstIsOwnedByTheBurst) {
  const Result result = Simulate("first", false, 1);
  EXPECT_LT(result.visible, 0.05);
  EXPECT_LE(result.most_at_once, kBudget);
}

}  // namespace
}  // namespace seriesguard
