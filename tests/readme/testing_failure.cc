#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lib/testing/metric_matchers.h"

using namespace seriesguard;  // NOLINT: an example

constexpr char kScraped[] =
    "shop_requests_total{method=\"GET\",path=\"/cart\"} 4\n"
    "shop_requests_total{method=\"GET\",path=\"/carts/17\"} 1\n"
    "shop_requests_total{method=\"POST\",path=\"/cart\"} 2\n";

TEST(Failure, SaysWhatThereIsInstead) {
  EXPECT_THAT(MetricsOf(kScraped), HasSeries("shop_requests_total", {{"method", "GET"}, {"path", "/carts"}}, 4));
}

TEST(Failure, NamesWhatIsOverTheBudget) {
  const std::string with_jobs = kScraped + std::string("shop_jobs{queue=\"mail\"} 1\n");
  EXPECT_THAT(MetricsOf(with_jobs), WithinBudgetOf("tests/readme/testing_metrics.yaml"));
}
