// SPDX-License-Identifier: Apache-2.0
//
// wrap_value_test.cc: values that nobody planned for.
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/fold_reason.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = "version: 1\nmetrics: [{name: calls_total, labels: {tenant: {value_limit: 50}}}]\n";
const char kOther[] = "calls_total{tenant=\"other\"}";

TEST(WrapValue, TheOverflowWordAsARealValueIsACollision) {
  WrappedService service(kPolicy);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  for (int i = 0; i < 3; ++i) calls.With({"other"}).Increment();
  calls.With({"Other"}).Increment();
  const std::map<std::string, double> expected = {{kOther, 3}, {"calls_total{tenant=\"Other\"}", 1}};
  EXPECT_EQ(service.Samples(), expected);
  EXPECT_EQ(service.Folds("calls_total", 0, FoldReason::kCollision), 3u);
  EXPECT_EQ(service.Folds("calls_total", 0, FoldReason::kValueLimit), 0u);
}

TEST(WrapValue, AMegabyteFoldsAndIsNotKept) {
  WrappedService service(kPolicy);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  std::string huge(1 << 20, 'x');
  const uint64_t bytes_before = service.guard().Report().bytes;
  for (int i = 0; i < 50; ++i) {
    huge[huge.size() - 1 - static_cast<size_t>(i)] = 'y';
    calls.With({huge}).Increment();
    calls.Bind({huge}).Increment();
  }
  EXPECT_EQ(service.Value(kOther), 100);
  EXPECT_EQ(service.Folds("calls_total", 0, FoldReason::kTooLong), 100u);
  EXPECT_LT(service.guard().Report().bytes, bytes_before + (1 << 20)) << "not one of them is kept";
  EXPECT_LT(service.guard().DebugString().size(), 10000u);
  // The longest that passes, and one more.
  const std::string longest(1024, 'l'), too_long(1025, 'l');
  for (int i = 0; i < 3; ++i) {
    calls.With({longest}).Increment();
    calls.With({too_long}).Increment();
  }
  EXPECT_EQ(service.Value("calls_total{tenant=\"" + longest + "\"}"), 3);
  EXPECT_EQ(service.Value(kOther), 103);
}

TEST(WrapValue, BrokenUtf8Folds) {
  WrappedService service(kPolicy);
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  const std::vector<std::string> broken = {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ok\x80"};
  for (const std::string& value : broken) {
    for (int i = 0; i < 3; ++i) calls.With({value}).Increment();
  }
  EXPECT_EQ(service.Value(kOther), 3.0 * static_cast<double>(broken.size()));
  EXPECT_EQ(service.Folds("calls_total", 0, FoldReason::kInvalidUtf8), 3 * broken.size());
  EXPECT_EQ(service.Samples().size(), 1u);
  for (const unsigned char c : service.guard().DebugString()) EXPECT_TRUE(c < 0x80) << "the page is escaped";
}

TEST(WrapValue, OddButValidTextIsKeptByteByByte) {
  WrappedService service(kPolicy);
  auto& family = service.Counter("calls_total");
  auto calls = service.guard().Wrap(family, {"tenant"}).value();
  const std::vector<std::string> odd = {" ",
                                        "\n",
                                        "\"",
                                        "\\",
                                        "a\"b\\c\nd",
                                        "{}",
                                        "é",
                                        "\xf0\x9f\x90\x88",
                                        std::string("a\0b", 3),
                                        std::string("a\0", 2),
                                        "a",
                                        "\x1b[31m",
                                        "\xef\xbf\xbd",
                                        std::string(16, 'q'),
                                        std::string(17, 'q'),
                                        std::string(32, 'q'),
                                        std::string(33, 'q')};
  for (int round = 0; round < 3; ++round) {
    for (const std::string& value : odd) calls.With({value}).Increment();
  }
  for (const std::string& value : odd) {
    EXPECT_TRUE(family.Has({{"tenant", value}})) << value;
    EXPECT_EQ(family.Add({{"tenant", value}}).Value(), 3) << value;
  }
  EXPECT_EQ(service.Report("calls_total").series, odd.size());
}

// Pairs that a separator-less identity would confuse.
TEST(WrapValue, NeighboursAreToldApart) {
  WrappedService service("version: 1\n");
  auto& family = service.Counter("calls_total");
  auto calls = service.guard().Wrap(family, {"a", "b"}).value();
  for (int round = 0; round < 3; ++round) {
    calls.With({"bc", ""}).Increment();
    calls.With({"b", "c"}).Increment();
    calls.With({"", "bc"}).Increment();
    calls.With({"b", std::string("c\0", 2)}).Increment();
  }
  const auto collected = family.Collect();
  ASSERT_EQ(collected.size(), 1u);
  ASSERT_EQ(collected[0].metric.size(), 4u);
  for (const auto& metric : collected[0].metric) EXPECT_EQ(metric.counter.value, 3);
}

}  // namespace
}  // namespace seriesguard
