// SPDX-License-Identifier: Apache-2.0
//
// service.cc: see the header.
#include "lib/multiprocess/service.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <thread>
#include <utility>

#include "lib/metrics/stripe.h"
#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/crash_point.h"

namespace seriesguard {
namespace {

constexpr std::chrono::seconds kLongestWaitForPlace{5};

// All services of this process, for the fork handlers.
std::mutex& ServicesMutex() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}
std::vector<Service*>& Services() {
  static std::vector<Service*>& services = *new std::vector<Service*>;
  return services;
}

}  // namespace

Service::Service(std::unique_ptr<ServiceMemory> memory, std::unique_ptr<WorkerCells> cells)
    : memory_(std::move(memory)), cells_(std::move(cells)), log_(memory_.get()), archive_(memory_.get(), &log_) {}

absl::StatusOr<std::unique_ptr<Service>> Service::Open(std::string_view folder, const ServiceMemory::Shape& shape,
                                                       std::string_view policy) {
  absl::StatusOr<std::unique_ptr<ServiceMemory>> memory = ServiceMemory::Open(folder, shape, policy);
  if (!memory.ok()) return memory.status();
  absl::StatusOr<std::unique_ptr<WorkerCells>> cells = WorkerCells::Create(memory->get());
  if (!cells.ok()) return cells.status();
  auto service = std::unique_ptr<Service>(new Service(std::move(*memory), std::move(*cells)));
  service->families_.resize(kMaxFamilies, nullptr);
  service->followed_policy_ = service->memory_->header().policy_version.load(std::memory_order_acquire);
  static const bool has_handlers = pthread_atfork(BeforeFork, AfterForkInParent, AfterForkInChild) == 0;
  if (!has_handlers || !AddFirstUseHook(OnFirstUse, service.get())) {
    return absl::ResourceExhaustedError("no memory for the handlers of a fork");
  }
  const std::lock_guard<std::mutex> lock(ServicesMutex());
  Services().push_back(service.get());
  return service;
}

Service::~Service() { Detach(); }

void Service::Detach() {
  {
    const std::lock_guard<std::mutex> lock(ServicesMutex());
    const auto found = std::find(Services().begin(), Services().end(), this);
    if (found == Services().end()) return;
    Services().erase(found);
  }
  RemoveFirstUseHook(OnFirstUse, this);
}

void Service::set_guard(Guard guard) {
  guard_.emplace(guard.Borrow());
  const std::lock_guard<std::mutex> lock(guard_->mutex());
  Follow();
  // Threads that have counted elsewhere before, in another service or a registry of one process, run no hook any more.
  if (HasFirstUseBegun()) BecomeWorkerLocked();
}

void Service::Enter(SharedSeries* series) {
  families_[series->record()->index] = series;
  guard_->core().total.SetForeign(ForeignSeries());
}
void Service::Leave(SharedSeries* series) {
  if (series->record() != nullptr && families_[series->record()->index] == series) {
    families_[series->record()->index] = nullptr;
  }
}

const std::atomic<uint64_t>* Service::news() const { return &memory_->header().news; }

// Leading ---------------------------------------------------------------------------------------------------------------

bool Service::TryTake() {
  if (!may_lead_) return false;
  if (TryLockByte(memory_->lock_fd(), kLeadByte) != LockAnswer::kYes) return false;
  has_lead_ = true;
  SERIESGUARD_CRASH_POINT("service.take.locked");
  log_.Finish();
  archive_.FinishInterrupted();
  SERIESGUARD_CRASH_POINT("service.take.finished");
  Follow();
  if (followed_ != log_.news()) {  // no memory to follow: then not to decide either
    has_lead_ = false;
    UnlockByte(memory_->lock_fd(), kLeadByte);
    return false;
  }
  for (SharedSeries* series : families_) {
    if (series != nullptr) series->ForgetHeldElsewhere();
  }
  is_leading_ = true;
  BreakOffReload();
  return true;
}

// Whoever reloaded died before its policy was in force: what it had changed is brought back under the one that is.
void Service::BreakOffReload() {
  ServiceHeader& header = memory_->header();
  if (has_policy_ || header.reload_begun.load(std::memory_order_acquire) == 0) return;
  uint64_t version = 0;
  const absl::Status status = guard_->FollowPolicy(memory_->Policy(&version), /*decides=*/true);
  if (!status.ok()) {
    problem_ = "a reload that was broken off cannot be undone here: " + std::string(status.message());
    return;
  }
  PublishNotes();
  header.reload_begun.store(0, std::memory_order_release);
  header.recovered.fetch_add(1, std::memory_order_relaxed);
}

void Service::Publish() {
  if (is_leading()) PublishNotes();
}

void Service::Leave() {
  PublishNotes();
  for (SharedSeries* family : families_) {
    if (family != nullptr) family->NoteBegun();
  }
  SERIESGUARD_CRASH_POINT("service.leave.noted");
  PutPolicyInForce();
  is_leading_ = false;
  // Many that decide could keep a newcomer from ever deciding itself. What changes here is followed as if another had done it.
  SharedWord& place_wanted = memory_->header().place_wanted;
  if (place_wanted.load(std::memory_order_relaxed) != 0) {
    place_wanted.store(0, std::memory_order_relaxed);
    try {
      archive_.Run();
    } catch (const std::bad_alloc&) {
      // What was begun is in the log, and the next lead's.
    }
  }
  has_lead_ = false;
  SERIESGUARD_CRASH_POINT("service.leave.published");
  UnlockByte(memory_->lock_fd(), kLeadByte);
  SERIESGUARD_CRASH_POINT("service.leave.unlocked");
  UpdateAck();
}

// Values get their names before series use them, and lose them after.
void Service::PublishNotes() {
  std::vector<EntryChange> changes, series, unnamed;
  for (SharedSeries* family : families_) {
    if (family != nullptr) family->TakeNotes(&changes, &series, &unnamed);
  }
  changes.insert(changes.end(), series.begin(), series.end());
  changes.insert(changes.end(), unnamed.begin(), unnamed.end());
  if (changes.empty()) return;
  log_.Publish(changes);
  followed_ = log_.news();
  TellFollowed();
  for (SharedSeries* family : families_) {
    if (family != nullptr) family->NotesPublished();
  }
}

// Written where nobody reads; Leave() puts it in force, after the series that it changes: whoever follows it finds them.
absl::Status Service::PublishPolicy(std::string_view yaml) {
  if (yaml.size() > kMaxPolicyBytes) return absl::ResourceExhaustedError("the policy is longer than 1 MiB");
  ServiceHeader& header = memory_->header();
  PolicyCopy& copy = header.policy[(header.policy_version.load(std::memory_order_relaxed) + 1) & 1];
  copy.size_bytes.store(yaml.size(), std::memory_order_relaxed);
  CopyIn(yaml.data(), yaml.size(), copy.text);
  has_policy_ = true;
  SERIESGUARD_CRASH_POINT("service.policy.written");
  header.reload_begun.store(1, std::memory_order_release);
  return absl::OkStatus();
}

void Service::PutPolicyInForce() {
  if (!has_policy_) return;
  has_policy_ = false;
  followed_policy_ = memory_->header().policy_version.load(std::memory_order_relaxed) + 1;
  memory_->header().policy_version.store(followed_policy_, std::memory_order_release);
  memory_->header().reload_begun.store(0, std::memory_order_release);
  SERIESGUARD_CRASH_POINT("service.policy.in_force");
  EntryChange told;
  told.place = ChangeLog::kNoPlace;
  told.keeps_text = true;
  log_.Publish({told});
  followed_ = log_.news();
  TellFollowed();
}

// Following ---------------------------------------------------------------------------------------------------------------

void Service::Follow() {
  if (!guard_ || is_following_) return;
  ServiceHeader& header = memory_->header();
  // What a reload changes belongs to its policy, which comes into force behind it: under the old one there could be no
  // overflow any more. What this process knows is good until then; but a newcomer has to know what goes on.
  const bool may_wait = cells_->is_worker() && !has_lead_;
  if (may_wait && header.reload_begun.load(std::memory_order_acquire) != 0) return;
  const uint64_t until = log_.news();
  const bool has_policy = header.policy_version.load(std::memory_order_acquire) != followed_policy_;
  if (until == followed_ && !has_policy) return;
  is_following_ = true;
  try {
    if (has_policy) FollowPolicy();
    if (has_policy || !FollowPlaces(until)) {
      for (SharedSeries* series : families_) {
        if (series != nullptr) series->FollowAll();
      }
    }
    guard_->core().total.SetForeign(ForeignSeries());
    for (SharedSeries* series : families_) {
      if (series != nullptr) series->AfterFollow();
    }
    followed_ = until;
  } catch (const std::bad_alloc&) {
    // What was followed stays; the rest is looked at again next time.
  }
  is_following_ = false;
  TellFollowed();
  UpdateAck();
}

void Service::Arrive() {
  Follow();
  BecomeWorkerLocked();
  TellFollowed();
}

void Service::TellFollowed() {
  const bool is_ready = cells_->is_worker() || !may_count_;
  guard_->core().followed.store(is_ready ? followed_ : GuardCore::kNotCounting, std::memory_order_relaxed);
}

bool Service::FollowPlaces(uint64_t until) {
  std::vector<uint64_t> places;
  if (!log_.Places(followed_, until, &places)) return false;
  for (const uint64_t place : places) {
    if (place == ChangeLog::kNoPlace) continue;
    const uint32_t index = FamilyOfPlace(place);
    if (index < families_.size() && families_[index] != nullptr) families_[index]->FollowPlace(place);
  }
  return true;
}

void Service::FollowPolicy() {
  uint64_t version = 0;
  const std::string text = memory_->Policy(&version);
  const absl::Status status = guard_->FollowPolicy(text, /*decides=*/false);
  if (!status.ok())
    problem_ = "the policy that another process put in force is none here: " + std::string(status.message());
  followed_policy_ = version;
}

// What families take of the total that only other processes have.
uint64_t Service::ForeignSeries() const {
  uint64_t series = 0;
  const uint64_t families = memory_->header().families.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < families && i < kMaxFamilies; ++i) {
    if (families_[i] == nullptr) series += memory_->family(i).taken.load(std::memory_order_relaxed);
  }
  return series;
}

uint64_t Service::AckValue() const {
  uint64_t ack = followed_;
  for (const SharedSeries* series : families_) {
    if (series != nullptr && series->OldestLeaving() <= ack) ack = series->OldestLeaving() - 1;
  }
  return std::min(ack, WorkerTable::kMaxChange);
}

void Service::UpdateAck() {
  if (!cells_->is_worker() || cells_->Ack(AckValue())) return;
  // Taken for dead, and archived: what was counted until then is in the archive. Go on as another worker.
  cells_->Forget();
  for (SharedSeries* series : families_) {
    if (series != nullptr) series->StartGaugesAnew(/*in_child=*/false);
  }
  BecomeWorkerLocked();
}

// Being a worker ------------------------------------------------------------------------------------------------------------

void Service::BecomeWorkerLocked() {
  if (cells_->is_worker() || !may_count_ || !guard_) return;
  const auto fill = [this] {
    for (SharedSeries* series : families_) {
      if (series != nullptr) series->FillCells();
    }
  };
  const auto follow = [this] {
    Follow();
    return AckValue();
  };
  absl::Status status = cells_->Become(fill, follow);
  // A place of an ended worker may be had as soon as that one is folded in: here, or by whoever decides just now, who is
  // told. Worth a wait, once in a life: whoever gets none counts for nobody.
  const auto end = std::chrono::steady_clock::now() + kLongestWaitForPlace;
  for (bool has_led = false; absl::IsResourceExhausted(status) && !has_led;) {
    has_led = TryTake();
    if (has_led) {
      PublishNotes();
      archive_.Run();
      Follow();
      Leave();
    } else if (std::chrono::steady_clock::now() >= end) {
      break;
    } else {
      memory_->header().place_wanted.store(1, std::memory_order_relaxed);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    status = cells_->Become(fill, follow);
  }
  if (status.ok()) return;
  problem_ = "what this process counts is not exported: " + std::string(status.message());
  memory_->header().refused_workers.fetch_add(1, std::memory_order_relaxed);
  may_count_ = false;
}

void Service::Maintain() {
  for (SharedSeries* series : families_) {
    if (series != nullptr && cells_->is_worker()) series->UpdateHeld();
  }
  UpdateAck();
  if (!TryTake()) return;
  PublishNotes();  // nothing that is decided may be about what goes now
  archive_.Run();
  is_leading_ = false;
  Follow();
  is_leading_ = true;
  Leave();
}

void Service::OnFirstUse(void* given) {
  Service& service = *static_cast<Service*>(given);
  if (service.cells_->is_worker() || !service.guard_) return;
  const std::lock_guard<std::mutex> lock(service.guard_->mutex());
  service.BecomeWorkerLocked();
}

// Forks ---------------------------------------------------------------------------------------------------------------------

void Service::BeforeFork() {
  ServicesMutex().lock();
  for (Service* service : Services()) {
    service->outer_mutex_.lock();
    if (service->guard_) service->guard_->mutex().lock();
  }
}

void Service::AfterForkInParent() {
  for (Service* service : Services()) {
    if (service->guard_) service->guard_->mutex().unlock();
    service->outer_mutex_.unlock();
  }
  ServicesMutex().unlock();
}

void Service::AfterForkInChild() {
  for (Service* service : Services()) {
    service->is_leading_ = service->has_lead_ = false;
    // (A place that the parent was refused may be free by now.)
    service->problem_.clear();
    service->may_lead_ = service->memory_->AfterFork();
    service->may_count_ = service->cells_->InChild() && service->may_lead_;
    if (service->guard_) service->TellFollowed();
    for (SharedSeries* series : service->families_) {
      if (series != nullptr) series->StartGaugesAnew(/*in_child=*/true);
    }
  }
  AfterForkInParent();
}

}  // namespace seriesguard
