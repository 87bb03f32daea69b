// SPDX-License-Identifier: Apache-2.0
//
// Exemplars from the call to the text of a scrape.
#include "lib/metrics/exemplar.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lib/metrics/registry.h"

namespace seriesguard {
namespace {

constexpr char kOpenMetrics[] = "application/openmetrics-text; version=1.0.0";

Registry Made(const std::string& policy = "version: 1\n") {
  RegistryOptions options;
  options.created_series = false;
  return Registry::FromText(policy, std::move(options)).value();
}

// The lines of a scrape that begin with `front`.
std::vector<std::string> Lines(Registry& registry, const std::string& front, const char* accept = kOpenMetrics) {
  std::vector<std::string> lines;
  const std::string body = registry.Expose(accept).body;
  for (size_t at = 0; at < body.size();) {
    const size_t end = body.find('\n', at);
    if (body.compare(at, front.size(), front) == 0) lines.push_back(body.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}
using Texts = std::vector<std::string>;

TEST(Exemplar, IsWrittenBehindItsCounter) {
  Registry registry = Made();
  auto calls = registry.AddCounter({"calls_total"}, {"code"}).value();
  calls.With({"200"}).Increment(2);
  EXPECT_EQ(Lines(registry, "calls_total"), Texts{"calls_total{code=\"200\"} 2"});
  EXPECT_EQ(calls.With({"200"}).Increment(3, {{{"trace_id", "a\"b\\c\n"}, {"span_id", "1"}}, 17.25}),
            ExemplarResult::kKept);
  EXPECT_EQ(calls.With({"500"}).Increment(0.5, {{{"trace_id", "x"}}, 18}), ExemplarResult::kKept);
  EXPECT_EQ(Lines(registry, "calls_total"),
            (Texts{R"(calls_total{code="200"} 5 # {trace_id="a\"b\\c\n",span_id="1"} 3 17.25)",
                   R"(calls_total{code="500"} 0.5 # {trace_id="x"} 0.5 18)"}));
  EXPECT_EQ(Lines(registry, "calls_total", ""),
            (Texts{"calls_total{code=\"200\"} 5", "calls_total{code=\"500\"} 0.5"}));
  // The next one takes its place.
  EXPECT_EQ(calls.With({"200"}).Increment(1, {{{"trace_id", "y"}}, 19}), ExemplarResult::kKept);
  EXPECT_EQ(Lines(registry, "calls_total")[0], R"(calls_total{code="200"} 6 # {trace_id="y"} 1 19)");
}

TEST(Exemplar, StandsInTheBucketOfItsValue) {
  Registry registry = Made();
  auto took = registry.AddHistogram({"took_seconds"}, {"path"}, {0.1, 1}).value();
  auto handle = took.Bind({"/"});
  EXPECT_EQ(handle.Observe(0.1, {{{"t", "low"}}, 1}), ExemplarResult::kKept);
  EXPECT_EQ(handle.Observe(99, {{{"t", "high"}}, 2}), ExemplarResult::kKept);
  handle.Observe(0.5);
  EXPECT_EQ(Lines(registry, "took_seconds_bucket"),
            (Texts{R"(took_seconds_bucket{path="/",le="0.1"} 1 # {t="low"} 0.1 1)",
                   R"(took_seconds_bucket{path="/",le="1.0"} 2)",
                   R"(took_seconds_bucket{path="/",le="+Inf"} 3 # {t="high"} 99 2)"}));
}

TEST(Exemplar, TellsTheTimeWhereItIsGivenNone) {
  Registry registry = Made();
  auto calls = registry.AddCounter({"calls_total"}).value();
  const auto before = std::chrono::system_clock::now();
  calls.With().Increment(1, {{"t", "x"}});
  const std::vector<CollectedFamily> families = registry.Collect();
  ASSERT_EQ(families[0].exemplars.size(), 1u);
  const double since = std::chrono::duration<double>(before.time_since_epoch()).count();
  EXPECT_GE(families[0].exemplars[0].timestamp_s, since - 1);
  EXPECT_LE(families[0].exemplars[0].timestamp_s, since + 600);
}

TEST(Exemplar, CountsCharactersAndNotBytes) {
  Registry registry = Made();
  auto calls = registry.AddCounter({"calls_total"}).value();
  const auto keep = [&calls](const std::string& value) { return calls.With().Increment(1, {{"ab", value}}); };
  std::string hearts;
  for (int i = 0; i < 126; ++i) hearts += "\xF0\x9F\x92\x99";
  EXPECT_EQ(keep(std::string(126, 'x')), ExemplarResult::kKept);
  EXPECT_EQ(keep(std::string(127, 'x')), ExemplarResult::kTooLong);
  EXPECT_EQ(keep(hearts), ExemplarResult::kKept);
  EXPECT_EQ(Lines(registry, "calls_total")[0].substr(0, 36 + 8), "calls_total 3 # {ab=\"" + hearts.substr(0, 23));
  EXPECT_EQ(keep(hearts + "\xF0\x9F\x92\x99"), ExemplarResult::kTooLong);
  EXPECT_EQ(keep(std::string(126, '\n')), ExemplarResult::kKept);  // an escape is one character
  EXPECT_EQ(keep(std::string(1 << 20, 'x')), ExemplarResult::kTooLong);
  // Names count as well, and the most labels that there can be are kept whole.
  std::vector<std::string> names;
  for (char c = 'a'; c <= 'z'; ++c) names.insert(names.end(), {std::string(1, c), std::string(1, c - 'a' + 'A')});
  names.emplace_back("_");
  std::vector<Exemplar::Label> labels;
  for (const std::string& name : names) labels.emplace_back(name, "\xF0\x9F\x92\x99");
  labels[0].second = std::string_view(hearts).substr(0, 4 * (128 - 53 - 52));
  EXPECT_EQ(calls.With().Increment(1, labels), ExemplarResult::kKept);
  labels.emplace_back("ab", "");
  EXPECT_EQ(calls.With().Increment(1, labels), ExemplarResult::kTooLong);
  EXPECT_EQ(registry.exemplar_refusals("calls_total").too_long, 4u);
  EXPECT_EQ(Lines(registry, "calls_total")[0].substr(0, 14), "calls_total 8 ");  // all of them counted
}

TEST(Exemplar, IsRefusedAndTheAmountCounts) {
  Registry registry = Made();
  auto calls = registry.AddCounter({"calls_total"}).value();
  const auto keep = [&calls](std::vector<Exemplar::Label> labels, double time = 1) {
    return calls.With().Increment(1, {labels, time});
  };
  EXPECT_EQ(keep({}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"", "x"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"1a", "x"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"a.b", "x"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"__a", "x"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"a", "x"}, {"b", "y"}, {"a", "x"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"a", "\xff"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"a", std::string_view("x\0y", 3)}}), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"a", std::string(400, '\x80')}}), ExemplarResult::kInvalid);  // no code point begins there
  EXPECT_EQ(keep({{"a", "x"}}, std::nan("")), ExemplarResult::kInvalid);
  EXPECT_EQ(keep({{"a", "x"}}, std::numeric_limits<double>::infinity()), ExemplarResult::kInvalid);
  EXPECT_EQ(Lines(registry, "calls_total"), Texts{"calls_total 11"});
  EXPECT_EQ(registry.exemplar_refusals("calls_total").invalid, 11u);
  EXPECT_EQ(registry.exemplar_refusals("other_total").invalid, 0u);
  // Nothing was counted, so there is nothing to be an example of.
  EXPECT_EQ(calls.With().Increment(-1, {{"a", "x"}}), ExemplarResult::kUncounted);
  EXPECT_EQ(calls.With().Increment(std::nan(""), {{"a", "x"}}), ExemplarResult::kUncounted);
  BoundMetric<Counter> nothing;
  EXPECT_EQ(nothing.Increment(1, {{"a", "x"}}), ExemplarResult::kUncounted);
  EXPECT_EQ(Lines(registry, "calls_total"), Texts{"calls_total 11"});
}

TEST(Exemplar, FollowsAFoldedSeries) {
  Registry registry = Made(
      "version: 1\nmetrics:\n- {name: calls_total, series_limit: 2, labels: {user: {value_limit: 1}}}\n"
      "- {name: took_seconds, series_limit: 8, labels: {user: {value_limit: 1}}}\n");
  auto calls = registry.AddCounter({"calls_total"}, {"user"}).value();
  auto took = registry.AddHistogram({"took_seconds"}, {"user"}, {1}).value();
  calls.With({"ann"}).Increment(1, {{{"t", "of-ann"}}, 1});
  calls.With({"bob"}).Increment(1, {{{"t", "of-bob"}}, 2});
  calls.Bind({"eve"}).Increment(1, {{{"t", "of-eve"}}, 3});
  took.With({"ann"}).Observe(1, {{{"t", "of-ann"}}, 1});
  took.With({"bob"}).Observe(2, {{{"t", "of-bob"}}, 2});
  EXPECT_EQ(Lines(registry, "calls_total"), (Texts{R"(calls_total{user="ann"} 1 # {t="of-ann"} 1 1)",
                                                   R"(calls_total{user="other"} 2 # {t="of-eve"} 1 3)"}));
  EXPECT_EQ(Lines(registry, "took_seconds_bucket"),
            (Texts{R"(took_seconds_bucket{user="ann",le="1.0"} 1 # {t="of-ann"} 1 1)",
                   R"(took_seconds_bucket{user="ann",le="+Inf"} 1)", R"(took_seconds_bucket{user="other",le="1.0"} 0)",
                   R"(took_seconds_bucket{user="other",le="+Inf"} 1 # {t="of-bob"} 2 2)"}));
}

// Every scrape shows an exemplar that somebody gave, whole, and every call has counted.
TEST(Exemplar, IsWholeAndCostsNoCountWhileThreadsAndScrapesGoOn) {
  constexpr int kThreads = 4, kCalls = 20000;
  Registry registry = Made();
  auto took = registry.AddHistogram({"took_seconds"}, {1}).value();
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&took, &running, thread] {
      for (int i = 0; i < kCalls; ++i) {
        // Now and then a long one, for which the place has to grow.
        const std::string text(i % 97 == 0 ? 120 : static_cast<size_t>(i % 50 + 1), static_cast<char>('a' + thread));
        took.With().Observe(i % 2 == 0 ? 0.5 : 2 + thread, {{{"t", text}}, 1.0 + thread});
      }
      running.fetch_sub(1);
    });
  }
  int shown = 0;
  do {
    const std::vector<CollectedFamily> families = registry.Collect();
    for (const CollectedExemplar& one : families[0].exemplars) {
      if (one.labels.empty()) continue;
      ++shown;
      ASSERT_GE(one.labels.size(), 5u);
      const char letter = one.labels[3];
      ASSERT_EQ(one.labels, "t=\"" + std::string(one.labels.size() - 4, letter) + "\"");
      ASSERT_EQ(one.timestamp_s, 1.0 + (letter - 'a'));
      if (one.value != 0.5) {
        ASSERT_EQ(one.value, 2.0 + (letter - 'a'));
      }
    }
  } while (running.load() > 0);
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(shown, 0);
  EXPECT_EQ(Lines(registry, "took_seconds_count")[0], "took_seconds_count 80000");
}

}  // namespace
}  // namespace seriesguard
