// SPDX-License-Identifier: Apache-2.0
//
// worker_process.h: a forked process that does something and then lives on until the test ends it.
//
// Use:      WorkerProcess a([&] { busy.With().Set(3); });  ... scrape ...  a.Kill();
// Errors:   a process that does not come to the end of its work within a minute is a failure of the test.
// Requires: the work uses no GoogleTest assertion.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_WORKER_PROCESS_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_WORKER_PROCESS_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"

namespace seriesguard {

class WorkerProcess {
 public:
  // Returns once `work` is done in the child.
  template <typename Work>
  explicit WorkerProcess(Work work) {
    int done[2], end[2];
    if (::pipe2(done, O_CLOEXEC) != 0 || ::pipe2(end, O_CLOEXEC) != 0) {
      ADD_FAILURE() << "no pipe";
      return;
    }
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(end[1]);
      ::alarm(60);
      work();
      char byte = 'd';
      (void)!::write(done[1], &byte, 1);
      while (::read(end[0], &byte, 1) < 0 && errno == EINTR) {
      }
      ::_exit(0);
    }
    ::close(done[1]);
    ::close(end[0]);
    end_ = end[1];
    char byte = 0;
    while (::read(done[0], &byte, 1) < 0 && errno == EINTR) {
    }
    ::close(done[0]);
    if (byte != 'd') ADD_FAILURE() << "the process did not finish its work";
  }
  ~WorkerProcess() { End(); }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Lets it exit, and waits. Returns what waitpid() told.
  int End() {
    // (A byte, because processes that were forked later have this end of the pipe too.)
    if (end_ >= 0 && !is_over_) (void)!::write(end_, "e", 1);
    return Wait();
  }
  void Kill() {
    if (pid_ > 0 && !is_over_) ::kill(pid_, SIGKILL);
    Wait();
  }

 private:
  int Wait() {
    int status = 0;
    if (pid_ <= 0 || is_over_) return status;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    is_over_ = true;
    ::close(end_);
    return status;
  }

  pid_t pid_ = -1;
  int end_ = -1;
  bool is_over_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_WORKER_PROCESS_H_
