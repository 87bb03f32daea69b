// SPDX-License-Identifier: Apache-2.0
//
// exposition_format_test.cc: the table of first telling lines, with the tail known and unknown.
#include "analyzer/exposition/exposition_format.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

bool IsOpenMetrics(std::string_view head, std::string_view tail) {
  return DetectFormat(head, tail) == ExpositionFormat::kOpenMetrics;
}
// As a plain file shows it: the last 16 bytes are known.
bool FileIsOpenMetrics(std::string_view document) {
  return IsOpenMetrics(document, document.substr(document.size() - std::min<size_t>(document.size(), 16)));
}
// As a pipe shows it.
bool PipeIsOpenMetrics(std::string_view head) { return IsOpenMetrics(head, ""); }

TEST(DetectFormat, LinesThatOnlyOpenMetricsHasDecideWhateverTheTail) {
  for (const char* line : {"# TYPE a info\n", "# TYPE a stateset\n", "# TYPE a gaugehistogram\n", "# TYPE a unknown\n",
                           "a_total 1 # {trace=\"x\"} 1\n", "a{b=\"c\"} 1 2 # {} 1\n"}) {
    EXPECT_TRUE(PipeIsOpenMetrics(line)) << line;
    EXPECT_TRUE(FileIsOpenMetrics(line)) << line;
    EXPECT_TRUE(FileIsOpenMetrics(std::string(line) + "# EOF\n")) << line;
  }
}

TEST(DetectFormat, LinesThatOnlyTextHasDecideWhateverTheTail) {
  for (const char* line : {"# TYPE a untyped\n", "# a free comment\n", "#\n", "#comment\n", "\n", " a 1\n", "\ta 1\n",
                           "a 1\r\n", "#\tTYPE a info\n", "# TYPE\n"}) {
    EXPECT_FALSE(PipeIsOpenMetrics(line)) << line;
    EXPECT_FALSE(FileIsOpenMetrics(std::string(line) + "# EOF\n")) << line;
  }
}

TEST(DetectFormat, TheFirstTellingLineDecides) {
  EXPECT_FALSE(PipeIsOpenMetrics("a 1\n# a free comment\n# TYPE a info\n"));
  EXPECT_TRUE(PipeIsOpenMetrics("a 1\n# TYPE a info\n# a free comment\n"));
}

TEST(DetectFormat, UnitLineIsOpenMetricsUnlessTheTailSaysOtherwise) {
  const std::string unit = "# HELP a_seconds x\n# UNIT a_seconds seconds\na_seconds 1\n";
  EXPECT_TRUE(PipeIsOpenMetrics(unit));
  EXPECT_FALSE(FileIsOpenMetrics(unit));
  EXPECT_TRUE(FileIsOpenMetrics(unit + "# EOF\n"));
  EXPECT_TRUE(FileIsOpenMetrics(unit + "# EOF"));
}

TEST(DetectFormat, CounterWithoutTotalWhoseSampleHasItIsOpenMetricsUnlessTheTailSaysOtherwise) {
  for (const char* sample : {"a_total 1\n", "a_total{b=\"c\"} 1\n"}) {
    const std::string document = std::string("# TYPE a counter\n") + sample;
    EXPECT_TRUE(PipeIsOpenMetrics(document)) << sample;
    EXPECT_FALSE(FileIsOpenMetrics(document)) << sample;
    EXPECT_TRUE(FileIsOpenMetrics(document + "# EOF\n")) << sample;
  }
  // Not its sample: another name, a name that merely begins so, or a counter that already has its suffix.
  for (const char* document : {"# TYPE a counter\na 1\n", "# TYPE a counter\na_totals 1\n",
                               "# TYPE a counter\nab_total 1\n", "# TYPE a_total counter\na_total 1\n",
                               "# TYPE a gauge\na_total 1\n", "# TYPE a counter\n# TYPE b gauge\na_total 1\n"}) {
    EXPECT_FALSE(PipeIsOpenMetrics(document)) << document;
  }
}

TEST(DetectFormat, AnExemplarCountsOnlyOutsideOfQuotes) {
  EXPECT_FALSE(PipeIsOpenMetrics("a{b=\" # {x\"} 1\n"));
  EXPECT_FALSE(PipeIsOpenMetrics("a{b=\"\\\" # {x\"} 1\n"));
  EXPECT_TRUE(PipeIsOpenMetrics("a{b=\"\\\\\"} 1 # {x=\"y\"} 1\n"));
  EXPECT_FALSE(PipeIsOpenMetrics("a 1 #{x=\"y\"} 1\n"));
}

TEST(DetectFormat, WithoutATellingLineTheTailDecides) {
  const std::string plain = "# HELP a x\n# TYPE a gauge\na 1\n";
  EXPECT_FALSE(PipeIsOpenMetrics(plain));
  EXPECT_FALSE(FileIsOpenMetrics(plain));
  EXPECT_TRUE(FileIsOpenMetrics(plain + "# EOF\n"));
  EXPECT_TRUE(FileIsOpenMetrics(plain + "# EOF"));
  EXPECT_TRUE(FileIsOpenMetrics("# EOF\n"));
  EXPECT_TRUE(FileIsOpenMetrics("# EOF"));
  EXPECT_FALSE(FileIsOpenMetrics(""));
  // A plain comment in the middle, a sample behind it, two newlines, or only the same letters: text.
  EXPECT_FALSE(FileIsOpenMetrics(plain + "# EOF\na 2\n"));
  EXPECT_FALSE(FileIsOpenMetrics(plain + "# EOF\n\n"));
  EXPECT_FALSE(FileIsOpenMetrics(plain + "x# EOF\n"));
}

TEST(DetectFormat, LooksAtTheFirstMebibyteOnlyAndAtWholeLines) {
  const std::string filler(1 << 20, 'a');
  EXPECT_FALSE(PipeIsOpenMetrics("a{b=\"" + filler + "\"} 1\n# TYPE a info\n"));
  EXPECT_FALSE(PipeIsOpenMetrics("# TYPE a info"));  // the line may go on
}

}  // namespace
}  // namespace seriesguard
