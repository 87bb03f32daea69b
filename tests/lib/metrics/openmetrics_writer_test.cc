// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/openmetrics_writer.h"

#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "tests/lib/metrics/sample_families.h"

namespace seriesguard {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string OpenMetrics(const CollectedFamily& family, NameEscaping escaping = NameEscaping::kUnderscores) {
  std::string out;
  AppendOpenMetricsFamily(family, escaping, &out);
  return out;
}

TEST(OpenMetricsWriter, CounterIsDeclaredWithoutItsTotal) {
  EXPECT_EQ(
      OpenMetrics(FamilyBuilder("work_seconds_total", CollectedType::kCounter, "Time \"at\" work.\nAll.", "seconds")
                      .Add({{"path", "/x"}}, 12, 0, 1700000000.125)
                      .Exemplars({Trace("abc", 0.67, 1700000009.5)})
                      .Add({}, 3, 0.5)
                      .Take()),
      "# TYPE work_seconds counter\n"
      "# UNIT work_seconds seconds\n"
      "# HELP work_seconds Time \\\"at\\\" work.\\nAll.\n"
      "work_seconds_total{path=\"/x\"} 12 # {trace_id=\"abc\"} 0.67 1700000009.5\n"
      "work_seconds_created{path=\"/x\"} 1700000000.125\n"
      "work_seconds_total 3.5\n");
}

// A series must not change its name with the format that was negotiated.
TEST(OpenMetricsWriter, WhatLacksItsSuffixIsOfAnotherType) {
  EXPECT_EQ(
      OpenMetrics(FamilyBuilder("jobs", CollectedType::kCounter).Add({}, 1, 0, 17).Exemplars({Trace("t", 1)}).Take()),
      "# TYPE jobs unknown\njobs 1\n");
  EXPECT_EQ(OpenMetrics(FamilyBuilder("_total", CollectedType::kCounter).Add({}, 1).Take()),
            "# TYPE _total unknown\n_total 1\n");
  EXPECT_EQ(OpenMetrics(FamilyBuilder("build", CollectedType::kInfo).Add({{"v", "1"}}, 1).Take()),
            "# TYPE build gauge\nbuild{v=\"1\"} 1\n");
}

TEST(OpenMetricsWriter, HistogramHasCanonicalBoundariesAndAnExemplarABucket) {
  EXPECT_EQ(OpenMetrics(FamilyBuilder("latency_seconds", CollectedType::kHistogram, "", "seconds")
                            .Boundaries({-0.5, 1, 1e6})
                            .AddHistogram({{"path", "/"}}, {3, 0, 2, 1}, 7.25, 1700000000)
                            .Exemplars({Trace("t", 0.001), {}, {"", 5, 1}, Trace("inf", kInf, 1700000001)})
                            .AddHistogram({}, {0, 0, 0, 0}, 0)
                            .Take()),
            "# TYPE latency_seconds histogram\n"
            "# UNIT latency_seconds seconds\n"
            "latency_seconds_bucket{path=\"/\",le=\"-0.5\"} 3 # {trace_id=\"t\"} 0.001\n"
            "latency_seconds_bucket{path=\"/\",le=\"1.0\"} 3\n"
            "latency_seconds_bucket{path=\"/\",le=\"1e+06\"} 5 # {} 5 1\n"
            "latency_seconds_bucket{path=\"/\",le=\"+Inf\"} 6 # {trace_id=\"inf\"} +Inf 1700000001\n"
            "latency_seconds_sum{path=\"/\"} 7.25\n"
            "latency_seconds_count{path=\"/\"} 6\n"
            "latency_seconds_created{path=\"/\"} 1700000000\n"
            "latency_seconds_bucket{le=\"-0.5\"} 0\n"
            "latency_seconds_bucket{le=\"1.0\"} 0\n"
            "latency_seconds_bucket{le=\"1e+06\"} 0\n"
            "latency_seconds_bucket{le=\"+Inf\"} 0\n"
            "latency_seconds_sum 0\n"
            "latency_seconds_count 0\n");
}

TEST(OpenMetricsWriter, TheOtherTypesHaveTheirWords) {
  EXPECT_EQ(OpenMetrics(FamilyBuilder("heat_celsius", CollectedType::kGauge, "", "celsius").Add({}, 0, 1.5, 17).Take()),
            "# TYPE heat_celsius gauge\n# UNIT heat_celsius celsius\nheat_celsius 1.5\n");
  EXPECT_EQ(
      OpenMetrics(FamilyBuilder("build_info", CollectedType::kInfo, "", "info").Add({{"v", "1"}}, 1, 0, 17).Take()),
      "# TYPE build info\nbuild_info{v=\"1\"} 1\n");
  EXPECT_EQ(OpenMetrics(FamilyBuilder("state", CollectedType::kStateSet)
                            .Add({{"state", "up"}}, 1)
                            .Add({{"state", "down"}}, 0)
                            .Take()),
            "# TYPE state stateset\nstate{state=\"up\"} 1\nstate{state=\"down\"} 0\n");
  EXPECT_EQ(OpenMetrics(FamilyBuilder("thing", CollectedType::kUnknown).Add({}, 0, 0.5).Take()),
            "# TYPE thing unknown\nthing 0.5\n");
}

// A UNIT line that does not fit loses the whole scrape.
TEST(OpenMetricsWriter, AUnitThatIsNotInTheNameIsLeftOut) {
  const struct {
    const char* name;
    const char* unit;
    bool is_written;
  } kCases[] = {{"a_seconds", "seconds", true},
                {"a_seconds", "bytes", false},
                {"aseconds", "seconds", false},
                {"milliseconds", "seconds", false},
                {"seconds", "seconds", false},
                {"_seconds", "seconds", false},
                {"a_per_second", "per_second", true},
                {"a_\n", "\n", false},
                {"a_\"", "\"", false},
                {"a_", "", false}};
  for (const auto& one : kCases) {
    const std::string text = OpenMetrics(FamilyBuilder(one.name, CollectedType::kGauge, "", one.unit).Add({}, 1).Take(),
                                         NameEscaping::kAllowUtf8);
    EXPECT_EQ(text.find("# UNIT") != std::string::npos, one.is_written) << text;
  }
}

std::string ExemplarOf(const CollectedExemplar& exemplar) {
  const std::string text =
      OpenMetrics(FamilyBuilder("a_total", CollectedType::kCounter).Add({}, 1).Exemplars({exemplar}).Take());
  const std::string before = "# TYPE a counter\na_total 1";
  EXPECT_EQ(text.compare(0, before.size(), before), 0) << text;
  EXPECT_EQ(text.back(), '\n');
  return text.substr(before.size(), text.size() - before.size() - 1);
}

TEST(OpenMetricsWriter, AnExemplarThatIsTooLongIsLeftOutAndTheSampleStays) {
  const std::string fits(128 - 8, 'x');  // trace_id has 8
  EXPECT_EQ(ExemplarOf(Trace(fits, 1)), " # {trace_id=\"" + fits + "\"} 1");
  EXPECT_EQ(ExemplarOf(Trace(fits + "x", 1)), "");
  std::string wide, escaped, written;
  for (int i = 0; i < 120; ++i) wide += "\xC3\xA9", escaped += '"', written += "\\\"";
  EXPECT_EQ(ExemplarOf(Trace(wide, 1)), " # {trace_id=\"" + wide + "\"} 1");  // characters, not bytes
  EXPECT_EQ(ExemplarOf(Trace(escaped, 1)), " # {trace_id=\"" + written + "\"} 1");
  EXPECT_EQ(ExemplarOf(Trace(wide + "x", 1)), "");
}

TEST(OpenMetricsWriter, AnExemplarNeverLosesTheScrape) {
  EXPECT_EQ(ExemplarOf(Trace(std::string("a\0b", 3), 1)), "");  // a server reads no NUL in an exemplar
  EXPECT_EQ(ExemplarOf(Trace("a", 1, kNan)), " # {trace_id=\"a\"} 1");
  EXPECT_EQ(ExemplarOf(Trace("a", 1, -kInf)), " # {trace_id=\"a\"} 1");
  EXPECT_EQ(ExemplarOf(Trace("a", kNan)), " # {trace_id=\"a\"} NaN");
  EXPECT_EQ(ExemplarOf(CollectedExemplar()), "");
}

TEST(OpenMetricsWriter, AStartThatIsNoTimeIsLeftOut) {
  for (const double created_s : {kNan, kInf, -kInf, 0.0}) {
    EXPECT_EQ(OpenMetrics(FamilyBuilder("a_total", CollectedType::kCounter).Add({}, 1, 0, created_s).Take()),
              "# TYPE a counter\na_total 1\n");
  }
}

TEST(OpenMetricsWriter, NamesBeyondTheAlphabetAreQuotedOrEscaped) {
  const CollectedFamily counter = FamilyBuilder("http.wait_seconds_total", CollectedType::kCounter, "h", "seconds")
                                      .Add({{"http.method", "a.b"}}, 1, 0, 17)
                                      .Exemplars({{RenderLabels({{"trace.id", "x.y"}}), 2, 0}})
                                      .Take();
  EXPECT_EQ(OpenMetrics(counter, NameEscaping::kAllowUtf8),
            "# TYPE \"http.wait_seconds\" counter\n"
            "# UNIT \"http.wait_seconds\" seconds\n"
            "# HELP \"http.wait_seconds\" h\n"
            "{\"http.wait_seconds_total\",\"http.method\"=\"a.b\"} 1 # {\"trace.id\"=\"x.y\"} 2\n"
            "{\"http.wait_seconds_created\",\"http.method\"=\"a.b\"} 17\n");
  EXPECT_EQ(OpenMetrics(counter, NameEscaping::kUnderscores),
            "# TYPE http_wait_seconds counter\n"
            "# UNIT http_wait_seconds seconds\n"
            "# HELP http_wait_seconds h\n"
            "http_wait_seconds_total{http_method=\"a.b\"} 1 # {trace_id=\"x.y\"} 2\n"
            "http_wait_seconds_created{http_method=\"a.b\"} 17\n");
}

TEST(OpenMetricsWriter, EndsWithItsMark) {
  std::string out;
  AppendOpenMetrics({}, NameEscaping::kUnderscores, &out);
  EXPECT_EQ(out, "# EOF\n");
  AppendOpenMetrics({FamilyBuilder("a", CollectedType::kGauge).Add({}, 1).Take(),
                     FamilyBuilder("empty", CollectedType::kGauge).Take(),
                     FamilyBuilder("\xFF", CollectedType::kGauge).Add({}, 1).Take()},
                    NameEscaping::kUnderscores, &out);
  EXPECT_EQ(out, "# EOF\n# TYPE a gauge\na 1\n# EOF\n");
}

}  // namespace
}  // namespace seriesguard
