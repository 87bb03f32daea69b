// SPDX-License-Identifier: Apache-2.0
//
// byte_lock.cc: three commands of fcntl(2).
#include "lib/multiprocess/byte_lock.h"

#include <fcntl.h>

#include <cerrno>

namespace seriesguard {
namespace {

// l_pid must be 0 for these commands; the kernel refuses anything else.
struct flock OneByte(short type, uint64_t byte) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  return lock;
}

int Ask(int fd, int command, struct flock* lock) {
  int result;
  do {
    result = ::fcntl(fd, command, lock);
  } while (result < 0 && errno == EINTR);
  return result;
}

LockAnswer Take(int fd, short type, uint64_t byte) {
  struct flock lock = OneByte(type, byte);
  if (Ask(fd, F_OFD_SETLK, &lock) == 0) return LockAnswer::kYes;
  return errno == EAGAIN || errno == EACCES ? LockAnswer::kNo : LockAnswer::kUnknown;
}

}  // namespace

LockAnswer TryLockByte(int fd, uint64_t byte) { return Take(fd, F_WRLCK, byte); }

LockAnswer TryShareByte(int fd, uint64_t byte) { return Take(fd, F_RDLCK, byte); }

bool UnlockByte(int fd, uint64_t byte) {
  struct flock lock = OneByte(F_UNLCK, byte);
  return Ask(fd, F_OFD_SETLK, &lock) == 0;
}

LockAnswer IsByteLockedByOther(int fd, uint64_t byte) {
  struct flock lock = OneByte(F_WRLCK, byte);
  if (Ask(fd, F_OFD_GETLK, &lock) != 0) return LockAnswer::kUnknown;
  return lock.l_type == F_UNLCK ? LockAnswer::kNo : LockAnswer::kYes;
}

}  // namespace seriesguard
