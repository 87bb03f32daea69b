// SPDX-License-Identifier: Apache-2.0
//
// guard_known_folds_test.cc: a guard that remembers what it folded counts and admits exactly as one that does not.
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/busiest_values.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/family_state.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/guard.h"
#include "lib/guard/guard_core.h"
#include "lib/guard/label_gate.h"
#include "lib/guard/series_backend.h"
#include "tests/lib/guard/guard_model_backend.h"
#include "tests/lib/guard/guard_model_service.h"

namespace seriesguard {
namespace {

using Pairs = LabelPairs;

std::string TenantPolicy(int series_limit, const std::string& tenant) {
  return "version: 1\nmetrics:\n- name: calls_total\n  series_limit: " + std::to_string(series_limit) +
         "\n  busiest: {new_series_per_hour: 100%}\n  labels: {tenant: {" + tenant + "}}\n";
}

size_t Known(TestFamily* family) {
  const FamilyState& state = family->guard().state();
  return state.folds.CountOf(state.generation.now());
}

// Calls until the answer is remembered.
void CallOften(TestFamily* family, const std::vector<std::string_view>& values, const Pairs& expected) {
  const size_t before = Known(family);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(family->Call(values), expected);
  ASSERT_EQ(Known(family), before + 1) << "what follows would prove nothing";
}

TEST(GuardKnownFolds, NamesARejectedValueAtTheNextCallAfterAHigherLimit) {
  TestService service(TenantPolicy(20, "value_limit: 2"));
  TestFamily calls = service.Add("calls_total", {"tenant"});
  for (const char* tenant : {"a", "b"}) calls.Call({tenant});
  CallOften(&calls, {"c"}, {{"tenant", "other"}});
  EXPECT_EQ(calls.folds(0, FoldReason::kValueLimit), 10u);
  ASSERT_TRUE(service.guard.ReloadFromText(TenantPolicy(20, "value_limit: 3")).ok());
  EXPECT_EQ(calls.Call({"c"}), (Pairs{{"tenant", "c"}}));
  EXPECT_EQ(calls.folds(0, FoldReason::kValueLimit), 10u);
  CallOften(&calls, {"d"}, {{"tenant", "other"}});
  ASSERT_TRUE(service.guard.ReloadFromText(TenantPolicy(20, "allow: [d]")).ok());
  EXPECT_EQ(calls.Call({"d"}), (Pairs{{"tenant", "d"}}));
  EXPECT_EQ(calls.Call({"c"}), (Pairs{{"tenant", "other"}}));
  EXPECT_EQ(calls.folds(0, FoldReason::kNotAllowed), 1u);
}

TEST(GuardKnownFolds, NamesARejectedValueAtTheNextCallAfterARetirement) {
  TestService service(TenantPolicy(4, "value_limit: 10"));
  TestFamily calls = service.Add("calls_total", {"tenant"});
  for (const char* tenant : {"a", "b", "c"}) calls.Call({tenant});
  CallOften(&calls, {"d"}, {{"tenant", "other"}});
  EXPECT_EQ(calls.folds(0, FoldReason::kSeriesLimit), 10u);
  // Under the lower limit the latest comer freezes; the limit comes back before its place does.
  ASSERT_TRUE(service.guard.ReloadFromText(TenantPolicy(3, "value_limit: 10")).ok());
  ASSERT_TRUE(service.guard.ReloadFromText(TenantPolicy(4, "value_limit: 10")).ok());
  CallOften(&calls, {"d"}, {{"tenant", "other"}});
  Pairs counted;
  for (int i = 0; i < 60 && counted != Pairs{{"tenant", "d"}}; ++i) {
    EXPECT_EQ(calls.world_size(), 4u);
    service.Scrape(15);
    counted = calls.world_size() == 4 ? Pairs() : calls.Call({"d"});
  }
  EXPECT_EQ(counted, (Pairs{{"tenant", "d"}})) << "the first call after the series was gone";
  EXPECT_EQ(calls.folds(0, FoldReason::kSeriesLimit), 20u);
}

TEST(GuardKnownFolds, NamesARejectedValueAtTheNextCallAfterItsPromotion) {
  TestService service(TenantPolicy(20, "value_limit: 2, admit: busiest"));
  TestFamily calls = service.Add("calls_total", {"tenant"});
  for (const char* tenant : {"a", "b"}) calls.Call({tenant});
  uint64_t sent = 2;
  bool was_named = false;
  for (int second = 0; second < 1000 && !was_named; ++second) {
    for (int i = 0; i < 20; ++i) {
      // Whenever a name is given, the very next call has it.
      const bool is_named = calls.guard().state().gates[0]->FindNamed("c") != nullptr;
      const Pairs counted = calls.Call({"c"});
      ++sent;
      ASSERT_EQ(counted, (Pairs{{"tenant", is_named ? "c" : "other"}}));
      was_named = is_named;
    }
    if (second == 1) {
      EXPECT_EQ(Known(&calls), 1u);
    }
    service.Scrape(1, 1);
  }
  EXPECT_TRUE(was_named);
  EXPECT_EQ(static_cast<double>(calls.world().Sum()) + calls.guard().RetiredTotal().value, static_cast<double>(sent));
}

TEST(GuardKnownFolds, SendsNothingToACellThatWasDemoted) {
  // A fold of one label is counted in a series that another label's value may take away.
  TestService service(
      "version: 1\nmetrics:\n- name: calls_total\n  series_limit: 20\n  busiest: {new_series_per_hour: 100%}\n"
      "  labels: {method: {allow: [GET]}, tenant: {value_limit: 2, admit: busiest}}\n");
  TestFamily calls = service.Add("calls_total", {"method", "tenant"});
  calls.Call({"BREW", "quiet"});
  calls.Call({"GET", "loud"});
  CallOften(&calls, {"BREW", "quiet"}, {{"method", "other"}, {"tenant", "quiet"}});
  bool was_demoted = false;
  for (int second = 0; second < 1000 && !was_demoted; ++second) {
    for (int i = 0; i < 50; ++i) calls.Call({"GET", i % 2 == 0 ? "loud" : "new"});
    service.Scrape(1, 1);
    was_demoted = calls.guard().state().gates[1]->FindNamed("quiet") == nullptr;
  }
  ASSERT_TRUE(was_demoted);
  EXPECT_EQ(calls.Call({"BREW", "quiet"}), (Pairs{{"method", "other"}, {"tenant", "other"}}));
}

// Random traffic with repeated values, reloads and time: two guards, of which one remembers nothing, do the same at each
// call, and say the same in the end.
TEST(GuardKnownFolds, CountsAsAGuardThatRemembersNothing) {
  static const char* const kTenantRules[] = {"value_limit: 4", "value_limit: 7, pin: [t3]", "allow: [t1, t2, t9]",
                                             "value_limit: 5, otherwise: rest"};
  const auto policy = [](uint32_t a, uint32_t b) {
    return "version: 1\nmetrics:\n- name: calls_total\n  series_limit: " + std::to_string(24 + a % 20) +
           "\n  labels:\n    method: {allow: [GET, POST]}\n    path: {route: [\"/api/{id}\"], value_limit: 9}\n    "
           "tenant: {" +
           std::string(kTenantRules[b % std::size(kTenantRules)]) + "}\n";
  };
  uint64_t remembered = 0;
  for (uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const std::string first = policy(random(), random());
    TestService with(first), without(first);
    without.guard.core().most_known_folds = 0;
    TestFamily a = with.Add("calls_total", {"method", "path", "tenant"});
    TestFamily b = without.Add("calls_total", {"method", "path", "tenant"});
    static const char* const kMethods[] = {"GET", "POST", "BREW", "other", ""};
    static const char* const kPaths[] = {"/api/7", "/admin", "/a/path/that/no/route/knows/and/that/is/long", "\xff",
                                         "other"};
    const std::string huge(2000, 'x');
    for (int i = 0; i < 3000; ++i) {
      const std::string tenant = random() % 50 == 0 ? huge : "t" + std::to_string(random() % 12);
      const std::vector<std::string_view> values = {kMethods[random() % 5], kPaths[random() % 5], tenant};
      ASSERT_EQ(a.Call(values), b.Call(values)) << "seed " << seed << ", call " << i;
      if (random() % 200 == 0) {
        with.Scrape(60);
        without.Scrape(60);
      }
      if (random() % 700 == 0) {
        remembered += Known(&a);
        const std::string next = policy(random(), random());
        ASSERT_EQ(with.guard.ReloadFromText(next).ok(), without.guard.ReloadFromText(next).ok());
      }
    }
    remembered += Known(&a);
    EXPECT_EQ(Known(&b), 0u);
    EXPECT_EQ(static_cast<double>(a.world().Sum()) + a.guard().RetiredTotal().value, 3000);
    for (size_t label = 0; label < 3; ++label) {
      for (size_t reason = 0; reason < kFoldReasons; ++reason) {
        const FoldReason why = static_cast<FoldReason>(reason);
        EXPECT_EQ(a.folds(label, why), b.folds(label, why)) << label << " " << FoldReasonName(why);
      }
      // (The two guards hash with different keys: what is estimated is alike, what is counted the same.)
      EXPECT_NEAR(a.guard().label(label).demand().Estimate(), b.guard().label(label).demand().Estimate(), 2);
      std::map<std::string, uint64_t> busiest_of_a, busiest_of_b;
      for (const BusiestValue& value : a.guard().label(label).busiest().Top(64))
        busiest_of_a[value.value] = value.count;
      for (const BusiestValue& value : b.guard().label(label).busiest().Top(64))
        busiest_of_b[value.value] = value.count;
      EXPECT_EQ(busiest_of_a, busiest_of_b) << label;
    }
  }
  EXPECT_GT(remembered, 500u);
}

}  // namespace
}  // namespace seriesguard
