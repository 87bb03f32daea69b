// SPDX-License-Identifier: Apache-2.0
//
// push_gateway.h: pushes the metrics of a batch job to a Pushgateway.
//
// Use:      PushOptions options;
//           options.url = "http://pushgateway:9091";
//           auto gateway = seriesguard::PushGateway::Create(options, {"nightly_orders", {}}).value();
//           absl::Status pushed = gateway.Push(registry);       // at the job's end; push_at_exit.h does it for any end
//           Not for services: docs/pushgateway.md, "When not to use it".
// Threads:  all members from any thread; each call has a connection of its own. Copies are the same gateway.
// Memory:   a call: what is pushed, and the first kilobytes of the answer.
// Errors:   as push_answer.h has them for what came of the request; before it, and then nothing was sent:
//           ResourceExhausted: over the limits of `options.limits`, or over max_body_bytes; InvalidArgument: a metric has a
//           label of the group's. A body is made in full first and sent with its length, in a format of which a gateway takes
//           none but a whole one: nothing is ever half pushed.
// Cost:     one request; at the worst it takes `timeout`, name look-up included. No retries: a caller who wants one may
//           repeat any call, each of them is idempotent.
// Fork:     nothing is kept between calls.
// Source:   README of Pushgateway 1.5, "API".
#ifndef SERIESGUARD_LIB_PUSH_PUSH_GATEWAY_H_
#define SERIESGUARD_LIB_PUSH_PUSH_GATEWAY_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/metrics/registry.h"
#include "lib/push/push_body.h"
#include "lib/push/push_group.h"
#include "rules/policy.h"

namespace seriesguard {

struct PushOptions {
  // http or https, with the prefix of the gateway's paths where it has one; without user, query and fragment.
  std::string url = "http://127.0.0.1:9091";
  // Basic authentication; an empty user: none. No message ever shows them. Over http they travel readable.
  std::string user, password;
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds timeout{10000};  // of the whole call
  size_t max_body_bytes = 16 << 20;
  std::string ca_file;  // certificates to trust with https, PEM; empty: those of the system
  // As http_proxy has it; empty: none. The environment is not asked.
  std::string proxy;
  // What is pushed must be inside the limits of this policy (CheckLimits); null: not asked.
  std::shared_ptr<const Policy> limits;
};

class PushGateway {
 public:
  // Checks the options and the group; nothing is sent.
  //
  // Errors:   InvalidArgument with what is wrong.
  static absl::StatusOr<PushGateway> Create(PushOptions options, PushGroup group);

  // Replaces all metrics of the group by these (PUT).
  absl::Status Push(const PushBody& body) const;
  absl::Status Push(Registry registry) const;

  // Replaces those metrics of the group that are called as one of these, and leaves the others (POST).
  absl::Status Add(const PushBody& body) const;
  absl::Status Add(Registry registry) const;

  // Deletes all metrics of the group. A group that is not there is no error.
  absl::Status Delete() const;

 private:
  struct State;
  explicit PushGateway(std::shared_ptr<const State> state) : state_(std::move(state)) {}

  absl::Status Send(const char* method, const PushBody& body) const;
  absl::Status Request(const char* method, std::string_view bytes) const;

  std::shared_ptr<const State> state_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_PUSH_GATEWAY_H_
