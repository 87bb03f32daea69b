// SPDX-License-Identifier: Apache-2.0
//
// change_log.h: how a decision reaches all processes whole: written down first, then done, then told.
//
// Use:      the lead calls Publish(); everybody else asks Places() what changed since they looked, and reads the entries.
// Threads:  Publish and Finish only with the lead; the rest by any thread of any process.
// Memory:   in guard.shm; a view.
// Errors:   none.
// Source:   docs/multiprocess.md, "A decision".
//
// Invariants
//   1. A transaction (at most TransactionLog::kMostChanges changes) is in the log whole before its count says so, and its
//      count says so until all of it is done and told. Whoever takes the lead does what the log says once more; doing it
//      twice is as good as once. So a dead lead's transaction happens whole or not at all.
//   2. An entry gets another text only out of kFree or kRetired, by way of kWriting: no reader takes a text for another's.
//      Every other change of its state is one store: a series that is exported is never missing in between.
//   3. Changes are numbered without gaps. Before news() shows n, change n is done, and ring[n % kRing] says where.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_CHANGE_LOG_H_
#define SERIESGUARD_LIB_MULTIPROCESS_CHANGE_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lib/multiprocess/service_memory.h"
#include "lib/multiprocess/shared_layout.h"

namespace seriesguard {

struct EntryChange {
  uint64_t place = 0;
  uint64_t word = 0;  // EntryWord: what the entry is afterwards
  int64_t created_ns = 0, until_ns = 0;
  double real = 0;  // created_s of a series, score of a value
  uint64_t label = 0;
  bool keeps_text = false;
  std::string text;
};

struct SeriesView {
  EntryState state = EntryState::kFree;
  uint32_t generation = 0;
  int64_t created_ns = 0, until_ns = 0;
  double created_s = 0;
  std::string text;
};

struct ValueView {
  bool is_named = false;
  uint32_t generation = 0;
  int64_t admitted_ns = 0;
  uint64_t label = 0;
  std::string text;
};

class ChangeLog {
 public:
  // A change that is no entry's: there is another policy.
  static constexpr uint64_t kNoPlace = UINT64_MAX;

  explicit ChangeLog(ServiceMemory* memory) : memory_(*memory) {}

  // Makes the changes known, in their order; those of one call that fit into one transaction all or none.
  void Publish(const std::vector<EntryChange>& changes);
  // Does what a dead lead has written down. Returns whether there was something.
  bool Finish();

  uint64_t news() const { return memory_.header().news.load(std::memory_order_acquire); }
  // Lists where the changes after `followed` up to `until` happened, in order. Returns false where they are too many, or
  // have been overtaken: then every entry must be looked at.
  bool Places(uint64_t followed, uint64_t until, std::vector<uint64_t>* places) const;

  SeriesView ReadSeries(const FamilyRecord& family, uint32_t slot) const;
  ValueView ReadValue(const FamilyRecord& family, uint32_t index) const;

 private:
  void Do(const LoggedChange& change, uint64_t number);
  void DoAll();

  ServiceMemory& memory_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_CHANGE_LOG_H_
