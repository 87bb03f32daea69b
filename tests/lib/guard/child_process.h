// SPDX-License-Identifier: Apache-2.0
//
// child_process.h: runs a check in a fork()ed child and brings its answer back.
#ifndef SERIESGUARD_TESTS_LIB_GUARD_CHILD_PROCESS_H_
#define SERIESGUARD_TESTS_LIB_GUARD_CHILD_PROCESS_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace seriesguard {

// Returns what `check` returned in the child (0 to 255), or -1 where the child could not be made or died.
//
// Requires: `check` uses no GoogleTest assertion and starts no thread (ThreadSanitizer refuses that after a fork).
template <typename Check>
int InChildProcess(Check check) {
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) _exit(check());
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_GUARD_CHILD_PROCESS_H_
