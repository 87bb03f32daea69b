// SPDX-License-Identifier: Apache-2.0
//
// The functions and matchers on all sources, and what they say when they fail.
#include "lib/testing/metric_matchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "lib/metrics/registry.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/service_registry.h"
#include "lib/testing/metrics_snapshot.h"
#include "lib/testing/metrics_source.h"
#include "lib/testing/prometheus_source.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::IsNan;
using ::testing::Le;
using ::testing::Lt;
using ::testing::Not;

constexpr char kPolicy[] = "version: 1\ndefaults: {series_limit: 100, value_limit: 10}\n";

template <typename M>
std::string Explain(const MetricsSnapshot& snapshot, const M& matcher) {
  ::testing::StringMatchResultListener listener;
  EXPECT_FALSE(matcher.MatchAndExplain(snapshot, &listener));
  return listener.str();
}

template <typename M>
std::string Description(const M& matcher) {
  std::ostringstream text;
  matcher.DescribeTo(&text);
  return text.str();
}

TEST(OurRegistry, IsAsked) {
  Registry registry = Registry::FromText(kPolicy).value();
  auto requests = registry.AddCounter({"http_requests_total", "Requests."}, {"method", "code"}).value();
  auto seconds = registry.AddHistogram({"http_seconds", "Time.", "seconds"}, {"path"}, {0.1, 1}).value();
  auto busy = registry.AddGauge({"busy", "Busy."}).value();
  busy.With().Set(std::nan(""));
  requests.With({"GET", "200"}).Increment(3);
  seconds.With({"/"}).Observe(0.5);

  EXPECT_EQ(SampleValue(registry, "http_requests_total", {{"method", "GET"}, {"code", "200"}}), 3);
  EXPECT_EQ(SampleValue(registry, "http_requests_total", {{"code", "200"}, {"method", "GET"}}), 3) << "in any order";
  EXPECT_EQ(SampleValue(registry, "http_requests_total", {{"method", "GET"}}), std::nullopt) << "the whole label set";
  EXPECT_EQ(SampleValue(registry, "http_seconds_bucket", {{"path", "/"}, {"le", "1"}}), 1);
  EXPECT_EQ(SampleValue(registry, "http_seconds_bucket", {{"path", "/"}, {"le", "1.0"}}), 1);
  EXPECT_EQ(SampleValue(registry, "http_seconds_bucket", {{"path", "/"}, {"le", "+Inf"}}), 1);
  EXPECT_EQ(SampleValue(registry, "http_seconds_bucket", {{"path", "/"}, {"le", "0.1"}, {"method", ""}}), 0);
  EXPECT_EQ(SampleValue(registry, "http_seconds_sum", {{"path", "/"}}), 0.5);
  EXPECT_TRUE(std::isnan(SampleValue(registry, "busy").value()));

  EXPECT_EQ(Delta(registry, "http_requests_total", {{"method", "GET"}, {"code", "200"}},
                  [&] {
                    requests.With({"GET", "200"}).Increment(2);
                  }),
            2);
  EXPECT_EQ(Delta(registry, "http_requests_total", {{"method", "PUT"}, {"code", "500"}},
                  [&] {
                    requests.With({"PUT", "500"}).Increment();
                  }),
            1)
      << "from nothing";
  EXPECT_EQ(Delta(registry, "no_such_total", {}, [] {}), std::nullopt);

  EXPECT_THAT(MetricsOf(registry), HasSeries("http_requests_total", {{"method", "GET"}, {"code", "200"}}, 5));
  EXPECT_THAT(MetricsOf(registry),
              HasSeries("http_requests_total", {{"method", "GET"}, {"code", "200"}}, AllOf(Gt(4), Lt(6))));
  EXPECT_THAT(MetricsOf(registry), HasSeries("busy", {}, IsNan()));
  EXPECT_THAT(MetricsOf(registry), HasSeries("busy"));
  EXPECT_THAT(MetricsOf(registry), Not(HasSeries("busy", {}, 1)));
  EXPECT_THAT(MetricsOf(registry), Not(HasSeries("busy", {{"a", "b"}})));
  EXPECT_THAT(MetricsOf(registry), SeriesCountIs("busy", 1));
  EXPECT_THAT(MetricsOf(registry), SeriesCountIs("http_requests_total", 4)) << "2 and their _created";
  EXPECT_THAT(MetricsOf(registry), SeriesCountIs("http_seconds", 6)) << "3 buckets, _sum, _count and _created";
  EXPECT_THAT(MetricsOf(registry.Expose("text/plain")), SeriesCountIs("http_seconds", 5)) << "text has no _created";
  EXPECT_THAT(MetricsOf(registry.Expose("application/openmetrics-text;version=1.0.0")),
              SeriesCountIs("http_seconds", 6));
  EXPECT_THAT(MetricsOf(registry), SeriesCountIs("absent", 0));
  EXPECT_THAT(MetricsOf(registry),
              WithinBudget(ReadPolicy("p", kPolicy + std::string("budget: {series_limit: 500}\n")).policy.value()));
}

TEST(ServiceRegistrySource, IsAsked) {
  const std::string folder = std::string(::testing::TempDir()) + "/matchers." + std::to_string(getpid());
  std::filesystem::remove_all(folder);
  ServiceRegistry registry = ServiceRegistry::OpenWithText(folder, kPolicy).value();
  auto requests = registry.AddCounter({"shop_requests_total", "Requests."}, {"method"}).value();
  auto busy = registry.AddGauge({"shop_busy", "Busy."}, GaugeMode::kLiveSum).value();
  busy.With().Set(2);
  EXPECT_EQ(Delta(registry, "shop_requests_total", {{"method", "GET"}}, [&] { requests.With({"GET"}).Increment(); }),
            1);
  EXPECT_THAT(MetricsOf(registry),
              AllOf(HasSeries("shop_busy", {}, 2), HasSeries("shop_requests_total", {{"method", "GET"}}, 1)));
  EXPECT_THAT(MetricsOf(registry), AllOf(HasSeries("shop_requests_total", {{"method", "other"}}, 0),
                                         SeriesCountIs("shop_requests_total", 4)))
      << "what is folded has its series from the start; both have _created";
  EXPECT_THAT(MetricsOf(registry),
              WithinBudget(ReadPolicy("p", "version: 1\nbudget: {series_limit: 100}\n").policy.value()));
  std::filesystem::remove_all(folder);
}

TEST(PrometheusRegistry, IsAsked) {
  auto registry = std::make_shared<prometheus::Registry>();
  auto& requests = prometheus::BuildCounter().Name("http_requests_total").Help("Requests.").Register(*registry);
  auto& seconds = prometheus::BuildHistogram().Name("http_seconds").Help("Time.").Register(*registry);
  prometheus::Counter& get = requests.Add({{"method", "GET"}, {"path", "a\"b\\c\nd"}});
  seconds.Add({}, prometheus::Histogram::BucketBoundaries{0.1, 1}).Observe(7);
  get.Increment(2);

  EXPECT_EQ(SampleValue(*registry, "http_requests_total", {{"method", "GET"}, {"path", "a\"b\\c\nd"}}), 2) << "escapes";
  EXPECT_EQ(SampleValue(registry, "http_seconds_bucket", {{"le", "+Inf"}}), 1) << "by its pointer";
  EXPECT_EQ(SampleValue(requests, "http_requests_total", {{"method", "GET"}, {"path", "a\"b\\c\nd"}}), 2)
      << "one family";
  const prometheus::Collectable& collectable = *registry;
  EXPECT_EQ(SampleValue(collectable, "http_seconds_sum"), 7);
  EXPECT_EQ(
      Delta(registry, "http_requests_total", {{"method", "GET"}, {"path", "a\"b\\c\nd"}}, [&] { get.Increment(); }), 1);
  EXPECT_THAT(MetricsOf(registry), SeriesCountIs("http_seconds", 5));
  EXPECT_THAT(MetricsOf(*registry), SeriesCountIs("http_requests_total", 1));
}

TEST(PrometheusRegistry, ThatNoServerWouldTakeIsAFailure) {
  prometheus::Registry registry;
  prometheus::BuildGauge().Name("g").Help("Two\nlines.").Register(registry).Add({}).Set(1);
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(SampleValue(registry, "g"), std::nullopt),
                          "a server would refuse the exposition: line 2: ");
  EXPECT_THAT(Explain(MetricsOf(registry), HasSeries("g")),
              ::testing::StartsWith("a server would refuse the exposition"));
  EXPECT_THAT(Explain(MetricsOf(registry), SeriesCountIs("g", 0)),
              ::testing::StartsWith("a server would refuse the exposition"));
  EXPECT_THAT(Explain(MetricsOf(registry), WithinBudget(Policy())), ::testing::StartsWith("a server would refuse"));
}

constexpr char kText[] =
    "# TYPE a_total counter\n"
    "a_total{m=\"GET\",p=\"x\\\\y\\n\\\"\"} 1\n"
    "a_total{m=\"PUT\",p=\"\"} +Inf\n"
    "# TYPE s summary\n"
    "s{quantile=\"0.5\"} NaN\n"
    "s_sum 1e3\n"
    "s_count 4\n"
    "up 1 1700000000000\n"
    "up 0 1600000000000\n"
    "twice 1\n"
    "twice 2\n";

TEST(Text, OfBothFormatsIsAsked) {
  EXPECT_EQ(SampleValue(kText, "a_total", {{"m", "GET"}, {"p", "x\\y\n\""}}), 1);
  EXPECT_EQ(SampleValue(std::string(kText), "a_total", {{"m", "PUT"}}), INFINITY) << "an empty value is no label";
  EXPECT_TRUE(std::isnan(SampleValue(kText, "s", {{"quantile", ".5"}}).value()));
  EXPECT_EQ(SampleValue(kText, "s_sum"), 1000);
  EXPECT_EQ(SampleValue(kText, "up"), 1) << "the latest time";
  EXPECT_EQ(SampleValue(kText, "twice"), 1) << "the first value, as in a server";
  EXPECT_THAT(MetricsOf(kText), AllOf(SeriesCountIs("s", 3), SeriesCountIs("a_total", 2), SeriesCountIs("twice", 1)));

  const std::string openmetrics =
      "# TYPE a counter\n# UNIT b_seconds seconds\n# TYPE b_seconds histogram\n"
      "a_total{m=\"GET\"} 1 1.5 # {trace_id=\"x\"} 1 2.5\na_created{m=\"GET\"} 1.7e9\n"
      "b_seconds_bucket{le=\"1.0\"} 1 # {} 0.5\nb_seconds_bucket{le=\"+Inf\"} 2\nb_seconds_count 2\nb_seconds_sum 3\n# "
      "EOF\n";
  EXPECT_EQ(SampleValue(openmetrics, "b_seconds_bucket", {{"le", "1"}}), 1);
  EXPECT_THAT(MetricsOf(openmetrics), AllOf(SeriesCountIs("a_total", 2), SeriesCountIs("b_seconds", 4)));

  int answers = 0;
  const auto scrape = [&] { return "answers_total " + std::to_string(++answers) + "\n"; };
  EXPECT_EQ(Delta(scrape, "answers_total", {}, [&] { answers += 10; }), 11) << "a function is asked anew";
}

TEST(Text, ThatCannotBeReadIsAFailure) {
  EXPECT_NONFATAL_FAILURE((void)SampleValue("a 1\nb\n", "a"),
                          "a server would refuse the exposition: line 2: expected a value");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(MetricsOf("a"), HasSeries("a")), "an exposition that no server would take");
  EXPECT_THAT(MetricsOf(""), AllOf(Not(HasSeries("a")), SeriesCountIs("a", 0)));
}

TEST(Failures, ShowTheNearestSeries) {
  std::string text;
  for (const char* const method : {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}) {
    for (const char* const code : {"200", "404", "500"}) {
      text += "http_requests_total{method=\"" + std::string(method) + "\",code=\"" + code + "\"} 1\n";
    }
  }
  text +=
      "# TYPE http_seconds histogram\nhttp_seconds_bucket{le=\"1\"} 1\nhttp_seconds_bucket{le=\"+Inf\"} "
      "1\nhttp_seconds_sum 1\n";
  const MetricsSnapshot snapshot = MetricsOf(text);
  EXPECT_EQ(Explain(snapshot, HasSeries("http_requests_total", {{"method", "POSTS"}, {"code", "200"}})),
            "of that name there are 18 series, the nearest are:\n"
            "  http_requests_total{code=\"200\",method=\"POST\"} 1\n"
            "  http_requests_total{code=\"200\",method=\"PUT\"} 1\n"
            "  http_requests_total{code=\"200\",method=\"GET\"} 1\n"
            "  http_requests_total{code=\"200\",method=\"PATCH\"} 1\n"
            "  http_requests_total{code=\"200\",method=\"DELETE\"} 1");
  EXPECT_THAT(Explain(snapshot, HasSeries("http_request_total", {{"method", "PUT"}, {"code", "200"}})),
              ::testing::StartsWith(
                  "there is no such name; the nearest is http_requests_total with 18 series, the nearest are:\n"
                  "  http_requests_total{code=\"200\",method=\"PUT\"} 1\n"));
  EXPECT_EQ(Explain(snapshot, HasSeries("http_seconds")),
            "there is no such name; the nearest is http_seconds_bucket with 2 series:\n"
            "  http_seconds_bucket{le=\"+Inf\"} 1\n"
            "  http_seconds_bucket{le=\"1.0\"} 1")
      << "a histogram's own name is that of its series";
  EXPECT_EQ(Explain(snapshot, HasSeries("queue_jobs")),
            "there are 2 metrics with 21 series, none of a similar name; the first is http_requests_total");
  EXPECT_EQ(Explain(MetricsOf(""), HasSeries("a")), "there are no series at all");
  EXPECT_EQ(Explain(snapshot, HasSeries("http_seconds_sum", {}, Gt(5))), "whose value is 1");
  EXPECT_EQ(Explain(snapshot, SeriesCountIs("http_seconds", 9)),
            "it has 3 series: 2 http_seconds_bucket, 1 http_seconds_sum");
  EXPECT_EQ(Explain(snapshot, SeriesCountIs("http_requests_totl", 9)),
            "there are none: there is no metric of that name; the nearest is http_requests_total with 18 series");
  EXPECT_EQ(Description(HasSeries("a", {{"b", "c"}}, Ge(2))), "has the series a{b=\"c\"} with a value that is >= 2");
  EXPECT_EQ(Description(SeriesCountIs("a", Le(2))), "as many series of the metric a that their number is <= 2");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(snapshot, HasSeries("http_seconds_sum", {}, 3)),
                          "Expected: has the series http_seconds_sum with a value that is equal to 3\n"
                          "  Actual: 21 series of 2 metrics (of type seriesguard::MetricsSnapshot), whose value is 1");
}

TEST(Failures, AreShortAndPrintableWhateverTheBytesAre) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += "evil_total{v=\"\x1b[31m\xe2\x80\xae\\\"" + std::to_string(i) + std::string(5000, 'x') + "\"";
    for (int label = 0; label < 20; ++label)
      text += ",l" + std::to_string(label) + "=\"" + std::string(100, 'y') + "\"";
    text += "} 1\n";
    if (i > 20) i += 200;
  }
  const MetricsSnapshot snapshot = MetricsOf(text);
  ASSERT_TRUE(snapshot.status().ok());
  const std::string name = "evil\x1b_total" + std::string(100000, 'z');
  for (const std::string& message :
       {Explain(snapshot, HasSeries("evil_total", {{"v", "\x1b[31m"}})),
        Explain(snapshot, HasSeries(name, {{"v\x07", "\n"}})), Explain(snapshot, SeriesCountIs(name, 1)),
        Description(HasSeries(name, {{name, name}})), Description(SeriesCountIs(name, 1)),
        Explain(snapshot, WithinBudget(ReadPolicy("p\x1b",
                                                  "version: 1\nmetrics: [{name: evil_total, series_limit: 2, labels: "
                                                  "{v: {value_limit: 3, allow: [a]}}}]\n")
                                           .policy.value()))}) {
    EXPECT_LT(message.size(), 4000u) << message;
    EXPECT_GT(message.size(), 10u);
    for (const char c : message) {
      EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << message;
    }
    EXPECT_EQ(message.find("\xe2\x80\xae"), std::string::npos) << "a code point that turns the line";
  }
}

TEST(WithinBudget, SaysWhatIsOverIt) {
  const char* const policy =
      "version: 1\n"
      "budget: {series_limit: 6, unguarded: 1}\n"
      "metrics:\n"
      "- name: a_total\n  series_limit: 2\n  labels:\n    m: {allow: [GET]}\n    p: {value_limit: 2}\n"
      "- name: bbb_total\n  required: true\n";
  const std::string text =
      "a_total{m=\"GET\",p=\"1\"} 1\na_total{m=\"BREW\",p=\"2\"} 1\na_total{m=\"other\",p=\"3\"} 1\n"
      "c{x=\"1\"} 1\nc{x=\"2\"} 1\nbb_total 1\nseriesguard_own 1\n";
  EXPECT_EQ(Explain(MetricsOf(text), WithinBudget(ReadPolicy("p", policy).policy.value())),
            "which is over it:\n"
            "  series_limit: metric a_total: 3 series, limit 2\n"
            "  not_allowed: metric a_total: label m has 2 values that the policy does not admit: \"BREW\", \"other\"\n"
            "  value_limit: metric a_total: label p has 3 values, limit 2\n"
            "  total_limit: 7 series, budget.series_limit 6: most of them, 3, are of a_total\n"
            "  unguarded_limit: 3 series of metrics without a rule, budget.unguarded 1: most of them, 2, are of c\n"
            "  rule_required: metric bbb_total is required and has no series; the nearest is bb_total");
  EXPECT_THAT(
      Explain(MetricsOf(text + "seriesguard_policy_info 1\n"), WithinBudget(ReadPolicy("p", policy).policy.value())),
      ::testing::HasSubstr("1 value that the policy does not admit: \"BREW\"\n"))
      << "`other` is what the guard folded";
  EXPECT_THAT(MetricsOf("a_total{m=\"GET\",p=\"1\"} 1\nbbb_total 1\n"),
              WithinBudget(ReadPolicy("p", policy).policy.value()));
  EXPECT_EQ(
      Explain(MetricsOf("z 1\n"),
              WithinBudget(ReadPolicy("p", "version: 1\nmetrics: [{name: a, series_limit: 5}]\n").policy.value())),
      "which is over it:\n  nothing_judged: no rule of the policy saw a series: is it the policy of this service?");
}

TEST(WithinBudget, OfAFileReadsIt) {
  const std::string path = std::string(::testing::TempDir()) + "/budget." + std::to_string(getpid()) + ".yaml";
  std::FILE* const file = std::fopen(path.c_str(), "w");
  std::fputs("version: 1\nbudgets: {}\n", file);
  std::fclose(file);
  EXPECT_THAT(Explain(MetricsOf("a 1\n"), WithinBudgetOf(path)),
              AllOf(::testing::StartsWith("the policy has errors:\n"), ::testing::HasSubstr(":2:1: error: ")));
  EXPECT_THAT(Explain(MetricsOf("a 1\n"), WithinBudgetOf(path + ".not")), ::testing::StartsWith("no policy: "));
  EXPECT_THAT(Description(WithinBudgetOf(path)), ::testing::StartsWith("is within the budget of "));
  std::filesystem::remove(path);
}

TEST(Guarded, ARegistryStaysWithinItsOwnPolicy) {
  const std::string text =
      "version: 1\nbudget: {series_limit: 200, unguarded: 0}\ndefaults: {series_limit: 60, value_limit: 5}\n"
      "metrics:\n- match: \"x_.*\"\n";
  Registry registry = Registry::FromText(text).value();
  auto requests = registry.AddCounter({"x_requests_total", "Requests."}, {"path"}).value();
  auto seconds = registry.AddHistogram({"x_seconds", "Time.", "seconds"}, {"path"}, {0.1, 1, 10}).value();
  for (int i = 0; i < 1000; ++i) {
    requests.With({std::to_string(i)}).Increment();
    seconds.With({std::to_string(i)}).Observe(i);
  }
  EXPECT_THAT(MetricsOf(registry), WithinBudget(ReadPolicy("p", text).policy.value()));
  EXPECT_THAT(MetricsOf(registry), SeriesCountIs("x_requests_total", 12)) << "5 paths and other, with _created";
  EXPECT_THAT(MetricsOf(registry), HasSeries("x_requests_total", {{"path", "other"}}, 995));
}

}  // namespace
}  // namespace seriesguard
