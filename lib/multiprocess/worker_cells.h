// SPDX-License-Identifier: Apache-2.0
//
// worker_cells.h: the memory in which one process counts: nobody's at first, a worker's file from its first increment on.
//
// Use:      made once; all cells of the process lie in it, at addresses that never change, so that handles outlive a fork.
//           Become() before the first increment; InChild() in the fork's child handler; Attach() for every family.
// Threads:  Become, Attach and Leave one at a time (the guard's mutex).
// Memory:   kMaxCellsBytes of address space; pages as families need them.
// Errors:   ResourceExhausted: no place among the workers, or no space for the file; Unavailable: the kernel gives no locks.
// Fork:     InChild() is for the child handler: system calls and stores only.
// Source:   docs/multiprocess.md, "A worker's file".
//
// Invariants
//   1. While the process is no worker the memory is private zeroes in which nothing was ever counted: whoever counts
//      has called Become() first (lib/metrics/stripe.h runs it at a thread's first increment).
//   2. A worker's file has a name only when it is whole: header, space for all families there are. It counts only when its
//      entry is live (worker_table.h).
//   3. A child has none of its parent's pages from before fork() returns in it.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_WORKER_CELLS_H_
#define SERIESGUARD_LIB_MULTIPROCESS_WORKER_CELLS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/multiprocess/descriptor.h"
#include "lib/multiprocess/service_memory.h"
#include "lib/multiprocess/shared_layout.h"
#include "lib/multiprocess/worker_table.h"

namespace seriesguard {

class WorkerCells {
 public:
  static absl::StatusOr<std::unique_ptr<WorkerCells>> Create(ServiceMemory* memory);
  WorkerCells(const WorkerCells&) = delete;
  WorkerCells& operator=(const WorkerCells&) = delete;
  ~WorkerCells();

  char* at(uint64_t offset) const { return base_ + offset; }
  // From any thread.
  bool is_worker() const { return is_worker_.load(std::memory_order_acquire); }
  const WorkerTicket& ticket() const { return ticket_; }

  // Makes the process a worker with a file of its own. `fill` writes what the cells must hold before anybody counts
  // (generations, held slots); `follow` follows the others' decisions and returns the last one.
  absl::Status Become(const std::function<void()>& fill, const std::function<uint64_t()>& follow);
  // Makes sure of space for a family. Requires: its record is complete.
  absl::Status Attach(const FamilyRecord& family);
  // Says that all changes up to `change` have been followed here. Returns false where the worker was taken for dead: it
  // must Become() another one.
  bool Ack(uint64_t change);
  // The process is no worker any more; its memory is fresh zeroes. Its file and entry stay for the archive.
  void Forget();
  // In the child handler of a fork. Returns false where the kernel refused, and the parent's pages may still be there: then
  // the child must not count.
  bool InChild();

 private:
  WorkerCells(ServiceMemory* memory, char* base) : memory_(*memory), base_(base) {}
  absl::Status TryBecome(const std::function<void()>& fill, const std::function<uint64_t()>& follow);
  WorkerFileHeader& header() const { return *reinterpret_cast<WorkerFileHeader*>(base_); }

  ServiceMemory& memory_;
  char* base_;
  Descriptor file_;
  WorkerTicket ticket_;
  std::atomic<bool> is_worker_{false};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_WORKER_CELLS_H_
