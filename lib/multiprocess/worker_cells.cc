// SPDX-License-Identifier: Apache-2.0
//
// worker_cells.cc: see the header.
#include "lib/multiprocess/worker_cells.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "lib/multiprocess/crash_point.h"
#include "lib/multiprocess/memory_map.h"
#include "lib/multiprocess/own_names.h"
#include "lib/multiprocess/owned_file.h"
#include "lib/multiprocess/system_status.h"

namespace seriesguard {

absl::StatusOr<std::unique_ptr<WorkerCells>> WorkerCells::Create(ServiceMemory* memory) {
  void* const base =
      ::mmap(nullptr, kMaxCellsBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return SystemStatus(errno, "no address space for a worker's cells");
  return std::unique_ptr<WorkerCells>(new WorkerCells(memory, static_cast<char*>(base)));
}

WorkerCells::~WorkerCells() { Unmap(base_, kMaxCellsBytes); }

absl::Status WorkerCells::Become(const std::function<void()>& fill, const std::function<uint64_t()>& follow) {
  // A name that something else has (nothing of ours gives it twice) is passed over with its incarnation.
  constexpr int kMostNames = 16;
  absl::Status status = TryBecome(fill, follow);
  for (int i = 1; i < kMostNames && absl::IsAlreadyExists(status); ++i) status = TryBecome(fill, follow);
  return status;
}

absl::Status WorkerCells::TryBecome(const std::function<void()>& fill, const std::function<uint64_t()>& follow) {
  WorkerTable workers = memory_.workers();
  WorkerTicket ticket;
  switch (workers.Claim(memory_.lock_fd(), memory_.identity(), &ticket)) {
    case ClaimAnswer::kClaimed: break;
    case ClaimAnswer::kFull:
      return absl::ResourceExhaustedError(
          absl::StrCat("all ", workers.max_workers(), " places for workers are taken; raise max_workers"));
    case ClaimAnswer::kNoLock: return SystemStatus(errno, "cannot lock a worker's entry in guard.shm");
  }
  bool is_published = false;
  const FileName name = WorkerFileName(ticket.index, ticket.incarnation);
  bool is_linked = false;
  const absl::Cleanup give_back = [&] {
    if (is_published) return;
    MapFreshZeroes(base_, kMaxCellsBytes);
    if (is_linked) ::unlinkat(memory_.folder().descriptor(), name.c_str(), 0);
    file_.Close();
    workers.Abandon(memory_.lock_fd(), ticket);
  };
  // Before what follow() looks at: worker_table.h, invariant 5.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  SERIESGUARD_CRASH_POINT("worker_cells.become.claimed");
  const uint64_t bytes = memory_.header().next_cells.load(std::memory_order_acquire);
  absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(memory_.folder().descriptor(), bytes);
  if (!file.ok()) return file.status();
  // Beyond the file's end nothing is touched before Attach() has made it longer.
  if (MapShared(file->descriptor(), kMaxCellsBytes, base_) == nullptr) {
    return SystemStatus(errno, "cannot map a worker's file");
  }
  SERIESGUARD_CRASH_POINT("worker_cells.become.mapped");
  WorkerFileHeader& head = header();
  head.magic = kWorkerMagic;
  head.index = ticket.index;
  head.incarnation = ticket.incarnation;
  head.boot_id_high = memory_.identity().boot_id_high;
  head.boot_id_low = memory_.identity().boot_id_low;
  head.pid = memory_.identity().pid;
  const uint64_t families = memory_.header().families.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < families; ++i) {
    const FamilyRecord& family = memory_.family(i);
    if (family.cells_offset + family.cells_bytes <= bytes) head.attached[i / 64].fetch_or(uint64_t{1} << (i % 64));
  }
  fill();
  SERIESGUARD_CRASH_POINT("worker_cells.become.filled");
  if (const absl::Status linked = file->LinkAs(memory_.folder().descriptor(), name.c_str()); !linked.ok()) {
    return linked;
  }
  is_linked = true;
  SERIESGUARD_CRASH_POINT("worker_cells.become.linked");
  file_ = file->TakeDescriptor();
  if (!workers.Publish(ticket, follow())) {
    return absl::UnavailableError("the worker was taken for dead before it had begun; is its /proc another one's?");
  }
  is_published = true;
  SERIESGUARD_CRASH_POINT("worker_cells.become.published");
  ticket_ = ticket;
  is_worker_.store(true, std::memory_order_release);
  return absl::OkStatus();
}

absl::Status WorkerCells::Attach(const FamilyRecord& family) {
  if (!is_worker()) return absl::OkStatus();
  SharedWord& attached = header().attached[family.index / 64];
  const uint64_t bit = uint64_t{1} << (family.index % 64);
  if ((attached.load(std::memory_order_relaxed) & bit) != 0) return absl::OkStatus();
  const absl::Status space = AllocateMore(file_.get(), family.cells_offset, family.cells_bytes);
  if (!space.ok()) return absl::Status(space.code(), absl::StrCat("the worker's file: ", space.message()));
  SERIESGUARD_CRASH_POINT("worker_cells.attach.allocated");
  attached.fetch_or(bit, std::memory_order_release);
  SERIESGUARD_CRASH_POINT("worker_cells.attach.attached");
  return absl::OkStatus();
}

bool WorkerCells::Ack(uint64_t change) { return !is_worker() || memory_.workers().Ack(ticket_, change); }

void WorkerCells::Forget() {
  is_worker_.store(false, std::memory_order_release);
  MapFreshZeroes(base_, kMaxCellsBytes);
  file_.Close();
}

bool WorkerCells::InChild() {
  is_worker_.store(false, std::memory_order_relaxed);
  file_.Close();
  return MapFreshZeroes(base_, kMaxCellsBytes);
}

}  // namespace seriesguard
