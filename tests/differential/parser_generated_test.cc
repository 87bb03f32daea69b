// SPDX-License-Identifier: Apache-2.0
//
// parser_generated_test.cc: seeded documents, whole, mutated, and fed in windows that end at every byte.
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/differential/agreement.h"
#include "tests/differential/document_generator.h"
#include "tests/reference/parse_options.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using reference::Format;

constexpr size_t kDocuments = CasesToRun(25000);  // of each kind and format: 100,000 together

class ParserGenerated : public testing::TestWithParam<Format> {
 protected:
  bool openmetrics() const { return GetParam() == Format::kOpenMetrics; }
};

TEST_P(ParserGenerated, DocumentsAreJudgedAlike) {
  DocumentGenerator generator(SeedOfTest(1), openmetrics());
  Agreement agreement;
  for (size_t i = 0; i < kDocuments; ++i) agreement.Check(generator.Valid(), GetParam(), i % 50);
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_GT(agreement.accepted(), kDocuments * 9 / 10);
}

TEST_P(ParserGenerated, MutatedDocumentsAreJudgedAlike) {
  DocumentGenerator generator(SeedOfTest(2), openmetrics());
  Agreement agreement;
  for (size_t i = 0; i < kDocuments; ++i) agreement.Check(generator.Mutated(), GetParam(), i % 50);
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_GT(agreement.accepted(), kDocuments / 20);
  EXPECT_LT(agreement.accepted(), kDocuments * 9 / 10);
}

// A window may end anywhere: inside a name, an escape, a number, a character of several bytes, between CR and LF.
TEST_P(ParserGenerated, EveryWindowSizeGivesTheSameAnswer) {
  DocumentGenerator generator(SeedOfTest(3), openmetrics());
  Agreement agreement;
  for (size_t i = 0; i < 40; ++i) {
    const std::string document = i % 4 == 3 ? generator.Mutated() : generator.Valid();
    for (size_t block_bytes = 1; block_bytes <= document.size(); ++block_bytes) {
      agreement.Check(document, GetParam(), block_bytes);
    }
  }
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_GT(agreement.documents(), 10000u);
}

INSTANTIATE_TEST_SUITE_P(BothFormats, ParserGenerated, testing::Values(Format::kText, Format::kOpenMetrics),
                         [](const auto& param) { return param.param == Format::kText ? "Text" : "OpenMetrics"; });

}  // namespace
}  // namespace seriesguard
