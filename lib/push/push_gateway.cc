// SPDX-License-Identifier: Apache-2.0
//
// push_gateway.cc: see the header.
#include "lib/push/push_gateway.h"

#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/push/http_request.h"
#include "lib/push/push_answer.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr std::chrono::milliseconds kLongestTimeout = std::chrono::hours(1);
constexpr size_t kMostUrlBytes = 8000;  // what servers take of a request line
constexpr char kContentType[] =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

bool HasControl(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

absl::Status CheckOptions(const PushOptions& options) {
  bool is_plain = false;
  // (The URL is shown nowhere here: it may hold a password, which is what is wrong with it.)
  if (HasControl(options.url) || !ParseHttpUrl(options.url, &is_plain)) {
    return absl::InvalidArgumentError("the gateway's URL cannot be read; http://HOST:9091 is one");
  }
  if (!is_plain) {
    return absl::InvalidArgumentError(
        "the gateway's URL is http or https, a host, and neither user, query nor fragment; user and password have "
        "options of their own");
  }
  if (options.user.empty() && !options.password.empty()) {
    return absl::InvalidArgumentError("a password for the gateway needs a user");
  }
  if (options.user.find(':') != std::string::npos || HasControl(options.user) || HasControl(options.password)) {
    return absl::InvalidArgumentError(
        "user and password for the gateway have no control characters, and a user no ':'");
  }
  if (HasControl(options.proxy) || HasControl(options.ca_file)) {
    return absl::InvalidArgumentError("proxy and ca_file for the gateway have no control characters");
  }
  for (const std::chrono::milliseconds timeout : {options.connect_timeout, options.timeout}) {
    if (timeout.count() > 0 && timeout <= kLongestTimeout) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("a time-out of ", timeout.count(), " ms: it must be above 0 and at most an hour"));
  }
  return absl::OkStatus();
}

}  // namespace

struct PushGateway::State {
  PushOptions options;
  PushGroup group;
  HttpTarget target;
  std::string where;  // safe to show
};

absl::StatusOr<PushGateway> PushGateway::Create(PushOptions options, PushGroup group) try {
  if (const absl::Status status = CheckOptions(options); !status.ok()) return status;
  absl::StatusOr<std::string> path = PathOfGroup(group);
  if (!path.ok()) return path.status();
  while (options.url.back() == '/') options.url.pop_back();
  auto state = std::make_shared<State>();
  state->where = SafeTextTruncated(options.url, 200);
  state->target.url = absl::StrCat(options.url, *path);
  if (state->target.url.size() > kMostUrlBytes) {
    return absl::InvalidArgumentError(absl::StrCat("job and grouping labels make a URL of ", state->target.url.size(),
                                                   " bytes, more than the ", kMostUrlBytes, " that servers read"));
  }
  state->target.user = options.user;
  state->target.password = options.password;
  state->target.connect_timeout = options.connect_timeout;
  state->target.timeout = options.timeout;
  state->target.ca_file = options.ca_file;
  state->target.proxy = options.proxy;
  state->options = std::move(options);
  state->group = std::move(group);
  return PushGateway(std::move(state));
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for the gateway's URL");
}

absl::Status PushGateway::Send(const char* method, const PushBody& body) const try {
  if (const absl::Status status = CheckGroup(body, state_->group); !status.ok()) return status;
  if (state_->options.limits != nullptr) {
    if (const absl::Status status = CheckLimits(body, *state_->options.limits); !status.ok()) return status;
  }
  if (body.bytes.size() > state_->options.max_body_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("nothing was pushed: ", body.bytes.size(),
                                                     " bytes, max_body_bytes is ", state_->options.max_body_bytes));
  }
  return Request(method, body.bytes);
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to push");
}

absl::Status PushGateway::Request(const char* method, std::string_view bytes) const {
  const HttpOutcome outcome = SendHttp(state_->target, method, kContentType, bytes);
  if (outcome.code != CURLE_OK) return StatusOfFailure(outcome.code, outcome.detail, state_->where);
  return StatusOfAnswer(outcome.http_status, outcome.body, state_->where);
}

absl::Status PushGateway::Push(const PushBody& body) const { return Send("PUT", body); }
absl::Status PushGateway::Add(const PushBody& body) const { return Send("POST", body); }
absl::Status PushGateway::Delete() const try { return Request("DELETE", {}); } catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to ask the gateway");
}

absl::Status PushGateway::Push(Registry registry) const {
  absl::StatusOr<PushBody> body = MakePushBody(registry.Collect());
  return body.ok() ? Push(*body) : body.status();
}
absl::Status PushGateway::Add(Registry registry) const {
  absl::StatusOr<PushBody> body = MakePushBody(registry.Collect());
  return body.ok() ? Add(*body) : body.status();
}

}  // namespace seriesguard
