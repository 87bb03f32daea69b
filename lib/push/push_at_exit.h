// SPDX-License-Identifier: Apache-2.0
//
// push_at_exit.h: pushes when a job ends, however it ends, without ever changing what the job has to say.
//
// Use:      int main() {
//             ...
//             seriesguard::PushAtExit push(gateway, registry, [](const absl::Status& s) { std::cerr << s << '\n'; });
//             const int exit_status = RunTheJob(registry);   // may throw: it is pushed on the way out
//             return push.Finish(exit_status);
//           }
// Threads:  one.
// Errors:   a push that failed is told to `on_failure`, and to nobody else: the exit status stays the job's, an exception
//           goes on. What `on_failure` throws is swallowed.
// Cost:     the end of the job may wait for the gateway, at most the push's timeout.
//
// Nothing is pushed where no destructor runs: std::exit (unless the object is static), std::_Exit, std::abort, a signal.
#ifndef SERIESGUARD_LIB_PUSH_PUSH_AT_EXIT_H_
#define SERIESGUARD_LIB_PUSH_PUSH_AT_EXIT_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/metrics/registry.h"
#include "lib/push/push_body.h"
#include "lib/push/push_gateway.h"

namespace seriesguard {

class PushAtExit {
 public:
  using OnFailure = std::function<void(const absl::Status&)>;

  // Adds (POST), so that what a failed run has no value for, such as the time of the last success, stays as the run before
  // left it.
  PushAtExit(PushGateway gateway, Registry registry, OnFailure on_failure);
  // The same with what `make_body` returns at the end.
  PushAtExit(PushGateway gateway, std::function<absl::StatusOr<PushBody>()> make_body, OnFailure on_failure);
  PushAtExit(const PushAtExit&) = delete;
  PushAtExit& operator=(const PushAtExit&) = delete;
  // As Finish, unless that was called.
  ~PushAtExit();

  // Pushes, once, and returns `exit_status` whatever comes of it.
  int Finish(int exit_status);

 private:
  PushGateway gateway_;
  std::function<absl::StatusOr<PushBody>()> make_body_;
  OnFailure on_failure_;
  bool is_done_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_PUSH_AT_EXIT_H_
