// SPDX-License-Identifier: Apache-2.0
//
// shared_family.h: what a guard asks of, and tells to, the other processes of its service.
//
// Use:      implemented by lib/multiprocess; a guard of one process has neither of the two.
//           Every process has a whole guard, a replica: it follows what was decided, and decides itself only while it has
//           the lead, so that the very same admission works for one process and for many.
// Threads:  the guard's mutex is held in every call, but for those of news().
// Source:   docs/multiprocess.md.
//
// Invariants
//   1. Who has the lead has followed everything that was decided before.
//   2. What a decision changes is noted, and published whole before the lead is left; a new series before any thread can
//      count in it, so that no crash leaves increments that are nobody's.
//   3. Nobody waits for the lead on the way of a call: without it the call is counted under the overflow ("busy").
#ifndef SERIESGUARD_LIB_GUARD_SHARED_FAMILY_H_
#define SERIESGUARD_LIB_GUARD_SHARED_FAMILY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/guard/busiest_values.h"
#include "lib/guard/cell.h"
#include "lib/guard/family_policy.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/series_backend.h"

namespace seriesguard {

class FamilyGuard;

// The right to decide for all processes of a service.
class SharedLead {
 public:
  virtual ~SharedLead() = default;

  // Takes the lead and follows what was decided until then. Returns false, at once, while another process has it.
  virtual bool TryTake() = 0;
  // Publishes what was noted, with the lead.
  virtual void Publish() = 0;
  // The same, and lets others lead.
  virtual void Leave() = 0;
  // Gives another policy to all processes, when the lead is left; with the lead. Errors: ResourceExhausted: no room for so
  // long a text.
  virtual absl::Status PublishPolicy(std::string_view yaml) = 0;
  // Brings the families up to what was decided. Cost: a load without news.
  virtual void Follow() = 0;
  // Follow() for a call that is about to be counted: makes this process a worker if it is none.
  virtual void Arrive() = 0;
  // The guard is about to end: from now on nothing comes from forks and first increments any more.
  virtual void Detach() = 0;
  // Rises with everything that is published.
  virtual const std::atomic<uint64_t>* news() const = 0;
};

// What the busiest values of a family's labels change places by.
struct SharedTraffic {
  int64_t gathered_ns = 0;  // 0: never
  std::array<double, kMaxGuardedLabels> promotions_left{};
  std::array<bool, kMaxGuardedLabels> closed_to_newcomers{};
};

// One family as all processes know it.
class SharedFamily {
 public:
  virtual ~SharedFamily() = default;

  // With the lead -----------------------------------------------------------------------------------------------------

  // Says whether the service has the family already, and with it its place in the total.
  virtual bool IsKnown() const = 0;
  // Finds or makes the family among those of the service. Returns whether the series that it has from the start are still
  // to be made: it is new, or who made it died. FollowAll() is next in any case.
  // Errors: InvalidArgument: others declare it differently; ResourceExhausted: no room; FailedPrecondition: the policy
  // gives the family no series limit, or is in shadow mode.
  virtual absl::StatusOr<bool> Join(FamilyGuard* family, const FamilyPolicy& policy) = 0;
  // Brings the family up to what was decided before this process had it.
  virtual void FollowAll() = 0;
  // The state, or the time, of this cell has changed. Without the lead nothing is noted: the change was followed.
  virtual void NoteSeries(Cell* cell) = 0;
  // A dynamic value got or lost its name. The same.
  virtual void NoteValue(size_t label, LabelValue* value) = 0;
  // Says whether a value can be given a name that all processes see: it is short, and there is room.
  virtual bool MayName(size_t label, std::string_view text) const = 0;
  // Says whether a series of these labels has room among those of all processes.
  virtual bool Fits(const LabelPairs& labels) const = 0;
  // Says whether a handle of another process holds the cell, as far as the lead has been told.
  virtual bool IsHeldElsewhere(const Cell& cell) const = 0;
  // What is known of the busiest values goes on where the last lead left it.
  virtual void LoadTraffic(SharedTraffic* traffic) = 0;
  virtual void StoreTraffic(const SharedTraffic& traffic) = 0;
  virtual double Score(const LabelValue& value) const = 0;
  virtual void SetScore(const LabelValue& value) = 0;
  // What was counted in the cell, over all processes, since the last call by whoever led.
  virtual double TakeTraffic(Cell* cell) = 0;
  // What values of the label were asked for that have no name, over all processes; busiest first.
  virtual std::vector<BusiestValue> Rejected(size_t label) = 0;

  // In any process ----------------------------------------------------------------------------------------------------

  // A handle of this process holds the cell.
  virtual void NoteHeld(const Cell& cell) = 0;
  // Says whether a series of these labels was retired and would go on from its total.
  virtual bool HasTombstone(const LabelPairs& labels) const = 0;
  // Says whether a series is retiring that a thread or handle of this process may still feed.
  virtual bool HasLeaving() const = 0;
  // No thread of this process can feed the cell any more, and no handle does.
  virtual void NoteUnreachable(Cell* cell) = 0;
  // What series that are gone had counted.
  virtual SeriesTotal RetiredTotal() const = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_SHARED_FAMILY_H_
