// SPDX-License-Identifier: Apache-2.0
//
// wrap_resources_test.cc: hits and folds allocate nothing and take no lock; what a missing piece of memory leaves behind.
//
// SERIESGUARD_TEST_CALLS sets the number of calls a case (1,000,000).
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lib/guard/fold_reason.h"
#include "lib/prometheus_cpp/wrap.h"
#include "tests/lib/prometheus_cpp/counted_resources.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

uint64_t Calls() { return NumberFromEnvironment("SERIESGUARD_TEST_CALLS", 1'000'000); }

// A value that never came before, without an allocation.
class FreshValue {
 public:
  std::string_view Next() {
    for (size_t i = text_.size(); i-- > 1;) {
      if (++text_[i] <= '9') break;
      text_[i] = '0';
    }
    return {text_.data(), text_.size()};
  }

 private:
  std::array<char, 12> text_ = {'/', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0'};
};

struct Used {
  uint64_t allocations, locks;
};
template <typename Call>
Used Measure(Call call) {
  for (int i = 0; i < 1000; ++i) call();
  const Used before = {allocations, locks};
  const uint64_t calls = Calls();
  for (uint64_t i = 0; i < calls; ++i) call();
  return {allocations - before.allocations, locks - before.locks};
}
#define EXPECT_NOTHING_USED(call)                     \
  do {                                                \
    const Used used = Measure(call);                  \
    EXPECT_EQ(used.allocations, 0u) << "allocations"; \
    EXPECT_EQ(used.locks, 0u) << "locks";             \
  } while (false)

constexpr char kPolicy[] = R"(version: 1
metrics:
- name: requests_total
  series_limit: 200
  labels:
    method: {allow: [GET, POST]}
    path: {route: ["/api/orders/{id}", "/static/**"]}
    tenant: {value_limit: 20}
- name: busiest_total
  labels: {tenant: {value_limit: 20, admit: busiest}}
- name: full_total
  series_limit: 10
- name: queue
  fold: sum
  labels: {tenant: {value_limit: 2}}
)";

class WrapResources : public testing::Test {
 protected:
  WrapResources() : service_(kPolicy) {}
  WrappedService service_;
};

TEST_F(WrapResources, TheCountsWork) {
  auto calls = service_.guard().Wrap(service_.Counter("requests_total"), {"method", "path", "tenant"}).value();
  const Used before = {allocations, locks};
  calls.With({"GET", "/static/a", "a"}).Increment();  // an admission
  EXPECT_GT(allocations, before.allocations);
  EXPECT_GT(locks, before.locks);
}

TEST_F(WrapResources, HitsUseNothing) {
  auto calls = service_.guard().Wrap(service_.Counter("requests_total"), {"method", "path", "tenant"}).value();
  std::array<std::string, 20> tenants;
  for (size_t i = 0; i < tenants.size(); ++i)
    tenants[i] = "tenant of a name that is long enough for the heap " + std::to_string(i);
  size_t next = 0;
  EXPECT_NOTHING_USED([&] {
    next = (next + 1) % tenants.size();
    calls.With({"GET", "/api/orders/17", tenants[next]}).Increment();
  });
  auto handle = calls.Bind({"POST", "/static/x", tenants[0]});
  EXPECT_NOTHING_USED([&] { handle.Increment(); });
}

TEST_F(WrapResources, FoldsUseNothing) {
  auto calls = service_.guard().Wrap(service_.Counter("requests_total"), {"method", "path", "tenant"}).value();
  FreshValue fresh;
  EXPECT_NOTHING_USED([&] { calls.With({"GET", "/static/a", fresh.Next()}).Increment(); });  // value_limit
  EXPECT_NOTHING_USED([&] { calls.With({fresh.Next(), "/static/a", ""}).Increment(); });     // not_allowed
  EXPECT_NOTHING_USED([&] { calls.With({"GET", fresh.Next(), ""}).Increment(); });           // no_route
  EXPECT_NOTHING_USED([&] { calls.With({fresh.Next(), fresh.Next(), fresh.Next()}).Increment(); });
  const std::string huge(9000, 'x'), broken = "\xff";
  EXPECT_NOTHING_USED([&] { calls.With({"GET", "/static/a", huge}).Increment(); });
  EXPECT_NOTHING_USED([&] { calls.With({"GET", "/static/a", broken}).Increment(); });
  EXPECT_NOTHING_USED([&] { calls.With({"GET", "/static/a", "other"}).Increment(); });
}

// Neither a hit nor a fold: what the route makes of a path that never came before. The mark that a set of values leaves has
// 15 bits, so that about one in 30,000 is taken for one that returns, and remembered.
TEST_F(WrapResources, RoutedPathsThatNeverCameBeforeUseNextToNothing) {
  auto calls = service_.guard().Wrap(service_.Counter("requests_total"), {"method", "path", "tenant"}).value();
  FreshValue fresh;
  std::array<char, 24> path = {"/api/orders/00000000000"};
  const Used used = Measure([&] {
    const std::string_view id = fresh.Next();
    id.substr(1).copy(path.data() + 12, id.size() - 1);
    calls.With({"GET", {path.data(), 23}, ""}).Increment();
  });
  EXPECT_LT(used.allocations, Calls() / 2000);
  EXPECT_LT(used.locks, Calls() / 2000);
  EXPECT_EQ(service_.Value("requests_total{method=\"GET\",path=\"/api/orders/{id}\"}"), Calls() + 1000.0);
}

TEST_F(WrapResources, FoldsOfABusiestLabelAndOfAFullMetricUseNothing) {
  auto busiest = service_.guard().Wrap(service_.Counter("busiest_total"), {"tenant"}).value();
  auto full = service_.guard().Wrap(service_.Counter("full_total"), {"a", "b"}).value();
  FreshValue fresh;
  EXPECT_NOTHING_USED([&] { busiest.With({fresh.Next()}).Increment(); });
  EXPECT_NOTHING_USED([&] { full.With({fresh.Next(), "b"}).Increment(); });
  EXPECT_EQ(service_.Report("full_total").series, 10u);
}

TEST_F(WrapResources, GaugesUseNothingSharedOrNot) {
  auto queue = service_.guard().Wrap(service_.Gauge("queue"), {"tenant"}).value();
  FreshValue fresh;
  EXPECT_NOTHING_USED([&] { queue.With({"a"}).Set(1); });
  queue.With({"b"}).Set(1);
  EXPECT_NOTHING_USED([&] { queue.With({fresh.Next()}).Set(1); });
  auto shared = queue.Bind({"c"});
  double value = 0;
  EXPECT_NOTHING_USED([&] { shared.Set(++value); });
  EXPECT_NOTHING_USED([&] { shared.Increment(); });
}

double SumOf(const std::map<std::string, double>& samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0, [](double sum, const auto& s) { return sum + s.second; });
}

// Lets each allocation of `act` fail once, each time on a fresh service. check(service, failed) looks at what is left.
void FailEach(const char* policy, const std::function<std::function<void()>(WrappedService*)>& prepare,
              const std::function<void(WrappedService*, bool)>& check) {
  for (uint64_t successes = 0;; ++successes) {
    SCOPED_TRACE(successes);
    WrappedService service(policy);
    const std::function<void()> act = prepare(&service);
    bool failed = false;
    allocations_until_failure = successes;
    try {
      act();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    const bool is_over = allocations_until_failure != kNeverFail;
    allocations_until_failure = kNeverFail;
    check(&service, failed);
    if (is_over) {
      EXPECT_GT(successes, 5u) << "nothing failed";
      return;
    }
    ASSERT_LT(successes, 2000u);
  }
}

constexpr char kZeroFirst[] =
    "version: 1\nbudget: {series_limit: 1000}\nmetrics: [{name: calls_total, zero_first: true, "
    "series_limit: 100, labels: {tenant: {value_limit: 5}}}]\n";
constexpr char kPlain[] =
    "version: 1\nbudget: {series_limit: 1000}\nmetrics: [{name: calls_total, "
    "series_limit: 100, labels: {tenant: {value_limit: 5}}}]\n";

TEST(WrapMemory, AnAdmissionThatFailsLeavesNothing) {
  for (const char* policy : {kPlain, kZeroFirst}) {
    for (const bool bind : {false, true}) {
      std::optional<GuardedFamily<prometheus::Counter, 2>> calls;
      FailEach(
          policy,
          [&](WrappedService* service) -> std::function<void()> {
            calls.reset();
            calls.emplace(service->guard().Wrap(service->Counter("calls_total"), {"tenant", "user"}).value());
            return [&calls, bind] {
              if (bind) {
                calls->Bind({"a tenant of a long name, so that it needs the heap", "u"}).Increment();
              } else {
                calls->With({"a tenant of a long name, so that it needs the heap", "u"}).Increment();
              }
            };
          },
          [&](WrappedService* service, bool failed) {
            EXPECT_EQ(SumOf(service->Samples()), failed ? 0 : 1);
            const uint64_t before = service->guard().Report().total_taken;
            if (failed) {
              EXPECT_EQ(service->Report("calls_total").labels[0].named, 0u);
            }
            EXPECT_EQ(service->Report("calls_total").series, service->Samples().size());
            // All five places are still there.
            for (const char* tenant : {"1", "2", "3", "4"}) calls->With({tenant, "u"}).Increment();
            calls->With({"a tenant of a long name, so that it needs the heap", "u"}).Increment();
            EXPECT_EQ(SumOf(service->Samples()), failed ? 5 : 6);
            EXPECT_EQ(service->Report("calls_total").labels[0].named, 5u);
            EXPECT_EQ(service->Report("calls_total").series, service->Samples().size());
            EXPECT_EQ(service->Folds("calls_total", 0, FoldReason::kValueLimit), 0u);
            EXPECT_GE(service->guard().Report().total_taken, before);
            calls.reset();
          });
    }
  }
}

TEST(WrapMemory, AWrapThatFailsIsAStatusAndCanBeTriedAgain) {
  std::optional<absl::StatusOr<GuardedFamily<prometheus::Counter, 2>>> wrapped;
  uint64_t taken_before = 0;
  FailEach(
      kPlain,
      [&](WrappedService* service) -> std::function<void()> {
        wrapped.reset();
        service->Counter("calls_total");
        taken_before = service->guard().Report().total_taken;
        return [&wrapped, service] {
          wrapped.emplace(service->guard().Wrap(service->Counter("calls_total"), {"tenant", "user"}));
        };
      },
      [&](WrappedService* service, bool failed) {
        if (failed) return;  // the registry's own
        if (!wrapped->ok()) {
          EXPECT_EQ(wrapped->status().code(), absl::StatusCode::kResourceExhausted);
          EXPECT_EQ(service->guard().Report().total_taken, taken_before);
          EXPECT_TRUE(service->guard().Report().families.empty());
          wrapped.emplace(service->guard().Wrap(service->Counter("calls_total"), {"tenant", "user"}));
        }
        ASSERT_TRUE(wrapped->ok()) << wrapped->status();
        (*wrapped)->With({"a", "b"}).Increment();
        EXPECT_EQ(SumOf(service->Samples()), 1);
        EXPECT_TRUE(service->guard().ReloadFromText(kPlain).ok());
        wrapped.reset();
      });
}

}  // namespace
}  // namespace seriesguard
