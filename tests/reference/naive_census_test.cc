// SPDX-License-Identifier: Apache-2.0
//
// naive_census_test.cc: small dumps counted by hand.
#include "tests/reference/naive_census.h"

#include <string_view>

#include "analyzer/census/metric_type.h"
#include "gtest/gtest.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"

namespace seriesguard::reference {
namespace {

NaiveCensus CountText(std::string_view bytes) { return CountNaively({ParseNaively(bytes, Format::kText)}); }

TEST(NaiveCensus, CountsARaggedHistogramAsItIs) {
  const NaiveCensus census = CountText(
      "# TYPE h histogram\nh_bucket{q=\"a\",le=\"1\"} 1\nh_bucket{q=\"a\",le=\"1.0\"} 1\nh_bucket{q=\"a\",le=\"+Inf\"} "
      "1\n"
      "h_bucket{q=\"b\",le=\"2\"} 1\nh_sum{q=\"a\"} 1\nh_count{q=\"b\"} 1\n");
  const NaiveFamily& h = census.families.at("h");
  EXPECT_EQ(h.series, 5u);  // 1 and 1.0 are one bucket; nothing that is missing is added
  EXPECT_EQ(h.samples, 6u);
  EXPECT_EQ(h.parts.at("h_bucket").series, 3u);
  EXPECT_EQ(h.label_sets, 2u);
  EXPECT_EQ(h.boundaries, 3u);
  EXPECT_EQ(h.labels.at("q").series_by_value.at("a"), 3u);
  EXPECT_EQ(h.labels.at("q").series_without, 5u);  // no two collide: the boundaries differ
  EXPECT_EQ(census.duplicate_samples, 1u);
}

TEST(NaiveCensus, CountsWhatIsLeftWithoutALabel) {
  const NaiveCensus census =
      CountText("g{a=\"1\",b=\"1\"} 1\ng{b=\"1\",a=\"2\"} 1\ng{a=\"2\"} 1\ng{a=\"2\",b=\"\"} 1\n");
  const NaiveFamily& g = census.families.at("g");
  EXPECT_EQ(g.series, 3u);
  EXPECT_EQ(g.labels.at("a").series_without, 2u);
  EXPECT_EQ(g.labels.at("b").series_without, 2u);
  EXPECT_EQ(g.labels.at("b").series_with, 2u);
  EXPECT_EQ(g.product, 4);  // a: 1, 2; b: 1 or absent
}

TEST(NaiveCensus, FindsTheFamilyOfEachSample) {
  const auto openmetrics = ParseNaively(
      "# TYPE c counter\nc_total 1\nc_created 1\n# TYPE i info\ni_info{v=\"1\"} 1\n# TYPE g gauge\ng_total 1\n# EOF\n",
      Format::kOpenMetrics);
  const auto families = CountNaively({openmetrics}).families;
  EXPECT_EQ(families.at("c_total").series, 2u);
  EXPECT_EQ(families.at("i").series, 1u);
  EXPECT_EQ(families.at("g_total").type, MetricType::kNone);

  const auto text = CountText(
                        "# TYPE c_total counter\nc_total 1\n# TYPE c_created gauge\nc_created 1\n"
                        "x_bucket{le=\"1\"} 1\nx_count 1\ny_bucket{le=\"1\"} 1\nz_sum 1\n")
                        .families;
  EXPECT_EQ(text.at("c_total").series, 2u);
  EXPECT_TRUE(text.at("x").type_inferred);
  EXPECT_EQ(text.at("x").series, 2u);
  EXPECT_EQ(text.at("y_bucket").series, 1u);
  EXPECT_EQ(text.at("z_sum").series, 1u);
}

TEST(NaiveCensus, SumsOverInputsAndUnitesThem) {
  const auto one = ParseNaively("g 1\nh 1\n", Format::kText);
  const auto two = ParseNaively("g 1\ng 1 5\ng 1 5\n", Format::kText);
  const NaiveCensus census = CountNaively({one, two});
  EXPECT_EQ(census.series, 3u);
  EXPECT_EQ(census.union_series, 2u);
  EXPECT_EQ(census.samples, 5u);
  EXPECT_EQ(census.duplicate_samples, 1u);  // another timestamp is no duplicate
}

}  // namespace
}  // namespace seriesguard::reference
