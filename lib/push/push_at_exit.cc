// SPDX-License-Identifier: Apache-2.0
//
// push_at_exit.cc: see the header.
#include "lib/push/push_at_exit.h"

#include <utility>

namespace seriesguard {

PushAtExit::PushAtExit(PushGateway gateway, Registry registry, OnFailure on_failure)
    : PushAtExit(
          std::move(gateway), [registry]() mutable { return MakePushBody(registry.Collect()); },
          std::move(on_failure)) {}

PushAtExit::PushAtExit(PushGateway gateway, std::function<absl::StatusOr<PushBody>()> make_body, OnFailure on_failure)
    : gateway_(std::move(gateway)), make_body_(std::move(make_body)), on_failure_(std::move(on_failure)) {}

PushAtExit::~PushAtExit() { Finish(0); }

int PushAtExit::Finish(int exit_status) {
  if (std::exchange(is_done_, true)) return exit_status;
  try {
    const absl::StatusOr<PushBody> body = make_body_();
    const absl::Status status = body.ok() ? gateway_.Add(*body) : body.status();
    if (!status.ok() && on_failure_) on_failure_(status);
  } catch (...) {
    // Whatever went wrong here is not what the job has to say.
  }
  return exit_status;
}

}  // namespace seriesguard
