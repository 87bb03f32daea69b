// SPDX-License-Identifier: Apache-2.0
//
// in_child.h: a check in a forked child, which may lower its rights, mount and die, and what it found.
//
// Use:      EXPECT_EQ(InChild([] { CHILD_CHECK(1 + 1 == 2); return kFine; }), "");
// Requires: the check uses no GoogleTest assertion.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_IN_CHILD_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_IN_CHILD_H_

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace seriesguard {

inline const std::string kFine;
inline const std::string kNotPermitted = "this machine does not permit it";

#define CHILD_CHECK(condition) \
  if (!(condition)) return std::string("line ") + std::to_string(__LINE__) + ": " + #condition

// Returns what `check` returned in a child: kFine, or what is wrong. A child that dies or hangs (60 s) is wrong too.
template <typename Check>
std::string InChild(Check check) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(60);
    const std::string found = check();
    ::_exit(::write(ends[1], found.data(), found.size()) == static_cast<ssize_t>(found.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string found;
  char buffer[256];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (got > 0) found.append(buffer, static_cast<size_t>(got));
    if (got < 0 && errno != EINTR) break;
  }
  ::close(ends[0]);
  int status = 0;
  while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) found += " (the child died)";
  return found;
}

// Gives the calling process mounts of its own, as root or in a user namespace in which it is root.
inline bool EnterPrivateMounts() {
  if (::unshare(CLONE_NEWNS) != 0) {
    const std::string user = "0 " + std::to_string(::geteuid()) + " 1";
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    const int map = ::open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
    const bool is_mapped = ::write(map, user.data(), user.size()) == static_cast<ssize_t>(user.size());
    ::close(map);
    if (!is_mapped) return false;
  }
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_IN_CHILD_H_
