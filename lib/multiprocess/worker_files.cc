// SPDX-License-Identifier: Apache-2.0
//
// worker_files.cc: see the header.
#include "lib/multiprocess/worker_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "lib/metrics/family_cells.h"
#include "lib/multiprocess/own_names.h"
#include "lib/multiprocess/owned_file.h"

namespace seriesguard {
namespace {

constexpr uint64_t RoundUp(uint64_t bytes, uint64_t to) { return (bytes + to - 1) / to * to; }

std::string WhatIsWrong(const WorkerFileHeader& header, const WorkerTicket& ticket, const ServiceMemory& memory) {
  if (header.magic != kWorkerMagic) return "is not a worker's file";
  if (header.index != ticket.index || header.incarnation != ticket.incarnation) return "is another worker's file";
  if (header.boot_id_high != memory.header().boot_id_high || header.boot_id_low != memory.header().boot_id_low) {
    return "is of another boot";
  }
  return "";
}

uint64_t SizeOf(int fd) {
  struct stat file;
  return ::fstat(fd, &file) == 0 ? static_cast<uint64_t>(file.st_size) : 0;
}

// Leaves out families that the file does not have in full. Returns false where it should have them.
bool KeepWholeFamilies(const ServiceMemory& memory, uint64_t size_bytes, OpenWorker* worker) {
  const uint64_t families = memory.header().families.load(std::memory_order_acquire);
  bool is_whole = true;
  for (uint32_t i = 0; i < kMaxFamilies; ++i) {
    uint64_t& attached = worker->attached[i / 64];
    const uint64_t bit = uint64_t{1} << (i % 64);
    if ((attached & bit) == 0) continue;
    if (i >= families) {  // later than this look, or damaged
      attached &= ~bit;
      continue;
    }
    const FamilyRecord& family = memory.family(i);
    const uint64_t end = family.cells_offset + family.cells_bytes;
    if (end <= size_bytes) continue;
    size_bytes = SizeOf(worker->file.get());  // the worker makes it longer before it says so
    if (end <= size_bytes) continue;
    attached &= ~bit;
    is_whole = false;
  }
  return is_whole;
}

}  // namespace

CellLayout LayoutOf(const FamilyRecord& family) {
  return {family.int_words, family.double_words, family.is_striped != 0};
}

bool OpenWorkers(const ServiceMemory& memory, uint64_t archive, std::vector<OpenWorker>* workers,
                 std::vector<FileProblem>* problems) {
  workers->clear();
  problems->clear();
  const WorkerTable table = memory.workers();
  for (uint32_t index = 0; index < table.max_workers(); ++index) {
    const WorkerView view = table.Look(index);
    if (!view.is_whole) return false;
    if (view.state != WorkerState::kLive && view.state != WorkerState::kArchived) continue;
    OpenWorker worker;
    worker.ticket = {index, view.incarnation};
    worker.state = view.state;
    worker.pid = view.identity.pid;
    const uint64_t archived = memory.header().archived_incarnation[archive & 1][index].load(std::memory_order_acquire);
    worker.counts = archived < view.incarnation;
    const FileName name = WorkerFileName(index, view.incarnation);
    FileDemand demand;
    demand.min_bytes = WorkerFileHeader::kBytes;
    demand.max_bytes = kMaxCellsBytes;
    OpenedFile opened = OpenExisting(memory.folder().descriptor(), name.c_str(), demand);
    WorkerFileHeader header;
    if (opened.refusal == FileRefusal::kMissing && table.StateOf(worker.ticket) != view.state) return false;
    std::string wrong;
    if (opened.refusal != FileRefusal::kNone) {
      wrong =
          opened.refusal == FileRefusal::kSystemError ? std::strerror(opened.error) : FileRefusalText(opened.refusal);
    } else if (PreadFully(opened.descriptor.get(), 0, &header, sizeof(header)).bytes < sizeof(header)) {
      wrong = "was cut short";
    } else {
      wrong = WhatIsWrong(header, worker.ticket, memory);
    }
    if (!wrong.empty()) {
      // An archived worker's file matters only for gauges of mode `all`, and may just be going.
      if (worker.counts) {
        problems->push_back(
            {name.c_str(), wrong, opened.refusal == FileRefusal::kSystemError && opened.error != EACCES});
      }
      continue;
    }
    for (size_t i = 0; i < kMaxFamilies / 64; ++i) worker.attached[i] = header.attached[i].load();
    worker.file = std::move(opened.descriptor);
    if (!KeepWholeFamilies(memory, opened.size_bytes, &worker) && worker.counts) {
      problems->push_back({name.c_str(), "was cut short", false});
    }
    workers->push_back(std::move(worker));
  }
  return true;
}

bool ReadPart(const OpenWorker& worker, const FamilyRecord& family, uint64_t offset, uint64_t bytes, void* to) {
  const PreadResult read = PreadFully(worker.file.get(), family.cells_offset + offset, to, bytes);
  return read.bytes == bytes;
}

bool ReadCells(const OpenWorker& worker, const FamilyRecord& family, uint32_t slots, std::vector<uint64_t>* image,
               std::string* problem) {
  problem->clear();
  if ((worker.attached[family.index / 64] >> (family.index % 64) & 1) == 0) return false;
  const CellLayout layout = LayoutOf(family);
  const uint64_t stripes = layout.is_striped ? family.stripes : 1;
  image->resize((FamilyCells::BytesFor(layout, slots, stripes) + 7) / 8);
  char* const to = reinterpret_cast<char*>(image->data());
  const auto padded = [](uint64_t bytes) { return RoundUp(bytes, kCellAlignment); };
  // Where the arrays begin with all slots of the file, and with the few of the image.
  uint64_t from = 0, at = 0;
  const auto read = [&](uint64_t slot_bytes) {
    const bool is_read = ReadPart(worker, family, from, slots * slot_bytes, to + at);
    from += padded(family.slots * slot_bytes);
    at += padded(slots * slot_bytes);
    return is_read;
  };
  bool is_read = read(4);
  for (uint64_t stripe = 0; stripe < stripes && is_read; ++stripe) {
    is_read = read(layout.int_words * 8) && read(layout.double_words * 8);
  }
  if (!is_read) *problem = "was cut short";
  return is_read;
}

}  // namespace seriesguard
