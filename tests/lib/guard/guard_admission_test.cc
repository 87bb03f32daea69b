// SPDX-License-Identifier: Apache-2.0
//
// guard_admission_test.cc: what each kind of value leads to, which label is folded and why, and that nothing is lost.
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/series_backend.h"
#include "tests/lib/guard/guard_model_service.h"

namespace seriesguard {
namespace {

using Pairs = LabelPairs;

constexpr char kTwoLabels[] = R"(
version: 1
metrics:
- name: calls_total
  series_limit: 40
  labels:
    method: {allow: [GET, POST]}
    tenant: {value_limit: 3, pin: [internal]}
)";

TEST(GuardAdmission, FoldsOnlyTheLabelAtFault) {
  TestService service(kTwoLabels);
  TestFamily calls = service.Add("calls_total", {"method", "tenant"});
  EXPECT_EQ(calls.Call({"GET", "a"}), (Pairs{{"method", "GET"}, {"tenant", "a"}}));
  EXPECT_EQ(calls.Call({"BREW", "a"}), (Pairs{{"method", "other"}, {"tenant", "a"}}));
  EXPECT_EQ(calls.Call({"GET", "b"}), (Pairs{{"method", "GET"}, {"tenant", "b"}}));
  EXPECT_EQ(calls.Call({"GET", "c"}), (Pairs{{"method", "GET"}, {"tenant", "other"}}));
  EXPECT_EQ(calls.Call({"GET", "internal"}), (Pairs{{"method", "GET"}, {"tenant", "internal"}}));
  EXPECT_EQ(calls.folds(0, FoldReason::kNotAllowed), 1u);
  EXPECT_EQ(calls.folds(1, FoldReason::kValueLimit), 1u);
  EXPECT_EQ(calls.world().Sum(), 5);
}

TEST(GuardAdmission, TakesAnEmptyViewAndAnEmptyTextForAnAbsentLabel) {
  TestService service(kTwoLabels);
  TestFamily calls = service.Add("calls_total", {"method", "tenant"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(calls.Call({"GET", std::string_view()}), (Pairs{{"method", "GET"}}));
    EXPECT_EQ(calls.Call({"GET", ""}), (Pairs{{"method", "GET"}}));
    EXPECT_EQ(calls.Call({std::string_view(), std::string_view()}), Pairs());
  }
  EXPECT_EQ(calls.world().Sum(), 9);
  EXPECT_EQ(calls.guard().state().gates[1]->named_count(), 1u) << "the pin; absence is no value";
}

TEST(GuardAdmission, CountsARealValueThatEqualsTheOverflowWord) {
  TestService service(kTwoLabels);
  TestFamily calls = service.Add("calls_total", {"method", "tenant"});
  EXPECT_EQ(calls.Call({"other", "other"}), (Pairs{{"method", "other"}, {"tenant", "other"}}));
  EXPECT_EQ(calls.folds(0, FoldReason::kCollision), 1u);
  EXPECT_EQ(calls.folds(1, FoldReason::kCollision), 1u);
}

TEST(GuardAdmission, KeepsThePlacesOfTheReserveFree) {
  TestService service(R"(
version: 1
metrics:
- name: calls_total
  series_limit: 8
  labels: {method: {allow: [GET, POST]}}
)");
  TestFamily calls = service.Add("calls_total", {"method", "path"});
  // 3 method places x 1 are the reserve, so 5 dynamic label sets fit.
  for (int i = 0; i < 20; ++i) calls.Call({"GET", "/" + std::to_string(i)});
  EXPECT_EQ(calls.world().size(), 6u);
  EXPECT_EQ(calls.Call({"POST", "/new"}), (Pairs{{"method", "POST"}, {"path", "other"}}));
  EXPECT_EQ(calls.Call({"BREW", "/new"}), (Pairs{{"method", "other"}, {"path", "other"}}));
  EXPECT_EQ(calls.world().size(), 8u);
  EXPECT_EQ(calls.folds(1, FoldReason::kSeriesLimit), 17u);
  EXPECT_EQ(calls.world().Sum(), 22);
}

TEST(GuardAdmission, CountsLimitsInStoredSeries) {
  TestService service(R"(
version: 1
metrics: [{name: latency, series_limit: 20, labels: {path: {value_limit: 100}}}]
)");
  TestFamily latency = service.Add("latency", {"path"}, MetricKind::kHistogram, 6);
  for (int i = 0; i < 10; ++i) latency.Call({"/" + std::to_string(i)});
  EXPECT_EQ(latency.world().size(), 3u) << "two paths and the overflow, 6 series each";
  EXPECT_EQ(latency.guard().exported_series(), 18u);
}

TEST(GuardAdmission, AdmitsALabelSetWholeOrNotAtAll) {
  TestService service(R"(
version: 1
metrics: [{name: calls_total, series_limit: 2, labels: {a: {value_limit: 50}, b: {value_limit: 50}}}]
)");
  TestFamily calls = service.Add("calls_total", {"a", "b"});
  calls.Call({"1", "1"});
  for (int i = 2; i < 9; ++i) calls.Call({std::to_string(i), std::to_string(i)});
  EXPECT_EQ(calls.guard().state().gates[0]->named_count(), 1u);
  EXPECT_EQ(calls.guard().state().gates[1]->named_count(), 1u);
  EXPECT_EQ(calls.Call({"1", "1"}), (Pairs{{"a", "1"}, {"b", "1"}}));
}

TEST(GuardAdmission, ExportsClosedLabelSetsAtZeroFromTheStart) {
  TestService service(R"(
version: 1
metrics:
- name: calls_total
  labels: {method: {allow: [GET, POST]}, code: {normalize: status_class}, user: {drop: true}}
)");
  TestFamily calls = service.Add("calls_total", {"method", "code", "user"});
  EXPECT_EQ(calls.world().size(), 10u);
  EXPECT_EQ(calls.world().Scrape().at({{"method", "GET"}, {"code", "2xx"}}), 0);
  EXPECT_EQ(calls.Call({"GET", "204", "alice"}), (Pairs{{"method", "GET"}, {"code", "2xx"}}));
  EXPECT_EQ(calls.Call({"GET", "teapot", "bob"}), (Pairs{{"method", "GET"}, {"code", "other"}}));
  EXPECT_EQ(calls.folds(1, FoldReason::kUnreadable), 1u);
}

TEST(GuardAdmission, GuardsAFamilyWithoutLabelsOverReloads) {
  TestService service("version: 1\nmetrics: [{name: calls_total, series_limit: 3}]\n");
  TestFamily calls = service.Add("calls_total", {});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(calls.Call({}), Pairs());
    EXPECT_EQ(calls.guard().exported_series(), 1u) << i;
    ASSERT_TRUE(service.guard.ReloadFromText("version: 1\nmetrics: [{name: calls_total, series_limit: 2}]\n").ok());
  }
  EXPECT_EQ(calls.world().Sum(), 5);
}

TEST(GuardAdmission, ShowsANewSeriesAtZeroFirst) {
  TestService service(R"(
version: 1
scrape_interval: 15s
metrics: [{name: calls_total, zero_first: true, labels: {tenant: {value_limit: 3, pin: [vip]}}}]
)");
  TestFamily calls = service.Add("calls_total", {"tenant"});
  const Pairs other = {{"tenant", "other"}};
  EXPECT_EQ(calls.Call({"a"}), other);
  EXPECT_EQ(calls.world().Scrape().at({{"tenant", "a"}}), 0);
  EXPECT_EQ(calls.Call({"vip"}), (Pairs{{"tenant", "vip"}})) << "a pin is there from the start";
  Cell* const handle = calls.Bind({"a"});
  EXPECT_EQ(TestFamily::CallBound(handle), other);
  service.Scrape(15);
  EXPECT_EQ(calls.Call({"a"}), other);
  service.Scrape(15);
  EXPECT_EQ(calls.Call({"a"}), (Pairs{{"tenant", "a"}}));
  EXPECT_EQ(TestFamily::CallBound(handle), (Pairs{{"tenant", "a"}}));
  EXPECT_EQ(calls.folds(0, FoldReason::kZeroFirst), 2u);
  FamilyGuard::Unbind(handle);
  EXPECT_EQ(calls.world().Sum(), 6);
}

TEST(GuardAdmission, CountsSeriesThatTheFamilyHadAlready) {
  const auto world = std::make_shared<FakeWorld>();
  for (const char* tenant : {"x", "y"}) world->Add({{"tenant", tenant}})->total = 10;
  for (const char* mode : {"enforce", "shadow"}) {
    TestService service("version: 1\nmode: " + std::string(mode) +
                        "\nmetrics: [{name: calls_total, series_limit: 5, labels: {tenant: {value_limit: 50}}}]\n");
    TestFamily calls = service.Add("calls_total", {"tenant"}, MetricKind::kCounter, 1, world);
    EXPECT_EQ(calls.guard().exported_series(), 2u) << mode;
    EXPECT_EQ(calls.Call({"x"}), (Pairs{{"tenant", "x"}}));
    EXPECT_EQ(calls.guard().exported_series(), 2u) << mode << ": the same series";
  }
  EXPECT_EQ(world->Scrape().at({{"tenant", "x"}}), 12);
}

TEST(GuardAdmission, AdmitsNothingWhereTheLibraryThrows) {
  TestService service(kTwoLabels);
  TestFamily calls = service.Add("calls_total", {"method", "tenant"});
  calls.world().FailNext();
  EXPECT_THROW(calls.Call({"GET", "a"}), std::bad_alloc);
  EXPECT_EQ(calls.guard().state().gates[1]->named_count(), 1u) << "only the pin";
  EXPECT_EQ(calls.guard().exported_series(), 0u);
  EXPECT_EQ(calls.Call({"GET", "a"}), (Pairs{{"method", "GET"}, {"tenant", "a"}}));
}

TEST(GuardAdmission, NeverExportsBrokenUtf8OrLongValues) {
  TestService service(R"(
version: 1
metrics:
- name: calls_total
  busiest: {new_series_per_hour: 100%}
  labels: {tenant: {value_limit: 2, admit: busiest}}
)");
  TestFamily calls = service.Add("calls_total", {"tenant"});
  const std::string broken = "\xff\xfe";
  const std::string megabyte(1 << 20, 'm');
  calls.Call({"a"});
  calls.Call({"b"});
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(calls.Call({broken}), (Pairs{{"tenant", "other"}}));
      EXPECT_EQ(calls.Call({megabyte}), (Pairs{{"tenant", "other"}}));
    }
    service.Scrape(60);
  }
  for (const auto& [labels, total] : calls.world().Scrape()) {
    EXPECT_TRUE(labels[0].second == "a" || labels[0].second == "b" || labels[0].second == "other");
  }
  EXPECT_EQ(calls.folds(0, FoldReason::kInvalidUtf8), 1000u);
  EXPECT_EQ(calls.folds(0, FoldReason::kTooLong), 1000u);
}

// Values of a dropped label are remembered on their second call: not all of them for ever, and not those of a megabyte.
TEST(GuardAdmission, MemoryHasABoundThoughNobodyMaintains) {
  TestService service("version: 1\nmetrics: [{name: calls_total, series_limit: 50, labels: {user: {drop: true}}}]\n");
  TestFamily calls = service.Add("calls_total", {"user"});
  for (int i = 0; i < 100'000; ++i) {
    const std::string user = "user " + std::to_string(i);
    for (int call = 0; call < 2; ++call) EXPECT_EQ(calls.Call({user}), Pairs());
  }
  for (int i = 0; i < 200; ++i) {
    const std::string user = std::to_string(i) + std::string(100'000, 'x');
    for (int call = 0; call < 3; ++call) EXPECT_EQ(calls.Call({user}), Pairs());
  }
  EXPECT_LT(service.guard.Report().bytes, uint64_t{1} << 20);
  EXPECT_EQ(calls.world().Sum(), 200'600);
}

}  // namespace
}  // namespace seriesguard
