// SPDX-License-Identifier: Apache-2.0
//
// census_generated_test.cc: every number of the census against sets of strings, on generated dumps.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "gtest/gtest.h"
#include "tests/differential/agreement.h"
#include "tests/differential/census_adapter.h"
#include "tests/differential/document_generator.h"
#include "tests/reference/naive_census.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using reference::Format;
using reference::NaiveCensus;
using reference::NaiveFamily;
using reference::ReferenceResult;

// Both censuses are written as text, one line a number, so that a difference reads by itself.
void WriteHead(std::ostream& out, const std::string& name, MetricType type, bool inferred) {
  out << "family " << name << " " << MetricTypeName(type) << (inferred ? " inferred" : "") << "\n";
}

std::string Describe(const NaiveCensus& census) {
  std::ostringstream out;
  for (const auto& [name, family] : census.families) {
    WriteHead(out, name, family.type, family.type_inferred);
    out << "  series " << family.series << " samples " << family.samples << " label sets " << family.label_sets
        << " product " << static_cast<uint64_t>(family.product) << " boundaries " << family.boundaries << "\n";
    for (const auto& [part, count] : family.parts) {
      out << "  part " << part << " " << count.series << " " << count.samples << "\n";
    }
    for (const auto& [label, count] : family.labels) {
      if (count.series_by_value.empty()) continue;
      out << "  label " << label << " values " << count.series_by_value.size() << " with " << count.series_with;
      if (label != "le" && label != "quantile") out << " without " << count.series_without;
      std::vector<std::pair<std::string, uint64_t>> values(count.series_by_value.begin(), count.series_by_value.end());
      std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
      for (const auto& [value, series] : values) out << " [" << value << "]=" << series;
      out << "\n";
    }
  }
  out << "series " << census.series << " union " << census.union_series << " repeated " << census.duplicate_samples;
  return out.str();
}

std::string Describe(const Census& census, bool one_input) {
  std::ostringstream out;
  CountOptions options;
  options.what_if = true;
  options.boundaries = true;
  options.top_values = 1000;
  for (size_t i = 0; i < census.family_count(); ++i) {
    const FamilyInfo& info = census.family(i);
    const FamilyCount count = census.Count(i, options);
    WriteHead(out, info.name, info.type, info.type_inferred);
    out << "  series " << count.series << " samples " << count.samples << " label sets " << count.label_sets
        << " product " << count.product.value_or(0) << " boundaries " << count.boundaries.distinct << "\n";
    for (const PartCount& part : count.parts) {
      out << "  part " << part.name << " " << part.series << " " << part.samples << "\n";
    }
    for (const LabelCount& label : count.labels) {
      if (label.values == 0) continue;
      out << "  label " << label.name << " values " << label.values << " with " << label.series_with;
      if (label.name != "le" && label.name != "quantile") out << " without " << label.series_without.value_or(0);
      for (const ValueCount& value : label.top) out << " [" << value.value << "]=" << value.series;
      out << "\n";
    }
    EXPECT_LE(count.density, 1.0);
    if (one_input && count.product && *count.product > 0) {
      EXPECT_NEAR(count.density, static_cast<double>(count.label_sets) / static_cast<double>(*count.product), 1e-9);
      EXPECT_NEAR(count.product_log10, std::log10(static_cast<double>(*count.product)), 1e-6);
    }
    // The plain count, which is made beforehand, must say the same.
    const FamilyCount plain = census.Count(i, CountOptions());
    EXPECT_EQ(plain.series, count.series) << info.name;
    EXPECT_EQ(plain.label_sets, count.label_sets) << info.name;
  }
  CountOptions all;
  CountOptions all_once;
  all_once.union_of_targets = true;
  out << "series " << census.TotalSeries(all) << " union " << census.TotalSeries(all_once) << " repeated "
      << census.duplicate_samples();
  return out.str();
}

// A generated document that the naive parser takes; the generator makes few others.
std::string AcceptedDocument(DocumentGenerator* generator, Format format, ReferenceResult* result) {
  for (;;) {
    std::string document = generator->Valid();
    *result = ParseNaively(document, format);
    if (result->ok && !result->samples.empty()) return document;
  }
}

class CensusGenerated : public testing::TestWithParam<Format> {};

TEST_P(CensusGenerated, EveryNumberOfOneInputIsTheNaiveOne) {
  DocumentGenerator generator(SeedOfTest(11), GetParam() == Format::kOpenMetrics);
  size_t shown = 0;
  for (size_t i = 0; i < CasesToRun(4000) && shown < 3; ++i) {
    ReferenceResult result;
    const std::string document = AcceptedDocument(&generator, GetParam(), &result);
    CensusRun run;
    run.block_bytes = i % 3 == 0 ? 0 : i % 200 + 100;
    const std::optional<Census> census = RunCensus({{document, GetParam()}}, run);
    ASSERT_TRUE(census.has_value()) << document;
    const std::string expected = Describe(reference::CountNaively({result}));
    const std::string actual = Describe(*census, true);
    if (expected != actual) ++shown;
    ASSERT_LE(shown, 3u);
    EXPECT_EQ(expected, actual) << document;
  }
}

// Several inputs: each is a target; their sum, their union, and each alone; read by one builder or by several.
TEST_P(CensusGenerated, SeveralInputsAreSummedAndUnited) {
  DocumentGenerator generator(SeedOfTest(12), GetParam() == Format::kOpenMetrics);
  size_t shown = 0;
  for (size_t i = 0; i < CasesToRun(1500) && shown < 3; ++i) {
    std::vector<ReferenceResult> results(2 + i % 2);
    std::vector<std::string> texts;
    for (ReferenceResult& result : results) texts.push_back(AcceptedDocument(&generator, GetParam(), &result));
    if (i % 4 == 0) {  // the same dump twice: the union is smaller than the sum
      texts[1] = texts[0];
      results[1] = results[0];
    }
    std::vector<CensusDocument> documents;
    for (const std::string& text : texts) documents.push_back({text, GetParam()});
    CensusRun run;
    run.builder_per_input = i % 2 == 1;
    run.threads = 1 + static_cast<int>(i % 3);
    const std::optional<Census> census = RunCensus(documents, run);
    ASSERT_TRUE(census.has_value());
    const std::string expected = Describe(reference::CountNaively(results));
    const std::string actual = Describe(*census, false);
    if (expected != actual) ++shown;
    EXPECT_EQ(expected, actual) << texts[0] << "\n----\n" << texts[1];

    for (size_t input = 0; input < results.size(); ++input) {
      CountOptions alone;
      alone.input = input;
      EXPECT_EQ(census->TotalSeries(alone), reference::CountNaively({results[input]}).series);
      EXPECT_EQ(census->inputs()[input].series, census->TotalSeries(alone));
      EXPECT_EQ(census->inputs()[input].samples, results[input].samples.size());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(BothFormats, CensusGenerated, testing::Values(Format::kText, Format::kOpenMetrics),
                         [](const auto& param) { return param.param == Format::kText ? "Text" : "OpenMetrics"; });

}  // namespace
}  // namespace seriesguard
