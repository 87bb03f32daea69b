// SPDX-License-Identifier: Apache-2.0
//
// naive_parser_test.cc: the table of docs/exposition_dialect.md, row by row, with the answer written by hand.
#include "tests/reference/naive_parser.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "tests/reference/canonical_line.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"

namespace seriesguard::reference {
namespace {

using std::string_literals::operator""s;

// Name and labels of all samples, joined by blanks; "refused" otherwise.
std::string Series(std::string_view bytes, Format format, const ParseOptions& options = {}) {
  const ReferenceResult result = ParseNaively(bytes, format, options);
  if (!result.ok) return "refused";
  std::string out;
  for (const Sample& sample : result.samples) out += (out.empty() ? "" : " ") + CanonicalSeries(sample);
  return out;
}

std::string Text(std::string_view bytes) { return Series(bytes, Format::kText); }
std::string OpenMetrics(std::string_view bytes) { return Series(bytes, Format::kOpenMetrics); }

TEST(NaiveParser, AcceptsWhatAServerAcceptsInText) {
  EXPECT_EQ(Text("a 1"), "a{}");
  EXPECT_EQ(Text("a{b=\"1\",} 1\n"), "a{b=1}");
  EXPECT_EQ(Text("a {\tb = \"1\" c=\"2\" }1 \n"), "a{b=1,c=2}");
  EXPECT_EQ(Text("a{b=\"\\d\"} 1\n"), "a{b=%5cd}");
  EXPECT_EQ(Text("a{b=\"x\ny\"} 1\n"), "a{b=x%0ay}");
  EXPECT_EQ(Text(" a 1\n"), "%20a{}");
  EXPECT_EQ(Text("{\"a.b\",\"c d\"=\"x\"} 1\n"), "a%2eb{c%20d=x}");
  EXPECT_EQ(Text("# TYPE a-gauge\na 1\n"), "a{}");
  EXPECT_EQ(Text("# EOF\na 1\n"), "a{}");
}

TEST(NaiveParser, RefusesWhatAServerRefusesInText) {
  for (const char* bytes : {"a 1\r\n", "a 1 -1\n", "a 1 1.5\n", "a 0x1p4\n", "a 1_0\n", "a 1e999\n", "a{b=\"1\",,} 1\n",
                            "a{,} 1\n", "a{=\"x\"} 1\n", "{b=\"x\"} 1\n", "{\"a\",\"b\"} 1\n",
                            "\xef\xbb\xbf"
                            "a 1\n",
                            "# TYPE a  gauge\n", "# TYPE a GAUGE\n", "# TYPE a info\n", "# HELP \n",
                            "a{b=\"\xff\"} 1\n", "a 1 9223372036854775808\n", "a 1 # {} 1\n"}) {
    EXPECT_EQ(Text(bytes), "refused") << bytes;
  }
}

TEST(NaiveParser, AppliesTheChecksOfTheAppend) {
  EXPECT_EQ(Text("a{b=\"1\",b=\"1\"} 1\n"), "refused");
  EXPECT_EQ(Text("a{__name__=\"b\"} 1\n"), "refused");
  EXPECT_EQ(Text("{\"\"} 1\n"), "refused");
  EXPECT_EQ(Text("{\"\xff\"} 1\n"), "refused");
  EXPECT_EQ(Text("a{b=\"\",c=\"1\"} 1\n"), "a{c=1}");
  // An empty pair takes the others of its name with it.
  EXPECT_EQ(Text("a{b=\"1\",b=\"\"} 1\n"), "a{}");
}

TEST(NaiveParser, RefusesTheNulThatEndsAServersParse) {
  for (const auto& bytes : {"a 1\n\0b 1\n"s, "a 1\n \0"s, "a 1\n#\0\n"s, "a 1\n# \0\n"s, "a 1\n#x\0\n"s}) {
    const ReferenceResult strict = ParseNaively(bytes, Format::kText);
    EXPECT_FALSE(strict.ok);
    EXPECT_EQ(strict.error_line, 2u);
    ParseOptions as_server;
    as_server.refuse_nul_line = false;
    const ReferenceResult silent = ParseNaively(bytes, Format::kText, as_server);
    EXPECT_TRUE(silent.ok);
    EXPECT_TRUE(silent.cut_by_nul);
    EXPECT_EQ(silent.samples.size(), 1u);
  }
  EXPECT_EQ(Text("a{b=\"x\0y\"} 1\n# a \0 comment\n"s), "a{b=x%00y}");
}

TEST(NaiveParser, RewritesBoundariesUnderTheTypeInForce) {
  const std::string histogram = "# TYPE h histogram\n";
  EXPECT_EQ(Text(histogram + "h_bucket{le=\"1\"} 1\nk{le=\"1e6\"} 1\n"), "h_bucket{le=1%2e0} k{le=1e%2b06}");
  EXPECT_EQ(Text(histogram + "h{quantile=\"1\"} 1\n"), "h{quantile=1}");
  EXPECT_EQ(Text("# TYPE s summary\ns{quantile=\"5e-1\",le=\"1\"} 1\n"), "s{le=1,quantile=0%2e5}");
  EXPECT_EQ(OpenMetrics("# TYPE g gaugehistogram\ng_bucket{le=\"1\"} 1\n# EOF\n"), "g_bucket{le=1}");
  ParseOptions older;
  older.prometheus2 = true;
  EXPECT_EQ(Series(histogram + "h_bucket{le=\"1\"} 1\n", Format::kText, older), "h_bucket{le=1}");
  EXPECT_EQ(Series("{\"a\"} 1\n", Format::kText, older), "refused");
  EXPECT_EQ(Series(" a 1\n", Format::kText, older), "refused");
}

TEST(NaiveParser, ReadsOpenMetricsAsAServerDoes) {
  EXPECT_EQ(OpenMetrics("a{b=\"1\",} 1 -1.5 # {c=\"d\"} 1 2\n# EOF"), "a{b=1}");
  EXPECT_EQ(OpenMetrics("a{b=\"x\0y\"} 1\n# EOF\n\0"s), "a{b=x%00y}");
  for (const char* bytes : {"a 1\n", "a 1\n# EOF\n\n", "a 1\n# EOF\nb 1\n", "\n# EOF\n", "a  1\n# EOF\n",
                            "a\t1\n# EOF\n", "# comment\n# EOF\n", "a{b=\"1\", c=\"2\"} 1\n# EOF\n",
                            "a{b=\"x\ny\"} 1\n# EOF\n", "a 1 NaN\n# EOF\n", "a 1 # {} 1 Inf\n# EOF\n",
                            "# TYPE a untyped\n# EOF\n", "# UNIT a_b c\n# EOF\n", "a 1 \n# EOF\n", "a 1\r\n# EOF\n"}) {
    EXPECT_EQ(OpenMetrics(bytes), "refused") << bytes;
  }
}

TEST(NaiveParser, NamesTheLineWhereTheBadEntryStarts) {
  EXPECT_EQ(ParseNaively("a 1\n\n# x\nb{c=\"\n\"} oops\n", Format::kText).error_line, 4u);
  EXPECT_EQ(ParseNaively("# TYPE a gauge\na 1\na 2 x\n# EOF\n", Format::kOpenMetrics).error_line, 3u);
}

}  // namespace
}  // namespace seriesguard::reference
