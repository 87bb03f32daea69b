// SPDX-License-Identifier: Apache-2.0
//
// service.h: one process of a service of many: its lead, what it follows, its worker's cells, and what a fork does to them.
//
// Use:      by ServiceRegistry.
// Threads:  what says "mutex" needs the guard's mutex; the rest any.
// Lifetime: outlives the guard and all families; never moved. One for each folder in a process, as a rule.
// Errors:   Status; a process that cannot become a worker counts for itself and says so (problem()).
// Fork:     handlers take the mutex before a fork and give it back on both sides, so that a child has a whole guard; the
//           child's cells are fresh zeroes before fork() returns there (worker_cells.h), and its first increment makes it a
//           worker (stripe.h).
// Source:   docs/multiprocess.md.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SERVICE_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/guard/guard.h"
#include "lib/guard/shared_family.h"
#include "lib/multiprocess/archive.h"
#include "lib/multiprocess/change_log.h"
#include "lib/multiprocess/service_memory.h"
#include "lib/multiprocess/shared_series.h"
#include "lib/multiprocess/worker_cells.h"

namespace seriesguard {

class Service : public SharedLead {
 public:
  // Errors: those of ServiceMemory::Open and WorkerCells::Create.
  static absl::StatusOr<std::unique_ptr<Service>> Open(std::string_view folder, const ServiceMemory::Shape& shape,
                                                       std::string_view policy);
  ~Service() override;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // The guard that this process' families are in, whose options name this service as `lead`; once, before the first of
  // them. The guard keeps the service alive (Guard::KeepAlive), not the other way round.
  void set_guard(Guard guard);

  bool TryTake() override;
  void Publish() override;
  void Leave() override;
  absl::Status PublishPolicy(std::string_view yaml) override;
  void Follow() override;
  void Arrive() override;
  void Detach() override;
  const std::atomic<uint64_t>* news() const override;

  // Mutex. Folds ended workers in, gives up what nobody feeds any more, marks the handles that are left. Does nothing while
  // another process leads.
  void Maintain();
  // Mutex. Makes this process a worker if it is none.
  void BecomeWorkerLocked();
  void UpdateAck();
  // Of a family that is made, and that ends. Mutex.
  void Enter(SharedSeries* series);
  void Leave(SharedSeries* series);

  bool is_leading() const { return is_leading_ && !is_following_; }
  ServiceMemory& memory() { return *memory_; }
  WorkerCells& cells() { return *cells_; }
  ChangeLog& log() { return log_; }
  Archive& archive() { return archive_; }
  // What keeps this process from counting for all, or from following; empty: nothing. Mutex.
  const std::string& problem() const { return problem_; }
  // Locked before the guard's mutex while a fork is under way.
  std::mutex& outer_mutex() { return outer_mutex_; }

 private:
  explicit Service(std::unique_ptr<ServiceMemory> memory, std::unique_ptr<WorkerCells> cells);
  void FollowPolicy();
  void TellFollowed();
  bool FollowPlaces(uint64_t until);
  uint64_t AckValue() const;
  void PublishNotes();
  void PutPolicyInForce();
  void BreakOffReload();
  uint64_t ForeignSeries() const;

  static void OnFirstUse(void* service);
  static void BeforeFork();
  static void AfterForkInParent();
  static void AfterForkInChild();

  std::unique_ptr<ServiceMemory> memory_;
  std::unique_ptr<WorkerCells> cells_;
  ChangeLog log_;
  Archive archive_;
  std::optional<Guard> guard_;
  std::vector<SharedSeries*> families_;  // by index in guard.shm; null: this process does not have it
  uint64_t followed_ = 0;
  uint64_t followed_policy_ = 0;
  bool is_leading_ = false;
  bool has_lead_ = false;  // the lock; is_leading_: and has followed
  bool is_following_ = false;
  bool has_policy_ = false;  // written by this process' reload, not yet in force
  bool may_lead_ = true;     // has descriptors to lock on
  bool may_count_ = true;    // for all; else for itself
  std::string problem_;
  std::mutex outer_mutex_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SERVICE_H_
