// SPDX-License-Identifier: Apache-2.0
//
// guard_reload_test.cc: a new policy while the service runs, and every mistake that a policy or a wrapper can make.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/series_backend.h"
#include "tests/lib/guard/guard_model_service.h"

namespace seriesguard {
namespace {

using Pairs = LabelPairs;

std::string PolicyOf(const std::string& metric, const std::string& head = "") {
  return "version: 1\n" + head + "metrics:\n- {name: calls_total, freeze: 300s, " + metric + "}\n";
}

// The status has this code, and its message each of `words`.
void ExpectStatus(const absl::Status& status, absl::StatusCode code, const std::vector<std::string>& words) {
  EXPECT_EQ(status.code(), code) << status.ToString();
  for (const std::string& word : words) {
    EXPECT_TRUE(absl::StrContains(status.message(), word)) << "no \"" << word << "\" in: " << status.ToString();
  }
}

TEST(GuardReload, ALoweredLimitTurnsTheLatestComersOutAndDeletesNothing) {
  TestService service(PolicyOf("series_limit: 10, labels: {path: {value_limit: 9}}"));
  TestFamily calls = service.Add("calls_total", {"path"});
  for (int i = 0; i < 9; ++i) {
    service.Pass(1);
    calls.Call({"/" + std::to_string(i)});
  }
  ASSERT_TRUE(service.guard.ReloadFromText(PolicyOf("series_limit: 5, labels: {path: {value_limit: 3}}")).ok());
  EXPECT_EQ(calls.Call({"/2"}), (Pairs{{"path", "/2"}}));
  EXPECT_EQ(calls.Call({"/3"}), (Pairs{{"path", "other"}}));
  EXPECT_EQ(calls.world().size(), 10u) << "frozen";
  service.Scrape(285);
  EXPECT_EQ(calls.world().Scrape().at({{"path", "/8"}}), 1) << "unchanged for five minutes";
  service.Scrape(30);
  EXPECT_EQ(calls.world().size(), 4u);
  EXPECT_EQ(calls.guard().RetiredTotal().value, 6);
  EXPECT_EQ(calls.world().Sum() + 6, 11);
}

TEST(GuardReload, AReturningValueGoesOnFromItsTotal) {
  const std::string open = PolicyOf("series_limit: 10, labels: {path: {value_limit: 9}}");
  TestService service(open);
  TestFamily calls = service.Add("calls_total", {"path"});
  calls.Call({"/a"}, 42);
  ASSERT_TRUE(service.guard.ReloadFromText(PolicyOf("series_limit: 10, labels: {path: {allow: [/b]}}")).ok());
  service.Scrape(330);
  EXPECT_FALSE(calls.world().Has({{"path", "/a"}}));
  ASSERT_TRUE(service.guard.ReloadFromText(open).ok());
  calls.Call({"/a"});
  EXPECT_EQ(calls.world().Scrape().at({{"path", "/a"}}), 43);
  EXPECT_EQ(calls.guard().RetiredTotal().value, 0);
}

TEST(GuardReload, AHandleKeepsItsSeriesOverEveryPolicy) {
  TestService service(PolicyOf("series_limit: 10, labels: {path: {value_limit: 9}}"));
  TestFamily calls = service.Add("calls_total", {"path"});
  Cell* const handle = calls.Bind({"/a"});
  ASSERT_TRUE(service.guard.ReloadFromText(PolicyOf("series_limit: 10, labels: {path: {drop: true}}")).ok());
  service.Scrape(900);
  EXPECT_EQ(TestFamily::CallBound(handle, 5), (Pairs{{"path", "/a"}}));
  EXPECT_EQ(calls.world().Scrape().at({{"path", "/a"}}), 5);
  FamilyGuard::Unbind(handle);
  service.Scrape(15);
  EXPECT_TRUE(calls.world().Has({{"path", "/a"}})) << "frozen from now on";
  service.Scrape(330);
  EXPECT_FALSE(calls.world().Has({{"path", "/a"}}));
}

TEST(GuardReload, ShadowChangesNothingAndCountsWhatItWouldDo) {
  const std::string rules = "series_limit: 4, labels: {path: {value_limit: 2}}";
  TestService service(PolicyOf(rules, "mode: shadow\n"));
  TestFamily calls = service.Add("calls_total", {"path"});
  for (int i = 0; i < 10; ++i) {
    const std::string path = "/" + std::to_string(i);
    EXPECT_EQ(calls.Call({path}), (Pairs{{"path", path}}));
  }
  EXPECT_EQ(calls.world().size(), 10u);
  EXPECT_EQ(calls.folds(0, FoldReason::kValueLimit), 8u);
  ASSERT_TRUE(service.guard.ReloadFromText(PolicyOf(rules)).ok());
  for (int i = 0; i < 10; ++i) calls.Call({"/" + std::to_string(i)});
  EXPECT_LE(calls.world().size(), 11u);
  service.Scrape(330);
  for (int i = 0; i < 10; ++i) calls.Call({"/" + std::to_string(i)});
  EXPECT_LE(calls.world().size(), 4u);
  EXPECT_EQ(calls.world().Sum() + static_cast<int64_t>(calls.guard().RetiredTotal().value), 30);
}

TEST(GuardReload, NewPinsWaitForPlacesAndTakeThemFirst) {
  TestService service(PolicyOf("series_limit: 5, labels: {path: {value_limit: 9}}"));
  TestFamily calls = service.Add("calls_total", {"path"});
  for (int i = 0; i < 9; ++i) calls.Call({"/" + std::to_string(i)});
  ASSERT_EQ(calls.world().size(), 5u);
  ASSERT_TRUE(
      service.guard.ReloadFromText(PolicyOf("series_limit: 5, labels: {path: {value_limit: 9, pin: [p, q]}}")).ok());
  EXPECT_EQ(calls.Call({"p"}), (Pairs{{"path", "other"}}));
  EXPECT_EQ(calls.folds(0, FoldReason::kWaiting), 1u);
  service.Scrape(330);
  EXPECT_EQ(calls.Call({"p"}), (Pairs{{"path", "p"}}));
  EXPECT_EQ(calls.Call({"q"}), (Pairs{{"path", "q"}}));
  EXPECT_LE(calls.world().size(), 5u);
}

TEST(GuardReload, AMistakeLeavesTheOldPolicyInForce) {
  TestService service(PolicyOf("series_limit: 10, labels: {path: {value_limit: 9}}"));
  TestFamily calls = service.Add("calls_total", {"path"});
  const std::string hash = service.guard.Report().policy_hash;
  ExpectStatus(service.guard.ReloadFromText("version: 1\nmetrics: [{nam: x}]\n"), absl::StatusCode::kInvalidArgument,
               {"nam", "2:"});
  ExpectStatus(service.guard.ReloadFromText(PolicyOf("series_limit: 21, labels: {path: {value_limit: 9}}")),
               absl::StatusCode::kResourceExhausted, {"calls_total", "21", "capacity", "20"});
  ExpectStatus(service.guard.ReloadFromText(PolicyOf("labels: {route: {value_limit: 9}}")),
               absl::StatusCode::kInvalidArgument, {"calls_total", "route", "line"});
  ExpectStatus(service.guard.ReloadFromFile("/nowhere/seriesguard.yaml"), absl::StatusCode::kNotFound, {"/nowhere"});
  EXPECT_EQ(service.guard.Report().policy_hash, hash);
  EXPECT_EQ(service.guard.Report().reloads, 0u);
  EXPECT_EQ(calls.Call({"/a"}), (Pairs{{"path", "/a"}}));
}

TEST(GuardReload, LeavesNoValuesBehind) {
  TestService service(PolicyOf("labels: {path: {allow: [/a, /b]}}"));
  TestFamily calls = service.Add("calls_total", {"path"});
  for (int i = 0; i < 20; ++i) {
    const std::string allowed = "/x" + std::to_string(i) + ", /y" + std::to_string(i);
    ASSERT_TRUE(service.guard.ReloadFromText(PolicyOf("labels: {path: {allow: [" + allowed + "]}}")).ok());
    ASSERT_TRUE(
        service.guard.ReloadFromText(PolicyOf("zero_first: true, labels: {path: {pin: [p" + std::to_string(i) + "]}}"))
            .ok());
    service.Scrape(330);
  }
  EXPECT_LE(calls.guard().label(0).pool_size(), 4u);
}

TEST(GuardErrors, AFamilyThatCannotBeGuardedSaysWhy) {
  TestService service(
      "version: 1\nbudget: {series_limit: 200}\nmetrics:\n- {name: big_seconds, series_limit: 6, labels: {m: {allow: "
      "[A, B]}, "
      "n: {pin: [X]}}}\n- {name: temperature, labels: {room: {value_limit: 5}}}\n");
  const auto status = [&](const std::string& name, std::vector<std::string> labels,
                          MetricKind kind = MetricKind::kCounter,
                          uint64_t cost = 1) { return service.TryAdd(name, std::move(labels), kind, cost).status(); };
  using Code = absl::StatusCode;
  ExpectStatus(status("seriesguard_x", {}), Code::kInvalidArgument, {"seriesguard_x", "guard itself"});
  ExpectStatus(status("h", {"le"}, MetricKind::kHistogram, 5), Code::kInvalidArgument, {"le", "bucket"});
  ExpectStatus(status("s", {"quantile"}, MetricKind::kSummary, 4), Code::kInvalidArgument, {"quantile"});
  ExpectStatus(status("a_total", {"x", "x"}), Code::kInvalidArgument, {"\"x\"", "twice"});
  ExpectStatus(status("a_total", {"__name__"}), Code::kInvalidArgument, {"__name__", "reserved"});
  ExpectStatus(status("a_total", {"1st"}), Code::kInvalidArgument, {"1st"});
  ExpectStatus(status("a_total", {""}), Code::kInvalidArgument, {"\"\""});
  ExpectStatus(status("a_total", {"\xff"}), Code::kInvalidArgument, {"a_total"});
  ExpectStatus(status("a_total", {"a-b"}), Code::kInvalidArgument, {"a-b"});
  ExpectStatus(status("a_total", std::vector<std::string>(17, "x")), Code::kInvalidArgument, {"17", "16"});
  ExpectStatus(status("big_seconds", {"m", "n"}, MetricKind::kHistogram, 5), Code::kResourceExhausted,
               {"big_seconds", "5 x 3 (m) x 2 (n) = 30", "series_limit 6"});
  ExpectStatus(status("temperature", {"room"}, MetricKind::kGauge), Code::kInvalidArgument,
               {"temperature", "room", "fold"});
  ExpectStatus(status("wide_total", {"a", "b", "c"}, MetricKind::kHistogram, 190), Code::kResourceExhausted,
               {"wide_total", "190", "200"});
  EXPECT_TRUE(status("a_total", {"x"}).ok());
  ExpectStatus(status("a_total", {"x"}), Code::kAlreadyExists, {"a_total"});
  EXPECT_EQ(service.guard.Report().families.size(), 1u) << "what was refused left nothing";
}

TEST(GuardErrors, APolicyWithTooManyPinsOrPlacesOfZeroIsRefused) {
  ExpectStatus(Guard::FromText(PolicyOf("labels: {path: {value_limit: 1, pin: [a, b]}}")).status(),
               absl::StatusCode::kInvalidArgument, {"pin", "2"});
  ExpectStatus(Guard::FromText(PolicyOf("series_limit: 0")).status(), absl::StatusCode::kInvalidArgument,
               {"series_limit"});
  ExpectStatus(Guard::FromText("version: 1\nmetrics: [{name: a}, {name: a}]\n").status(),
               absl::StatusCode::kInvalidArgument, {"a"});
}

}  // namespace
}  // namespace seriesguard
