// SPDX-License-Identifier: Apache-2.0
//
// suggest_policy_test.cc: what is suggested is sound, says its numbers, and serves the traffic that it was made from.
#include "lib/guard/suggest_policy.h"

#include <prometheus/registry.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/wrap.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

constexpr int64_t kMinute = 60'000'000'000;

class Service {
 public:
  explicit Service(const std::string& yaml) {
    GuardOptions options;
    options.clock_ns = [now = now_ns_] { return *now; };
    guard_.emplace(Guard::FromText(yaml, options).value());
  }
  Guard& guard() { return *guard_; }
  prometheus::Family<prometheus::Counter>& Counter(const std::string& name) {
    return prometheus::BuildCounter().Name(name).Register(registry_);
  }
  prometheus::Registry& registry() { return registry_; }
  void Wait(int64_t minutes) {
    *now_ns_ += minutes * kMinute;
    guard_->Maintain();
  }

 private:
  std::shared_ptr<int64_t> now_ns_ = std::make_shared<int64_t>(kMinute);
  prometheus::Registry registry_;
  std::optional<Guard> guard_;
};

// Reads what was suggested. No error, and no warning either: a draft with warnings would not be read.
Policy Sound(const std::string& yaml) {
  PolicyReadResult read = ReadPolicy("suggested", yaml);
  EXPECT_TRUE(read.diagnostics.empty()) << FormatDiagnostics(read, "suggested", 120) << yaml;
  return read.policy ? std::move(*read.policy) : Policy();
}

const LabelRule& RuleOf(const Policy& policy, size_t metric, const std::string& label) {
  static const LabelRule none;
  if (metric >= policy.metrics.size()) return none;
  for (const LabelRule& rule : policy.metrics[metric].labels) {
    if (rule.label == label) return rule;
  }
  ADD_FAILURE() << "no rule for " << label;
  return none;
}

constexpr char kWide[] = "version: 1\ndefaults: {series_limit: 20000, value_limit: 2000}\n";

TEST(SuggestPolicy, ListsClosedLabelsRoutesPathsAndLimitsTheRest) {
  Service service(kWide);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"method", "path", "shop"}).value();
  for (int i = 0; i < 3000; ++i) {
    const std::string path = i % 3 == 0   ? "/api/orders/" + std::to_string(i)
                             : i % 3 == 1 ? "/api/users/" + std::to_string(i) + "/cart"
                                          : "/health";
    calls.With({i % 7 == 0 ? "POST" : "GET", path, "shop-" + std::to_string(i % 40)}).Increment();
  }
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  const Policy policy = Sound(yaml);
  EXPECT_EQ(RuleOf(policy, 0, "method").allow, (std::vector<std::string>{"GET", "POST"}));
  EXPECT_EQ(RuleOf(policy, 0, "path").routes,
            (std::vector<std::string>{"/api/orders/{id}", "/api/users/{id}/cart", "/health"}));
  EXPECT_EQ(RuleOf(policy, 0, "shop").value_limit, 50);  // 40 and a quarter
  EXPECT_NE(yaml.find("closed: 2 values in 60 min, none new in the last 60 min"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("fit 3 routes with 100.0 % of the calls seen"), std::string::npos) << yaml;
  EXPECT_EQ(yaml.find("drop"), std::string::npos);
}

// The traffic that a suggestion was made from folds nowhere under it.
TEST(SuggestPolicy, ServesTheSameTraffic) {
  std::string yaml = kWide;
  for (int round = 0; round < 2; ++round) {
    Service service(yaml);
    auto calls = service.guard().Wrap(service.Counter("calls_total"), {"method", "path", "shop"}).value();
    for (int i = 0; i < 500; ++i) {
      calls.With({i % 2 == 0 ? "GET" : "PUT", "/o/" + std::to_string(i), "s" + std::to_string(i % 30)}).Increment();
    }
    service.Wait(30);
    const GuardReport report = service.guard().Report();
    for (const LabelReport& label : report.families.at(0).labels) {
      uint64_t folds = 0;
      for (const uint64_t count : label.folds) folds += count;
      EXPECT_EQ(folds, 0u) << label.name << "\n" << yaml;
    }
    yaml = service.guard().SuggestPolicy();
    Sound(yaml);
  }
}

TEST(SuggestPolicy, DoesNotListWhatIsStillGrowing) {
  Service service(kWide);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"zone"}).value();
  for (int i = 0; i < 10; ++i) {
    calls.With({"z" + std::to_string(i)}).Increment();
    service.Wait(10);
  }
  const LabelRule rule = RuleOf(Sound(service.guard().SuggestPolicy()), 0, "zone");
  EXPECT_FALSE(rule.has_allow);
  EXPECT_EQ(rule.value_limit, 13);
}

TEST(SuggestPolicy, KeepsASmallLimitWhereNoneFits) {
  Service service(
      "version: 1\nmetrics:\n- name: calls_total\n  series_limit: 100\n  labels:\n    user: {value_limit: 20}\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"user"}).value();
  for (int i = 0; i < 50'000; ++i) calls.With({"u" + std::to_string(i)}).Increment();
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  const LabelRule rule = RuleOf(Sound(yaml), 0, "user");
  EXPECT_EQ(rule.value_limit, 20);
  EXPECT_EQ(rule.admit, Admission::kBusiest);
  EXPECT_FALSE(rule.drop);
  EXPECT_NE(yaml.find("which no limit fits; the busiest keep their names; 49980 calls folded"), std::string::npos)
      << yaml;
}

TEST(SuggestPolicy, KeepsWhatPeopleDecided) {
  const std::string kept =
      "version: 1\nscrape_interval: 15s\nbudget: {series_limit: 5000, unguarded: 700, fleet_series_limit: 90000}\n"
      "labels:\n  user_id: {drop: true}\n"
      "metrics:\n- match: \"calls_.*\"\n  series_limit: 900\n  owner: \"team: \\\"edge\\\"\"\n  reason: why\n"
      "  required: true\n  zero_first: true\n  freeze: 7m\n"
      "  busiest: {half_life: 20m, advantage: 2.5, new_series_per_hour: 12.5%}\n  labels:\n"
      "    code: {normalize: status_class, otherwise: odd}\n    method: {allow: [GET, \"null\", \"{\"]}\n"
      "    path: {route: [\"/a/{id}\", \"/**\"]}\n    size: {ranges: [0.1, 10, 1000]}\n"
      "    tenant: {value_limit: 20, admit: busiest, pin: [internal]}\n"
      "    zone: {replace: [{match: \"([a-z]+)-.*\", with: \"$1\"}], value_limit: 4}\n"
      "- name: other_total\n  series_limit: 5\n";
  Service service(kept);
  auto calls =
      service.guard()
          .Wrap(service.Counter("calls_total"), {"code", "method", "path", "size", "tenant", "zone", "user_id"})
          .value();
  calls.With({"404", "GET", "/a/1", "3", "t1", "eu-1", "17"}).Increment();
  service.Wait(1);
  const std::string yaml = service.guard().SuggestPolicy();
  const Policy policy = Sound(yaml);
  ASSERT_EQ(policy.metrics.size(), 1u) << yaml;
  const MetricRule& rule = policy.metrics[0];
  EXPECT_EQ(rule.owner, "team: \"edge\"");
  EXPECT_EQ(rule.reason, "why");
  EXPECT_TRUE(rule.required && rule.zero_first);
  EXPECT_EQ(rule.freeze_ns, 7 * kMinute);
  EXPECT_EQ(rule.busiest.half_life_ns, 20 * kMinute);
  EXPECT_EQ(rule.busiest.new_series_per_hour, 0.125);
  EXPECT_EQ(policy.scrape_interval_ns, kMinute / 4);
  EXPECT_EQ(policy.budget.unguarded, 700);
  EXPECT_EQ(policy.budget.fleet_series_limit, 90000);
  EXPECT_EQ(RuleOf(policy, 0, "code").normalizer, Normalizer::kStatusClass);
  EXPECT_EQ(RuleOf(policy, 0, "code").otherwise, "odd");
  EXPECT_EQ(RuleOf(policy, 0, "method").allow, (std::vector<std::string>{"GET", "null", "{"}));
  EXPECT_EQ(RuleOf(policy, 0, "path").routes, (std::vector<std::string>{"/a/{id}", "/**"}));
  EXPECT_EQ(RuleOf(policy, 0, "size").ranges, (std::vector<double>{0.1, 10, 1000}));
  EXPECT_EQ(RuleOf(policy, 0, "tenant").pins, (std::vector<std::string>{"internal"}));
  EXPECT_EQ(RuleOf(policy, 0, "tenant").admit, Admission::kBusiest);
  EXPECT_EQ(RuleOf(policy, 0, "zone").replacements.at(0).with, "$1");
  EXPECT_TRUE(RuleOf(policy, 0, "user_id").drop);
  EXPECT_NE(yaml.find("Left out, because no guarded metric has them: other_total"), std::string::npos) << yaml;
}

TEST(SuggestPolicy, ShadowModeKnowsEveryValue) {
  Service service(
      "version: 1\nmode: shadow\nmetrics:\n- name: calls_total\n  series_limit: 50\n  labels:\n"
      "    method: {normalize: lowercase, value_limit: 1}\n    path: {value_limit: 2}\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"method", "path"}).value();
  for (int i = 0; i < 400; ++i) calls.With({i % 2 == 0 ? "Get" : "PUT", "/o/" + std::to_string(i)}).Increment();
  service.Wait(60);
  const Policy policy = Sound(service.guard().SuggestPolicy());
  EXPECT_EQ(policy.mode, PolicyMode::kShadow);
  EXPECT_EQ(RuleOf(policy, 0, "method").allow, (std::vector<std::string>{"get", "put"}));
  EXPECT_EQ(RuleOf(policy, 0, "method").normalizer, Normalizer::kLowercase);
  EXPECT_EQ(RuleOf(policy, 0, "path").routes, (std::vector<std::string>{"/o/{id}"}));
}

TEST(SuggestPolicy, EscapesWhatClientsSend) {
  Service service(kWide);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"agent"}).value();
  const std::vector<std::string> agents = {"\"]}\n- name: evil_total",
                                           "# no comment",
                                           "a\\b",
                                           "\x01\x7f",
                                           "\xc2\x85",
                                           "\xe2\x80\xa8",
                                           "\xe2\x80\xae",
                                           "null",
                                           "~",
                                           "\xf0\x9f\x98\x80",
                                           "\xef\xbb\xbf",
                                           "e\xcc\x81",
                                           " x ",
                                           "{a: b}"};
  for (const std::string& agent : agents) calls.With({agent}).Increment();
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  const Policy policy = Sound(yaml);
  ASSERT_EQ(policy.metrics.size(), 1u) << yaml;
  std::vector<std::string> expected = agents;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(RuleOf(policy, 0, "agent").allow, expected) << yaml;
}

TEST(SuggestPolicy, CommentsStayComments) {
  Service service("version: 1\nmetrics:\n- name: calls_total\n  series_limit: 9\n  labels: {agent: {allow: [a]}}\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"agent"}).value();
  calls.With({"x\n- name: evil_total\r\nmetrics: [\xff"}).Increment();
  service.Wait(60);
  const Policy policy = Sound(service.guard().SuggestPolicy());
  EXPECT_EQ(policy.metrics.size(), 1u);
}

TEST(SuggestPolicy, GaugesGetNoRuleThatTheyMayNotHave) {
  Service service(kWide);
  auto& family = prometheus::BuildGauge().Name("jobs").Register(service.registry());
  auto jobs = service.guard().Wrap(family, {"queue"}).value();
  for (int i = 0; i < 5; ++i) jobs.With({"q" + std::to_string(i)}).Set(i);
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  Sound(yaml);
  Service again(yaml);
  auto& same = prometheus::BuildGauge().Name("jobs").Register(again.registry());
  EXPECT_TRUE(again.guard().Wrap(same, {"queue"}).ok()) << yaml;
}

TEST(SuggestPolicy, HistogramsCountTheirBuckets) {
  Service service(kWide);
  auto& family = prometheus::BuildHistogram().Name("seconds").Register(service.registry());
  const prometheus::Histogram::BucketBoundaries bounds = {1, 2, 3};
  auto seconds = service.guard().Wrap(family, {"method", "zone"}, bounds).value();
  for (int i = 0; i < 6; ++i) seconds.With({i % 2 == 0 ? "GET" : "PUT", i % 3 == 0 ? "a" : "b"}).Observe(1.5);
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  const Policy policy = Sound(yaml);
  EXPECT_GE(policy.metrics.at(0).series_limit.value_or(0), 3 * 3 * 6) << yaml;  // (2 + other) x (2 + other) x cost
  Service again(yaml);
  auto& same = prometheus::BuildHistogram().Name("seconds").Register(again.registry());
  EXPECT_TRUE(again.guard().Wrap(same, {"method", "zone"}, bounds).ok()) << yaml;
}

// Six labels of fifteen values each, used together in fifteen ways only: lists would keep 16^6 series free.
TEST(SuggestPolicy, KeepsNoPlacesFreeForCombinationsThatDoNotOccur) {
  Service service(kWide);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"a", "b", "c", "d", "e", "f"}).value();
  for (int i = 0; i < 15; ++i) {
    const std::string value = "v" + std::to_string(i);
    calls.With({value, value, value, value, value, value}).Increment();
  }
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  const Policy policy = Sound(yaml);
  EXPECT_LE(policy.metrics.at(0).series_limit.value_or(0), 100) << yaml;
}

TEST(SuggestPolicy, KeepsTheListsOfAManifest) {
  Service service("\"calls_total,group\": \"a,b\"\n\"calls_total,zone\": \"\"\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"group", "zone"}).value();
  calls.With({"c", "x"}).Increment();
  service.Wait(60);
  const std::string yaml = service.guard().SuggestPolicy();
  const Policy policy = Sound(yaml);
  EXPECT_EQ(RuleOf(policy, 0, "group").allow, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(RuleOf(policy, 0, "group").otherwise, "unexpected");
  EXPECT_TRUE(RuleOf(policy, 0, "zone").has_allow);
  EXPECT_NE(yaml.find("folds absent labels as well"), std::string::npos) << yaml;
}

TEST(SuggestPolicy, MayBeAskedWhileOthersCount) {
  Service service(
      "version: 1\nmetrics:\n- name: calls_total\n  series_limit: 60\n  labels:\n"
      "    tenant: {value_limit: 20, admit: busiest}\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  std::vector<std::thread> threads;
  std::atomic<bool> is_over{false};
  for (int thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; !is_over.load(std::memory_order_relaxed); ++i) {
        calls.With({"t" + std::to_string(thread) + "-" + std::to_string(i % 300)}).Increment();
      }
    });
  }
  for (int i = 0; i < 30; ++i) {
    Sound(service.guard().SuggestPolicy());
    service.guard().Maintain();
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

TEST(SuggestPolicy, AGuardWithoutMetricsGivesAPolicyThatIsSound) {
  Service service("version: 1\n");
  Sound(service.guard().SuggestPolicy());
}

}  // namespace
}  // namespace seriesguard
