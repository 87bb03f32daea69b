// SPDX-License-Identifier: Apache-2.0
//
// shared_series.h: one family of a service of many processes, as one of them sees it: which entry of guard.shm is which cell
// of its guard, and where its cells lie.
//
// Use:      made by ServiceRegistry with the family, owned by the family's guard.
// Threads:  the guard's mutex in every call.
// Memory:   a few words a slot; the entries and cells are in the files.
// Errors:   std::bad_alloc.
// Source:   docs/multiprocess.md.
//
// Invariants
//   1. slots_[s].cell is the guard's cell of the generation slots_[s].generation, or null where that is not exported. The
//      process' own cells of the slot carry that generation, and were zeroed before they did.
//   2. A slot that this process was told to let go (kRetiring) is in `leaving_` until no thread of it can feed the slot any
//      more; what the process acknowledges is older than every change in there.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SHARED_SERIES_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SHARED_SERIES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/guard/family_guard.h"
#include "lib/guard/shared_family.h"
#include "lib/metrics/family_cells.h"
#include "lib/multiprocess/change_log.h"
#include "lib/multiprocess/family_definition.h"
#include "lib/multiprocess/shared_layout.h"

namespace seriesguard {

class Service;

class SharedSeries : public SharedFamily {
 public:
  // `on_cells(cells)` is told where the cells lie, once the family has joined.
  // `slot_of(metric)` is the backend's.
  struct Backend {
    std::function<void(const FamilyCells& cells)> on_cells;
    std::function<uint32_t(const void* metric)> slot_of;
    std::function<double()> wall_clock_s;
  };
  SharedSeries(Service* service, FamilyDefinition definition);
  ~SharedSeries() override;
  void set_backend(Backend backend) { backend_ = std::move(backend); }

  bool IsKnown() const override;
  absl::StatusOr<bool> Join(FamilyGuard* family, const FamilyPolicy& policy) override;
  void FollowAll() override;
  void NoteSeries(Cell* cell) override;
  void NoteValue(size_t label, LabelValue* value) override;
  bool MayName(size_t label, std::string_view text) const override;
  bool Fits(const LabelPairs& labels) const override;
  bool IsHeldElsewhere(const Cell& cell) const override;
  void LoadTraffic(SharedTraffic* traffic) override;
  void StoreTraffic(const SharedTraffic& traffic) override;
  double Score(const LabelValue& value) const override;
  void SetScore(const LabelValue& value) override;
  double TakeTraffic(Cell* cell) override;
  std::vector<BusiestValue> Rejected(size_t label) override;
  void NoteHeld(const Cell& cell) override;
  bool HasTombstone(const LabelPairs& labels) const override;
  bool HasLeaving() const override { return !leaving_.empty(); }
  void NoteUnreachable(Cell* cell) override;
  SeriesTotal RetiredTotal() const override;

  // For the backend: the slot of a series that is being made, decided here or followed; its cells are zeroed.
  uint32_t TakeSlot(const LabelPairs& labels);

  // For Service --------------------------------------------------------------------------------------------------------
  const FamilyDefinition& definition() const { return definition_; }
  FamilyGuard* family() const { return family_; }
  const FamilyRecord* record() const { return record_; }
  void FollowPlace(uint64_t place);
  void AfterFollow();
  // Appends what was noted since the last call.
  void TakeNotes(std::vector<EntryChange>* values, std::vector<EntryChange>* series, std::vector<EntryChange>* unnamed);
  // The notes are published: what is retiring from now on waits for this process too.
  void NotesPublished();
  // All that the family has from the start is published.
  void NoteBegun();
  // The oldest change that this process cannot acknowledge yet; UINT64_MAX: none.
  uint64_t OldestLeaving() const;
  // Writes generations and held slots into cells that are fresh zeroes.
  void FillCells();
  // This process' gauges show nothing until they are set anew: its cells are fresh zeroes. `in_child`: in the child handler.
  void StartGaugesAnew(bool in_child);
  // Frees the marks of handles that are gone.
  void UpdateHeld();
  void ForgetHeldElsewhere() { has_held_ = false; }

 private:
  struct Slot {
    Cell* cell = nullptr;
    uint32_t generation = 0;
    bool is_listed = false;  // in free_slots_
    bool has_stone = false;  // tombstones_ has it, under `stone`
    std::string stone;
  };
  struct Value {
    bool is_named = false;
    uint32_t generation = 0;
    uint32_t label = 0;
    std::string text;
  };
  absl::Status Make(const FamilyPolicy& policy, const std::string& definition);
  FamilyRecord* FindRecord() const;
  void Bind(FamilyRecord* record);
  void FollowSlot(uint32_t slot);
  void FollowValueEntry(uint32_t index);
  void End(uint32_t slot);
  void ForgetTombstone(uint32_t slot);
  void ListFree(uint32_t slot);
  void StartSlot(uint32_t slot, uint32_t generation);
  std::vector<std::string_view> ValuesOf(const LabelPairs& labels) const;
  std::string TextOf(const LabelPairs& labels) const { return EncodeValues(ValuesOf(labels)); }
  std::atomic<uint8_t>* held() const;

  Service& service_;
  const FamilyDefinition definition_;
  Backend backend_;
  FamilyGuard* family_ = nullptr;
  FamilyRecord* record_ = nullptr;
  std::set<uint32_t> held_slots_;  // that this process' file says are held
  bool begins_ = false;            // its first series are being made
  FamilyCells cells_;
  std::vector<Slot> slots_;
  std::vector<Value> values_;
  std::vector<uint32_t> free_slots_, free_values_;        // hints: looked at again before they are used
  std::unordered_map<std::string, uint32_t> tombstones_;  // text of a retired series -> its slot
  std::map<uint32_t, uint64_t> leaving_;                  // slot -> the change that told so
  int64_t designated_ = -1;                               // the slot of the series that is being followed
  uint32_t designated_generation_ = 0;
  std::vector<Cell*> noted_cells_;
  std::vector<std::pair<uint32_t, LabelValue*>> noted_values_;
  std::vector<uint32_t> noted_retiring_;  // among what is being published
  std::vector<double> calls_;             // by slot, over all processes, as LoadTraffic found it
  mutable std::vector<uint8_t> held_elsewhere_;
  mutable bool has_held_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SHARED_SERIES_H_
