// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/exposition_escape.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

using std::string_literals::operator""s;

std::string Quoted(std::string_view value) {
  std::string out = ">";
  AppendQuotedText(value, &out);
  return out.substr(1);
}

std::string TextHelp(std::string_view help) {
  std::string out;
  AppendTextHelp(help, &out);
  return out;
}

std::string OpenMetricsHelp(std::string_view help) {
  std::string out;
  AppendOpenMetricsHelp(help, &out);
  return out;
}

std::string MetricNameError(std::string_view name) { return std::string(CheckMetricName(name).message()); }

std::string LabelNamesError(const std::vector<std::string>& names) {
  return std::string(CheckLabelNames(names).message());
}

TEST(ExpositionEscape, ClassicNamesAreThoseOfTheFirstFormat) {
  EXPECT_TRUE(IsClassicMetricName("http_requests_total"));
  EXPECT_TRUE(IsClassicMetricName("job:http:rate5m"));
  EXPECT_TRUE(IsClassicMetricName("_"));
  EXPECT_FALSE(IsClassicMetricName(""));
  EXPECT_FALSE(IsClassicMetricName("5xx"));
  EXPECT_FALSE(IsClassicMetricName("a.b"));
  EXPECT_FALSE(IsClassicMetricName("caf\xC3\xA9"));
  EXPECT_TRUE(IsClassicLabelName("le"));
  EXPECT_FALSE(IsClassicLabelName("a:b"));
}

TEST(ExpositionEscape, NamesThatNoServerReadsAreRefusedWithTheReason) {
  EXPECT_TRUE(CheckMetricName("http.requests").ok());
  EXPECT_TRUE(CheckMetricName("line\nfeed").ok());
  EXPECT_EQ(MetricNameError(""), "metric name \"\" is empty");
  EXPECT_EQ(MetricNameError("a\xFF"), "metric name \"a\\xFF\" is not UTF-8");
  EXPECT_EQ(MetricNameError("a\0b"s), "metric name \"a\\x00b\" holds a NUL, which ends a server's reading");
}

TEST(ExpositionEscape, LabelNamesMustStayDifferentUnderEveryEscaping) {
  EXPECT_TRUE(CheckLabelNames({}).ok());
  EXPECT_TRUE(CheckLabelNames({"method", "http.path", "le"}).ok());
  EXPECT_FALSE(CheckLabelNames({"method", ""}).ok());
  EXPECT_FALSE(CheckLabelNames({"__name__"}).ok());
  EXPECT_EQ(LabelNamesError({"a", "b", "a"}), "label name \"a\" occurs twice");
  EXPECT_EQ(LabelNamesError({"a_b", "a.b"}),
            "label name \"a.b\" and another one are both \"a_b\" to a server that asks for no UTF-8");
  EXPECT_FALSE(CheckLabelNames({"a.b", "a_dot_b"}).ok());
  EXPECT_EQ(LabelNamesError({"._name.."}),
            "label name \"._name..\" is written as __name__ to a server that asks for no UTF-8");
  EXPECT_FALSE(CheckLabelNames({"a.b", "U__a_2e_b"}).ok());
}

// The examples of Prometheus' page on escaping schemes, and what they leave open.
TEST(ExpositionEscape, NamesAreEscapedAsTheSchemesSay) {
  EXPECT_EQ(EscapeMetricName("http.status_code", NameEscaping::kUnderscores), "http_status_code");
  EXPECT_EQ(EscapeMetricName("http.status_code", NameEscaping::kDots), "http_dot_status__code");
  EXPECT_EQ(EscapeMetricName("http.status_code", NameEscaping::kValues), "U__http_2e_status__code");
  EXPECT_EQ(EscapeMetricName("http.status_code", NameEscaping::kAllowUtf8), "http.status_code");
  EXPECT_EQ(EscapeMetricName("\xE8\x8A\xB1", NameEscaping::kUnderscores), "_");
  EXPECT_EQ(EscapeMetricName("\xE8\x8A\xB1", NameEscaping::kDots), "__");
  EXPECT_EQ(EscapeMetricName("\xE8\x8A\xB1", NameEscaping::kValues), "U___82b1_");
  EXPECT_EQ(EscapeMetricName("5xx", NameEscaping::kUnderscores), "_xx");
  EXPECT_EQ(EscapeMetricName("5xx", NameEscaping::kValues), "U___35_xx");
  EXPECT_EQ(EscapeMetricName("a:b.c", NameEscaping::kUnderscores), "a:b_c");
  EXPECT_EQ(EscapeLabelName("a:b.c", NameEscaping::kUnderscores), "a_b_c");
  EXPECT_EQ(EscapeLabelName("a:b", NameEscaping::kValues), "U__a_3a_b");
}

TEST(ExpositionEscape, ClassicNamesAreNeverChanged) {
  for (const NameEscaping escaping :
       {NameEscaping::kAllowUtf8, NameEscaping::kUnderscores, NameEscaping::kDots, NameEscaping::kValues}) {
    EXPECT_EQ(EscapeMetricName("a_b:c__d7", escaping), "a_b:c__d7");
    EXPECT_EQ(EscapeLabelName("a_b_", escaping), "a_b_");
  }
}

TEST(ExpositionEscape, AQuotedTextNeverEndsItsStringOrLine) {
  EXPECT_EQ(Quoted(""), "");
  EXPECT_EQ(Quoted("plain /x/{id}"), "plain /x/{id}");
  EXPECT_EQ(Quoted("\"} 1\nforged 1\n"), "\\\"} 1\\nforged 1\\n");
  EXPECT_EQ(Quoted("\\"), "\\\\");
  EXPECT_EQ(Quoted("\\n"), "\\\\n");
  EXPECT_EQ(Quoted("\t\r\x7F"), "\t\r\x7F");
  EXPECT_EQ(Quoted("a\0b"s), "a\0b"s);
  EXPECT_EQ(Quoted("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(ExpositionEscape, EachByteThatIsNotUtf8IsOneReplacementCharacter) {
  EXPECT_EQ(Quoted("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(Quoted("a\xC3(\xA9\"b"), "a\xEF\xBF\xBD(\xEF\xBF\xBD\\\"b");
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(Quoted("ends in \xE2\x82"), "ends in \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ExpositionEscape, HelpKeepsItsQuotesInTextOnly) {
  EXPECT_EQ(TextHelp("a \"b\" \\ c\n# TYPE x counter\nx 1\xFF"), "a \"b\" \\\\ c\\n# TYPE x counter\\nx 1\xEF\xBF\xBD");
  EXPECT_EQ(OpenMetricsHelp("a \"b\" \\ c\n# EOF\n\xFF"), "a \\\"b\\\" \\\\ c\\n# EOF\\n\xEF\xBF\xBD");
}

}  // namespace
}  // namespace seriesguard
