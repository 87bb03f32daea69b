// SPDX-License-Identifier: Apache-2.0
//
// collector_runner.h: asks a collector, at most once at a time, and never waits for it longer than was agreed.
//
// Use:      ticket = runner.Start(); ... result = runner.Await(ticket);   // several runners are started before one is awaited
// Threads:  Start and Await from any. The collector is asked in a thread of its own, one run after the other.
// Memory:   one thread while a run goes on; a collector that never returns keeps its one.
// Errors:   DeadlineExceeded: it took too long, or a run that took too long is not over yet; ResourceExhausted: no thread, no
//           memory; Unknown: it threw; else what it returned.
// Fork:     belongs to the process that made it.
// Source:   docs/collectors.md.
//
// Invariants
//   1. At most one run goes on. Whoever asks while one goes on shares it, unless somebody has given it up.
//   2. A run is given up when the timeout since its start has passed. Its result is nobody's from then on: who asks later
//      waits for its end, inside his own timeout, and for a run of its own.
#ifndef SERIESGUARD_LIB_COLLECTORS_COLLECTOR_RUNNER_H_
#define SERIESGUARD_LIB_COLLECTORS_COLLECTOR_RUNNER_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {

template <typename Result>
class CollectorRunner {
 public:
  using Ask = std::function<absl::StatusOr<Result>()>;
  using Shared = std::shared_ptr<const Result>;

  CollectorRunner(Ask ask, std::chrono::milliseconds timeout)
      : core_(std::make_shared<Core>()), ask_(std::move(ask)), timeout_(timeout) {}
  CollectorRunner(const CollectorRunner&) = delete;
  CollectorRunner& operator=(const CollectorRunner&) = delete;
  // Waits for the end of a run: what it asks may go away afterwards.
  ~CollectorRunner() {
    std::unique_lock<std::mutex> lock(core_->mutex);
    core_->changed.wait(lock, [this] { return core_->current == nullptr; });
  }

  class Ticket;

  // Begins a run, or takes part in the one that goes on. Does not wait.
  Ticket Start() {
    Ticket ticket;
    ticket.deadline = Clock::now() + timeout_;
    std::lock_guard<std::mutex> lock(core_->mutex);
    ticket.run = StartOrShare();
    return ticket;
  }

  // Waits for what the run says, until the timeout since Start() is over. Errors: those of the banner.
  absl::StatusOr<Shared> Await(Ticket ticket) {
    std::unique_lock<std::mutex> lock(core_->mutex);
    for (;;) {
      if (ticket.run == nullptr) {
        if (Clock::now() < ticket.deadline) ticket.run = StartOrShare();  // later it would be given up at once
      } else if (ticket.run->is_given_up) {
        ticket.run = nullptr;
        continue;
      } else if (ticket.run->is_done) {
        if (ticket.run->result == nullptr) return absl::Status(ticket.run->code, ticket.run->message);
        return ticket.run->result;
      }
      if (ticket.run != nullptr && ticket.run->is_done) continue;
      if (Clock::now() >= ticket.deadline) return GiveUp(ticket.run.get());
      core_->changed.wait_until(lock, ticket.deadline);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  struct Run {
    Clock::time_point begun;
    bool is_done = false, is_given_up = false;
    Shared result;  // null: it failed, as the two below say
    // Not a Status, whose counter of references abseil's own objects hide from ThreadSanitizer: each thread makes its own.
    absl::StatusCode code = absl::StatusCode::kOk;
    std::string message;
  };
  struct Core {
    std::mutex mutex;
    std::condition_variable changed;
    std::shared_ptr<Run> current;
  };

 public:
  class Ticket {
    friend class CollectorRunner;
    std::shared_ptr<Run> run;  // null: a run that was given up has to end first
    Clock::time_point deadline;
  };

 private:
  static int64_t MillisecondsOf(Clock::duration time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  }

  // Mutex. `run`: that was waited for; null where none could begin.
  absl::Status GiveUp(Run* run) {
    if (run == nullptr && core_->current != nullptr) {
      return absl::DeadlineExceededError(absl::StrCat("a run that was given up is not over after ",
                                                      MillisecondsOf(Clock::now() - core_->current->begun), " ms"));
    }
    if (run == nullptr) return absl::DeadlineExceededError("a run that was given up ended too late for another one");
    run->is_given_up = true;
    core_->changed.notify_all();
    return absl::DeadlineExceededError(absl::StrCat("no answer within ", timeout_.count(), " ms"));
  }

  // Mutex. Returns null while a run that was given up goes on.
  std::shared_ptr<Run> StartOrShare() {
    if (core_->current != nullptr) return core_->current->is_given_up ? nullptr : core_->current;
    auto run = std::make_shared<Run>();
    run->begun = Clock::now();
    try {
      std::thread([core = core_, ask = &ask_, run] { Go(*core, *ask, run); }).detach();
    } catch (const std::system_error&) {
      run->is_done = true;
      run->code = absl::StatusCode::kResourceExhausted;
      run->message = "no thread to ask the collector in";
      return run;
    }
    core_->current = run;
    return run;
  }

  static void Go(Core& core, const Ask& ask, const std::shared_ptr<Run>& run) {
    absl::StatusCode code = absl::StatusCode::kUnknown;
    std::string message;
    Shared result;
    try {
      absl::StatusOr<Result> told = ask();
      message = std::string(told.status().message());
      code = told.status().code();
      if (told.ok()) result = std::make_shared<const Result>(std::move(*told));
    } catch (const std::bad_alloc&) {
      code = absl::StatusCode::kResourceExhausted;
      message = "no memory";  // short: it needs none
    } catch (const std::exception& thrown) {
      message = absl::StrCat("the collector threw: ", SafeText(thrown.what()));
    } catch (...) {
      message = "the collector threw something that is no std::exception";
    }
    const std::lock_guard<std::mutex> lock(core.mutex);
    run->code = code;
    run->message = std::move(message);
    run->result = std::move(result);
    run->is_done = true;
    core.current = nullptr;
    core.changed.notify_all();
  }

  const std::shared_ptr<Core> core_;
  const Ask ask_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_COLLECTORS_COLLECTOR_RUNNER_H_
