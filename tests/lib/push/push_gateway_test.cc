// SPDX-License-Identifier: Apache-2.0
#include "lib/push/push_gateway.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/metrics/registry.h"
#include "lib/push/family_message.h"
#include "rules/policy_reader.h"
#include "tests/lib/push/fake_gateway.h"

namespace seriesguard {
namespace {

using Mode = FakeGateway::Mode;
using std::chrono::milliseconds;

PushBody BodyOf(const std::string& text) {
  PushBody body;
  body.bytes = text;
  return body;
}

PushGateway Client(const std::string& url, PushOptions options = {}) {
  options.url = url;
  return PushGateway::Create(std::move(options), {"nightly", {{"zone", "b"}}}).value();
}

std::string Answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

absl::Status PushTo(FakeGateway::Script script, PushOptions options = {}) {
  const FakeGateway gateway(std::move(script));
  return Client(gateway.url(), std::move(options)).Push(BodyOf("a 1\n"));
}

bool HasLine(const FakeGateway::Request& request, const std::string& line) {
  return ("\n" + request.head).find("\n" + line + "\r\n") != std::string::npos;
}

TEST(PushGateway, PutsPostsAndDeletesWithTheWholeBodyAndItsLength) {
  const FakeGateway gateway({});
  const PushGateway client = Client(gateway.url() + "/prefix/");
  std::string large(3 << 20, 'x');  // curl would ask before it sends so much
  EXPECT_TRUE(client.Push(BodyOf("a 1\n")).ok());
  EXPECT_TRUE(client.Add(BodyOf(large)).ok());
  EXPECT_TRUE(client.Push(BodyOf("")).ok());
  EXPECT_TRUE(client.Delete().ok());
  const std::vector<FakeGateway::Request> requests = gateway.requests();
  ASSERT_EQ(requests.size(), 4u);
  const std::string target = " /prefix/metrics/job/nightly/zone/b HTTP/1.1";
  EXPECT_TRUE(HasLine(requests[0], "PUT" + target)) << requests[0].head;
  EXPECT_TRUE(HasLine(requests[0], "Content-Length: 4")) << requests[0].head;
  EXPECT_TRUE(HasLine(requests[0],
                      "Content-Type: application/vnd.google.protobuf; "
                      "proto=io.prometheus.client.MetricFamily; encoding=delimited"));
  EXPECT_EQ(requests[0].head.find("Authorization"), std::string::npos);
  EXPECT_EQ(requests[0].body, "a 1\n");
  EXPECT_TRUE(HasLine(requests[1], "POST" + target));
  EXPECT_EQ(requests[1].head.find("Expect"), std::string::npos);
  EXPECT_EQ(requests[1].body, large);
  EXPECT_TRUE(HasLine(requests[2], "PUT" + target));
  EXPECT_TRUE(HasLine(requests[2], "Content-Length: 0")) << requests[2].head;
  EXPECT_TRUE(HasLine(requests[3], "DELETE" + target));
  EXPECT_EQ(requests[3].body, "");
}

TEST(PushGateway, PushesAGuardedRegistry) {
  Registry registry =
      Registry::FromText(
          "version: 1\nmetrics:\n- {name: rows_total, series_limit: 6, labels: {table: {value_limit: 2}}}\n")
          .value();
  auto rows = registry.AddCounter({"rows_total", "Rows."}, {"table"}).value();
  for (const char* table : {"a", "b", "c", "d"}) rows.With({table}).Increment();
  const FakeGateway gateway({});
  EXPECT_TRUE(Client(gateway.url()).Push(registry).ok());
  EXPECT_TRUE(Client(gateway.url()).Add(registry).ok());
  const std::vector<FakeGateway::Request> requests = gateway.requests();
  ASSERT_EQ(requests.size(), 2u);
  FamilyMessage expected("rows_total", "Rows.", FamilyMessage::Type::kCounter);
  for (const auto& [table, rows_of_it] : {std::pair("a", 1), std::pair("b", 1), std::pair("other", 2)}) {
    MetricMessage metric;
    metric.AddLabel("table", table);
    metric.SetValue(FamilyMessage::Type::kCounter, rows_of_it);
    expected.Add(metric);
  }
  std::string bytes;
  expected.AppendDelimited(&bytes);
  for (const FakeGateway::Request& request : requests) {
    EXPECT_EQ(request.body.substr(0, bytes.size()), bytes);
    EXPECT_NE(request.body.find("seriesguard_series"), std::string::npos);
  }
}

TEST(PushGateway, AuthenticatesFromItsOptionsAndNeverShowsThem) {
  PushOptions options;
  options.user = "job";
  options.password = "geheim:17";
  {
    const FakeGateway gateway({});
    EXPECT_TRUE(Client(gateway.url(), options).Push(BodyOf("a 1\n")).ok());
    ASSERT_EQ(gateway.requests().size(), 1u);
    EXPECT_TRUE(HasLine(gateway.requests()[0], "Authorization: Basic am9iOmdlaGVpbToxNw=="))
        << gateway.requests()[0].head;
  }
  const absl::Status status = PushTo({Mode::kAnswer, Answer("401 Unauthorized", "Unauthorized\n")}, options);
  EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
  EXPECT_EQ(status.message().find("geheim"), absl::string_view::npos);
  EXPECT_NE(status.message().find("answered 401: Unauthorized"), absl::string_view::npos) << status;
}

TEST(PushGateway, TellsWhatTheAnswerMeans) {
  const auto code = [](const std::string& status) { return PushTo({Mode::kAnswer, Answer(status, "no")}).code(); };
  EXPECT_EQ(code("202 Accepted"), absl::StatusCode::kOk);
  EXPECT_EQ(code("400 Bad Request"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("403 Forbidden"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(code("404 Not Found"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code("405 Method Not Allowed"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code("413 Content Too Large"), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(code("429 Too Many Requests"), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code("500 Internal Server Error"), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code("503 Service Unavailable"), absl::StatusCode::kUnavailable);
  // Not followed: whoever sits there is not the one who was named.
  const FakeGateway elsewhere({});
  EXPECT_EQ(
      PushTo({Mode::kAnswer, "HTTP/1.1 307 T\r\nLocation: " + elsewhere.url() + "/x\r\nContent-Length: 0\r\n\r\n"})
          .code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST(PushGateway, ShowsTheGatewaysReasonEscapedAndCut) {
  const std::string reason = "text format parsing error \x1b[2J in line 1\nsecond " + std::string(100000, 'x');
  const absl::Status status = PushTo({Mode::kAnswer, Answer("400 Bad Request", reason)});
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  const std::string message(status.message());
  EXPECT_NE(message.find("answered 400: text format parsing error \\x1B[2J in line 1\\nsecond xxx"), std::string::npos)
      << message;
  EXPECT_LT(message.size(), 500u);
}

TEST(PushGateway, TakesALongAnswerForWhatItsFirstLineSays) {
  EXPECT_TRUE(PushTo({Mode::kAnswer, Answer("200 OK", std::string(8 << 20, 'x'))}).ok());
}

TEST(PushGateway, IsUnavailableWhenTheGatewayIsDownSlowOrHangsUp) {
  std::string url;
  { url = FakeGateway({}).url(); }  // nobody listens there any more
  EXPECT_TRUE(absl::IsUnavailable(Client(url).Push(BodyOf("a 1\n"))));
  PushOptions impatient;
  impatient.timeout = milliseconds(200);
  const absl::Status slow = PushTo({Mode::kNoAnswer, ""}, impatient);
  EXPECT_TRUE(absl::IsUnavailable(slow)) << slow;
  EXPECT_NE(slow.message().find("timed out"), absl::string_view::npos) << slow;
  EXPECT_TRUE(absl::IsUnavailable(PushTo({Mode::kCloseAfterBody, ""})));
  EXPECT_TRUE(absl::IsUnavailable(PushTo({Mode::kAnswer, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"})));
  const FakeGateway closing({Mode::kCloseInBody, ""});
  EXPECT_TRUE(absl::IsUnavailable(Client(closing.url()).Push(BodyOf(std::string(4 << 20, 'x')))));
  EXPECT_FALSE(PushTo({Mode::kAnswer, "SSH-2.0-OpenSSH_9\r\n"}).ok());
}

TEST(PushGateway, SendsNothingThatIsOverALimit) {
  const FakeGateway gateway({});
  PushOptions options;
  options.max_body_bytes = 3;
  absl::Status status = Client(gateway.url(), options).Push(BodyOf("a 1\n"));
  EXPECT_EQ(status.ToString(), "RESOURCE_EXHAUSTED: nothing was pushed: 4 bytes, max_body_bytes is 3");
  options = {};
  options.limits = std::make_shared<Policy>(*ReadPolicy("p", "version: 1\nbudget: {series_limit: 2}\n").policy);
  PushBody body = BodyOf("a 1\n");
  body.families.push_back({"a", 1, {}});
  EXPECT_TRUE(absl::IsResourceExhausted(Client(gateway.url(), options).Push(body)));
  EXPECT_TRUE(absl::IsResourceExhausted(Client(gateway.url(), options).Add(body)));
  body.families[0].label_values["zone"] = {"x"};
  EXPECT_TRUE(absl::IsInvalidArgument(Client(gateway.url()).Push(body)));
  EXPECT_TRUE(gateway.requests().empty());
  EXPECT_TRUE(Client(gateway.url(), options).Delete().ok());  // no limit stands in its way
}

TEST(PushGateway, RefusesOptionsThatCannotBe) {
  const auto refuse = [](PushOptions options) {
    const absl::Status status = PushGateway::Create(std::move(options), {"j", {}}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(status.message().find("geheim"), absl::string_view::npos) << status;
  };
  const auto with = [](auto change) {
    PushOptions options;
    change(options);
    return options;
  };
  for (const char* url :
       {"", "127.0.0.1:9091", "ftp://host", "http://", "http://u:geheim@host", "http://host/?geheim=1",
        "http://host/#geheim", "http://ho st", "http://host\r\nX: geheim", "file:///etc/passwd"}) {
    refuse(with([url](PushOptions& options) { options.url = url; }));
  }
  refuse(with([](PushOptions& options) { options.password = "geheim"; }));
  refuse(with([](PushOptions& options) { options.user = "a:b"; }));
  refuse(with([](PushOptions& options) { options.user = "a\n"; }));
  refuse(with([](PushOptions& options) { options.timeout = milliseconds(0); }));
  refuse(with([](PushOptions& options) { options.connect_timeout = std::chrono::hours(2); }));
  EXPECT_TRUE(absl::IsInvalidArgument(PushGateway::Create({}, {"", {}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(PushGateway::Create({}, {"j", {{"a", std::string(7000, '/')}}}).status()));
}

}  // namespace
}  // namespace seriesguard
