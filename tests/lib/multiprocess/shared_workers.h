// SPDX-License-Identifier: Apache-2.0
//
// shared_workers.h: a table of workers in a shared file, and descriptors of it as the processes of a service have them.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_SHARED_WORKERS_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_SHARED_WORKERS_H_

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "lib/multiprocess/descriptor.h"
#include "lib/multiprocess/worker_table.h"

namespace seriesguard {

class SharedWorkers {
 public:
  static constexpr uint64_t kLockBase = 1000;

  explicit SharedWorkers(uint32_t max_workers) : bytes_(WorkerTable::BytesFor(max_workers)) {
    const char* const parent = std::getenv("TEST_TMPDIR");
    path_ = std::string(parent == nullptr ? "/tmp" : parent) + "/seriesguard-workers-XXXXXX";
    mapped_fd_ = Descriptor(::mkostemp(path_.data(), O_CLOEXEC));
    if (!mapped_fd_.is_open() || ::ftruncate(mapped_fd_.get(), static_cast<off_t>(bytes_)) != 0) std::abort();
    memory_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, mapped_fd_.get(), 0);
    if (memory_ == MAP_FAILED) std::abort();
    table = new WorkerTable(memory_, max_workers, kLockBase);
  }
  ~SharedWorkers() {
    delete table;
    ::munmap(memory_, bytes_);
    ::unlink(path_.c_str());
  }
  SharedWorkers(const SharedWorkers&) = delete;
  SharedWorkers& operator=(const SharedWorkers&) = delete;

  // A description of the calling process's own, to lock on.
  Descriptor OpenToLock() const { return Descriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC)); }
  // The one that is mapped; no lock is ever taken on it.
  int probe_fd() const { return mapped_fd_.get(); }
  WorkerEntry* entries() const { return static_cast<WorkerEntry*>(memory_); }

  WorkerTable* table = nullptr;

 private:
  uint64_t bytes_;
  std::string path_;
  Descriptor mapped_fd_;
  void* memory_ = nullptr;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_SHARED_WORKERS_H_
