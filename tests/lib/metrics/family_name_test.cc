// SPDX-License-Identifier: Apache-2.0
//
// family_name_test.cc: names, units and boundaries that can be, and what is said of those that cannot.
#include "lib/metrics/family_name.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/metrics/collected_family.h"

namespace seriesguard {
namespace {

constexpr CollectedType kCounter = CollectedType::kCounter, kGauge = CollectedType::kGauge,
                        kHistogram = CollectedType::kHistogram, kInfo = CollectedType::kInfo,
                        kStateSet = CollectedType::kStateSet;

std::string Refusal(CollectedType type, std::string_view name, std::string_view unit = "") {
  const absl::Status status = CheckFamilyName(type, name, unit);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
  return std::string(status.message());
}

TEST(FamilyName, TakesNamesAsTheFormatsHaveThem) {
  for (const char* name : {"a", "http_requests", "job:up:sum", "_x", "http.server.duration"}) {
    EXPECT_TRUE(CheckFamilyName(kGauge, name, "").ok()) << name;
  }
  EXPECT_TRUE(CheckFamilyName(kCounter, "http_requests_total", "").ok());
  EXPECT_TRUE(CheckFamilyName(kCounter, "cpu_seconds_total", "seconds").ok());
  EXPECT_TRUE(CheckFamilyName(kHistogram, "latency_seconds", "seconds").ok());
  EXPECT_TRUE(CheckFamilyName(kInfo, "build_info", "").ok());
  EXPECT_TRUE(CheckFamilyName(kStateSet, "phase", "").ok());
}

TEST(FamilyName, SaysWhichNameWouldBeRight) {
  EXPECT_EQ(Refusal(kCounter, "requests"), "metric requests: a counter's name ends with _total: requests_total");
  EXPECT_EQ(Refusal(kCounter, "cpu", "seconds"), "metric cpu: a counter's name ends with _total: cpu_seconds_total");
  EXPECT_EQ(Refusal(kCounter, "cpu_total", "seconds"),
            "metric cpu_total: the name ends with the unit and _total: cpu_seconds_total");
  EXPECT_EQ(Refusal(kGauge, "size", "bytes"), "metric size: the name ends with the unit: size_bytes");
  EXPECT_EQ(Refusal(kGauge, "bytes", "bytes"), "metric bytes: the name ends with the unit: bytes_bytes");
  EXPECT_EQ(Refusal(kInfo, "build"), "metric build: an info's name ends with _info: build_info");
  EXPECT_EQ(Refusal(kCounter, "_total"), "metric _total: nothing stands before _total");
}

TEST(FamilyName, RefusesUnitsThatCannotBe) {
  EXPECT_NE(Refusal(kGauge, "x_m/s", "m/s").find("no letter, digit or _"), std::string::npos);
  EXPECT_NE(Refusal(kInfo, "a_s_info", "s").find("has no unit"), std::string::npos);
  EXPECT_NE(Refusal(kStateSet, "a_s", "s").find("has no unit"), std::string::npos);
}

TEST(FamilyName, RefusesNamesThatNoServerReads) {
  Refusal(kGauge, "");
  Refusal(kGauge, std::string_view("a\0b", 3));
  const std::string shown = Refusal(kGauge, "\x1b[31m\xff");
  for (const char c : shown) EXPECT_TRUE(c >= ' ' && c < 127) << shown;
}

TEST(FamilyName, ClaimsEverythingThatItsSamplesAreCalled) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(NamesOfFamily(kCounter, "a_total"), (Names{"a", "a_total", "a_created"}));
  EXPECT_EQ(NamesOfFamily(kHistogram, "a"), (Names{"a", "a_bucket", "a_sum", "a_count", "a_created"}));
  EXPECT_EQ(NamesOfFamily(kGauge, "a_total"), Names{"a_total"});
  EXPECT_EQ(NamesOfFamily(kInfo, "a_info"), (Names{"a", "a_info"}));
  EXPECT_EQ(NamesOfFamily(kGauge, "a.b"), Names{"a_b"}) << "as most scrapers are sent it";
}

TEST(FamilyName, ChecksBoundaries) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  using Bounds = std::vector<double>;
  EXPECT_EQ(CheckBoundaries("h", {}).value(), Bounds{});
  EXPECT_EQ(CheckBoundaries("h", {kInfinity}).value(), Bounds{});
  EXPECT_EQ(CheckBoundaries("h", {-1, 0, 2.5, kInfinity}).value(), (Bounds{-1, 0, 2.5}));
  for (const Bounds& wrong : {Bounds{1, 1}, Bounds{2, 1}, Bounds{kNan}, Bounds{-kInfinity, 1}, Bounds{1, kInfinity, 2},
                              Bounds{1, kInfinity, kInfinity}, Bounds{1, kNan, 2}, Bounds{0.0, -0.0}}) {
    EXPECT_EQ(CheckBoundaries("h", wrong).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(CheckBoundaries("h", {1, 3, 2}).status().message(),
            "metric h: boundary 3 of the histogram is 2, which is not above 3 before it");
}

}  // namespace
}  // namespace seriesguard
