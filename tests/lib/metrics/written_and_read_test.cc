// SPDX-License-Identifier: Apache-2.0
//
// written_and_read_test.cc: what we write, a server reads as what it was: random families, written, parsed, compared.
//
// SERIESGUARD_SEED names the families, SERIESGUARD_WRITTEN_FAMILIES how many (default 100,000). Each is written in both
// formats, under one of the four escapings, and read by the naive and by the fast parser.
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "gtest/gtest.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exposition.h"
#include "lib/metrics/exposition_escape.h"
#include "rules/safe_text.h"
#include "tests/differential/agreement.h"
#include "tests/differential/window_feed.h"
#include "tests/lib/metrics/random_families.h"
#include "tests/reference/canonical_line.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"
#include "tests/reference/sample_rules.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using reference::Format;

// One line a metadata line: "TYPE name word", names and texts unescaped.
class MetadataSink : public ExpositionSink {
 public:
  SampleVerdict OnSample(const SampleEvent&) override { return {}; }
  void OnType(std::string_view name, MetricType type) override {
    said.push_back("TYPE " + reference::Unescape(name) + " " + std::string(MetricTypeName(type)));
  }
  void OnHelp(std::string_view name, std::string_view text) override {
    said.push_back("HELP " + reference::Unescape(name) + " " + reference::Unescape(text));
  }
  void OnUnit(std::string_view name, std::string_view unit) override {
    said.push_back("UNIT " + reference::Unescape(name) + " " + std::string(unit));
  }
  void OnCommentBytes(size_t) override {}
  bool OnError(const ParseError& error) override {
    said.push_back("ERROR " + error.message);
    return false;
  }

  std::vector<std::string> said;
};

std::vector<std::string> ReadMetadata(const std::string& document, ExpositionFormat format) {
  MetadataSink sink;
  ExpositionParser parser(format, &sink);
  FeedInWindows(document, 0, &parser);
  return sink.said;
}

std::vector<std::string> MetadataOf(const std::vector<RandomFamily>& scrape, const NegotiatedFormat& format) {
  std::vector<std::string> lines;
  for (const RandomFamily& family : scrape) {
    if (family.collected.series.empty()) continue;
    const ExpectedMetadata expected = ExpectedMetadataOf(family, format.kind, format.escaping);
    const std::string help = "HELP " + expected.name + " " + expected.help;
    const bool is_text = format.kind == ExpositionKind::kText;
    if (is_text && expected.has_help) lines.push_back(help);
    lines.push_back("TYPE " + expected.name + " " + std::string(MetricTypeName(expected.type)));
    if (!expected.unit.empty()) lines.push_back("UNIT " + expected.name + " " + expected.unit);
    if (!is_text && expected.has_help) lines.push_back(help);
  }
  return lines;
}

TEST(WrittenAndRead, EverySampleComesBackAsItWas) {
  RandomFamilies random(SeedOfTest(20));
  const size_t families = CasesToRun("SERIESGUARD_WRITTEN_FAMILIES", 100000);
  Agreement agreement;
  size_t samples = 0, exemplars = 0, shown = 0;
  for (size_t written = 0; written < families && shown < 5;) {
    const std::vector<RandomFamily> scrape = random.NextScrape(1 + random.Below(4));
    written += scrape.size();
    for (const ExpositionKind kind : {ExpositionKind::kText, ExpositionKind::kOpenMetrics}) {
      NegotiatedFormat format;
      format.kind = kind;
      format.escaping = static_cast<NameEscaping>(random.Below(4));
      const bool is_text = kind == ExpositionKind::kText;
      std::string document;
      AppendExposition(CollectedOf(scrape), format, &document);

      reference::ReferenceResult expected;
      expected.ok = true;
      for (const RandomFamily& family : scrape) {
        for (reference::Sample& one : ExpectedSamples(family, kind, format.escaping)) {
          exemplars += one.has_exemplar ? 1 : 0;
          expected.samples.push_back(std::move(one));
        }
      }
      samples += expected.samples.size();
      const Format grammar = is_text ? Format::kText : Format::kOpenMetrics;
      const reference::ReferenceResult read = ParseNaively(document, grammar);
      const std::string wanted = CanonicalLine(expected);
      const std::string got = CanonicalLine(read);
      agreement.Check(document, grammar);  // the fast parser reads the same
      if (wanted != got) {
        ++shown;
        ADD_FAILURE() << SafeText(document) << "\nexpected " << wanted << "\nread     " << got << " " << read.error;
      }
      const std::vector<std::string> metadata =
          ReadMetadata(document, is_text ? ExpositionFormat::kText : ExpositionFormat::kOpenMetrics);
      if (metadata != MetadataOf(scrape, format)) {
        ++shown;
        EXPECT_EQ(metadata, MetadataOf(scrape, format)) << SafeText(document);
      }
    }
  }
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_EQ(agreement.accepted(), agreement.documents());
  // The generator does what it is for.
  EXPECT_GT(samples, families * 4);
  EXPECT_GT(exemplars, families / 20);
}

}  // namespace
}  // namespace seriesguard
