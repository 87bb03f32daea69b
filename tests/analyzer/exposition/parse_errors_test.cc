// SPDX-License-Identifier: Apache-2.0
//
// parse_errors_test.cc: where an error is, by line and column, counted by hand.
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "gtest/gtest.h"
#include "tests/analyzer/exposition/recording_sink.h"

namespace seriesguard {
namespace {

using std::string_view_literals::operator""sv;

struct BadLine {
  std::string_view document;
  uint64_t line, column;
  const char* message_part;
};

void ExpectErrors(ExpositionFormat format, const BadLine& bad) {
  for (const size_t block_bytes : {size_t{0}, size_t{1}, size_t{7}}) {
    const Recording recording = Record(format, bad.document, /*lenient=*/false, block_bytes);
    ASSERT_EQ(recording.sink.errors.size(), 1u) << bad.document;
    const ParseError& error = recording.sink.errors[0];
    EXPECT_TRUE(recording.stopped);
    EXPECT_EQ(error.line, bad.line) << bad.document;
    EXPECT_EQ(error.column, bad.column) << bad.document << ": " << error.message;
    EXPECT_EQ(error.text_column, bad.column) << bad.document;
    EXPECT_NE(error.message.find(bad.message_part), std::string::npos) << bad.document << ": " << error.message;
    EXPECT_EQ(error.line_text.find('\n'), std::string::npos) << bad.document;
    for (const char c : error.message) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << error.message;
  }
}

TEST(ParseErrors, OfTextStandWhereTheBadBytesBegin) {
  const BadLine table[] = {
      {"a 1\n1a 2\n", 2, 1, "a metric name"},
      {"a{b=\"c\" 1\n", 1, 9, "a label name or `}`, got `1`"},
      {"a{b=c} 1\n", 1, 5, "a label value in double quotes"},
      {"a{b} 1\n", 1, 4, "`=` after the label name"},
      {"a{1b=\"c\"} 1\n", 1, 3, "a label name"},
      {"a{b:c=\"d\"} 1\n", 1, 4, "`=`"},
      {"a{,} 1\n", 1, 3, "a label name"},
      {"a{b=\"c\",,} 1\n", 1, 9, "a label name"},
      {"a{=\"c\"} 1\n", 1, 3, "a label name"},
      {"a\n", 1, 2, "a value, got the end of the line"},
      {"a \n", 1, 3, "a value, got the end of the line"},
      {"a x\n", 1, 3, "no decimal number"},
      {"a 0x10\n", 1, 3, "no decimal number"},
      {"a 1_000\n", 1, 3, "no decimal number"},
      {"a 1e999\n", 1, 3, "no decimal number"},
      {"a{b=\"c\"} 1 -5\n", 1, 12, "a timestamp"},
      {"a 1 1.5\n", 1, 6, "after the timestamp"},
      {"a 1 2 3\n", 1, 7, "after the timestamp"},
      {"a 1 9223372036854775808\n", 1, 5, "64 bits"},
      {"a 1 # {x=\"y\"} 1\n", 1, 5, "a timestamp"},
      {"a 1\r\n", 1, 3, "no decimal number"},
      {"a 1 \r\n", 1, 5, "byte 0x0d"},
      {"\xEF\xBB\xBF"
       "a 1\n",
       1, 1, "byte 0xef"},
      {"a{b=\"x\xFFy\"} 1\n", 1, 7, "UTF-8"},
      {"a{b=\"\xC3\"} 1\n", 1, 6, "UTF-8"},
      {"ok 1\n\n# TYPE a info\n", 3, 9 + 1, "one of the types"},
      {"# TYPE a  gauge\n", 1, 10, "one of the types"},
      {"# TYPE a GAUGE\n", 1, 10, "one of the types"},
      {"# TYPE 1a gauge\n", 1, 8, "a metric name"},
      {"# HELP \n", 1, 8, "a metric name"},
      {"# HELP a \xFF\n", 1, 10, "UTF-8"},
      {"{b=\"c\"} 1\n", 1, 1, "no metric name"},
      {"{\"a\",\"b\"} 1\n", 1, 6, "a second metric name"},
      {"a{\"b\"} 1\n", 1, 3, "a second metric name"},
      {"a 1\n\0b 1\n"sv, 2, 1, "NUL"},
      {"#\0\n"sv, 1, 2, "NUL"},
      {"# \0\n"sv, 1, 3, "NUL"},
      {"a 1\na{b=\"never closed 1\nb 2\n", 2, 5, "never closed"},
  };
  for (const BadLine& bad : table) ExpectErrors(ExpositionFormat::kText, bad);
}

TEST(ParseErrors, OfOpenMetricsStandWhereTheBadBytesBegin) {
  const BadLine table[] = {
      {"a 1\n", 2, 1, "# EOF"},
      {"", 1, 1, "# EOF"},
      {"a 1\n# EOF\nb 2\n", 3, 1, "data after `# EOF`"},
      {"# EOFx\n", 1, 6, "data after `# EOF`"},
      {"\n# EOF\n", 1, 1, "a metric name"},
      {"#comment\n# EOF\n", 1, 2, "one blank after `#`"},
      {"# comment\n# EOF\n", 1, 3, "no other comments"},
      {"a  1\n# EOF\n", 1, 3, "a value"},
      {"a\t1\n# EOF\n", 1, 2, "one blank and the value, got a tab"},
      {"a{b=\"c\", d=\"e\"} 1\n# EOF\n", 1, 9, "a label name"},
      {"a{b=\"c\"d=\"e\"} 1\n# EOF\n", 1, 8, "`,` or `}`"},
      {"a{b=\"c\nd\"} 1\n# EOF\n", 1, 7, "to close the string"},
      {"a 1 \n# EOF\n", 1, 5, "a timestamp"},
      {"a 1 nan\n# EOF\n", 1, 5, "must be finite"},
      {"a 1 +Inf\n# EOF\n", 1, 5, "must be finite"},
      {"a 1 2 3\n# EOF\n", 1, 6, "the end of the line"},
      {"a 1 # {x=\"y\"}\n# EOF\n", 1, 14, "the value"},
      {"a 1 # {\"x\"} 1\n# EOF\n", 1, 11, "`=` after the label name"},
      {"a 1 # {x=\"y\"} 1 inf\n# EOF\n", 1, 17, "must be finite"},
      {"# TYPE a untyped\n# EOF\n", 1, 10, "one of the types"},
      {"# UNIT a_seconds bytes\n# EOF\n", 1, 18, "suffix"},
      {"# UNIT seconds seconds\n# EOF\n", 1, 16, "suffix"},
      {"# TYPE a\n# EOF\n", 1, 9, "one blank and the text"},
      {"a 1\r\n# EOF\n", 1, 3, "no decimal number"},
  };
  for (const BadLine& bad : table) ExpectErrors(ExpositionFormat::kOpenMetrics, bad);
}

TEST(ParseErrors, SayWhereAServerWouldEndWithoutAWord) {
  for (const std::string_view text : {"a 1\n\0b 1\n"sv, " \0\n"sv, "#\0\n"sv, "#x\0\n"sv}) {
    EXPECT_TRUE(RecordText(text).sink.errors.at(0).ends_silently) << text;
  }
  for (const std::string_view text : {"a\0 1\n"sv, "a 1\0\n"sv, "a{\0b=\"c\"} 1\n"sv, "b\n"sv}) {
    EXPECT_FALSE(RecordText(text).sink.errors.at(0).ends_silently) << text;
  }
  EXPECT_FALSE(RecordOpenMetrics("\0\n# EOF\n"sv).sink.errors.at(0).ends_silently);
}

TEST(ParseErrors, InsideAValueOfSeveralLinesCountItsLines) {
  ExpectErrors(ExpositionFormat::kText, {"a 1\nb{c=\"one\ntwo\nthree\"} x\nd 1\n", 4, 9, "no decimal number"});
  ExpectErrors(ExpositionFormat::kText, {"a{b=\"1\n2\n\xFF\"} 1\n", 3, 1, "UTF-8"});
  ExpectErrors(ExpositionFormat::kText, {"a{b=\"1\n2\",c=\"\n\"} 1\ne{f=\"\n\",g} 1\n", 5, 4, "`=`"});
  // A sample that spans lines moves the count for what follows.
  ExpectErrors(ExpositionFormat::kText, {"a{b=\"1\n2\n3\"} 1\n?\n", 4, 1, "a metric name"});
  ExpectErrors(ExpositionFormat::kOpenMetrics, {"{\"a\nb\"} 1\n?\n# EOF\n", 3, 1, "a metric name"});
}

TEST(ParseErrors, ShowAtMostFourKibibytesAroundTheColumn) {
  const std::string document = "a{b=\"" + std::string(10'000, 'x') + "\xFF" + std::string(10'000, 'y') + "\"} 1\n";
  const Recording recording = RecordText(document);
  ASSERT_EQ(recording.sink.errors.size(), 1u);
  const ParseError& error = recording.sink.errors[0];
  EXPECT_EQ(error.column, 10'006u);
  EXPECT_EQ(error.text_column, 2'049u);
  EXPECT_EQ(error.line_text.size(), 4'096u);
  EXPECT_EQ(error.line_text[error.text_column - 1], '\xFF');
}

TEST(ParseErrors, ObjectionsOfTheSinkPointAtTheLabel) {
  const struct {
    SampleVerdict verdict;
    uint64_t column;
    const char* message_part;
  } table[] = {
      {{SampleObjection::kRepeatedLabelName, 1}, 9, "twice"},
      {{SampleObjection::kReservedLabelName, 0}, 3, "__name__"},
      {{SampleObjection::kBadName, 1}, 9, "a label name"},
      {{SampleObjection::kBadName, SIZE_MAX}, 1, "a metric name"},
      {{SampleObjection::kNotInPrometheus2, SIZE_MAX}, 1, "Prometheus 2"},
  };
  for (const auto& row : table) {
    for (const bool lenient : {false, true}) {
      Recording recording{RecordingSink(lenient), 0, false, false};
      recording.sink.objections = {{}, row.verdict, {}};
      const std::string document = "a{b=\"0\",b=\"2\"} 1\na{b=\"1\",b=\"2\"} 1\na{b=\"3\",b=\"2\"} 1\n";
      const std::string padded = document + std::string(64, '\0');
      ExpositionParser parser(ExpositionFormat::kText, &recording.sink);
      const auto progress = parser.Parse(std::string_view(padded).substr(0, document.size()), true);
      EXPECT_EQ(progress.stopped, !lenient);
      ASSERT_EQ(recording.sink.errors.size(), 1u);
      EXPECT_EQ(recording.sink.errors[0].line, 2u);
      EXPECT_EQ(recording.sink.errors[0].column, row.column);
      EXPECT_NE(recording.sink.errors[0].message.find(row.message_part), std::string::npos);
      // The refused sample is no longer a line to compare with.
      if (lenient) {
        EXPECT_EQ(recording.sink.claims.back(), "new 0");
      }
    }
  }
}

TEST(ParseErrors, AnEntryAboveTheCapIsRefusedAndSkipped) {
  std::string document = "before 1\na{b=\"";
  document.resize(document.size() + kMaxEntryBytes, 'x');
  document += "\"} 1\nafter 1\n";
  // Read in windows as a block reader would give it: 24 MiB, then the rest.
  const Recording strict = Record(ExpositionFormat::kText, document, /*lenient=*/false, size_t{34} << 20);
  EXPECT_EQ(strict.sink.said.size(), 3u);  // whole in one window, it is only a long line
  const Recording lenient = Record(ExpositionFormat::kText, document, /*lenient=*/true, kMaxEntryBytes + 12);
  ASSERT_EQ(lenient.sink.errors.size(), 1u);
  EXPECT_EQ(lenient.sink.errors[0].line, 2u);
  EXPECT_EQ(lenient.sink.errors[0].column, 1u);
  EXPECT_NE(lenient.sink.errors[0].message.find("32 MiB"), std::string::npos);
  ASSERT_EQ(lenient.sink.said.size(), 2u);
  EXPECT_EQ(lenient.sink.said[1], "after line 3");
  EXPECT_EQ(lenient.sink.sample_bytes + lenient.sink.comment_bytes, document.size());
}

}  // namespace
}  // namespace seriesguard
