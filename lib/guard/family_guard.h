// SPDX-License-Identifier: Apache-2.0
//
// family_guard.h: one guarded metric family: which series a call feeds, and which series there are.
//
// Use:      made by Guard; asked by the wrappers of a metric library (lib/prometheus_cpp).
// Threads:  Find, Bind and Unbind from any thread; Find inside an EpochRegion, and its answer lives as long as that.
//           What is marked "mutex" needs the guard's mutex.
// Memory:   fixed by the policy: cells for the places there are, sketches, a bounded cache. Nothing grows with rejected
//           values. A guard in shadow mode keeps every series, as the family would without it.
// Cost:     a hit: one keyed hash, one or two cache lines (bench/guard_bench.cc); a fold: the sketches besides, and the
//           rules of the labels unless the values came before; no lock, no allocation in either. An admission takes the
//           mutex.
// Source:   docs/guard.md.
//
// Invariants
//   1. Each call is counted in exactly one cell. Admission only changes where later calls go; no total moves.
//   2. Series of this family <= max(series limit, what was exported when a reload lowered it): reserved cells are part of
//      the reserve, which is kept free; dynamic ones, frozen ones included, share the rest.
//   3. A cell is taken out of the tables first, exported unchanged until its freeze ends, and removed from the family only
//      when no handle holds it and no thread can still see it.
//   4. A label set is admitted whole (its new values, its series) or not at all.
#ifndef SERIESGUARD_LIB_GUARD_FAMILY_GUARD_H_
#define SERIESGUARD_LIB_GUARD_FAMILY_GUARD_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/guard/cell.h"
#include "lib/guard/family_policy.h"
#include "lib/guard/family_state.h"
#include "lib/guard/fold_cache.h"
#include "lib/guard/guard_core.h"
#include "lib/guard/guard_report.h"
#include "lib/guard/guarded_label.h"
#include "lib/guard/hit_cache.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/series_backend.h"
#include "lib/guard/shared_family.h"

namespace seriesguard {

struct FamilySpec {
  std::string name;                 // as the policy names it: a counter's with _total
  std::vector<std::string> labels;  // in the order of the values
  MetricKind kind = MetricKind::kCounter;
  uint64_t cost = 1;             // stored series a label set
  uint64_t existing_series = 0;  // that the family has already
  bool is_collected =
      false;  // told anew by every scrape (lib/collectors): nobody is demoted, nothing is shown at 0 first
  std::unique_ptr<SeriesBackend> backend;
  std::unique_ptr<SharedFamily> shared;  // of a service of many processes; else null
};

// A series as the processes of a service know it in common.
struct FollowedSeries {
  enum class State : uint8_t { kShownAtZero, kLive, kOrphaned, kFrozen, kRetiring };

  State state = State::kLive;
  std::vector<std::string_view> values;  // by label; empty: absent
  int64_t created_ns = 0;
  int64_t until_ns = 0;
};

class FamilyGuard {
 public:
  FamilyGuard(GuardCore* core, FamilySpec spec);
  FamilyGuard(const FamilyGuard&) = delete;
  FamilyGuard& operator=(const FamilyGuard&) = delete;
  ~FamilyGuard();

  // Returns where a call with these values is counted. Requires: N = number of labels; inside an EpochRegion.
  template <size_t N>
  CountedIn Find(const std::array<std::string_view, N>& values) {
    FamilyState* now = state_.load(std::memory_order_acquire);
    if (__builtin_expect(now->news != nullptr, 0)) now = FollowNews(now);
    FamilyState& state = *now;
    const RawKey<N> key(core_.secret, values.data());
    if (const CountedIn* const known = state.hits.Find(key)) {
      if (known->counts_traffic) known->cell->CountTraffic();
      return *known;
    }
    const Found found = FindSlowly(key);
    if (found.may_be_remembered && state.hits.IsWorthIt(key)) {
      // Whoever cannot have the mutex at once comes again soon.
      const std::unique_lock<std::mutex> lock(core_.mutex, std::try_to_lock);
      if (lock.owns_lock() && state_.load(std::memory_order_relaxed) == &state && found.cell->IsReachable() &&
          core_.MayReplaceHits()) {
        state.hits.Remember(key, Counted(found.cell));
      }
    }
    return Counted(found.cell);
  }

  // The same for a number of labels that is known at run time only. Requires: one value for each label name.
  CountedIn FindAny(const std::string_view* values);

  // The same for a handle that is kept: the cell keeps its place until Unbind.
  Cell* Bind(const std::string_view* values);
  static void Unbind(Cell* cell) { cell->handles.fetch_sub(1, std::memory_order_release); }

  // Counts a Set() without a handle on a gauge series that is a sum. Requires: inside an EpochRegion.
  void CountSetOnShared(const Cell& cell) const;

  const std::string& name() const { return spec_.name; }
  const std::vector<std::string>& label_names() const { return spec_.labels; }
  MetricKind kind() const { return spec_.kind; }
  uint64_t cost() const { return spec_.cost; }

  // Mutex, all that follows.
  // Puts a policy in force; before any call the first one.
  void Enforce(FamilyPolicy policy);
  // Takes every series of the guard's own out of the metric library's family: for one that could not be guarded.
  void RemoveSeries();
  // Adds a line to `messages` for each label that folded for the first time.
  void Maintain(std::vector<std::string>* messages);
  FamilyReport Report(size_t shown_values) const;
  // Adds to a report of this family what was seen, for SuggestPolicy (family_evidence.cc). Cost: looks at every series.
  void AddEvidence(FamilyReport* report) const;
  const FamilyState& state() const { return *state_.load(std::memory_order_relaxed); }
  const GuardedLabel& label(size_t i) const { return *labels_[i]; }
  // Series that the family exports now.
  uint64_t exported_series() const;
  // Series that there may be at most: the limit, or what a lowered limit found.
  uint64_t ceiling() const { return ceiling_; }
  // What series that are gone had counted, tombstones included.
  SeriesTotal RetiredTotal() const;
  const std::unordered_map<std::string, std::unique_ptr<Cell>>& cells() const { return cells_; }
  FamilyShape shape() const {
    return {spec_.name, spec_.labels, spec_.kind, spec_.cost, existing_series_, spec_.is_collected};
  }
  size_t bytes() const;

  // Of a service of many processes; mutex (family_replica.cc).
  // Does what another process did to a series. `known` is this process' cell of it, null where it has none.
  // Returns the cell. Requires: what the series was counted in before, in the order of the decisions, was followed.
  Cell* FollowSeries(const FollowedSeries& seen, Cell* known);
  // Returns the cell of a label set that is exported here, null where it is not.
  const Cell* FindExported(const std::vector<std::string_view>& values) const;
  // The series is gone. Requires: no thread can feed it any more.
  void FollowEnd(Cell* cell);
  // A dynamic value got or lost its name. Returns it.
  LabelValue* FollowValue(size_t label, std::string_view text, bool is_named, int64_t admitted_ns);
  // Takes the names that a policy gave here which others decided on: those that count are followed.
  void UnnameOwn();
  // After all of these: what follows from them.
  void AfterFollow();
  // How a cell stands, in the words of the others.
  FollowedSeries::State StateOf(const Cell& cell) const;
  SharedFamily* shared() const { return spec_.shared.get(); }
  // With the lead: makes the series that the family has from the start.
  void Begin();
  // Series that count against the total.
  uint64_t taken_of_total() const { return state().reserve + existing_series_ + dynamic_series_; }
  // Keeps what is counted of labels there from now on. Before the first call.
  void KeepIn(std::vector<SharedLabelMemory> memory);

 private:
  struct Found {
    Cell* cell = nullptr;
    bool may_be_remembered = false;  // as a hit
    bool is_fold = false;            // and `cell` is where all calls with these values go
  };
  struct Question;  // one call on its way round the cache
  struct Tombstone {
    std::string identity;
    SeriesTotal total;
  };

  static CountedIn Counted(Cell* cell) {
    return {cell, cell->metric, cell->counts_traffic.load(std::memory_order_relaxed),
            cell->is_joined.load(std::memory_order_acquire)};
  }
  Found FindSlowly(const AnyRawKey& key);
  Cell* FindKnown(const FamilyState& state, const std::string_view* raw, Question* question) const;
  void Ask(const FamilyState& state, const std::string_view* raw, Question* question) const;
  void AskForHandle(const FamilyState& state, const std::string_view* raw, Question* question) const;
  static uint64_t HashOf(const Question& question);
  static Cell* FindCell(const FamilyState& state, const Question& question);
  static void Overflow(const FamilyState& state, FoldReason reason, bool absent_too, Question* question);
  static bool NeedsPlace(const FamilyState& state, const Question& question);
  bool CountFolds(const Question& question) const;
  Found CountAgain(const KnownFold& known, const std::string_view* raw) const;
  [[gnu::noinline]] void RememberFold(const Question& question, const AnyRawKey& key, uint64_t generation, Cell* cell,
                                      FoldCache* folds) const;
  Found Settle(const Question& question, Cell* cell) const;

  // Mutex.
  Cell* Admit(FamilyState* state, Question* question);
  Cell* AdmitOverflow(FamilyState* state, FoldReason reason, Question* question);
  bool HasPlace(const FamilyState& state, FoldReason* reason) const;
  bool FitsWithOthers(const Question& question) const;
  bool FitsUnderCeiling(const FamilyState& state) const;
  Cell* MakeCell(FamilyState* state, const Question& question, int64_t now_ns);
  void Export(const std::string& identity, Cell* cell);
  void SetValues(const FamilyState& state, const Question& question, Cell* cell);
  bool WantsZeroFirst(const FamilyState& state, const std::string& identity, const LabelPairs& labels);
  Cell* ZeroTarget(FamilyState* state, const Question& question);
  void EnsureCell(FamilyState* state, const std::vector<LabelValue*>& values, int64_t now_ns);
  std::unique_ptr<Cell> NewCell() const;
  bool IsShared(const FamilyState& state, const Cell& cell) const;
  void SetJoining(const FamilyState& state, Cell* cell, bool is_new);
  Cell* ShadowCell(const FamilyState& state, const std::string_view* raw);
  LabelPairs PairsOf(const Question& question) const;
  static std::string IdentityOf(const LabelPairs& pairs);
  void CountAsCell();
  void TakePlace(Cell* cell, bool reserved);
  void GivePlace(Cell* cell);
  uint64_t taken_series() const { return existing_series_ + reserved_series_ + dynamic_series_; }
  // This process or another one holds a handle.
  bool HasHandles(const Cell& cell) const;
  double TakeTraffic(Cell* cell) const;
  void LoadTraffic(SharedTraffic* traffic);
  void StoreTraffic(const SharedTraffic& traffic);
  std::vector<BusiestValue> Rejected(size_t label) const;
  bool IsHeld(const LabelValue* value, size_t label) const;
  uint64_t HeldValues(size_t label) const;

  // Of a service of many processes; family_replica.cc.
  FamilyState* FollowNews(FamilyState* state);
  // Mutex.
  Cell* DecideOrFold(const std::string_view* raw, bool binds, Question* question);
  bool TakeLead(bool may_wait) const;
  Cell* FoldBusy(const FamilyState& state, const std::string_view* raw, Question* question);
  void NoteSeries(Cell* cell) const;
  void NoteValue(size_t label, LabelValue* value) const;
  void Unreach(Cell* cell);
  void UnreachRetired();
  void Strand(std::shared_ptr<Cell> cell);
  void EndStranded();
  void OnUnreachable(const std::string& identity, uint32_t ticket);
  void EnsureOverflow(FamilyState* state);

  // Mutex; family_reload.cc.
  bool TakeOver(FamilyState* state, Cell* cell);
  void DropVirtualCells();
  void ExportClosedSets(FamilyState* state);

  // Mutex; family_maintenance.cc.
  void Demote(FamilyState* state, Cell* cell);
  void Freeze(Cell* cell, int64_t now_ns);
  void StartRetiring(Cell* cell);
  void Retire(const std::string& identity, uint32_t ticket);
  void ReleaseTarget(Cell* cell);
  void ReleaseValues(Cell* cell);
  void MaintainJoins(const FamilyState& state, int64_t now_ns);
  std::deque<Tombstone>::iterator FindTombstone(const std::string& identity);
  void KeepTombstone(const std::string& identity, SeriesTotal total);
  void NoteFreedPlaces(FamilyState* state);
  void NoteFirstFolds(int64_t now_ns, std::vector<std::string>* messages);
  void EndFrozen(FamilyState* state, int64_t now_ns);
  void AgeSketches(FamilyState* state, int64_t now_ns);
  void ChangePlaces(FamilyState* state, int64_t now_ns);
  void GatherTraffic(double decay);
  void MaintainBusiest(FamilyState* state, size_t label, double elapsed_s, int64_t now_ns);
  void DemoteValue(FamilyState* state, size_t label, LabelValue* value);

  GuardCore& core_;
  FamilySpec spec_;
  std::vector<std::unique_ptr<GuardedLabel>> labels_;
  std::atomic<FamilyState*> state_{nullptr};
  std::unordered_map<std::string, std::unique_ptr<Cell>> cells_;    // by identity: every series that is exported
  std::unordered_map<std::string, std::unique_ptr<Cell>> virtual_;  // shadow: what would be exported
  std::deque<Tombstone> tombstones_;                                // oldest first
  SeriesTotal retired_;                                             // of series without a tombstone
  uint64_t existing_series_;      // that the family had before, and nobody asked for since
  uint64_t dynamic_series_ = 0;   // of cells that are not reserved: active, shown at 0, frozen
  uint64_t reserved_series_ = 0;  // of reserved cells that exist
  bool has_waiting_ = false;      // perhaps: a cell of cells_ is orphaned, frozen, or shown at 0
  uint64_t ceiling_ = 0;
  int64_t watched_since_ns_ = 0;
  int64_t last_traffic_ns_ = 0;
  int64_t last_decay_ns_ = 0;
  int64_t last_aged_ns_ = 0;
  std::vector<SharedLabelMemory> memory_;        // of a service of many processes, by label
  std::vector<std::shared_ptr<Cell>> stranded_;  // of handles whose series is gone
  const FollowedSeries* following_ = nullptr;    // while a cell is made that another process decided on
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_FAMILY_GUARD_H_
