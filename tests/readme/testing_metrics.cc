#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lib/metrics/registry.h"
#include "lib/testing/metric_matchers.h"

using namespace seriesguard;  // NOLINT: an example
using testing::Ge;
using testing::Le;

// What is to be tested.
class Shop {
 public:
  explicit Shop(Registry registry)
      : requests_(registry.AddCounter({"shop_requests_total", "Requests."}, {"method", "path"}).value()),
        seconds_(registry.AddHistogram({"shop_seconds", "Time.", "seconds"}, {"path"}, {0.1, 0.3, 1}).value()) {}

  void Serve(const std::string& method, const std::string& path) {
    requests_.With({method, path}).Increment();
    seconds_.With({path}).Observe(0.02);
  }

 private:
  GuardedFamily<Counter, 2> requests_;
  GuardedFamily<Histogram, 1> seconds_;
};

class ShopTest : public testing::Test {
 protected:
  Registry registry_ = Registry::FromFile("tests/readme/testing_metrics.yaml").value();
  Shop shop_{registry_};
};

TEST_F(ShopTest, CountsARequest) {
  EXPECT_EQ(Delta(registry_, "shop_requests_total", {{"method", "GET"}, {"path", "/cart"}},
                  [&] { shop_.Serve("GET", "/cart"); }),
            1);
  EXPECT_EQ(SampleValue(registry_, "shop_seconds_bucket", {{"path", "/cart"}, {"le", "0.1"}}), 1);
  EXPECT_EQ(SampleValue(registry_, "shop_requests_total", {{"method", "PUT"}, {"path", "/cart"}}), std::nullopt);
  EXPECT_THAT(MetricsOf(registry_), HasSeries("shop_seconds_sum", {{"path", "/cart"}}, Ge(0.02)));
}

TEST_F(ShopTest, StaysWithinItsBudgetWhateverClientsAskFor) {
  for (int id = 0; id < 1000; ++id) shop_.Serve("GET", "/orders/" + std::to_string(id));
  EXPECT_THAT(MetricsOf(registry_), WithinBudgetOf("tests/readme/testing_metrics.yaml"));
  EXPECT_THAT(MetricsOf(registry_), SeriesCountIs("shop_requests_total", Le(20)));
  EXPECT_THAT(MetricsOf(registry_), HasSeries("shop_requests_total", {{"method", "GET"}, {"path", "other"}}, 992));
}
