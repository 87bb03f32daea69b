// SPDX-License-Identifier: Apache-2.0
//
// shared_series.cc: see the header.
#include "lib/multiprocess/shared_series.h"

#include <algorithm>
#include <limits>
#include <new>

#include "absl/strings/str_cat.h"
#include "lib/guard/busiest_values.h"
#include "lib/guard/demand_sketch.h"
#include "lib/guard/fold_reason.h"
#include "lib/multiprocess/archive.h"
#include "lib/multiprocess/crash_point.h"
#include "lib/multiprocess/service.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMostSlots = uint64_t{1} << 22;
constexpr uint64_t kTextOfLabel = 128;  // room a label, if the policy names nothing longer

constexpr uint64_t RoundUp(uint64_t bytes, uint64_t to) { return (bytes + to - 1) / to * to; }

EntryState EntryStateOf(FollowedSeries::State state) {
  switch (state) {
    case FollowedSeries::State::kShownAtZero: return EntryState::kShownAtZero;
    case FollowedSeries::State::kLive: return EntryState::kLive;
    case FollowedSeries::State::kOrphaned: return EntryState::kOrphaned;
    case FollowedSeries::State::kFrozen: return EntryState::kFrozen;
    case FollowedSeries::State::kRetiring: break;
  }
  return EntryState::kRetiring;
}

FollowedSeries::State FollowedStateOf(EntryState state) {
  switch (state) {
    case EntryState::kShownAtZero: return FollowedSeries::State::kShownAtZero;
    case EntryState::kLive: return FollowedSeries::State::kLive;
    case EntryState::kOrphaned: return FollowedSeries::State::kOrphaned;
    case EntryState::kFrozen: return FollowedSeries::State::kFrozen;
    default: return FollowedSeries::State::kRetiring;
  }
}

// The longest value that a label has whatever comes: listed ones and the overflow word.
uint64_t LongestListed(const LabelRule& rule) {
  uint64_t longest = std::max(kTextOfLabel, static_cast<uint64_t>(rule.otherwise.size()));
  for (const auto* list : {&rule.allow, &rule.pins, &rule.routes}) {
    for (const std::string& value : *list) longest = std::max(longest, static_cast<uint64_t>(value.size()));
  }
  return longest;
}

}  // namespace

SharedSeries::SharedSeries(Service* service, FamilyDefinition definition)
    : service_(*service), definition_(std::move(definition)) {}

SharedSeries::~SharedSeries() { service_.Leave(this); }

// The record of the name, whatever else it says; null where there is none.
FamilyRecord* SharedSeries::FindRecord() const {
  ServiceMemory& memory = service_.memory();
  const uint64_t families = memory.header().families.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < families; ++i) {
    FamilyDefinition other;
    if (DecodeDefinition(memory.Definition(memory.family(i)), &other) && other.name == definition_.name) {
      return &memory.family(i);
    }
  }
  return nullptr;
}

bool SharedSeries::IsKnown() const { return FindRecord() != nullptr; }

absl::StatusOr<bool> SharedSeries::Join(FamilyGuard* family, const FamilyPolicy& policy) {
  const std::string wanted = EncodeDefinition(definition_);
  ServiceMemory& memory = service_.memory();
  family_ = family;
  if (FamilyRecord* const record = FindRecord()) {
    if (memory.Definition(*record) != wanted) {
      return absl::InvalidArgumentError(absl::StrCat(
          "metric ", SafeText(definition_.name),
          ": another process of the service declares it with other labels, help, unit, boundaries or mode"));
    }
    if (const absl::Status attached = service_.cells().Attach(*record); !attached.ok()) return attached;
    Bind(record);
    begins_ = record->is_begun.load(std::memory_order_acquire) == 0;
    return begins_;
  }
  if (policy.shadow) {
    return absl::FailedPreconditionError(absl::StrCat("metric ", SafeText(definition_.name),
                                                      ": mode: shadow keeps every series, which the fixed tables of ",
                                                      "many processes cannot; try the policy in one process"));
  }
  if (policy.series_limit == kNoSeriesLimit) {
    return absl::FailedPreconditionError(
        absl::StrCat("metric ", SafeText(definition_.name), ": the tables of many processes have a fixed size, so the ",
                     "metric needs a series_limit, or the policy `defaults: {series_limit: N}`"));
  }
  if (memory.header().families.load() == kMaxFamilies) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a service of many processes has at most ", kMaxFamilies, " metrics"));
  }
  if (const absl::Status made = Make(policy, wanted); !made.ok()) return made;
  begins_ = true;
  return true;
}

// Lays the family out at the end of the file. Only its last step, the count of families, makes it one.
absl::Status SharedSeries::Make(const FamilyPolicy& policy, const std::string& definition) {
  ServiceMemory& memory = service_.memory();
  ServiceHeader& header = memory.header();
  const uint32_t index = static_cast<uint32_t>(header.families.load());
  FamilyRecord& record = memory.family(index);
  const uint64_t cost = definition_.cost;
  const uint64_t sets = std::max<uint64_t>(policy.capacity / cost, 1) + 1;
  const uint64_t tombstones = std::max<uint64_t>(policy.series_limit / cost, 1);
  if (sets + tombstones > kMostSlots) {
    return absl::ResourceExhaustedError(
        absl::StrCat("metric ", SafeText(definition_.name), ": ", sets + tombstones, " label sets are more than the ",
                     kMostSlots, " of a service of many processes; lower its series_limit or capacity"));
  }
  uint64_t text = 0, values = 0;
  for (const LabelRule& rule : policy.rules) {
    text += LongestListed(rule) + 2;
    if (rule.drop || rule.has_allow || rule.has_route) continue;
    const uint64_t named = rule.value_limit ? 2 * static_cast<uint64_t>(*rule.value_limit) + 64 : sets;
    values += std::min(named, sets);
  }
  const CellLayout layout = definition_.layout();
  record.index = index;
  record.kind = static_cast<uint32_t>(definition_.kind);
  record.gauge_mode = static_cast<uint32_t>(definition_.gauge_mode);
  record.labels = static_cast<uint32_t>(definition_.labels.size());
  record.slots = static_cast<uint32_t>(sets + tombstones);
  record.values = static_cast<uint32_t>(values);
  record.int_words = layout.int_words;
  record.double_words = layout.double_words;
  record.is_striped = layout.is_striped ? 1 : 0;
  record.stripes = layout.is_striped ? header.stripes : 1;
  record.text_bytes =
      static_cast<uint32_t>(RoundUp(std::min<uint64_t>(std::max<uint64_t>(text, 8), kMaxTextBytes), 64));
  record.cost = static_cast<uint32_t>(cost);
  record.tombstones = static_cast<uint32_t>(tombstones);
  record.folds = definition_.labels.size() * kFoldReasons;
  record.definition_bytes = definition.size();

  SERIESGUARD_CRASH_POINT("shared_series.make.recorded");
  const ArchiveShape shape(record);
  const uint64_t definition_room = RoundUp(definition.size(), 64);
  const uint64_t series_room = RoundUp(record.slots * record.series_stride(), 64);
  const uint64_t values_room = record.values * sizeof(ValueEntry);
  const absl::StatusOr<uint64_t> begin = memory.Extend(definition_room + series_room + values_room + 2 * shape.bytes());
  if (!begin.ok()) return begin.status();
  record.definition_offset = *begin;
  record.series_offset = record.definition_offset + definition_room;
  record.values_offset = record.series_offset + series_room;
  record.archive_offset[0] = record.values_offset + values_room;
  record.archive_offset[1] = record.archive_offset[0] + shape.bytes();
  std::copy(definition.begin(), definition.end(), memory.at(record.definition_offset));
  SERIESGUARD_CRASH_POINT("shared_series.make.defined");

  const uint64_t cells = RoundUp(FamilyCells::BytesFor(layout, record.slots, record.stripes), kCellAlignment);
  record.cells_offset = RoundUp(header.next_cells.load(), 4096);
  record.held_offset = cells;
  record.folds_offset = RoundUp(cells + record.slots, kCellAlignment);
  record.demand_offset = RoundUp(record.folds_offset + record.folds * 8, kCellAlignment);
  uint64_t end = record.demand_offset + record.labels * sizeof(DemandSketch);
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    const LabelRule& rule = policy.rules[i];
    record.busiest_offset[i] = record.busiest_capacity[i] = 0;
    if (rule.drop || rule.admit != Admission::kBusiest) continue;
    const size_t capacity = BusiestValues::CapacityFor(rule.value_limit.value_or(0));
    record.busiest_offset[i] = RoundUp(end, BusiestValues::kAlignment);
    record.busiest_capacity[i] = static_cast<uint32_t>(capacity);
    end = record.busiest_offset[i] + BusiestValues::BytesFor(capacity, kKeptBytes);
  }
  record.cells_bytes = RoundUp(end, 4096);
  if (record.cells_bytes > kMaxCellsBytes - record.cells_offset) {
    return absl::ResourceExhaustedError("no room for another family in the workers' files");
  }
  for (auto& left : record.promotions_left) left.store(-1);
  header.next_cells.store(record.cells_offset + record.cells_bytes);
  SERIESGUARD_CRASH_POINT("shared_series.make.taken");
  header.families.store(index + 1, std::memory_order_release);
  SERIESGUARD_CRASH_POINT("shared_series.make.counted");
  if (const absl::Status attached = service_.cells().Attach(record); !attached.ok()) return attached;
  Bind(&record);
  return absl::OkStatus();
}

void SharedSeries::Bind(FamilyRecord* record) {
  record_ = record;
  const CellLayout layout = definition_.layout();
  cells_ = FamilyCells(layout, record->slots, record->stripes, service_.cells().at(record->cells_offset));
  slots_.assign(record->slots, Slot());
  values_.assign(record->values, Value());
  backend_.on_cells(cells_);
  service_.Enter(this);
  std::vector<SharedLabelMemory> memory(record->labels);
  char* const base = service_.cells().at(record->cells_offset);
  for (size_t i = 0; i < memory.size(); ++i) {
    memory[i].folds = reinterpret_cast<std::atomic<uint64_t>*>(base + record->folds_offset) + i * kFoldReasons;
    memory[i].demand = base + record->demand_offset + i * sizeof(DemandSketch);
    if (record->busiest_offset[i] == 0) continue;
    memory[i].busiest = base + record->busiest_offset[i];
    memory[i].busiest_capacity = record->busiest_capacity[i];
    memory[i].kept_value_bytes = kKeptBytes;
  }
  family_->KeepIn(std::move(memory));
  free_slots_.clear();
  for (uint32_t slot = record->slots; slot-- > 0;) {
    if (StateOfWord(service_.memory().series(*record, slot).word.load()) == EntryState::kFree) ListFree(slot);
  }
  free_values_.clear();
  for (uint32_t value = record->values; value-- > 0;) {
    if (StateOfWord(service_.memory().value(*record, value).word.load()) == EntryState::kFree)
      free_values_.push_back(value);
  }
}

// Following -----------------------------------------------------------------------------------------------------------

void SharedSeries::FollowAll() {
  for (uint32_t i = 0; i < record_->values; ++i) FollowValueEntry(i);
  family_->UnnameOwn();
  // A series that stands at 0 feeds the overflow, which therefore comes first.
  for (const bool shown_at_zero : {false, true}) {
    for (uint32_t slot = 0; slot < record_->slots; ++slot) {
      const uint64_t word = service_.memory().series(*record_, slot).word.load(std::memory_order_acquire);
      if ((StateOfWord(word) == EntryState::kShownAtZero) == shown_at_zero) FollowSlot(slot);
    }
  }
  family_->AfterFollow();
}

void SharedSeries::FollowPlace(uint64_t place) {
  const uint32_t index = IndexOfPlace(place);
  if (IsValuePlace(place)) {
    if (index < record_->values) FollowValueEntry(index);
  } else if (index < record_->slots) {
    FollowSlot(index);
  }
}

void SharedSeries::AfterFollow() { family_->AfterFollow(); }

void SharedSeries::FollowSlot(uint32_t slot) {
  const SeriesView view = service_.log().ReadSeries(*record_, slot);
  if (view.state == EntryState::kWriting) return;  // its change is still to be told
  Slot& here = slots_[slot];
  if (here.cell != nullptr && (here.generation != view.generation || !IsExported(view.state))) End(slot);
  here.generation = view.generation;
  ForgetTombstone(slot);
  if (view.state == EntryState::kFree) {
    ListFree(slot);
    return;
  }
  if (view.state == EntryState::kRetired) {
    tombstones_[view.text] = slot;
    here.has_stone = true;
    here.stone = view.text;
    return;
  }
  FollowedSeries seen;
  seen.state = FollowedStateOf(view.state);
  seen.created_ns = view.created_ns;
  seen.until_ns = view.until_ns;
  if (!DecodeValues(view.text, definition_.labels.size(), &seen.values)) return;  // damaged: not this process' to mend
  // The same label set may have had another slot, whose end is told as well but perhaps looked at later: changes are told
  // in order, entries are read as they stand by now.
  if (here.cell == nullptr) {
    const Cell* const before = family_->FindExported(seen.values);
    const uint32_t old_slot = before == nullptr ? slot : backend_.slot_of(before->metric);
    if (old_slot != slot && slots_[old_slot].cell == before) End(old_slot);
  }
  designated_ = slot;
  designated_generation_ = view.generation;
  try {
    here.cell = family_->FollowSeries(seen, here.cell);
  } catch (...) {
    designated_ = -1;
    throw;
  }
  designated_ = -1;
  if (backend_.slot_of(here.cell->metric) != slot) {  // damaged: another slot's series
    here.cell = nullptr;
    return;
  }
  if (view.state != EntryState::kRetiring) {
    leaving_.erase(slot);
  } else if (here.cell->is_unreachable) {
    leaving_.erase(slot);
  } else {
    leaving_.emplace(slot, service_.memory().series(*record_, slot).changed.load(std::memory_order_relaxed));
  }
}

// What happened to the slot since may have ended in another series' having it: no tombstone may stand for that.
void SharedSeries::ForgetTombstone(uint32_t slot) {
  Slot& here = slots_[slot];
  if (!here.has_stone) return;
  here.has_stone = false;
  const auto stone = tombstones_.find(here.stone);
  if (stone != tombstones_.end() && stone->second == slot) tombstones_.erase(stone);
}

void SharedSeries::ListFree(uint32_t slot) {
  if (slots_[slot].is_listed) return;
  slots_[slot].is_listed = true;
  free_slots_.push_back(slot);
}

void SharedSeries::End(uint32_t slot) {
  // What was noted of it, and others have decided meanwhile, is void.
  noted_cells_.erase(std::remove(noted_cells_.begin(), noted_cells_.end(), slots_[slot].cell), noted_cells_.end());
  family_->FollowEnd(slots_[slot].cell);
  slots_[slot].cell = nullptr;
  leaving_.erase(slot);
}

void SharedSeries::FollowValueEntry(uint32_t index) {
  const ValueView view = service_.log().ReadValue(*record_, index);
  Value& here = values_[index];
  if (here.is_named && (!view.is_named || view.generation != here.generation)) {
    // (It may have its name from another entry by now, which was looked at before.)
    LabelValue* const value = family_->label(here.label).FindInPool(here.text);
    if (value != nullptr && value->shared_entry == index) {
      value->shared_entry = LabelValue::kNoEntry;
      family_->FollowValue(here.label, here.text, false, 0);
    }
    here.is_named = false;
    free_values_.push_back(index);
  }
  here.generation = view.generation;
  if (!view.is_named || view.label >= definition_.labels.size()) return;
  // (What was named here before is looked at again: a policy that was followed since gave names anew.)
  here.is_named = true;
  here.label = static_cast<uint32_t>(view.label);
  here.text = view.text;
  LabelValue* const value = family_->FollowValue(here.label, here.text, true, view.admitted_ns);
  if (value != nullptr) value->shared_entry = index;
}

// Deciding ------------------------------------------------------------------------------------------------------------

std::vector<std::string_view> SharedSeries::ValuesOf(const LabelPairs& labels) const {
  std::vector<std::string_view> values(definition_.labels.size());
  size_t pair = 0;
  for (size_t i = 0; i < values.size() && pair < labels.size(); ++i) {
    if (labels[pair].first == definition_.labels[i]) values[i] = labels[pair++].second;
  }
  return values;
}

uint32_t SharedSeries::TakeSlot(const LabelPairs& labels) {
  if (designated_ >= 0) {
    const uint32_t slot = static_cast<uint32_t>(designated_);
    StartSlot(slot, designated_generation_);
    return slot;
  }
  const std::string text = TextOf(labels);
  if (!service_.is_leading() || text.size() > record_->text_bytes) throw std::bad_alloc();
  const auto stone = tombstones_.find(text);
  uint32_t slot = record_->slots;
  if (stone != tombstones_.end()) {
    slot = stone->second;
    ForgetTombstone(slot);
  }
  while (slot == record_->slots) {
    if (free_slots_.empty()) throw std::bad_alloc();
    const uint32_t hint = free_slots_.back();
    free_slots_.pop_back();
    slots_[hint].is_listed = false;
    const EntryState state = StateOfWord(service_.memory().series(*record_, hint).word.load(std::memory_order_acquire));
    if (state == EntryState::kFree && slots_[hint].cell == nullptr) slot = hint;
  }
  StartSlot(slot, GenerationOfWord(service_.memory().series(*record_, slot).word.load()) + 1);
  SERIESGUARD_CRASH_POINT("shared_series.take_slot.zeroed");
  return slot;
}

void SharedSeries::StartSlot(uint32_t slot, uint32_t generation) {
  slots_[slot].generation = generation;
  if (cells_.generation(slot) == generation) return;
  cells_.SetGeneration(slot, 0);
  cells_.Zero(slot);
  cells_.SetGeneration(slot, generation);
}

void SharedSeries::NoteSeries(Cell* cell) {
  if (service_.is_leading()) noted_cells_.push_back(cell);
}

void SharedSeries::NoteValue(size_t label, LabelValue* value) {
  if (service_.is_leading()) noted_values_.emplace_back(static_cast<uint32_t>(label), value);
}

bool SharedSeries::MayName(size_t, std::string_view text) const {
  return text.size() <= kMaxSharedValueBytes && !free_values_.empty();
}

bool SharedSeries::Fits(const LabelPairs& labels) const {
  return TextOf(labels).size() <= record_->text_bytes &&
         (!free_slots_.empty() || tombstones_.count(TextOf(labels)) > 0);
}

void SharedSeries::TakeNotes(std::vector<EntryChange>* values, std::vector<EntryChange>* series,
                             std::vector<EntryChange>* unnamed) {
  std::vector<uint32_t> freed;  // published behind the names, so none of those may stand in them
  for (const auto& [label, value] : noted_values_) {
    const bool is_named = value->named && value->is_dynamic();
    if (is_named == (value->shared_entry != LabelValue::kNoEntry)) continue;
    EntryChange change;
    if (!is_named) {
      const Value& old = values_[value->shared_entry];
      change.place = PlaceOf(record_->index, true, value->shared_entry);
      change.word = EntryWord(old.generation, EntryState::kFree);
      change.keeps_text = true;
      freed.push_back(value->shared_entry);
      value->shared_entry = LabelValue::kNoEntry;
      unnamed->push_back(std::move(change));
      continue;
    }
    uint32_t index = record_->values;
    while (index == record_->values && !free_values_.empty()) {
      const uint32_t hint = free_values_.back();
      free_values_.pop_back();
      if (!values_[hint].is_named) index = hint;
    }
    if (index == record_->values) continue;  // MayName said there was one; the others will name it when they meet it
    Value& fresh = values_[index];
    fresh.is_named = true;
    ++fresh.generation;
    fresh.label = label;
    fresh.text = value->text;
    value->shared_entry = index;
    change.place = PlaceOf(record_->index, true, index);
    change.word = EntryWord(fresh.generation, EntryState::kNamed);
    change.created_ns = value->admitted_ns;
    change.real = value->score;
    change.label = label;
    change.text = value->text;
    values->push_back(std::move(change));
  }
  noted_values_.clear();
  for (const uint32_t index : freed) {
    values_[index].is_named = false;
    free_values_.push_back(index);
  }

  record_->taken.store(family_->taken_of_total(), std::memory_order_relaxed);
  if (noted_cells_.empty()) return;
  std::vector<bool> done(record_->slots, false);
  for (Cell* cell : noted_cells_) {
    const uint32_t slot = backend_.slot_of(cell->metric);
    if (done[slot]) continue;
    done[slot] = true;
    Slot& here = slots_[slot];
    here.cell = cell;
    const SeriesEntry& entry = service_.memory().series(*record_, slot);
    const uint64_t word = entry.word.load(std::memory_order_relaxed);
    EntryChange change;
    change.place = PlaceOf(record_->index, false, slot);
    change.word = EntryWord(here.generation, EntryStateOf(family_->StateOf(*cell)));
    change.created_ns = cell->created_ns;
    change.until_ns = cell->until_ns;
    change.keeps_text = GenerationOfWord(word) == here.generation;
    if (!change.keeps_text) {
      change.text = TextOf(cell->labels);
      change.real = StateOfWord(word) == EntryState::kRetired ? entry.created_s.load(std::memory_order_relaxed)
                                                              : backend_.wall_clock_s();
    }
    if (StateOfWord(change.word) == EntryState::kRetiring) {
      noted_retiring_.push_back(slot);
    } else {
      leaving_.erase(slot);
    }
    series->push_back(std::move(change));
  }
  noted_cells_.clear();
}

void SharedSeries::NotesPublished() {
  for (const uint32_t slot : noted_retiring_) {
    if (slots_[slot].cell == nullptr || slots_[slot].cell->is_unreachable) continue;
    leaving_.emplace(slot, service_.memory().series(*record_, slot).changed.load(std::memory_order_relaxed));
  }
  noted_retiring_.clear();
}

void SharedSeries::NoteBegun() {
  if (begins_) record_->is_begun.store(1, std::memory_order_release);
  begins_ = false;
}

// Handles and threads that still feed a slot ---------------------------------------------------------------------------

std::atomic<uint8_t>* SharedSeries::held() const {
  return reinterpret_cast<std::atomic<uint8_t>*>(service_.cells().at(record_->cells_offset + record_->held_offset));
}

void SharedSeries::NoteHeld(const Cell& cell) {
  service_.BecomeWorkerLocked();
  const uint32_t slot = backend_.slot_of(cell.metric);
  held_slots_.insert(slot);
  held()[slot].store(1, std::memory_order_release);
}

void SharedSeries::UpdateHeld() {
  for (auto slot = held_slots_.begin(); slot != held_slots_.end();) {
    const Cell* const cell = slots_[*slot].cell;
    if (cell != nullptr && cell->handles.load(std::memory_order_acquire) > 0) {
      ++slot;
      continue;
    }
    held()[*slot].store(0, std::memory_order_release);
    slot = held_slots_.erase(slot);
  }
}

bool SharedSeries::IsHeldElsewhere(const Cell& cell) const {
  if (!has_held_) {
    service_.archive().ReadHeld(*record_, service_.cells().is_worker() ? &service_.cells().ticket() : nullptr,
                                &held_elsewhere_);
    has_held_ = true;
  }
  return held_elsewhere_[backend_.slot_of(cell.metric)] != 0;
}

void SharedSeries::NoteUnreachable(Cell* cell) {
  leaving_.erase(backend_.slot_of(cell->metric));
  service_.UpdateAck();
}

uint64_t SharedSeries::OldestLeaving() const {
  uint64_t oldest = std::numeric_limits<uint64_t>::max();
  for (const auto& [slot, change] : leaving_) oldest = std::min(oldest, change);
  return oldest;
}

void SharedSeries::FillCells() {
  for (uint32_t slot = 0; slot < record_->slots; ++slot) {
    const Slot& here = slots_[slot];
    if (here.cell == nullptr) continue;
    cells_.SetGeneration(slot, here.generation);
    if (here.cell->handles.load(std::memory_order_acquire) == 0) continue;
    held_slots_.insert(slot);
    held()[slot].store(1, std::memory_order_relaxed);
  }
}

void SharedSeries::StartGaugesAnew(bool in_child) {
  for (const Slot& slot : slots_) {
    if (slot.cell == nullptr || slot.cell->join == nullptr) continue;
    if (in_child) {
      slot.cell->join->StartAnewInChild();
    } else {
      slot.cell->join->StartAnew();
    }
  }
}

// Traffic and totals ---------------------------------------------------------------------------------------------------

void SharedSeries::LoadTraffic(SharedTraffic* traffic) {
  traffic->gathered_ns = record_->traffic_ns.load(std::memory_order_relaxed);
  const uint64_t closed = record_->closed_to_newcomers.load(std::memory_order_relaxed);
  for (size_t i = 0; i < definition_.labels.size(); ++i) {
    traffic->promotions_left[i] = record_->promotions_left[i].load(std::memory_order_relaxed);
    traffic->closed_to_newcomers[i] = (closed >> i & 1) != 0;
  }
  calls_.clear();
}

void SharedSeries::StoreTraffic(const SharedTraffic& traffic) {
  uint64_t closed = 0;
  for (size_t i = 0; i < definition_.labels.size(); ++i) {
    record_->promotions_left[i].store(traffic.promotions_left[i], std::memory_order_relaxed);
    if (traffic.closed_to_newcomers[i]) closed |= uint64_t{1} << i;
  }
  SERIESGUARD_CRASH_POINT("shared_series.traffic.half_kept");
  record_->closed_to_newcomers.store(closed, std::memory_order_relaxed);
  record_->traffic_ns.store(traffic.gathered_ns, std::memory_order_relaxed);
}

double SharedSeries::Score(const LabelValue& value) const {
  if (value.shared_entry == LabelValue::kNoEntry) return value.score;
  return service_.memory().value(*record_, value.shared_entry).score.load(std::memory_order_relaxed);
}

void SharedSeries::SetScore(const LabelValue& value) {
  if (value.shared_entry == LabelValue::kNoEntry) return;
  service_.memory().value(*record_, value.shared_entry).score.store(value.score, std::memory_order_relaxed);
}

double SharedSeries::TakeTraffic(Cell* cell) {
  if (calls_.empty()) calls_ = service_.archive().Calls(*record_);
  const uint32_t slot = backend_.slot_of(cell->metric);
  const double before = service_.memory().series(*record_, slot).last_calls.exchange(calls_[slot]);
  SERIESGUARD_CRASH_POINT("shared_series.traffic.taken");
  return std::max(0.0, calls_[slot] - before);
}

std::vector<BusiestValue> SharedSeries::Rejected(size_t label) {
  if (record_->busiest_offset[label] == 0) {
    const BusiestValues& own = family_->label(label).busiest();
    return own.Top(own.capacity());
  }
  return service_.archive().Rejected(*record_, label);
}

bool SharedSeries::HasTombstone(const LabelPairs& labels) const { return tombstones_.count(TextOf(labels)) > 0; }

SeriesTotal SharedSeries::RetiredTotal() const { return service_.archive().RetiredTotal(*record_); }

}  // namespace seriesguard
