// SPDX-License-Identifier: Apache-2.0
//
// descriptor.h: a file descriptor that is closed once.
//
// Use:      what opens a file returns one; Release() gives the number away.
// Threads:  one at a time.
// Errors:   none; close() is not asked, because nothing written through these descriptors waits for it.
// Fork:     may be made, moved and destroyed in the child handler. The child has a copy of every descriptor, and closing the
//           copy leaves the parent's alone; locks are another matter, see byte_lock.h.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_DESCRIPTOR_H_
#define SERIESGUARD_LIB_MULTIPROCESS_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace seriesguard {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = other.Release();
    }
    return *this;
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  // Gives the number away; -1 where there is none.
  int Release() { return std::exchange(fd_, -1); }

  void Close() {
    if (fd_ >= 0) ::close(Release());
  }

 private:
  int fd_ = -1;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_DESCRIPTOR_H_
