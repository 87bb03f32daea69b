// SPDX-License-Identifier: Apache-2.0
#include "analyzer/buckets/bucket_counts.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/scan.h"

namespace seriesguard {
namespace {

// Hands every sample to the counts.
class Forward : public ExpositionSink {
 public:
  Forward(size_t input, BucketCounts* counts) : input_(input), counts_(counts) {}
  SampleVerdict OnSample(const SampleEvent& sample) override {
    counts_->OnSample(input_, sample);
    return {};
  }
  void OnType(std::string_view, MetricType) override {}
  void OnHelp(std::string_view, std::string_view) override {}
  void OnUnit(std::string_view, std::string_view) override {}
  void OnCommentBytes(size_t) override {}
  bool OnError(const ParseError& error) override {
    ADD_FAILURE() << error.message;
    return false;
  }

 private:
  const size_t input_;
  BucketCounts* const counts_;
};

absl::StatusOr<HistogramCounts> SumOf(const std::vector<std::string>& inputs) {
  BucketCounts counts("x_bucket");
  for (size_t i = 0; i < inputs.size(); ++i) {
    Forward sink(i, &counts);
    std::string padded = inputs[i] + std::string(kScanSlack, '\0');
    ExpositionParser(ExpositionFormat::kText, &sink).Parse({padded.data(), inputs[i].size()}, true);
  }
  return counts.Sum();
}

std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<HistogramCounts> sum = SumOf({text});
  return sum.ok() ? "no error" : std::string(sum.status().message());
}

constexpr char kTwoPaths[] =
    "x_bucket{path=\"/a\",le=\"1\"} 2\nx_bucket{path=\"/a\",le=\"2.0\"} 3\nx_bucket{path=\"/a\",le=\"+Inf\"} 4\n"
    "x_sum{path=\"/a\"} 9\nx_count{path=\"/a\"} 4\ny_bucket{le=\"1\"} 5\n"
    "x_bucket{le=\"1.0\",path=\"/b\"} 20\nx_bucket{le=\"2\",path=\"/b\"} 30\nx_bucket{le=\"+Inf\",path=\"/b\"} 40\n";

TEST(BucketCounts, AddsUpLabelSets) {
  const auto sum = SumOf({kTwoPaths});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->label_sets, 2u);
  EXPECT_EQ(sum->observations, 44);
  ASSERT_EQ(sum->boundaries.size(), 2u);
  EXPECT_EQ(sum->boundaries[0].boundary, 1);
  EXPECT_EQ(sum->boundaries[0].series, 2u);
  EXPECT_TRUE(sum->boundaries[0].is_common);
  EXPECT_EQ(sum->boundaries[0].cumulative, 22);
  EXPECT_EQ(sum->boundaries[1].cumulative, 33);
}

TEST(BucketCounts, TakesEachInputForATarget) {
  const auto sum = SumOf({kTwoPaths, kTwoPaths});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->label_sets, 4u);
  EXPECT_EQ(sum->boundaries[0].series, 4u);
  EXPECT_EQ(sum->observations, 88);
}

TEST(BucketCounts, KnowsALabelSetInAnyOrderOfItsLabels) {
  const auto sum = SumOf({"x_bucket{a=\"1\",b=\"2\",le=\"1\"} 2\nx_bucket{le=\"+Inf\",b=\"2\",a=\"1\",c=\"\"} 3\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->label_sets, 1u);
}

TEST(BucketCounts, KeepsLabelSetsApartThatReadAlike) {
  const auto sum =
      SumOf({"x_bucket{a=\"1:b\",le=\"1\"} 2\nx_bucket{a=\"1:b\",le=\"+Inf\"} 2\n"
             "x_bucket{a=\"1\",b=\"\\\"\",le=\"1\"} 2\nx_bucket{a=\"1\",b=\"\\\"\",le=\"+Inf\"} 2\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->label_sets, 2u);
}

TEST(BucketCounts, TakesBoundariesInAnyOrder) {
  const auto sum = SumOf({"x_bucket{le=\"+Inf\"} 9\nx_bucket{le=\"2\"} 5\nx_bucket{le=\"1\"} 4\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->boundaries[0].cumulative, 4);
  EXPECT_EQ(sum->boundaries[1].cumulative, 5);
}

TEST(BucketCounts, CountsASeriesOnceItsFirstOrLatestSample) {
  auto sum = SumOf({"x_bucket{le=\"1\"} 1\nx_bucket{le=\"1\"} 2\nx_bucket{le=\"+Inf\"} 3\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->boundaries[0].series, 1u);
  EXPECT_EQ(sum->boundaries[0].cumulative, 1);
  sum =
      SumOf({"x_bucket{le=\"+Inf\"} 3\nx_bucket{le=\"1\"} 1 1000\nx_bucket{le=\"1\"} 2 2000\n"
             "x_bucket{le=\"1\"} 3 1500\nx_bucket{le=\"0.5\"} 1\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->boundaries[1].cumulative, 2);
}

TEST(BucketCounts, SaysWhichBoundariesAreInCommon) {
  const auto sum =
      SumOf({"x_bucket{a=\"1\",le=\"1\"} 2\nx_bucket{a=\"1\",le=\"2\"} 3\nx_bucket{a=\"1\",le=\"+Inf\"} 4\n"
             "x_bucket{a=\"2\",le=\"1\"} 2\nx_bucket{a=\"2\",le=\"3\"} 3\nx_bucket{a=\"2\",le=\"+Inf\"} 4\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  ASSERT_EQ(sum->boundaries.size(), 3u);
  EXPECT_TRUE(sum->boundaries[0].is_common);
  EXPECT_FALSE(sum->boundaries[1].is_common);
  EXPECT_FALSE(sum->boundaries[2].is_common);
  EXPECT_EQ(sum->boundaries[1].series, 1u);
}

TEST(BucketCounts, RaisesCountsThatFall) {
  const auto sum =
      SumOf({"x_bucket{le=\"1\"} 5\nx_bucket{le=\"2\"} 4\nx_bucket{le=\"3\"} 6\nx_bucket{le=\"+Inf\"} 5\n"});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->raised, 2u);
  EXPECT_EQ(sum->boundaries[1].cumulative, 5);
  EXPECT_EQ(sum->observations, 6);
}

TEST(BucketCounts, SaysWhatIsNoHistogram) {
  EXPECT_EQ(ErrorOf("y 1\n"), "it has no buckets");
  EXPECT_EQ(ErrorOf("x_bucket 1\n"), "it has no buckets");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"1\"} 0\nx_bucket{le=\"+Inf\"} 0\n"), "it has observed nothing yet");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"1\"} 1\n"),
            "1 of 1 label sets have no bucket le=\"+Inf\", without which histogram_quantile answers nothing");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"+Inf\"} 1\n").substr(0, 27), "it has no bucket but +Inf; ");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"1\"} 1\nx_bucket{le=\"a\x1b\"} 1\n"),
            "input 1, line 2, has the boundary \"a\\x1B\"");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"NaN\"} 1\n"), "input 1, line 1, has the boundary \"NaN\"");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"1\"} NaN\n"), "input 1, line 1, has the count \"NaN\"");
  EXPECT_EQ(ErrorOf("x_bucket{le=\"1\"} -1\n"), "input 1, line 1, has the count \"-1\"");
  EXPECT_EQ(ErrorOf("x_bucket{a=\"1\",le=\"1\"} 1\nx_bucket{a=\"1\",le=\"+Inf\"} 1\n"
                    "x_bucket{a=\"2\",le=\"2\"} 1\nx_bucket{a=\"2\",le=\"+Inf\"} 1\n"),
            "its 2 label sets have no boundary in common");
  std::string many = "x_bucket{le=\"+Inf\"} 1\n";
  for (int i = 1; i <= 1001; ++i) many += "x_bucket{le=\"" + std::to_string(i) + "\"} 1\n";
  EXPECT_EQ(ErrorOf(many), "it has 1001 boundaries, at most 1000 are taken");
}

}  // namespace
}  // namespace seriesguard
