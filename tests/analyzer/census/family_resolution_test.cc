// SPDX-License-Identifier: Apache-2.0
//
// family_resolution_test.cc: each rule of which family a sample name belongs to, and that the order of lines is none.
#include "analyzer/census/family_resolution.h"

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

using Families = std::vector<std::string>;

// "name type: part part", "inferred" behind an inferred type.
Families FamiliesOf(const std::string& text) {
  const Census census = CensusFromText(text);
  Families families;
  for (size_t f = 0; f < census.family_count(); ++f) {
    const FamilyInfo& info = census.family(f);
    std::string line =
        info.name + " " + std::string(MetricTypeName(info.type)) + (info.type_inferred ? " inferred:" : ":");
    for (const std::string& part : info.parts) line += " " + part;
    families.push_back(line);
  }
  return families;
}

TEST(FamilyResolution, OwnTypeLineWinsOverAnotherFamilysSuffix) {
  EXPECT_EQ(FamiliesOf("# TYPE a histogram\n# TYPE a_count gauge\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n"),
            (Families{"a histogram: a_bucket a_sum", "a_count gauge: a_count"}));
}

TEST(FamilyResolution, SuffixesGoByTheDeclaredType) {
  const std::string samples =
      "x 1\nx_bucket{le=\"1\"} 1\nx_count 1\nx_gcount 1\nx_gsum 1\nx_info 1\nx_sum 1\nx_total 1\n";
  const std::string end = "# EOF\n";
  EXPECT_EQ(FamiliesOf("# TYPE x histogram\n" + samples),
            (Families{"x histogram: x x_bucket x_count x_sum", "x_gcount unknown: x_gcount", "x_gsum unknown: x_gsum",
                      "x_info unknown: x_info", "x_total unknown: x_total"}));
  EXPECT_EQ(FamiliesOf("# TYPE x summary\n" + samples),
            (Families{"x summary: x x_count x_sum", "x_bucket unknown: x_bucket", "x_gcount unknown: x_gcount",
                      "x_gsum unknown: x_gsum", "x_info unknown: x_info", "x_total unknown: x_total"}));
  EXPECT_EQ(FamiliesOf("# TYPE x gaugehistogram\n" + samples + end),
            (Families{"x gaugehistogram: x x_bucket x_gcount x_gsum", "x_count unknown: x_count",
                      "x_info unknown: x_info", "x_sum unknown: x_sum", "x_total unknown: x_total"}));
  EXPECT_EQ(FamiliesOf("# TYPE x info\n" + samples + end),
            (Families{"x info: x x_info", "x_bucket unknown: x_bucket", "x_count unknown: x_count",
                      "x_gcount unknown: x_gcount", "x_gsum unknown: x_gsum", "x_sum unknown: x_sum",
                      "x_total unknown: x_total"}));
  EXPECT_EQ(FamiliesOf("# TYPE x gauge\n" + samples).size(), 8u);
}

TEST(FamilyResolution, CounterIsNamedWithTotalInEveryFormat) {
  EXPECT_EQ(FamiliesOf("# TYPE c counter\nc_total 1\nc_created 1\n# EOF\n"),
            (Families{"c_total counter: c_created c_total"}));
  EXPECT_EQ(FamiliesOf("# TYPE c_total counter\nc_total 1\nc_created 1\n"),
            (Families{"c_total counter: c_created c_total"}));
  EXPECT_EQ(FamiliesOf("# TYPE c_total counter\nc_total 1\nc_total_created 1\n"),
            (Families{"c_total counter: c_total c_total_created"}));
  EXPECT_EQ(FamiliesOf("# TYPE c counter\nc 1\n"), (Families{"c counter: c"}));
  EXPECT_EQ(FamiliesOf("# TYPE c counter\nc_created 1\n# EOF\n"), (Families{"c counter: c_created"}));
  // `c_total` with a TYPE line of its own is another family, whose name the counter must not take.
  EXPECT_EQ(FamiliesOf("# TYPE c counter\nc 1\n# TYPE c_total gauge\nc_total 1\n"),
            (Families{"c counter: c", "c_total gauge: c_total"}));
}

TEST(FamilyResolution, CreatedBelongsToItsFamilyWhateverItsOwnTypeLineSays) {
  EXPECT_EQ(FamiliesOf("# TYPE h histogram\nh_bucket{le=\"1\"} 1\n# TYPE h_created gauge\nh_created 1\n"),
            (Families{"h histogram: h_bucket h_created"}));
  EXPECT_EQ(FamiliesOf("# TYPE s summary\ns_sum 1\n# TYPE s_created gauge\ns_created 1\n"),
            (Families{"s summary: s_created s_sum"}));
  EXPECT_EQ(FamiliesOf("x_total 1\nx_created 1\n"), (Families{"x_total unknown: x_created x_total"}));
  // A gauge has none, and without a family there is none to belong to.
  EXPECT_EQ(FamiliesOf("# TYPE g gauge\ng 1\ng_created 1\n"), (Families{"g gauge: g", "g_created unknown: g_created"}));
  EXPECT_EQ(FamiliesOf("x_created 1\n"), (Families{"x_created unknown: x_created"}));
}

TEST(FamilyResolution, HistogramIsInferredFromItsShapeOnly) {
  EXPECT_EQ(FamiliesOf("x_bucket{le=\"1\"} 1\nx_count 1\n"), (Families{"x histogram inferred: x_bucket x_count"}));
  EXPECT_EQ(FamiliesOf("x_sum 1\nx_bucket{le=\"1\"} 1\nx_created 1\n"),
            (Families{"x histogram inferred: x_bucket x_created x_sum"}));
  EXPECT_EQ(FamiliesOf("x_bucket{le=\"1\"} 1\n"), (Families{"x_bucket unknown: x_bucket"}));
  EXPECT_EQ(FamiliesOf("x_bucket{lo=\"1\"} 1\nx_sum 1\n"),
            (Families{"x_bucket unknown: x_bucket", "x_sum unknown: x_sum"}));
  EXPECT_EQ(FamiliesOf("x_count 1\nx_sum 1\n"), (Families{"x_count unknown: x_count", "x_sum unknown: x_sum"}));
  EXPECT_EQ(FamiliesOf("# TYPE x gauge\nx_bucket{le=\"1\"} 1\nx_sum 1\n"),
            (Families{"x_bucket unknown: x_bucket", "x_sum unknown: x_sum"}));
  // Parts with TYPE lines of their own make no histogram of the others.
  EXPECT_EQ(FamiliesOf("# TYPE x_bucket counter\nx_bucket{le=\"1\"} 1\nx_sum 1\n"),
            (Families{"x_bucket counter: x_bucket", "x_sum unknown: x_sum"}));
  EXPECT_EQ(FamiliesOf("# TYPE x_sum counter\nx_bucket{le=\"1\"} 1\nx_sum 1\n"),
            (Families{"x_bucket unknown: x_bucket", "x_sum counter: x_sum"}));
  EXPECT_EQ(FamiliesOf("# TYPE x untyped\nx_bucket{le=\"1\"} 1\nx_sum 1\n").size(), 2u);
}

TEST(FamilyResolution, OrderOfLinesDoesNotMatter) {
  const Families expected = {"a histogram: a_bucket a_count a_sum", "b gauge: b"};
  EXPECT_EQ(FamiliesOf("a_sum 1\nb 1\na_bucket{le=\"1\"} 1\n# TYPE b gauge\na_count 1\n# TYPE a histogram\n"),
            expected);
  EXPECT_EQ(FamiliesOf("# TYPE a histogram\n# TYPE b gauge\nb 1\na_bucket{le=\"1\"} 1\na_count 1\na_sum 1\n"),
            expected);
}

TEST(FamilyResolution, FirstOfTwoDeclarationsDecides) {
  EXPECT_EQ(FamiliesOf("# TYPE a gauge\na 1\n# TYPE a counter\na{b=\"1\"} 1\n"), (Families{"a gauge: a"}));
  EXPECT_EQ(FamiliesOf("# TYPE a histogram\n# TYPE a gauge\na_sum 1\n"), (Families{"a histogram: a_sum"}));
}

TEST(FamilyResolution, FamiliesAndLabelsAreSortedByBytes) {
  const Census census = CensusFromText("b{z=\"1\",A=\"1\"} 1\nB{x=\"1\"} 1\na{y=\"1\"} 1\na{_=\"1\"} 1\n");
  ASSERT_EQ(census.family_count(), 3u);
  EXPECT_EQ(census.family(0).name, "B");
  EXPECT_EQ(census.family(1).name, "a");
  EXPECT_EQ(census.family(2).name, "b");
  EXPECT_EQ(census.family(1).labels, (std::vector<std::string>{"_", "y"}));
  EXPECT_EQ(census.family(2).labels, (std::vector<std::string>{"A", "z"}));
  EXPECT_EQ(census.FindFamily("a"), 1u);
  EXPECT_EQ(census.FindFamily("aa"), census.family_count());
  EXPECT_EQ(census.FindFamily(""), census.family_count());
}

TEST(FamilyResolution, ADeclarationOfAnotherInputCounts) {
  const Census census = CensusFromTexts({{"one", "a_sum 1\n"}, {"two", "# TYPE a summary\na_count 1\n"}});
  ASSERT_EQ(census.family_count(), 1u);
  EXPECT_EQ(census.family(0).type, MetricType::kSummary);
}

}  // namespace
}  // namespace seriesguard
