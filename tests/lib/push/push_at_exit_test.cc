// SPDX-License-Identifier: Apache-2.0
#include "lib/push/push_at_exit.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/lib/push/fake_gateway.h"

namespace seriesguard {
namespace {

absl::StatusOr<PushBody> MakeBody() {
  PushBody body;
  body.bytes = "a 1\n";
  return body;
}

PushGateway Client(const std::string& url) {
  PushOptions options;
  options.url = url;
  return PushGateway::Create(options, {"j", {}}).value();
}

TEST(PushAtExit, PushesOnceAndLeavesTheExitStatusAlone) {
  const FakeGateway gateway({});
  std::vector<absl::Status> told;
  {
    PushAtExit push(Client(gateway.url()), MakeBody, [&told](const absl::Status& status) { told.push_back(status); });
    EXPECT_EQ(push.Finish(3), 3);
    EXPECT_EQ(push.Finish(4), 4);
  }
  ASSERT_EQ(gateway.requests().size(), 1u);
  EXPECT_EQ(gateway.requests()[0].head.substr(0, 5), "POST ");
  EXPECT_EQ(gateway.requests()[0].body, "a 1\n");
  EXPECT_TRUE(told.empty());
}

TEST(PushAtExit, TellsAFailureAndStillLeavesTheExitStatusAlone) {
  const FakeGateway gateway({FakeGateway::Mode::kAnswer, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"});
  std::vector<absl::Status> told;
  const auto tell = [&told](const absl::Status& status) { told.push_back(status); };
  EXPECT_EQ(PushAtExit(Client(gateway.url()), MakeBody, tell).Finish(0), 0);
  EXPECT_EQ(PushAtExit(Client(gateway.url()), MakeBody, tell).Finish(7), 7);
  EXPECT_EQ(PushAtExit(
                Client(gateway.url()), [] { return absl::ResourceExhaustedError("no memory"); }, tell)
                .Finish(5),
            5);
  EXPECT_EQ(PushAtExit(Client(gateway.url()), MakeBody, nullptr).Finish(2), 2);
  EXPECT_EQ(PushAtExit(Client(gateway.url()), MakeBody,
                       [](const absl::Status&) { throw std::runtime_error("the log is full"); })
                .Finish(6),
            6);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_TRUE(absl::IsUnavailable(told[0]));
  EXPECT_TRUE(absl::IsResourceExhausted(told[2]));
  EXPECT_EQ(gateway.requests().size(), 4u);
}

TEST(PushAtExit, PushesWhenTheJobThrowsAndLetsTheExceptionGoOn) {
  const FakeGateway gateway({});
  Registry registry = Registry::FromText("version: 1\n").value();
  auto failures = registry.AddCounter({"failures_total", "F."}).value();
  const auto run = [&] {
    const PushAtExit push(Client(gateway.url()), registry, nullptr);
    failures.With().Increment();
    throw std::runtime_error("the job's own");
  };
  EXPECT_THROW(run(), std::runtime_error);
  ASSERT_EQ(gateway.requests().size(), 1u);
  EXPECT_NE(gateway.requests()[0].body.find("failures_total"), std::string::npos);
}

}  // namespace
}  // namespace seriesguard
