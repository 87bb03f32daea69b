// SPDX-License-Identifier: Apache-2.0
//
// Exemplars in a service of many processes: each shows those that it was given itself, whoever counted the rest.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exemplar.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

struct ServiceOfTest {
  ServiceOfTest() {
    ServiceOptions options;
    options.service = "exemplar_test";
    options.max_workers = 4;
    options.created_series = false;
    registry.emplace(
        ServiceRegistry::OpenWithText(folder.path(),
                                      "version: 1\ndefaults: {series_limit: 60}\nmetrics:\n- name: calls_total\n"
                                      "  series_limit: 2\n  labels: {user: {value_limit: 1}}\n",
                                      options)
            .value());
    calls.emplace(registry->AddCounter({"calls_total"}, {"user"}).value());
    took.emplace(registry->AddHistogram({"took_seconds"}, HistogramBoundaries{1}).value());
  }
  // The lines of calls_total and the buckets.
  std::string Shown() {
    const std::string body = registry->Expose("application/openmetrics-text; version=1.0.0").body;
    std::string lines;
    for (size_t at = 0; at < body.size();) {
      const size_t end = body.find('\n', at) + 1;
      if (body.compare(at, 11, "calls_total") == 0 || body.compare(at, 19, "took_seconds_bucket") == 0) {
        lines += body.substr(at, end - at);
      }
      at = end;
    }
    return lines;
  }

  ScratchFolder folder;
  std::optional<ServiceRegistry> registry;
  std::optional<GuardedFamily<Counter, 1>> calls;
  std::optional<GuardedFamily<Histogram, 0>> took;
};

TEST(ServiceExemplars, AreThoseOfTheProcessThatAnswers) {
  ServiceOfTest test;
  EXPECT_EQ(test.calls->With({"ann"}).Increment(1, {{{"t", "parent"}}, 1}), ExemplarResult::kKept);
  EXPECT_EQ(test.calls->With({"bob"}).Increment(1, {{{"t", "folded"}}, 2}), ExemplarResult::kKept);
  const std::string of_child = InChild([&test] {
    test.calls->With({"ann"}).Increment(5, {{{"t", "child"}}, 3});
    test.calls->With({"eve"}).Increment(2);
    test.took->With().Observe(0.5, {{{"t", "child"}}, 4});
    return test.Shown();
  });
  // What it has not counted itself it has inherited.
  EXPECT_EQ(of_child,
            "calls_total{user=\"other\"} 3 # {t=\"folded\"} 1 2\ncalls_total{user=\"ann\"} 6 # {t=\"child\"} 5 3\n"
            "took_seconds_bucket{le=\"1.0\"} 1 # {t=\"child\"} 0.5 4\ntook_seconds_bucket{le=\"+Inf\"} 1\n");
  // The parent adds up what the child counted, with the exemplars of its own.
  EXPECT_EQ(test.Shown(),
            "calls_total{user=\"other\"} 3 # {t=\"folded\"} 1 2\ncalls_total{user=\"ann\"} 6 # {t=\"parent\"} 1 1\n"
            "took_seconds_bucket{le=\"1.0\"} 1\ntook_seconds_bucket{le=\"+Inf\"} 1\n");
}

TEST(ServiceExemplars, AreRefusedAndTheAmountCounts) {
  ServiceOfTest test;
  EXPECT_EQ(test.calls->With({"ann"}).Increment(1, {{"t", std::string(200, 'x')}}), ExemplarResult::kTooLong);
  EXPECT_EQ(test.took->With().Observe(1, {{"", "x"}}), ExemplarResult::kInvalid);
  EXPECT_EQ(test.registry->exemplar_refusals("calls_total").too_long, 1u);
  EXPECT_EQ(test.registry->exemplar_refusals("took_seconds").invalid, 1u);
  EXPECT_EQ(test.registry->exemplar_refusals("nothing").invalid, 0u);
  EXPECT_EQ(test.Shown(),
            "calls_total{user=\"other\"} 0\ncalls_total{user=\"ann\"} 1\ntook_seconds_bucket{le=\"1.0\"} "
            "1\ntook_seconds_bucket{le=\"+Inf\"} 1\n");
}

}  // namespace
}  // namespace seriesguard
