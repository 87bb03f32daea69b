// SPDX-License-Identifier: Apache-2.0
//
// What each Content-Type is taken for.
#include "analyzer/exposition/content_type.h"

#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

std::string Taken(std::string_view type, bool unknown_is_text = false) {
  const auto format = FormatOfContentType(type, unknown_is_text);
  if (!format.ok()) return std::string(format.status().message());
  return *format == ExpositionFormat::kText ? "text" : "openmetrics";
}

TEST(ContentType, TheMediaTypeDecides) {
  for (const char* type : {"text/plain", "text/plain; version=0.0.4", "text/plain;version=1.0.0;escaping=allow-utf-8",
                           "TEXT/PLAIN ; charset=utf-8", " text/plain", "text/plain;version=9"}) {
    EXPECT_EQ(Taken(type), "text") << type;
  }
  for (const char* type : {"application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8",
                           "Application/OpenMetrics-Text;version=0.0.1"}) {
    EXPECT_EQ(Taken(type), "openmetrics") << type;
  }
}

TEST(ContentType, OtherDocumentsAreRefusedByName) {
  EXPECT_NE(Taken("text/html; charset=utf-8", true).find("HTML"), std::string::npos);
  EXPECT_NE(Taken("application/json", true).find("JSON"), std::string::npos);
  EXPECT_NE(Taken("application/problem+json", true).find("JSON"), std::string::npos);
  EXPECT_NE(Taken("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", true)
                .find("protobuf"),
            std::string::npos);
}

TEST(ContentType, UnknownIsRefusedByVersionThreeAndTextForVersionTwo) {
  for (const char* type : {"", ";", "text", "text/plainer", "application/octet-stream", "text/plain, text/html"}) {
    EXPECT_NE(Taken(type).find("--input-format"), std::string::npos) << type;
    EXPECT_EQ(Taken(type, true), "text") << type;
  }
  EXPECT_LT(Taken(std::string(100'000, 'x')).size(), 300u);
}

}  // namespace
}  // namespace seriesguard
