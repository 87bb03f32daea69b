// SPDX-License-Identifier: Apache-2.0
//
// worker_files.h: the cells of other workers, read and never mapped, so that a file that is cut short costs itself only.
//
// Use:      OpenWorkers, then ReadCells of each family; by scrapes and by the archive.
// Threads:  any; one object by one thread at a time.
// Memory:   one family of one worker at a time.
// Errors:   a FileProblem each, with the name of the file; the others are read.
// Cost:     a handful of system calls a worker, three or so a family.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_WORKER_FILES_H_
#define SERIESGUARD_LIB_MULTIPROCESS_WORKER_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lib/metrics/family_cells.h"
#include "lib/multiprocess/descriptor.h"
#include "lib/multiprocess/service_memory.h"
#include "lib/multiprocess/shared_layout.h"
#include "lib/multiprocess/worker_table.h"

namespace seriesguard {

struct FileProblem {
  std::string name;       // of a file of ours
  std::string reason;     // for people
  bool may_pass = false;  // no fault of the file: this process could not open it now
};

struct OpenWorker {
  WorkerTicket ticket;
  WorkerState state = WorkerState::kLive;
  uint64_t pid = 0;
  uint64_t attached[kMaxFamilies / 64] = {};  // bit f: the file has cells of family f
  Descriptor file;
  bool counts = true;  // false: the archive has its counters already
};

// Opens the files of all workers that are live or archived. What the archive version `archive` includes is marked.
// Returns false where a worker came or went meanwhile: then the caller begins anew.
bool OpenWorkers(const ServiceMemory& memory, uint64_t archive, std::vector<OpenWorker>* workers,
                 std::vector<FileProblem>* problems);

// Reads the cells of the first `slots` slots of a family into `*image`, in the layout of FamilyCells with that many slots.
// Returns false where the file does not have them; then `*problem` says why, empty where it never had the family.
bool ReadCells(const OpenWorker& worker, const FamilyRecord& family, uint32_t slots, std::vector<uint64_t>* image,
               std::string* problem);

// Reads `bytes` of a family's part of the file, from `offset` in it. Returns false where the file does not have them.
bool ReadPart(const OpenWorker& worker, const FamilyRecord& family, uint64_t offset, uint64_t bytes, void* to);

CellLayout LayoutOf(const FamilyRecord& family);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_WORKER_FILES_H_
