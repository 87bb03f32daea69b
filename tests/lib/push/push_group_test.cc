// SPDX-License-Identifier: Apache-2.0
#include "lib/push/push_group.h"

#include <gtest/gtest.h>

#include <string>

namespace seriesguard {
namespace {

using std::string_literals::operator""s;

std::string Path(const PushGroup& group) {
  const absl::StatusOr<std::string> path = PathOfGroup(group);
  return path.ok() ? *path : path.status().ToString();
}

TEST(PushGroup, WritesTheJobFirstAndLabelsInTheirOrder) {
  EXPECT_EQ(Path({"nightly", {}}), "/metrics/job/nightly");
  EXPECT_EQ(Path({"nightly", {{"zone", "b"}, {"instance", "db-1.example_x~"}}}),
            "/metrics/job/nightly/zone/b/instance/db-1.example_x~");
}

TEST(PushGroup, EncodesWhatAUrlWouldTakeForSomethingElse) {
  EXPECT_EQ(Path({"a/b", {}}), "/metrics/job@base64/YS9i");
  EXPECT_EQ(Path({"j", {{"path", "/var/tmp"}}}), "/metrics/job/j/path@base64/L3Zhci90bXA");  // the README's own example
  EXPECT_EQ(Path({"j", {{"empty", ""}}}), "/metrics/job/j/empty@base64/=");
  EXPECT_EQ(Path({"j", {{"a", "."}, {"b", ".."}}}), "/metrics/job/j/a@base64/Lg/b@base64/Li4");
  EXPECT_EQ(Path({"j", {{"a", "x y"}, {"b", "?"}, {"c", "\n"}, {"d", "%41"}}}),
            "/metrics/job/j/a@base64/eCB5/b@base64/Pw/c@base64/Cg/d@base64/JTQx");
  EXPECT_EQ(Path({"j", {{"a", "\0"s}, {"b", "\xC3\xBF\xC3\xBE?>"}}}), "/metrics/job/j/a@base64/AA/b@base64/w7_Dvj8-");
}

TEST(PushGroup, RefusesWhatNoGatewayCouldKeep) {
  const auto is_refused = [](const PushGroup& group) { return absl::IsInvalidArgument(PathOfGroup(group).status()); };
  EXPECT_TRUE(is_refused({"", {}}));
  EXPECT_TRUE(is_refused({"j", {{"", "x"}}}));
  EXPECT_TRUE(is_refused({"j", {{"1a", "x"}}}));
  EXPECT_TRUE(is_refused({"j", {{"a.b", "x"}}}));
  EXPECT_TRUE(is_refused({"j", {{"a/b", "x"}}}));
  EXPECT_TRUE(is_refused({"j", {{"__name", "x"}}}));
  EXPECT_TRUE(is_refused({"j", {{"job", "x"}}}));
  EXPECT_TRUE(is_refused({"j", {{"a", "x"}, {"a", "x"}}}));
  EXPECT_EQ(Path({"j", {{"a", "\xff\x1b"}}}),
            "INVALID_ARGUMENT: the value of the grouping label a is not UTF-8: \\xFF\\x1B");
}

}  // namespace
}  // namespace seriesguard
