// SPDX-License-Identifier: Apache-2.0
//
// The bytes are worked out by hand from metrics.proto; tests/server/push_in_gateway.py has a real gateway read them.
#include "lib/push/family_message.h"

#include <gtest/gtest.h>

#include <string>

namespace seriesguard {
namespace {

using Type = FamilyMessage::Type;

std::string Hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return hex;
}

// The message of a family "a" with one metric, without its length and the four bytes of name and type.
std::string Metric(Type type, const MetricMessage& metric) {
  FamilyMessage family("a", "", type);
  family.Add(metric);
  std::string bytes;
  family.AppendDelimited(&bytes);
  return Hex(bytes.substr(6));
}

TEST(FamilyMessage, WritesLengthNameHelpTypeAndLabels) {
  FamilyMessage family("a", "h", Type::kGauge);
  MetricMessage metric;
  metric.AddLabel("l", "v");
  metric.SetValue(Type::kGauge, 1);
  family.Add(metric);
  std::string bytes = "before";
  family.AppendDelimited(&bytes);
  EXPECT_EQ(Hex(bytes), Hex("before") +
                            "1d"  // 29 bytes
                            "0a0161"
                            "120168"
                            "1801"  // name, help, type
                            "2213"  // a metric of 19
                            "0a06"
                            "0a016c"
                            "120176"  // a label
                            "1209"
                            "09000000000000f03f");  // a gauge, little end first
}

TEST(FamilyMessage, WritesTheValueOfEachType) {
  const auto value = [](Type type) {
    MetricMessage metric;
    metric.SetValue(type, -2);
    return Metric(type, metric);
  };
  EXPECT_EQ(value(Type::kCounter), "220b1a090900000000000000c0");
  EXPECT_EQ(value(Type::kGauge), "220b12090900000000000000c0");
  EXPECT_EQ(value(Type::kUntyped), "220b2a090900000000000000c0");
}

TEST(FamilyMessage, WritesHistogramsAndSummaries) {
  MetricMessage histogram;
  histogram.SetHistogram(300, 0.5, {{1, 2}});
  EXPECT_EQ(Metric(Type::kHistogram, histogram),
            "221b"
            "3a19"  // of 25 bytes
            "08ac02"
            "11000000000000e03f"  // 300 and 0.5
            "1a0b"
            "0802"
            "11000000000000f03f");  // 2 up to 1
  MetricMessage summary;
  summary.SetSummary(300, 0.5, {{0.5, 1}});
  EXPECT_EQ(Metric(Type::kSummary, summary),
            "2222"
            "2220"
            "08ac02"
            "11000000000000e03f"
            "1a12"
            "09000000000000e03f"
            "11000000000000f03f");
}

TEST(FamilyMessage, WritesALengthOfSeveralBytes) {
  FamilyMessage family("a", std::string(300, 'h'), Type::kGauge);
  std::string bytes;
  family.AppendDelimited(&bytes);
  EXPECT_EQ(Hex(bytes.substr(0, 8)),
            "b402"
            "0a0161"
            "12ac02");  // 308; 300
  EXPECT_EQ(bytes.size(), 310u);
}

}  // namespace
}  // namespace seriesguard
