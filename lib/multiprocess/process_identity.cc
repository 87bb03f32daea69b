// SPDX-License-Identifier: Apache-2.0
//
// process_identity.cc: /proc read with open and read into the stack, and kill(pid, 0) where /proc says nothing.
#include "lib/multiprocess/process_identity.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "lib/multiprocess/descriptor.h"

namespace seriesguard {
namespace {

using process_identity_internal::ParseBootId;
using process_identity_internal::ParseProcessStat;
using process_identity_internal::ProcessStat;

// A line of /proc/<pid>/stat has 52 numbers and a name of at most 64 bytes.
constexpr size_t kStatBytes = 2048;
constexpr size_t kPathBytes = 48;

// Reads the start of a file of /proc. Returns the number of bytes, -1 with errno where it cannot be opened or read.
ssize_t ReadSmallFile(const char* path, char* buffer, size_t size) {
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return -1;
  size_t total = 0;
  while (total < size) {
    const ssize_t got = ::read(file.get(), buffer + total, size - total);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    total += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(total);
}

// Reads a number, then skips one blank. Returns false where there is none or where it does not fit.
bool TakeNumber(const char** at, const char* end, uint64_t* number) {
  const char* p = *at;
  if (p < end && *p == '-') ++p;  // a few fields may be negative; none that is used here
  const char* const digits = p;
  uint64_t value = 0;
  for (; p < end && *p >= '0' && *p <= '9'; ++p) {
    const uint64_t digit = static_cast<uint64_t>(*p - '0');
    if (value > (UINT64_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (p == digits) return false;
  if (p < end && (*p == ' ' || *p == '\n')) ++p;
  *at = p;
  *number = value;
  return true;
}

// Writes /proc/<pid>/stat into `path`.
void StatPath(uint64_t pid, char (&path)[kPathBytes]) {
  char digits[20];
  size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + pid % 10);
    pid /= 10;
  } while (pid != 0);
  char* out = path;
  for (const char* p = "/proc/"; *p != 0; ++p) *out++ = *p;
  while (count > 0) *out++ = digits[--count];
  for (const char* p = "/stat"; *p != 0; ++p) *out++ = *p;
  *out = 0;
}

bool ReadStat(const char* path, ProcessStat* stat) {
  char text[kStatBytes];
  const ssize_t size = ReadSmallFile(path, text, sizeof text);
  if (size < 0) return false;
  if (ParseProcessStat(text, static_cast<size_t>(size), stat)) return true;
  errno = EIO;  // not what proc(5) describes
  return false;
}

// Whether there is no such process at all, for certain. A pid beyond pid_t never was one.
bool IsGone(uint64_t pid) {
  if (pid > INT32_MAX) return true;
  return ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

}  // namespace

namespace process_identity_internal {

bool ParseProcessStat(const char* text, size_t size, ProcessStat* stat) {
  const char* const end = text + size;
  const char* at = text;
  if (!TakeNumber(&at, end, &stat->pid)) return false;
  const char* name_end = nullptr;
  for (const char* p = at; p < end; ++p) {
    if (*p == ')') name_end = p;
  }
  if (name_end == nullptr || at >= end || *at != '(' || end - name_end < 4) return false;
  if (name_end[1] != ' ' || name_end[3] != ' ') return false;
  stat->state = name_end[2];
  at = name_end + 4;
  for (int field = 4; field <= 22; ++field) {
    uint64_t number = 0;
    if (!TakeNumber(&at, end, &number)) return false;
    if (field == 20) stat->threads = number;
    if (field == 22) stat->start_ticks = number;
  }
  return true;
}

bool ParseBootId(const char* text, size_t size, uint64_t* high, uint64_t* low) {
  uint64_t words[2] = {0, 0};
  size_t digits = 0;
  for (size_t i = 0; i < size && text[i] != '\n'; ++i) {
    const char c = text[i];
    uint64_t digit;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint64_t>(c - 'a') + 10;
    } else if (c == '-') {
      continue;
    } else {
      return false;
    }
    if (digits == 32) return false;
    words[digits / 16] = words[digits / 16] << 4 | digit;
    ++digits;
  }
  if (digits != 32) return false;
  *high = words[0];
  *low = words[1];
  return true;
}

}  // namespace process_identity_internal

ProcessIdentity ReadOwnIdentity() {
  ProcessIdentity own;
  own.pid = static_cast<uint64_t>(::getpid());
  ProcessStat stat;
  if (ReadStat("/proc/self/stat", &stat)) own.start_ticks = stat.start_ticks;
  char boot_id[64];
  const ssize_t size = ReadSmallFile("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
  if (size > 0) ParseBootId(boot_id, static_cast<size_t>(size), &own.boot_id_high, &own.boot_id_low);
  struct stat pid_namespace;
  if (::stat("/proc/self/ns/pid", &pid_namespace) == 0) own.pid_namespace = pid_namespace.st_ino;
  return own;
}

ProcessLiveness IsAlive(const ProcessIdentity& asked, const ProcessIdentity& own) {
  const bool has_boot = (asked.boot_id_high | asked.boot_id_low) != 0 && (own.boot_id_high | own.boot_id_low) != 0;
  if (asked.pid == 0 || !has_boot) return ProcessLiveness::kUnknown;
  if (asked.boot_id_high != own.boot_id_high || asked.boot_id_low != own.boot_id_low) return ProcessLiveness::kDead;
  if (asked.pid_namespace == 0 || asked.pid_namespace != own.pid_namespace) return ProcessLiveness::kUnknown;
  if (IsGone(asked.pid)) return ProcessLiveness::kDead;

  // Something has this pid. A /proc that was mounted for another pid namespace would tell of a stranger: there our own
  // number differs.
  ProcessStat self;
  if (!ReadStat("/proc/self/stat", &self) || self.pid != own.pid) return ProcessLiveness::kUnknown;
  char path[kPathBytes];
  StatPath(asked.pid, path);
  ProcessStat stat;
  if (!ReadStat(path, &stat)) {
    // Ended a moment ago, or hidden from us.
    return IsGone(asked.pid) ? ProcessLiveness::kDead : ProcessLiveness::kUnknown;
  }
  if (asked.start_ticks == 0) return ProcessLiveness::kUnknown;
  if (stat.start_ticks != asked.start_ticks) return ProcessLiveness::kDead;
  if (stat.state == 'X' || stat.state == 'x') return ProcessLiveness::kDead;
  // A process whose first thread has left by pthread_exit() shows a Z too, while its other threads go on.
  if (stat.state == 'Z' && stat.threads <= 1) return ProcessLiveness::kDead;
  return ProcessLiveness::kAlive;
}

}  // namespace seriesguard
