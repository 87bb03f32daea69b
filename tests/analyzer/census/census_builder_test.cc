// SPDX-License-Identifier: Apache-2.0
//
// census_builder_test.cc: what is stored of a sample, whose view counts, and what is refused.
#include "analyzer/census/census_builder.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/server_view.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "gtest/gtest.h"
#include "lib/series/keyed_hash.h"
#include "tests/differential/window_feed.h"

namespace seriesguard {
namespace {

struct Built {
  Census census;
  std::vector<InputError> errors;
  uint64_t error_count;
};

// `sketch_after`: TurnToSketches once so many bytes were read.
Built Build(const CensusOptions& options, const std::vector<std::string>& documents,
            ExpositionFormat format = ExpositionFormat::kText, size_t block_bytes = 0, size_t sketch_after = SIZE_MAX) {
  CensusBuilder builder(HashKey(1), options);
  for (size_t i = 0; i < documents.size(); ++i) {
    builder.BeginInput(i, "input " + std::to_string(i), format);
    ExpositionParser parser(format, &builder);
    const std::string_view document = documents[i];
    if (sketch_after < document.size()) {
      const std::string padded = documents[i].substr(0, sketch_after) + std::string(64, '\0');
      const auto progress = parser.Parse(std::string_view(padded).substr(0, sketch_after), /*at_end=*/false);
      builder.TurnToSketches();
      builder.TurnToSketches();  // once is enough
      FeedInWindows(document.substr(progress.consumed), block_bytes, &parser);
    } else {
      FeedInWindows(document, block_bytes, &parser);
    }
    builder.EndInput(document.size(), parser.saw_quoted_name());
  }
  const std::vector<InputError> errors = builder.errors();
  const uint64_t error_count = builder.error_count();
  return {Census(builder.Finish()), errors, error_count};
}

std::vector<std::string> SeriesOf(const std::string& text, const CensusOptions& options = {},
                                  ExpositionFormat format = ExpositionFormat::kText) {
  const Built built = Build(options, {text}, format);
  EXPECT_EQ(built.error_count, 0u) << text;
  std::vector<std::string> series;
  for (size_t f = 0; f < built.census.family_count(); ++f) {
    for (const std::string& one : built.census.ExampleSeries(f, 100)) series.push_back(one);
  }
  return series;
}

using Series = std::vector<std::string>;

TEST(CensusBuilder, RewritesBoundariesUnderTheTypeInForce) {
  EXPECT_EQ(
      SeriesOf(
          "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"10e-1\",quantile=\"1\"} 1\nh_bucket{le=\"abc\"} 1\n"
          "h_bucket{le=\"0x1p4\"} 1\nh_bucket{le=\"1_0\"} 1\nh_bucket{le=\"inf\"} 1\nh_bucket{le=\"1000000\"} 1\n"),
      (Series{"h_bucket{le=\"1.0\"}", "h_bucket{le=\"1.0\",quantile=\"1\"}", "h_bucket{le=\"abc\"}",
              "h_bucket{le=\"16.0\"}", "h_bucket{le=\"10.0\"}", "h_bucket{le=\"+Inf\"}", "h_bucket{le=\"1e+06\"}"}));
  EXPECT_EQ(SeriesOf("# TYPE s summary\ns{quantile=\"0.50\",le=\"1\"} 1\n"), (Series{"s{le=\"1\",quantile=\"0.5\"}"}));
  EXPECT_EQ(SeriesOf("# TYPE g gaugehistogram\ng_bucket{le=\"1\"} 1\n# EOF\n", {}, ExpositionFormat::kOpenMetrics),
            (Series{"g_bucket{le=\"1\"}"}));
  EXPECT_EQ(SeriesOf("h_bucket{le=\"1\"} 1\n"), (Series{"h_bucket{le=\"1\"}"}));
}

TEST(CensusBuilder, LastTypeLineIsInForceWhateverItsName) {
  EXPECT_EQ(SeriesOf("# TYPE other histogram\nh_bucket{le=\"1\"} 1\n# TYPE x gauge\nh_bucket{le=\"1\"} 1\n"),
            (Series{"h_bucket{le=\"1.0\"}", "h_bucket{le=\"1\"}"}));
  // A new input begins without one.
  const Built built = Build({}, {"# TYPE h histogram\nh_bucket{le=\"1\"} 1\n", "h_bucket{le=\"1\"} 1\n"});
  EXPECT_EQ(built.census.Count(0, {}).boundaries.distinct, 2u);
}

TEST(CensusBuilder, AnOlderServersViewKeepsSpellingsAndRefusesQuotedNames) {
  CensusOptions options;
  options.server = ServerView::kPrometheus2;
  EXPECT_EQ(SeriesOf("# TYPE h histogram\nh_bucket{le=\"1\"} 1\n", options), (Series{"h_bucket{le=\"1\"}"}));
  for (const char* text : {"{\"a\"} 1\n", "{\"a\",b=\"c\"} 1\n", "a{\"b\"=\"c\"} 1\n", " a 1\n", "\ta{b=\"c\"} 1\n"}) {
    const Built built = Build(options, {text});
    ASSERT_EQ(built.error_count, 1u) << text;
    EXPECT_NE(built.errors[0].error.message.find("Prometheus 2"), std::string::npos);
    EXPECT_EQ(Build({}, {text}).error_count, 0u) << text;
  }
}

TEST(CensusBuilder, IgnoresStartTimestampsWhereAsked) {
  const std::string text =
      "# TYPE c counter\nc_total 1\nc_created 1\nc_created{x=\"1\"} 1\n# TYPE g gauge\ng_created 1\n# TYPE s "
      "summary\ns_created 1\ns_sum 1\n# EOF\n";
  EXPECT_EQ(SeriesOf(text, {}, ExpositionFormat::kOpenMetrics).size(), 6u);
  CensusOptions options;
  options.ignore_created = true;
  EXPECT_EQ(SeriesOf(text, options, ExpositionFormat::kOpenMetrics), (Series{"c_total", "g_created", "s_sum"}));
  // In text a `_created` is a series like any other.
  EXPECT_EQ(SeriesOf("# TYPE c counter\nc_created 1\n", options), (Series{"c_created"}));
}

TEST(CensusBuilder, UnescapesBeforeItCompares) {
  const Built built = Build({}, {"a{b=\"x\\ny\"} 1\na{b=\"x\ny\"} 1\na{b=\"\\x\"} 1\na{b=\"\\\\x\"} "
                                 "1\n{\"a\",\"b\"=\"\\\"\"} 1\na{b=\"\\\"\"} 1\n"});
  ASSERT_EQ(built.error_count, 0u);
  EXPECT_EQ(built.census.Count(0, {}).series, 3u);
  EXPECT_EQ(built.census.duplicate_samples(), 3u);
}

TEST(CensusBuilder, RefusesWhatLosesTheScrape) {
  const struct {
    const char* text;
    uint64_t column;
    const char* message_part;
  } table[] = {
      {"a{b=\"1\",b=\"1\"} 1\n", 9, "twice"},      {"a{b=\"1\",c=\"2\",b=\"3\"} 1\n", 15, "twice"},
      {"a{b=\"1\",\"b\"=\"2\"} 1\n", 10, "twice"}, {"a{__name__=\"b\"} 1\n", 3, "__name__"},
      {"{\"\"} 1\n", 3, "a metric name"},          {"{\"\xFF\"} 1\n", 3, "a metric name"},
      {"a{\"\"=\"x\"} 1\n", 4, "a label name"},    {"a{\"\xFF\"=\"x\"} 1\n", 4, "a label name"},
  };
  for (const auto& row : table) {
    const Built built = Build({}, {std::string("ok 1\n") + row.text + "ok{x=\"1\"} 1\n"});
    ASSERT_EQ(built.error_count, 1u) << row.text;
    EXPECT_EQ(built.errors[0].error.line, 2u);
    EXPECT_EQ(built.errors[0].error.column, row.column) << row.text;
    EXPECT_NE(built.errors[0].error.message.find(row.message_part), std::string::npos) << built.errors[0].error.message;
    EXPECT_EQ(built.census.TotalSeries({}), 1u);  // what stood before it
    CensusOptions lenient;
    lenient.lenient = true;
    const Built skipped = Build(lenient, {std::string("ok 1\n") + row.text + "ok{x=\"1\"} 1\n"});
    EXPECT_EQ(skipped.census.TotalSeries({}), 2u);
    EXPECT_EQ(skipped.census.family_count(), 1u);
    EXPECT_EQ(skipped.census.inputs()[0].skipped_lines, 1u);
  }
}

// docs/exposition_dialect.md, section 3, rule 3.
TEST(CensusBuilder, AnEmptyPairTakesEveryPairOfItsNameWithIt) {
  EXPECT_EQ(SeriesOf("a{b=\"x\",b=\"\"} 1\na{b=\"\",c=\"y\",b=\"x\"} 1\na{b=\"z\"} 1\n"),
            (Series{"a", "a{c=\"y\"}", "a{b=\"z\"}"}));
  // The next line is the same but for one value: the parser says so, and must not be believed.
  EXPECT_EQ(SeriesOf("a{c=\"1\",b=\"x\",\"b\"=\"\"} 1\na{c=\"2\",b=\"x\",\"b\"=\"\"} 1\na{c=\"2\",b=\"\",\"b\"=\"\"} "
                     "1\na{c=\"2\",b=\"y\"} 1\n"),
            (Series{"a{c=\"1\"}", "a{c=\"2\"}", "a{c=\"2\"}", "a{b=\"y\",c=\"2\"}"}));
  EXPECT_EQ(SeriesOf("a{b=\"x\",b=\"\",c=\"1\"} 1\na{b=\"x\",b=\"\",c=\"2\"} 1\n"),
            (Series{"a{c=\"1\"}", "a{c=\"2\"}"}));
  for (const char* text :
       {"a{b=\"x\",b=\"\"} 1\na{b=\"x\",b=\"y\"} 1\n", "a 1\na{c=\"1\",c=\"\",b=\"x\",b=\"y\"} 1\n"}) {
    const Built built = Build({}, {text});
    ASSERT_EQ(built.error_count, 1u) << text;
    EXPECT_EQ(built.errors[0].error.line, 2u);
    EXPECT_EQ(built.census.TotalSeries({}), 1u);
  }
  EXPECT_EQ(Build({}, {"a{c=\"1\",c=\"\",b=\"x\",b=\"y\"} 1\n"}).errors[0].error.column, 20u);
}

TEST(CensusBuilder, LenientListsTenAndCountsAll) {
  std::string text;
  for (int i = 0; i < 25; ++i) text += "bad line\nok{x=\"" + std::to_string(i) + "\"} 1\n";
  CensusOptions options;
  options.lenient = true;
  const Built built = Build(options, {"fine 1\n", text});
  EXPECT_EQ(built.error_count, 25u);
  ASSERT_EQ(built.errors.size(), 10u);
  EXPECT_EQ(built.errors[9].input, 1u);
  EXPECT_EQ(built.errors[9].error.line, 19u);
  EXPECT_EQ(built.census.TotalSeries({}), 26u);
  EXPECT_EQ(built.census.inputs()[0].skipped_lines, 0u);
  EXPECT_EQ(built.census.inputs()[1].skipped_lines, 25u);
}

TEST(CensusBuilder, DescribesItsInputs) {
  const Built built = Build({}, {"# TYPE a gauge\na 1\n\na 1\n", "{\"b\"} 1\n", ""});
  const std::vector<InputCount>& inputs = built.census.inputs();
  ASSERT_EQ(inputs.size(), 3u);
  EXPECT_EQ(inputs[0].path, "input 0");
  EXPECT_EQ(inputs[0].format, "text-0.0.4");
  EXPECT_EQ(inputs[0].bytes, 24u);
  EXPECT_EQ(inputs[0].comment_bytes, 16u);
  EXPECT_EQ(inputs[0].samples, 2u);
  EXPECT_EQ(inputs[0].series, 1u);
  EXPECT_EQ(inputs[1].format, "text-1.0.0");
  EXPECT_EQ(inputs[2].samples, 0u);
  EXPECT_EQ(Build({}, {"# EOF\n"}, ExpositionFormat::kOpenMetrics).census.inputs()[0].format, "openmetrics-1.0");
}

TEST(CensusBuilder, CountsExemplarsAndTheirBytes) {
  const Built built =
      Build({},
            {"# TYPE a counter\na_total{x=\"1\"} 1 # {t=\"u\"} 1\na_total{x=\"2\"} 1\n"
             "a_total{x=\"3\"} 1 17 # {} 1 17.5\na_total{x=\"4\\n\"} 1 # {t=\"#\\\"\",s=\"\"} 1\n# EOF\n",
             "b 1 # {t=\"u\"} 1\n# EOF\n", "c{x=\" # {}\"} 1\n# EOF\n"},
            ExpositionFormat::kOpenMetrics);
  const std::vector<InputCount>& inputs = built.census.inputs();
  ASSERT_EQ(inputs.size(), 3u);
  EXPECT_EQ(inputs[0].exemplars, 3u);
  EXPECT_EQ(inputs[0].exemplar_bytes, 12u + 12u + 19u);
  EXPECT_EQ(inputs[1].exemplars, 1u);
  EXPECT_EQ(inputs[1].exemplar_bytes, 12u);
  EXPECT_EQ(inputs[2].exemplars, 0u);
  EXPECT_EQ(inputs[2].exemplar_bytes, 0u);
}

// Labels that come and go, in every order: columns must end where a label is missing.
TEST(CensusBuilder, ShapesThatChangeFromLineToLine) {
  std::string text;
  size_t series = 0;
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned mask = 0; mask < 64; ++mask) {
      text += "a{";
      for (unsigned label = 0; label < 6; ++label) {
        const unsigned l = round == 1 ? 5 - label : label;
        if ((mask >> l & 1) != 0)
          text += std::string(1, static_cast<char>('a' + l)) + "=\"" + std::to_string(round) + "\",";
      }
      text += "} 1\n";
      series += round == 0 || mask != 0;
    }
  }
  for (const size_t block : {size_t{0}, size_t{100}}) {
    const Built built = Build({}, {text}, ExpositionFormat::kText, block);
    const FamilyCount count = built.census.Count(0, {});
    EXPECT_EQ(count.series, series);
    ASSERT_EQ(count.labels.size(), 6u);
    for (const LabelCount& label : count.labels) {
      EXPECT_EQ(label.values, 3u);
      EXPECT_EQ(label.series_with, 96u);
    }
    EXPECT_EQ(count.product, 4096u);
  }
}

TEST(CensusBuilder, SaysWhetherTheTypeBeforeMatters) {
  const auto depends = [](std::string_view text) {
    CensusBuilder builder(HashKey(1), {});
    builder.BeginInput(0, "x", ExpositionFormat::kText);
    ExpositionParser parser(ExpositionFormat::kText, &builder);
    FeedInWindows(text, 0, &parser);
    return builder.depends_on_type_before();
  };
  EXPECT_TRUE(depends("a{x=\"1\",le=\"1\"} 1\n"));
  EXPECT_TRUE(depends("a 1\na{quantile=\"1\"} 1\n# TYPE a gauge\n"));
  EXPECT_FALSE(depends("# TYPE a gauge\na{le=\"1\"} 1\n"));
  EXPECT_FALSE(depends("a{lee=\"1\"} 1\n"));
}

TEST(CensusBuilder, SketchesOfFewSeriesAreExactWhereverTheyBegin) {
  const std::string text =
      "# TYPE h histogram\nh_bucket{le=\"1\",p=\"a\"} 1\nh_bucket{le=\"1.0\",p=\"a\\n\"} 1\nh_bucket{le=\"2\",p=\"a\"} "
      "1\nh_count{p=\"a\"} 1\n"
      "# TYPE g gauge\ng{x=\"1\"} 1\ng{x=\"2\",y=\"\"} 1\ng{x=\"2\"} 1\ng{y=\"2\"} 1\n";
  const Built exact = Build({}, {text, text});
  for (const size_t after : {size_t{0}, size_t{20}, size_t{60}, text.size() - 1}) {
    const Built built = Build({}, {text, text}, ExpositionFormat::kText, 0, after);
    ASSERT_TRUE(built.census.estimated());
    ASSERT_EQ(built.census.family_count(), exact.census.family_count()) << after;
    for (size_t f = 0; f < 2; ++f) {
      for (const bool joined : {false, true}) {
        CountOptions options;
        options.union_of_targets = joined;
        const FamilyCount a = exact.census.Count(f, options), b = built.census.Count(f, options);
        EXPECT_EQ(b.relative_error, 0);
        EXPECT_EQ(b.series, a.series) << after;
        EXPECT_EQ(b.samples, a.samples);
        EXPECT_EQ(b.bytes, a.bytes);
        EXPECT_EQ(b.label_sets, a.label_sets) << after;
        EXPECT_EQ(b.product, a.product);
        EXPECT_DOUBLE_EQ(b.density, a.density) << built.census.family(f).name << joined;
        EXPECT_EQ(b.boundaries.distinct, a.boundaries.distinct);
        ASSERT_EQ(b.labels.size(), a.labels.size());
        for (size_t i = 0; i < a.labels.size(); ++i) EXPECT_EQ(b.labels[i].values, a.labels[i].values);
      }
    }
  }
}

// Each part of a sum may be exact while the union of the parts is not: the answer must then say so.
TEST(CensusBuilder, SketchesSayWhenAUnionIsAnEstimate) {
  std::string first, second;
  for (int i = 0; i < 200; ++i) {
    first += "a{x=\"" + std::to_string(i) + "\"} 1\n";
    second += "a{x=\"" + std::to_string(i + 100) + "\"} 1\n";
  }
  const Built built = Build({}, {first, second}, ExpositionFormat::kText, 0, 0);
  EXPECT_EQ(built.census.Count(0, {}).series, 400u);
  EXPECT_EQ(built.census.Count(0, {}).relative_error, 0);
  CountOptions joined;
  joined.union_of_targets = true;
  const FamilyCount count = built.census.Count(0, joined);
  EXPECT_NEAR(static_cast<double>(count.series), 300, 25);
  EXPECT_GT(count.relative_error, 0);
}

}  // namespace
}  // namespace seriesguard
