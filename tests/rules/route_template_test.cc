// SPDX-License-Identifier: Apache-2.0
//
// route_template_test.cc: against a matcher that splits and compares, and the promises of the header one by one.
#include "rules/route_template.h"

#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/rules/slow_utf8.h"

namespace seriesguard {
namespace {

using Strings = std::vector<std::string>;

Strings Split(std::string text) {
  text = text.substr(0, text.find_first_of("?#"));
  if (!text.empty() && text.back() == '/') text.pop_back();
  Strings segments(1);
  for (const char c : text) {
    if (c == '/') {
      segments.emplace_back();
    } else {
      segments.back() += c;
    }
  }
  return segments;
}

bool SlowMatches(const Strings& route, const Strings& path) {
  for (size_t i = 0; i < route.size(); ++i) {
    if (route[i] == "**") return true;
    if (i == path.size()) return false;
    const bool is_parameter = route[i][0] == '{';
    if (is_parameter ? path[i].empty() || path[i] == "**" : route[i] != path[i]) return false;
  }
  return route.size() == path.size();
}

std::vector<Strings> SplitAll(const Strings& routes) {
  std::vector<Strings> split;
  for (const std::string& route : routes) split.push_back(Split(route));
  return split;
}

int SlowFindIndex(const std::vector<Strings>& split_routes, const std::string& path) {
  const Strings split_path = Split(path);
  for (size_t i = 0; i < split_routes.size(); ++i) {
    if (SlowMatches(split_routes[i], split_path)) return static_cast<int>(i);
  }
  return -1;
}

RouteTable Table(const Strings& routes) {
  absl::StatusOr<RouteTable> table = RouteTable::Compile(routes);
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

TEST(RouteTable, MapsPathsToTemplates) {
  const RouteTable table = Table({"/api/orders/{id}", "/api/users/{id}/cart", "/static/**", "/"});
  EXPECT_EQ(table.Find("/api/orders/17"), "/api/orders/{id}");
  EXPECT_EQ(table.Find("/api/orders/17/"), "/api/orders/{id}");
  EXPECT_EQ(table.Find("/api/orders/17?x=/a/b"), "/api/orders/{id}");
  EXPECT_EQ(table.Find("/api/orders/17/#top"), "/api/orders/{id}");
  EXPECT_EQ(table.Find("/api/orders/a%2Fb"), "/api/orders/{id}");
  EXPECT_EQ(table.Find("/api/orders/"), "") << "a parameter is not empty";
  EXPECT_EQ(table.Find("/api/orders//"), "");
  EXPECT_EQ(table.Find("/api/orders/17/x"), "");
  EXPECT_EQ(table.Find("/API/orders/17"), "");
  EXPECT_EQ(table.Find("api/orders/17"), "");
  EXPECT_EQ(table.Find("/api/users/17/cart"), "/api/users/{id}/cart");
  EXPECT_EQ(table.Find("/static"), "/static/**");
  EXPECT_EQ(table.Find("/static/"), "/static/**");
  EXPECT_EQ(table.Find("/static/a//b.css"), "/static/**");
  EXPECT_EQ(table.Find("/staticx"), "");
  EXPECT_EQ(table.Find("/"), "/");
  EXPECT_EQ(table.Find(""), "/");
  EXPECT_EQ(table.Find(std::string_view()), "/");
  EXPECT_EQ(table.Find("?x=1"), "/");
  EXPECT_EQ(table.Find("//"), "");
}

TEST(RouteTable, TakesTheFirstOfTheListNotTheMostSpecific) {
  EXPECT_EQ(Table({"/a/{x}", "/a/b"}).Find("/a/b"), "/a/{x}");
  EXPECT_EQ(Table({"/a/b", "/a/{x}"}).Find("/a/b"), "/a/b");
  EXPECT_EQ(Table({"/a/b", "/a/{x}"}).Find("/a/c"), "/a/{x}");
  EXPECT_EQ(Table({"**", "/a/b"}).Find("/a/b"), "**");
  // The literal branch ends blind; the search must come back to the parameter.
  EXPECT_EQ(Table({"/a/b/c", "/{x}/b/d"}).Find("/a/b/d"), "/{x}/b/d");
  EXPECT_EQ(Table({}).Find("/a"), "");
}

TEST(RouteTable, NamesTheTemplatesThatNeverWin) {
  const RouteTable table = Table({"/a/{x}", "/a/b", "/s/{f}", "/s/**", "/s/t/**", "/a/{y}/", "/a/{x}/c"});
  const std::vector<RouteTable::Covered> covered = table.FindCovered();
  ASSERT_EQ(covered.size(), 3u);
  EXPECT_EQ(covered[0].index, 1u);
  EXPECT_EQ(covered[0].by, 0u);
  EXPECT_EQ(covered[1].index, 4u);
  EXPECT_EQ(covered[1].by, 3u);
  EXPECT_EQ(covered[2].index, 5u) << "same but for the name and the trailing slash";
  EXPECT_EQ(covered[2].by, 0u);
}

TEST(RouteTable, RefusesTemplatesThatCannotMeanWhatTheySay) {
  const auto refusal = [](std::string_view route) { return std::string(CheckRouteTemplate(route).message()); };
  EXPECT_EQ(refusal("/api/orders/{order-id.v_2}/items"), "");
  EXPECT_EQ(refusal("pkg.Service/{method}"), "");
  EXPECT_EQ(refusal("/static/**/"), "");
  EXPECT_EQ(refusal(""), "a route must not be empty");
  EXPECT_EQ(refusal("/a?b"), "route \"/a?b\": query and fragment are cut off before a path is matched, leave them out");
  EXPECT_NE(refusal("/a#b"), "");
  EXPECT_EQ(refusal("/**/b"), "route \"/**/b\": `**` may only be the last segment");
  for (const std::string_view route :
       {"/{}", "/{id}.json", "/v{n}", "/{id", "/id}", "/{a}{b}", "/{a b}", "/{", "/{id:[0-9]+}", "/{\xc3\xa9}"}) {
    EXPECT_NE(refusal(route).find("braces"), std::string::npos) << route;
  }
  EXPECT_EQ(refusal("/\xff"), "route \"/\\xFF\": it is not UTF-8");
  EXPECT_EQ(refusal("/" + std::string(1023, 'a')), "");
  EXPECT_NE(refusal("/" + std::string(1024, 'a')), "");
  std::string deep;
  for (size_t i = 0; i < kMaxRouteSegments - 1; ++i) deep += "/a";
  EXPECT_EQ(refusal(deep), "") << "the empty segment before the first slash counts";
  EXPECT_NE(refusal(deep + "/a"), "");
  EXPECT_EQ(RouteTable::Compile({"/ok", "/{"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(RouteTable, FindsManyTemplatesAfterTheTableGrew) {
  Strings routes;
  for (int i = 0; i < 2000; ++i) routes.push_back("/v" + std::to_string(i % 7) + "/kind" + std::to_string(i) + "/{id}");
  const RouteTable table = Table(routes);
  for (int i = 0; i < 2000; ++i) {
    ASSERT_EQ(table.FindIndex("/v" + std::to_string(i % 7) + "/kind" + std::to_string(i) + "/x"), i);
    ASSERT_EQ(table.FindIndex("/v" + std::to_string((i + 1) % 7) + "/kind" + std::to_string(i) + "/x"), -1);
  }
  EXPECT_TRUE(table.FindCovered().empty());
}

// Small segments from a small alphabet meet often; long ones exercise the hash and the search for slashes by words.
std::string RandomRouteText(std::mt19937_64* random, bool is_template) {
  static const Strings kSegments = {"a",         "b",    "ab",      "",         "{x}",         "{long-name}",
                                    "shipments", "abcd", "abcdefg", "abcdefgh", "eleven-here", "shipments-archive"};
  std::string text;
  const uint64_t count = (*random)() % 6;
  for (uint64_t i = 0; i < count; ++i) text += "/" + kSegments[(*random)() % kSegments.size()];
  if (text.empty() || (*random)() % 8 == 0) text += "/";
  if ((*random)() % 6 == 0) text += text.back() == '/' ? "**" : "/**";
  if (!is_template && (*random)() % 6 == 0) text += (*random)() % 2 == 0 ? "?q=/a" : "#/b";
  return text;
}

TEST(RouteTable, AgreesWithTheSlowMatcherAndIsIdempotent) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  int found = 0;
  for (int round = 0; round < 5'000; ++round) {
    Strings routes;
    for (uint64_t i = 0; i < 1 + random() % 12; ++i) routes.push_back(RandomRouteText(&random, true));
    const std::vector<Strings> split_routes = SplitAll(routes);
    const RouteTable table = Table(routes);
    for (int i = 0; i < 200; ++i) {
      const std::string path = RandomRouteText(&random, false);
      const int index = table.FindIndex(path);
      ASSERT_EQ(index, SlowFindIndex(split_routes, path)) << path;
      if (index < 0) continue;
      ++found;
      ASSERT_EQ(table.FindIndex(table.Find(path)), index) << path;
    }
    for (const RouteTable::Covered& covered : table.FindCovered()) ASSERT_LT(covered.by, covered.index);
  }
  EXPECT_GT(found, 100'000);
}

TEST(RouteTable, TakesAnyBytes) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  const Strings routes = {"/a/{x}", "/{x}/{y}/{z}", "/**"};
  const RouteTable table = Table(routes);
  for (int i = 0; i < 200'000; ++i) {
    const std::string path = "/" + RandomText(&random, 4) + (random() % 2 ? "/" : "") + RandomText(&random, 2);
    ASSERT_EQ(table.FindIndex(path), SlowFindIndex(SplitAll(routes), path));
  }
}

}  // namespace
}  // namespace seriesguard
