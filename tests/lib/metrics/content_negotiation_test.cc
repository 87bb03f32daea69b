// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/content_negotiation.h"

#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

constexpr char kText[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr char kOpenMetrics[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

std::string ContentType(std::string_view accept) {
  const NegotiatedFormat format = NegotiateExposition(accept);
  const bool says_openmetrics = format.content_type.rfind("application/openmetrics-text", 0) == 0;
  EXPECT_EQ(says_openmetrics, format.kind == ExpositionKind::kOpenMetrics);
  return format.content_type;
}

TEST(ContentNegotiation, AnswersEveryGenerationOfPrometheus) {
  const struct {
    const char* who;
    const char* accept;
    std::string content_type;
    NameEscaping escaping;
  } kCases[] = {
      {"2.4 and before",
       "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
       "text/plain;version=0.0.4;q=0.3",
       kText, NameEscaping::kUnderscores},
      {"2.5 to 2.30", "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       "application/openmetrics-text; version=0.0.1; charset=utf-8", NameEscaping::kUnderscores},
      {"2.31 to 2.48",
       "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       kOpenMetrics, NameEscaping::kUnderscores},
      {"2.40 with native histograms",
       "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
       "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       kOpenMetrics, NameEscaping::kUnderscores},
      {"2.49 to 2.55",
       "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
       "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       kOpenMetrics, NameEscaping::kUnderscores},
      {"3.0",
       "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
       "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
       "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
       std::string(kOpenMetrics) + "; escaping=allow-utf-8", NameEscaping::kAllowUtf8},
      {"3.16",
       "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,"
       "application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,"
       "text/plain;version=0.0.4;q=0.4,*/*;q=0.3",
       std::string(kOpenMetrics) + "; escaping=allow-utf-8", NameEscaping::kAllowUtf8},
      {"3.16, protobuf first, OpenMetrics 2 offered",
       "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
       "application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.65,"
       "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
       "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
       "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       std::string(kOpenMetrics) + "; escaping=allow-utf-8", NameEscaping::kAllowUtf8},
      {"3 with metric_name_escaping_scheme dots",
       "application/openmetrics-text;version=1.0.0;escaping=dots;q=0.7,*/*;q=0.3",
       std::string(kOpenMetrics) + "; escaping=dots", NameEscaping::kDots},
      {"3 with scrape_protocols [PrometheusText1.0.0]", "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.7,*/*;q=0.6",
       "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8", NameEscaping::kAllowUtf8},
      {"3 with scrape_protocols [PrometheusText0.0.4]", "text/plain;version=0.0.4;q=0.7,*/*;q=0.6", kText,
       NameEscaping::kUnderscores},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(ContentType(one.accept), one.content_type) << one.who;
    EXPECT_EQ(NegotiateExposition(one.accept).escaping, one.escaping) << one.who;
  }
}

TEST(ContentNegotiation, AnswersOthersInTextUnlessTheySayOpenMetrics) {
  EXPECT_EQ(ContentType(""), kText);
  EXPECT_EQ(ContentType("*/*"), kText);  // curl
  EXPECT_EQ(ContentType("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"), kText);
  EXPECT_EQ(ContentType("text/plain"), kText);
  EXPECT_EQ(ContentType("text/*;q=0.3"), kText);
  EXPECT_EQ(ContentType("application/json"), kText);  // nothing of ours: better an answer than none
  EXPECT_EQ(ContentType("application/openmetrics-text"), kOpenMetrics);
  EXPECT_EQ(ContentType("application/*"), kOpenMetrics);
  EXPECT_EQ(ContentType("APPLICATION/OpenMetrics-Text ; Version=1.0.0"), kOpenMetrics);
  EXPECT_EQ(ContentType("application/openmetrics-text; version=\"1.0.0\""), kOpenMetrics);
  EXPECT_EQ(ContentType("application/openmetrics-text; version=3.0.0"), kText);
  EXPECT_EQ(ContentType("text/plain; version=0.0.4; escaping=values"), std::string(kText) + "; escaping=values");
  EXPECT_EQ(ContentType("text/plain; escaping=made-up"), kText);
}

TEST(ContentNegotiation, TheHeaviestRangeWinsAndThenTheFirst) {
  EXPECT_EQ(ContentType("application/openmetrics-text;q=0.2,text/plain;q=0.9"), kText);
  EXPECT_EQ(ContentType("text/plain;q=0.2,application/openmetrics-text;q=0.201"), kOpenMetrics);
  EXPECT_EQ(ContentType("application/openmetrics-text;q=0.5,text/plain;q=0.5"), kOpenMetrics);
  EXPECT_EQ(ContentType("text/plain;q=0.5,application/openmetrics-text;q=0.5"), kText);
  // The closest range speaks for a type, wherever it stands.
  EXPECT_EQ(ContentType("*/*,application/openmetrics-text;q=0.1"), kText);
  EXPECT_EQ(ContentType("*/*;q=0.2,application/openmetrics-text;q=0.1,text/plain;q=0.05"), kOpenMetrics);
  EXPECT_EQ(ContentType("text/plain;q=0,text/*;q=0,*/*"), kOpenMetrics);
  EXPECT_EQ(ContentType("application/openmetrics-text;q=0,*/*;q=0.1"), kText);
  EXPECT_EQ(ContentType("application/openmetrics-text;q=0"), kText);
  // Of two ranges that say the same, the first.
  EXPECT_EQ(ContentType("text/plain;q=0.1,application/openmetrics-text;q=0.5,text/plain;q=0.9"), kOpenMetrics);
}

TEST(ContentNegotiation, WeightsAreReadLeniently) {
  EXPECT_EQ(ContentType("text/plain;q=.5,application/openmetrics-text;q=0.6"), kOpenMetrics);
  EXPECT_EQ(ContentType("text/plain;q=7,application/openmetrics-text"), kText);  // 7 is 1, and it stands first
  EXPECT_EQ(ContentType("text/plain;q=99999999999999999999,application/openmetrics-text;q=0.9"), kText);
  EXPECT_EQ(ContentType("text/plain;Q=0.1,application/openmetrics-text;q=\"0.2\""), kOpenMetrics);
  EXPECT_EQ(ContentType("application/openmetrics-text;q=much,text/plain;q=0.1"), kText);
  EXPECT_EQ(ContentType("application/openmetrics-text;q=,text/plain;q=0.1"), kText);
  EXPECT_EQ(ContentType("application/openmetrics-text;q=-1,text/plain;q=0.1"), kText);
}

TEST(ContentNegotiation, AbsurdHeadersAreAnsweredToo) {
  for (const char* accept :
       {",", ",,,;;;===", ";q=1", "=", "\"", "\"\\", "a/b;c=\"", "application/openmetrics-text;version=\"",
        "text/plain;;;q=0.5;;", "\xFF\xFE", "*/", "/*", "*"}) {
    EXPECT_EQ(ContentType(accept), kText) << accept;
  }
  EXPECT_EQ(ContentType(",, ,\t application/openmetrics-text \t;\t q=1 , "), kOpenMetrics);
  EXPECT_EQ(ContentType("x/y;a=\"q, application/json;\\\"\", application/openmetrics-text"), kOpenMetrics);
  EXPECT_EQ(ContentType("x/y;a=\",application/openmetrics-text,\""), kText);  // a comma in quotes separates nothing
  // Read up to the limits, not beyond.
  std::string many;
  for (size_t i = 0; i + 1 < kMaxHeaderElements; ++i) many += "x/y,";
  EXPECT_EQ(ContentType(many + "application/openmetrics-text"), kOpenMetrics);
  EXPECT_EQ(ContentType(many + "x/y,application/openmetrics-text"), kText);
  EXPECT_EQ(ContentType(std::string(kMaxHeaderBytes, ' ') + "application/openmetrics-text"), kText);
  EXPECT_EQ(ContentType(std::string(10 << 20, '"')), kText);
}

TEST(ContentNegotiation, GzipNeedsAWord) {
  for (const char* accepts : {"gzip", "GZIP", "x-gzip", "zstd,gzip", "deflate, gzip;q=0.1", "*", "gzip;q=0.5, *;q=0"}) {
    EXPECT_TRUE(AcceptsGzip(accepts)) << accepts;
  }
  for (const char* refuses :
       {"", "identity", "deflate, br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=x", "notgzip"}) {
    EXPECT_FALSE(AcceptsGzip(refuses)) << refuses;
  }
}

}  // namespace
}  // namespace seriesguard
