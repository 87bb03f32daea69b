// SPDX-License-Identifier: Apache-2.0
//
// exposition_parser_test.cc: what is told of a good document, what is claimed about the line before, what lenient
// skips. That it agrees with the grammar byte for byte is held by tests/differential; where errors stand, by
// parse_errors_test.cc.
#include "analyzer/exposition/exposition_parser.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/exposition/entry_scanner.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/exposition/sample_value.h"
#include "gtest/gtest.h"
#include "tests/analyzer/exposition/recording_sink.h"

namespace seriesguard {
namespace {

using Lines = std::vector<std::string>;

TEST(ExpositionParser, TellsEveryLineOfAText) {
  const Recording recording = RecordText(
      "# HELP a The \\\\ number\n# TYPE a counter\na{b=\"1\"} 1\na{b=\"1\",} 1 5\n\n# free\n  c 1\nd {e = \"f\" , "
      "g=\"\"}7\n"
      "{\"h i\",j=\"k\"} 2\nlast NaN");
  EXPECT_EQ(recording.sink.said,
            (Lines{"HELP a [The \\\\ number]", "TYPE a counter", "a{b=\"1\"} line 3", "a{b=\"1\"} @5 line 4",
                   "  c line 7", "d{e=\"f\",g=\"\"} line 8", "h i{j=\"k\"} line 9", "last line 10"}));
  EXPECT_TRUE(recording.sink.errors.empty());
  EXPECT_TRUE(recording.saw_quoted_name);
}

TEST(ExpositionParser, TellsEveryLineOfOpenMetrics) {
  const Recording recording = RecordOpenMetrics(
      "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds x \\n y\n"
      "a_seconds_total{b=\"c\"} 1 1.5 # {t=\"u\"} 0.5 2\na_seconds_total{b=\"d\"} 1 # {} 1\na_seconds_total -1 -0.5\n# "
      "EOF");
  EXPECT_EQ(recording.sink.said, (Lines{"TYPE a_seconds counter", "UNIT a_seconds [seconds]",
                                        "HELP a_seconds [x \\n y]", "a_seconds_total{b=\"c\"} @1500 exemplar line 4",
                                        "a_seconds_total{b=\"d\"} exemplar line 5", "a_seconds_total @-500 line 6"}));
  EXPECT_TRUE(recording.sink.errors.empty());
  EXPECT_FALSE(recording.saw_quoted_name);
}

TEST(ExpositionParser, ClaimsWhatTheLineBeforeHadSaid) {
  const Recording recording = RecordText(
      "a{x=\"1\",y=\"1\"} 1\n"   // nothing before
      "a{x=\"1\",y=\"1\"} 2\n"   // all of it
      "a{x=\"1\",y=\"12\"} 1\n"  // first label
      "a{x=\"2\",y=\"12\"} 1\n"  // names only
      "a{x=\"2\"} 1\n"           // a label less: not the same names
      "a{x=\"2\",y=\"3\"} 1\n"   // a label more
      "a{x=\"2\",z=\"3\"} 1\n"   // another name
      "ab{x=\"2\",z=\"3\"} 1\n"  // another metric
      "ab 1\n"
      "ab 2\n"  // no labels, all the same
      "# comment\n"
      "ab 3\n"  // never behind a comment
      "ab{x=\"\\\"\"} 1\n"
      "ab{x=\"\\\"\\\\\"} 1\n"
      "ab {x=\"1\"} 1\n"  // a blank: the exact scanner
      "ab{x=\"1\"} 1\n");
  ASSERT_TRUE(recording.sink.errors.empty());
  const Lines& claims = recording.sink.claims;
  ASSERT_EQ(claims.size(), 15u);
  const Lines certain = {"new 0", "same 2", "same 1", "same 0", "new 1", "new 1", "new 1", "new 0", "new 0", "same 0"};
  for (size_t i = 0; i < certain.size(); ++i) EXPECT_EQ(claims[i], certain[i]) << i;
  EXPECT_EQ(claims[10], "new 0");
  EXPECT_EQ(claims[12], "same 0");
  EXPECT_EQ(claims[13], "new 0");
  EXPECT_EQ(claims[14], "new 0");
}

TEST(ExpositionParser, ForgetsTheLineBeforeAtTheEndOfAWindow) {
  const std::string line = "a{x=\"1\",y=\"2\"} 1\n";
  const Recording recording = Record(ExpositionFormat::kText, line + line + line, false, line.size());
  EXPECT_EQ(recording.sink.claims, (Lines{"new 0", "new 0", "new 0"}));
  EXPECT_EQ(recording.sink.window_ends, 3u);
}

TEST(ExpositionParser, SaysTheSameInWindowsOfEverySize) {
  const std::string text =
      "# HELP a long \\n text\n# TYPE a histogram\na_bucket{le=\"1\",b=\"line one\nline two\"} 3 "
      "17\na_bucket{le=\"+Inf\"} 4\n"
      "{\"q q\", \"l l\" = \"\\\\\"} 1e+06\n\n#\n a_sum 1.5\na_count 4";
  const Recording whole = RecordText(text);
  ASSERT_TRUE(whole.sink.errors.empty());
  EXPECT_EQ(whole.sink.said.size(), 7u);
  for (size_t block = 1; block <= text.size() + 1; ++block) {
    const Recording cut = Record(ExpositionFormat::kText, text, false, block);
    ASSERT_EQ(cut.sink.said, whole.sink.said) << block;
    ASSERT_EQ(cut.sink.sample_bytes, whole.sink.sample_bytes) << block;
    ASSERT_EQ(cut.sink.comment_bytes, whole.sink.comment_bytes) << block;
    ASSERT_EQ(cut.line_after, whole.line_after) << block;
    ASSERT_TRUE(cut.saw_quoted_name) << block;
  }
  const std::string openmetrics =
      "# TYPE a_b counter\n# UNIT a_b b\na_b_total{c=\"d\"} 1 2.5 # {e=\"\\\"\"} 1 2\n{\"x\ny\"} 1\n# EOF\n";
  const Recording whole_om = RecordOpenMetrics(openmetrics);
  ASSERT_TRUE(whole_om.sink.errors.empty());
  for (size_t block = 1; block <= openmetrics.size() + 1; ++block) {
    const Recording cut = Record(ExpositionFormat::kOpenMetrics, openmetrics, false, block);
    ASSERT_EQ(cut.sink.said, whole_om.sink.said) << block;
    ASSERT_TRUE(cut.sink.errors.empty()) << block;
  }
}

TEST(ExpositionParser, AccountsForEachByteOnce) {
  const std::string text = "# c\na 1\n\nb{c=\"d\"} 2 \n";
  const Recording recording = RecordText(text);
  EXPECT_EQ(recording.sink.sample_bytes, 4u + 12u);
  EXPECT_EQ(recording.sink.comment_bytes, 4u + 1u);
}

TEST(ExpositionParser, LenientSkipsToTheNextLineAndCounts) {
  const std::string text =
      "a 1\n"
      "bad line here\n"
      "b{c=\"two\nlines\"} oops\n"  // given up at its first newline: `lines"} oops` is then a bad line of its own
      "c 1\n"
      "# TYPE x nonsense\n"
      "d{e=\"\xFF\"} 1\n"
      "f 1";
  for (size_t block = 0; block <= text.size(); ++block) {
    const Recording recording = Record(ExpositionFormat::kText, text, /*lenient=*/true, block);
    EXPECT_FALSE(recording.stopped);
    ASSERT_EQ(recording.sink.said, (Lines{"a line 1", "c line 5", "f line 8"})) << block;
    ASSERT_EQ(recording.sink.errors.size(), 5u) << block;
    const std::vector<size_t> lines = {2, 4, 4, 6, 7};
    for (size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(recording.sink.errors[i].line, lines[i]) << i;
    ASSERT_EQ(recording.sink.sample_bytes + recording.sink.comment_bytes, text.size()) << block;
  }
}

TEST(ExpositionParser, LenientOpenMetricsStillMissesItsEnd) {
  const Recording recording = RecordOpenMetrics("a 1\nbad\nb 1\n", /*lenient=*/true);
  EXPECT_EQ(recording.sink.said, (Lines{"a line 1", "b line 3"}));
  ASSERT_EQ(recording.sink.errors.size(), 2u);
  EXPECT_NE(recording.sink.errors[1].message.find("# EOF"), std::string::npos);
}

TEST(ExpositionParser, NoticesQuotedNamesOfMetricsOnly) {
  EXPECT_TRUE(RecordText("{\"a\"} 1\n").saw_quoted_name);
  EXPECT_TRUE(RecordText("{b=\"c\",\"a\"} 1\n").saw_quoted_name);
  EXPECT_FALSE(RecordText("a{b=\"c\"} 1\n a{b=\"c\"} 1\n").saw_quoted_name);
}

TEST(UnescapeQuoted, UndoesThreeEscapesAndLeavesTheOthers) {
  const struct {
    const char *raw, *plain;
  } table[] = {{"", ""},       {"abc", "abc"},   {"\\\\", "\\"}, {"\\\"", "\""},     {"\\n", "\n"},
               {"\\d", "\\d"}, {"\\\\n", "\\n"}, {"a\\", "a\\"}, {"\\\\\\", "\\\\"}, {"x\\ny\\\"z", "x\ny\"z"}};
  std::string out = "left over";
  for (const auto& row : table) {
    UnescapeQuoted(row.raw, &out);
    EXPECT_EQ(out, row.plain) << row.raw;
  }
}

TEST(SampleValueText, FindsTheValueBehindAnyForm) {
  class ValueSink : public RecordingSink {
   public:
    SampleVerdict OnSample(const SampleEvent& sample) override {
      values.emplace_back(SampleValueText(sample));
      return {};
    }
    Lines values;
  } sink;
  ExpositionParser parser(ExpositionFormat::kText, &sink);
  const std::string text =
      "a 1\na{b=\"9\"} 2.5 77\na{b=\"9\",} 3\na {b=\"}\"}4\n\ta\t{b=\"9\"\t}\t5e3\t66\n{\"a\"} 6\n{b=\"9\",\"a\"} "
      "+Inf\na{} 8\nlast NaN";
  const std::string padded = text + std::string(64, '\0');
  parser.Parse(std::string_view(padded).substr(0, text.size()), /*at_end=*/true);
  EXPECT_EQ(sink.values, (Lines{"1", "2.5", "3", "4", "5e3", "6", "+Inf", "8", "NaN"}));
}

}  // namespace
}  // namespace seriesguard
