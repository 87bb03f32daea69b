// SPDX-License-Identifier: Apache-2.0
//
// nearest_name_test.cc: the distance against the full table, and the answers that a person would give.
#include "rules/nearest_name.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

// The textbook table, all of it, without a limit.
size_t SlowDistance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditDistance, AgreesWithTheFullTableForEveryLimit) {
  std::mt19937_64 random(7);
  const auto word = [&random] {
    std::string text(random() % 9, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int i = 0; i < 100'000; ++i) {
    const std::string a = word(), b = word();
    const size_t truth = SlowDistance(a, b);
    for (size_t limit = 0; limit < 10; ++limit) {
      ASSERT_EQ(EditDistance(a, b, limit), std::min(truth, limit + 1)) << a << " " << b << " " << limit;
    }
  }
}

TEST(EditDistance, IgnoresCaseAndRefusesVeryLongNames) {
  EXPECT_EQ(EditDistance("Series_Limit", "series_limit", 3), 0u);
  EXPECT_EQ(EditDistance(std::string(300, 'a'), std::string(300, 'a'), 3), 4u);
  EXPECT_EQ(EditDistance(std::string(256, 'a'), std::string(256, 'b'), 300), 256u);
}

TEST(NearestName, FindsWhatAPersonMeant) {
  const std::vector<std::string_view> keys = {"series_limit", "value_limit", "allow", "otherwise", "admit", "pin"};
  EXPECT_EQ(NearestName("serie_limit", keys), "series_limit");
  EXPECT_EQ(NearestName("series-limit", keys), "series_limit");
  EXPECT_EQ(NearestName("alow", keys), "allow");
  EXPECT_EQ(NearestName("othrewise", keys), "otherwise");
  EXPECT_EQ(NearestName("pins", keys), "pin");
  EXPECT_EQ(NearestName("allow", keys), "allow");
  EXPECT_EQ(NearestName("normalize", keys), "");
  EXPECT_EQ(NearestName("", keys), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

TEST(NearestName, CountsWholeWordsAtTheEndsOfAMetricName) {
  const std::vector<std::string_view> names = {"process_cpu_seconds_total", "app_http_requests_total",
                                               "http_requests_total", "go_goroutines"};
  EXPECT_EQ(NearestName("http_requests", names), "http_requests_total");
  EXPECT_EQ(NearestName("http_requests_total", names), "http_requests_total");
  EXPECT_EQ(NearestName("my_go_goroutines", names), "go_goroutines");
  EXPECT_EQ(NearestName("http_request_total", names), "http_requests_total");
  EXPECT_EQ(NearestName("cpu_seconds", names), "process_cpu_seconds_total");
  EXPECT_EQ(NearestName("requests_tot", names), "") << "not a whole word";
}

TEST(NearestName, TakesTheFirstOfEquallyNearOnes) {
  EXPECT_EQ(NearestName("abcd", {"abce", "abcf"}), "abce");
  EXPECT_EQ(NearestName("abcd", {"abxy", "abce", "abcf"}), "abce");
}

}  // namespace
}  // namespace seriesguard
