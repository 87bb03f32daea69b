// SPDX-License-Identifier: Apache-2.0
//
// service_memory.cc: see the header.
#include "lib/multiprocess/service_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/crash_point.h"
#include "lib/multiprocess/family_record.h"
#include "lib/multiprocess/memory_map.h"
#include "lib/multiprocess/system_status.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr uint32_t kLayoutVersion = 1;
constexpr uint64_t kAlignment = 4096;
constexpr std::chrono::milliseconds kBetweenAttempts{5};
constexpr std::chrono::seconds kLongestStart{5};

constexpr uint64_t RoundUp(uint64_t bytes, uint64_t to) { return (bytes + to - 1) / to * to; }

constexpr uint64_t WorkersOffset() { return RoundUp(sizeof(ServiceHeader), kAlignment); }
uint64_t FamiliesOffset(uint32_t max_workers) {
  return RoundUp(WorkersOffset() + WorkerTable::BytesFor(max_workers), kAlignment);
}
uint64_t BytesAtStart(uint32_t max_workers) {
  return RoundUp(FamiliesOffset(max_workers) + kMaxFamilies * sizeof(FamilyRecord), kAlignment);
}

// What a file must be for its fields to be followed. Its makers are processes of the same user, but a disk may be full,
// a version another one, and a hand slip.
const char* WhatIsWrong(const ServiceHeader& header, uint64_t file_bytes) {
  if (header.magic != kServiceMagic) return "is not a file of seriesguard";
  if (header.layout_version != kLayoutVersion) return "was made by another version of seriesguard";
  if (header.max_workers == 0 || header.max_workers > kMaxWorkers) return "is damaged (max_workers)";
  if (header.stripes == 0 || (header.stripes & (header.stripes - 1)) != 0) return "is damaged (stripes)";
  if (header.bytes_at_start != BytesAtStart(header.max_workers)) return "is damaged (size of its head)";
  if (std::memchr(header.service, 0, sizeof(header.service)) == nullptr) return "is damaged (name of the service)";
  if (header.next_byte.load() > file_bytes || header.next_byte.load() < header.bytes_at_start) return "is cut short";
  if (header.families.load() > kMaxFamilies || header.next_byte.load() > kMaxServiceBytes ||
      header.next_cells.load() < WorkerFileHeader::kBytes || header.next_cells.load() > kMaxCellsBytes) {
    return "is damaged (families)";
  }
  return nullptr;
}

uint64_t SizeOf(int fd) {
  struct stat file;
  return ::fstat(fd, &file) == 0 ? static_cast<uint64_t>(file.st_size) : 0;
}

bool HasWholeFamilies(const ServiceMemory& memory, int fd) {
  const ServiceHeader& header = memory.header();
  // Families first: what they take was taken, and allocated, before.
  const uint64_t families = header.families.load(std::memory_order_acquire);
  FamilyRoom room;
  room.first_byte = header.bytes_at_start;
  room.end_byte = header.next_byte.load();
  room.end_cells = header.next_cells.load();
  room.stripes = header.stripes;
  if (families > kMaxFamilies || room.end_byte > SizeOf(fd)) return false;
  for (uint32_t i = 0; i < families; ++i) {
    if (!IsWholeFamily(memory.family(i), i, room, memory.at(0))) return false;
  }
  return true;
}

absl::Status WrongFile(const ServiceFolder& folder, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(SafeText(folder.path()), "/", kGuardFileName, " ", what,
                                                 "; stop the service that uses the folder and remove the file"));
}

}  // namespace

ServiceMemory::~ServiceMemory() { Unmap(base_, kMaxServiceBytes); }

WorkerTable ServiceMemory::workers() const {
  return WorkerTable(base_ + WorkersOffset(), header().max_workers, kWorkerBytes);
}

FamilyRecord& ServiceMemory::family(uint32_t index) const {
  return reinterpret_cast<FamilyRecord*>(base_ + FamiliesOffset(header().max_workers))[index];
}

absl::StatusOr<std::unique_ptr<ServiceMemory>> ServiceMemory::Open(std::string_view folder_path, const Shape& shape,
                                                                   std::string_view policy) {
  if (shape.service.size() >= sizeof(ServiceHeader::service)) {
    return absl::InvalidArgumentError("the name of the service is longer than 63 bytes");
  }
  if (shape.max_workers == 0 || shape.max_workers > kMaxWorkers) {
    return absl::InvalidArgumentError(absl::StrCat("max_workers must be 1 to ", kMaxWorkers));
  }
  if (policy.size() > kMaxPolicyBytes) return absl::ResourceExhaustedError("the policy is longer than 1 MiB");
  absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(folder_path);
  if (!folder.ok()) return folder.status();
  const auto end = std::chrono::steady_clock::now() + kLongestStart;
  bool is_founder = false;
  Descriptor founded_file;  // present until this process is as a member: nobody takes the new file for an old one
  while (true) {
    std::unique_ptr<ServiceMemory> memory;
    absl::StatusOr<Attempt> attempt = Join(&*folder, shape, &memory);
    if (!attempt.ok() && !absl::IsNotFound(attempt.status())) return attempt.status();
    if (attempt.ok() && *attempt == Attempt::kDone) {
      memory->is_founder_ = is_founder;
      return memory;
    }
    if (!attempt.ok()) {
      const absl::Status founded = Found(&*folder, shape, policy, &founded_file);
      if (!founded.ok() && !absl::IsAlreadyExists(founded)) return founded;
      is_founder = founded.ok();
      if (is_founder) continue;
    }
    if (std::chrono::steady_clock::now() >= end) {
      return absl::UnavailableError(absl::StrCat(
          SafeText(folder->path()), ": another process has been starting the service for seconds; is it stopped?"));
    }
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

// Makes the file whole, then gives it its name. `*founded` is present at it from before that.
absl::Status ServiceMemory::Found(ServiceFolder* folder, const Shape& shape, std::string_view policy,
                                  Descriptor* founded) {
  const uint64_t bytes = BytesAtStart(shape.max_workers);
  absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder->descriptor(), bytes);
  if (!file.ok()) return file.status();
  void* const mapped = MapShared(file->descriptor(), bytes, nullptr);
  if (mapped == nullptr) return SystemStatus(errno, "cannot map the service's file");
  ServiceHeader& header = *static_cast<ServiceHeader*>(mapped);
  header.magic = kServiceMagic;
  header.layout_version = kLayoutVersion;
  header.max_workers = shape.max_workers;
  header.stripes = shape.stripes;
  const ProcessIdentity own = ReadOwnIdentity();
  header.boot_id_high = own.boot_id_high;
  header.boot_id_low = own.boot_id_low;
  header.bytes_at_start = bytes;
  if (::getentropy(header.hash_seed, sizeof(header.hash_seed)) != 0) return SystemStatus(errno, "no random bytes");
  std::memcpy(header.service, shape.service.data(), shape.service.size());
  header.next_byte.store(bytes);
  header.next_cells.store(WorkerFileHeader::kBytes);
  CopyIn(policy.data(), policy.size(), header.policy[0].text);
  header.policy[0].size_bytes.store(policy.size());
  Unmap(mapped, bytes);
  SERIESGUARD_CRASH_POINT("service_memory.found.whole");
  // (No mapping is left that would keep the description, and its lock, alive.)
  if (TryShareByte(file->descriptor(), kPresenceByte) != LockAnswer::kYes) {
    return SystemStatus(errno, "the file system of the folder gives no locks");
  }
  const absl::Status linked = file->LinkAs(folder->descriptor(), kGuardFileName);
  SERIESGUARD_CRASH_POINT("service_memory.found.linked");
  if (linked.ok()) *founded = file->TakeDescriptor();
  return linked;
}

// Errors: NotFound: there is no file; else those of Open.
absl::StatusOr<ServiceMemory::Attempt> ServiceMemory::Join(ServiceFolder* folder, const Shape& shape,
                                                           std::unique_ptr<ServiceMemory>* memory) {
  FileDemand demand;
  demand.is_writable = true;
  OpenedFile lock = OpenExisting(folder->descriptor(), kGuardFileName, demand);
  if (lock.refusal == FileRefusal::kMissing) return absl::NotFoundError("no service yet");
  if (lock.refusal == FileRefusal::kSystemError) return SystemStatus(lock.error, "cannot open guard.shm");
  if (lock.refusal != FileRefusal::kNone) return WrongFile(*folder, FileRefusalText(lock.refusal));
  demand.same_as = lock.id;
  OpenedFile probe = OpenExisting(folder->descriptor(), kGuardFileName, demand);
  if (probe.refusal != FileRefusal::kNone) return Attempt::kAgain;

  // One newcomer at a time: who is present when nobody else is starting belongs to the service.
  const LockAnswer is_alone = TryLockByte(lock.descriptor.get(), kStartByte);
  if (is_alone == LockAnswer::kUnknown) return SystemStatus(errno, "the file system of the folder gives no locks");
  if (is_alone == LockAnswer::kNo) return Attempt::kAgain;
  SERIESGUARD_CRASH_POINT("service_memory.join.alone");
  if (InspectExisting(folder->descriptor(), kGuardFileName, demand) != FileRefusal::kNone) return Attempt::kAgain;
  if (IsByteLockedByOther(lock.descriptor.get(), kPresenceByte) == LockAnswer::kNo) {
    // Left by an earlier run, of this boot or not, whatever is in it.
    SERIESGUARD_CRASH_POINT("service_memory.join.stale");
    const auto is_worker = [](const OwnName& name) { return name.kind == OwnName::Kind::kWorkerCells; };
    const absl::StatusOr<CleanReport> workers = folder->CleanStale(is_worker, 16);
    if (!workers.ok()) return workers.status();
    SERIESGUARD_CRASH_POINT("service_memory.join.workers_removed");
    const auto is_guard = [](const OwnName& name) { return name.kind == OwnName::Kind::kGuard; };
    const absl::StatusOr<CleanReport> guard = folder->CleanStale(is_guard, 16);
    SERIESGUARD_CRASH_POINT("service_memory.join.removed");
    if (!guard.ok()) return guard.status();
    return Attempt::kAgain;
  }
  if (TryShareByte(lock.descriptor.get(), kPresenceByte) != LockAnswer::kYes) return Attempt::kAgain;
  SERIESGUARD_CRASH_POINT("service_memory.join.present");
  ServiceHeader head;
  std::memset(static_cast<void*>(&head), 0, offsetof(ServiceHeader, ring));
  const PreadResult read = PreadFully(probe.descriptor.get(), 0, &head, offsetof(ServiceHeader, ring));
  // (Its size after its head, which tells of what was allocated before.)
  const bool is_short = read.bytes < offsetof(ServiceHeader, ring);
  const char* const wrong = is_short ? "is cut short" : WhatIsWrong(head, SizeOf(probe.descriptor.get()));
  if (wrong != nullptr) return WrongFile(*folder, wrong);
  if (shape.service != head.service) {
    return absl::FailedPreconditionError(absl::StrCat(SafeText(folder->path()), " belongs to the live service \"",
                                                      SafeText(head.service), "\", not to \"", SafeText(shape.service),
                                                      "\"; give each service a folder of its own"));
  }
  // A third description for the mapping, because a mapping keeps the locks of what it was made from.
  OpenedFile mapped = OpenExisting(folder->descriptor(), kGuardFileName, demand);
  if (mapped.refusal != FileRefusal::kNone) return Attempt::kAgain;
  void* const base = MapShared(mapped.descriptor.get(), kMaxServiceBytes, nullptr);
  if (base == nullptr) return SystemStatus(errno, "cannot map guard.shm");
  memory->reset(new ServiceMemory(std::move(*folder), static_cast<char*>(base)));
  if (!HasWholeFamilies(**memory, mapped.descriptor.get())) {
    return WrongFile((*memory)->folder_, "has a damaged family");
  }
  SERIESGUARD_CRASH_POINT("service_memory.join.mapped");
  UnlockByte(lock.descriptor.get(), kStartByte);
  (*memory)->id_ = lock.id;
  (*memory)->identity_ = ReadOwnIdentity();
  (*memory)->lock_ = std::move(lock.descriptor);
  (*memory)->probe_ = std::move(probe.descriptor);
  return Attempt::kDone;
}

std::string ServiceMemory::Policy(uint64_t* version) const {
  std::string text;
  while (true) {
    const uint64_t before = header().policy_version.load(std::memory_order_acquire);
    const PolicyCopy& copy = header().policy[before & 1];
    const uint64_t size = std::min<uint64_t>(copy.size_bytes.load(std::memory_order_relaxed), kMaxPolicyBytes);
    text.resize(size);
    SERIESGUARD_CRASH_POINT("service_memory.policy.chosen");
    CopyOut(copy.text, size, text.data());
    std::atomic_thread_fence(std::memory_order_acquire);
    // The copy in force is never written; once another one is, the next reload writes into this one.
    if (header().policy_version.load(std::memory_order_relaxed) == before) {
      *version = before;
      return text;
    }
  }
}

absl::StatusOr<uint64_t> ServiceMemory::Extend(uint64_t bytes) {
  // What a lead had taken that died before its family was there is taken again.
  const uint64_t families = header().families.load();
  uint64_t end = header().bytes_at_start, cells_end = WorkerFileHeader::kBytes;
  if (families > 0) {
    const FamilyRecord& last = family(static_cast<uint32_t>(families) - 1);
    end = last.archive_offset[1] + ArchiveShape(last).bytes();
    cells_end = last.cells_offset + last.cells_bytes;
  }
  header().next_cells.store(cells_end);
  const uint64_t offset = RoundUp(end, kAlignment);
  if (bytes > kMaxServiceBytes - offset) return absl::ResourceExhaustedError("no room for another family in guard.shm");
  const absl::Status space = AllocateMore(lock_.get(), offset, bytes);
  if (!space.ok()) return absl::Status(space.code(), absl::StrCat("guard.shm: ", space.message()));
  SERIESGUARD_CRASH_POINT("service_memory.extend.allocated");
  // A lead that died behind this line has left bytes that nobody has, not always zeroes.
  std::memset(at(offset), 0, bytes);
  header().next_byte.store(offset + bytes);
  return offset;
}

bool ServiceMemory::AfterFork() {
  FileDemand demand;
  demand.is_writable = true;
  demand.same_as = id_;
  OpenedFile lock = OpenExisting(folder_.descriptor(), kGuardFileName, demand);
  OpenedFile probe = OpenExisting(folder_.descriptor(), kGuardFileName, demand);
  // Present on its own before it gives up the copy of the parent's descriptor: there is no moment without either.
  const bool is_present = TryShareByte(lock.descriptor.get(), kPresenceByte) == LockAnswer::kYes;
  lock_ = std::move(lock.descriptor);
  probe_ = std::move(probe.descriptor);
  identity_ = ReadOwnIdentity();
  return is_present && probe_.is_open();
}

}  // namespace seriesguard
