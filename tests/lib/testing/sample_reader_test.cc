// SPDX-License-Identifier: Apache-2.0
//
// The tests' reader against the analyzer's parser: on every dump of the tests, on generated and damaged documents, and
// on all small texts.
#include "lib/testing/sample_reader.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/testing/sample_number.h"
#include "rules/safe_text.h"
#include "tests/differential/agreement.h"
#include "tests/differential/document_generator.h"
#include "tests/differential/fast_adapter.h"
#include "tests/differential/small_texts.h"
#include "tests/reference/canonical_line.h"
#include "tests/reference/go_float.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"

namespace seriesguard {
namespace {

using reference::Format;

// What the reader is known to do differently: see its header.
bool IsKnownDifference(const std::string& document) {
  static const std::regex boundary_of_go("\"[-+]?[.0-9][^\"]*[_xX]");
  return document.find('\0') != std::string::npos || std::regex_search(document, boundary_of_go);
}

reference::ReferenceResult Ours(std::string_view document, Format format) {
  reference::ReferenceResult result;
  const auto read = ReadSamples(document, format == Format::kText ? SampleFormat::kText : SampleFormat::kOpenMetrics);
  result.ok = read.ok();
  if (!read.ok()) return result;
  for (const ReadSample& sample : read->samples) {
    reference::Sample as_reference;
    as_reference.name = sample.name;
    as_reference.labels = sample.labels;
    as_reference.value = sample.value;
    as_reference.timestamp_ms = sample.timestamp_ms;
    result.samples.push_back(std::move(as_reference));
  }
  return result;
}

class Comparison {
 public:
  void Check(std::string_view document, Format format) {
    if (differences_ > 3) return;
    ++documents_;
    reference::ReferenceResult naive = reference::ParseNaively(document, format);
    const reference::ReferenceResult fast = RunFast(document, format, 0);
    for (reference::Sample& sample : naive.samples) sample.has_exemplar = false;
    if (!naive.ok) naive.samples.clear();
    const reference::ReferenceResult ours = Ours(document, format);
    accepted_ += ours.ok;
    const bool agrees = ours.ok == fast.ok && reference::CanonicalLine(ours) == reference::CanonicalLine(naive);
    // Of NUL and hexadecimal numbers only this is asked: whatever is taken, the analyzer takes as well.
    if (agrees || (IsKnownDifference(std::string(document)) && (!ours.ok || fast.ok))) return;
    ++differences_;
    ADD_FAILURE() << SafeTextTruncated(document, 4000) << "\nanalyzer: " << fast.ok << " " << fast.error
                  << "\nnaive:    " << reference::CanonicalLine(naive)
                  << "\nours:     " << reference::CanonicalLine(ours);
  }
  size_t documents() const { return documents_; }
  size_t accepted() const { return accepted_; }

 private:
  size_t documents_ = 0, accepted_ = 0, differences_ = 0;
};

std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SampleReader : public testing::TestWithParam<Format> {};

TEST(SampleReaderDumps, AreReadAsTheAnalyzerReadsThem) {
  Comparison comparison;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/dumps")) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".prom" && extension != ".om") continue;
    const std::string document = ReadWhole(entry.path());
    const Format format = extension == ".om" ? Format::kOpenMetrics : Format::kText;
    EXPECT_TRUE(ReadSamples(document, FormatOfText(document)).ok()) << entry.path();
    EXPECT_EQ(FormatOfText(document) == SampleFormat::kOpenMetrics, format == Format::kOpenMetrics) << entry.path();
    comparison.Check(document, format);
  }
  EXPECT_GE(comparison.documents(), 14u);
}

TEST_P(SampleReader, AgreesOnGeneratedDocuments) {
  DocumentGenerator generator(SeedOfTest(51), GetParam() == Format::kOpenMetrics);
  Comparison comparison;
  for (int i = 0; i < 6000; ++i) comparison.Check(generator.Valid(), GetParam());
  EXPECT_GT(comparison.accepted(), 5000u);
}

TEST_P(SampleReader, AgreesOnDamagedDocuments) {
  DocumentGenerator generator(SeedOfTest(52), GetParam() == Format::kOpenMetrics);
  Comparison comparison;
  for (int i = 0; i < 12000; ++i) comparison.Check(generator.Mutated(), GetParam());
  EXPECT_GT(comparison.accepted(), 500u);
  EXPECT_LT(comparison.accepted(), 11000u);
}

// Every text of up to four symbols, and a seventh of those that fill a hole in a frame.
TEST_P(SampleReader, AgreesOnSmallTexts) {
  const bool is_text = GetParam() == Format::kText;
  Comparison comparison;
  size_t framed = 0;
  ForEachSmallText(kTenSymbols, 4, [&](std::string_view text) {
    comparison.Check(is_text ? std::string(text) : std::string(text) + "# EOF\n", GetParam());
  });
  ForEachFramedText(is_text ? TextFrames() : OpenMetricsFrames(), [&](std::string_view text) {
    if (++framed % 7 == 0) comparison.Check(text, GetParam());
  });
  EXPECT_GT(comparison.accepted(), 1000u);
}

INSTANTIATE_TEST_SUITE_P(BothFormats, SampleReader, testing::Values(Format::kText, Format::kOpenMetrics),
                         [](const auto& param) { return param.param == Format::kText ? "Text" : "OpenMetrics"; });

TEST(SampleReaderErrors, NameTheLineAndWhatWasExpected) {
  const auto error = [](std::string_view text) {
    const auto read = ReadSamples(text, FormatOfText(text));
    return read.ok() ? std::string("none") : std::string(read.status().message());
  };
  EXPECT_EQ(error("a 1\nb{x=\"1\"} ?\n"), "line 2: expected a value, got ?\\n");
  EXPECT_EQ(error("a{x=1} 1\n"), "line 1: expected a label value in double quotes, got 1} 1\\n");
  EXPECT_EQ(error("a{x=\"1\",x=\"2\"} 1\n"), "line 2: the label \"x\" stands twice");
  EXPECT_EQ(error("a{x=\"\x1b[31m\xff\"} 1\n").find('\x1b'), std::string::npos) << "never raw";
  EXPECT_EQ(error("# TYPE a jauge\n"), "line 1: expected one of the types that the format has, got  jauge\\n");
  EXPECT_EQ(error("a  1\n# EOF\n"), "line 1: expected a value, got  1\\n# EOF\\n");
  EXPECT_EQ(error(std::string("a\0 1\n", 5)), "line 1: expected a value, got \\x00 1\\n");
  EXPECT_EQ(error("a 1e999\n"), "line 1: expected a value, got 1e999\\n");
  EXPECT_EQ(error("a 1"), "none") << "text needs no line feed at its end";
  EXPECT_EQ(error("# EOF"), "none");
}

// All texts of up to four signs that numbers are made of, and some longer ones, against the analyzer's reference.
TEST(SampleNumber, IsWhatAServerReads) {
  const auto check = [](const std::string& text) {
    double ours = -1;
    const std::optional<double> theirs = reference::ParseSampleFloat(text);
    ASSERT_EQ(ParseSampleNumber(text, &ours), theirs.has_value()) << text;
    if (!theirs) return;
    const bool is_same = ours == *theirs && std::signbit(ours) == std::signbit(*theirs);
    ASSERT_TRUE(is_same || (std::isnan(ours) && std::isnan(*theirs))) << text;
  };
  const std::string signs = "019.eE+-infNaxX_p ";
  std::vector<std::string> texts = {""};
  for (size_t begin = 0, length = 0; length < 4; ++length) {
    const size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : signs) texts.push_back(texts[begin] + c);
    }
  }
  for (const std::string& text : texts) ASSERT_NO_FATAL_FAILURE(check(text));
  for (const char* const text : {"+infinity",
                                 "-Infinity",
                                 "infinit",
                                 "nan(1)",
                                 "+nan",
                                 "1e308",
                                 "1.8e308",
                                 "1e309",
                                 "0.1e310",
                                 "0.01e310",
                                 "1e-400",
                                 "-1e-400",
                                 "0e999999999999999999999",
                                 "1e-99999999999999999999999",
                                 "1e99999999999999999999999",
                                 "100000e-330",
                                 "4.9e-324",
                                 "0.30000000000000004",
                                 "00000000000000000000000001",
                                 "1e+5",
                                 "1e 5",
                                 "0x1p4",
                                 "1_000"}) {
    ASSERT_NO_FATAL_FAILURE(check(text));
  }
}

}  // namespace
}  // namespace seriesguard
