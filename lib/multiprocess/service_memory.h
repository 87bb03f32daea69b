// SPDX-License-Identifier: Apache-2.0
//
// service_memory.h: guard.shm in the address space of one process of a service: made, joined, or put away and made anew.
//
// Use:      Open() once in each process that was not forked from one which has it; a forked child goes on with its copy
//           after AfterFork().
// Threads:  Open and AfterFork by one thread; what the accessors give is shared_layout.h's.
// Memory:   address space of kMaxServiceBytes; pages as the file has them.
// Errors:   those of ServiceFolder; FailedPrecondition: another service lives in the folder; InvalidArgument: a live service
//           whose file is not as it must be; Unavailable: another process was starting for seconds.
// Source:   docs/multiprocess.md, "Starting".
//
// Who lives: every process that has the folder open holds a share of the presence byte, on a descriptor of its own, and took
// it while it held the start byte alone; the founder, before the file had its name. A file that nobody is present at was left
// by an earlier run, whatever is in it: the newcomer who has its start byte removes it, with its workers' files.
// An earlier run's orphans that are still serving are present: then their service goes on, and the newcomer joins it.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SERVICE_MEMORY_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SERVICE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/multiprocess/descriptor.h"
#include "lib/multiprocess/owned_file.h"
#include "lib/multiprocess/process_identity.h"
#include "lib/multiprocess/service_folder.h"
#include "lib/multiprocess/shared_layout.h"
#include "lib/multiprocess/worker_table.h"

namespace seriesguard {

class ServiceMemory {
 public:
  struct Shape {
    std::string service;        // at most 63 bytes
    uint32_t max_workers = 64;  // at most kMaxWorkers
    uint32_t stripes = 1;       // a power of two
  };

  // Joins the service that lives in the folder, or makes the folder's file with `policy` in it.
  static absl::StatusOr<std::unique_ptr<ServiceMemory>> Open(std::string_view folder, const Shape& shape,
                                                             std::string_view policy);
  ServiceMemory(const ServiceMemory&) = delete;
  ServiceMemory& operator=(const ServiceMemory&) = delete;
  ~ServiceMemory();

  ServiceHeader& header() const { return *reinterpret_cast<ServiceHeader*>(base_); }
  WorkerTable workers() const;
  // Requires: index < header().families.
  FamilyRecord& family(uint32_t index) const;
  char* at(uint64_t offset) const { return base_ + offset; }
  SeriesEntry& series(const FamilyRecord& family, uint32_t slot) const {
    return *reinterpret_cast<SeriesEntry*>(base_ + family.series_offset + slot * family.series_stride());
  }
  ValueEntry& value(const FamilyRecord& family, uint32_t index) const {
    return *reinterpret_cast<ValueEntry*>(base_ + family.values_offset + index * sizeof(ValueEntry));
  }
  std::string Definition(const FamilyRecord& family) const {
    return std::string(base_ + family.definition_offset, family.definition_bytes);
  }

  const ServiceFolder& folder() const { return folder_; }
  const ProcessIdentity& identity() const { return identity_; }
  // Says whether this process has made the file.
  bool is_founder() const { return is_founder_; }
  // The descriptor that this process locks on; its own, never mapped.
  int lock_fd() const { return lock_.get(); }
  // One that holds no worker's lock.
  int probe_fd() const { return probe_.get(); }

  // The policy in force. Any process; reads again where a reload overtakes it.
  std::string Policy(uint64_t* version) const;

  // With the lead, for the next family: takes `bytes` more of the file, allocated and zero, and sets next_cells to where its
  // cells may lie. Returns the offset of the bytes. Until the family is counted they can be taken again.
  absl::StatusOr<uint64_t> Extend(uint64_t bytes);

  // In a forked child: descriptors of its own. System calls only, for the child handler. Returns false where the file could
  // not be opened anew: then the child locks on nothing and leads never.
  bool AfterFork();

 private:
  ServiceMemory(ServiceFolder folder, char* base) : folder_(std::move(folder)), base_(base) {}
  enum class Attempt : uint8_t { kDone, kAgain };
  static absl::StatusOr<Attempt> Join(ServiceFolder* folder, const Shape& shape,
                                      std::unique_ptr<ServiceMemory>* memory);
  static absl::Status Found(ServiceFolder* folder, const Shape& shape, std::string_view policy, Descriptor* founded);

  ServiceFolder folder_;
  char* base_;
  FileId id_;
  ProcessIdentity identity_;
  Descriptor lock_, probe_;
  bool is_founder_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SERVICE_MEMORY_H_
