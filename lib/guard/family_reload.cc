// SPDX-License-Identifier: Apache-2.0
//
// family_reload.cc: a new policy for a family that is already counting. Nothing is deleted: what the new policy would
// not export freezes first.
#include <algorithm>
#include <utility>

#include "lib/guard/family_guard.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMostClosedSets = 10'000;  // more series at 0 than this help nobody
constexpr uint64_t kMostHitSlots = uint64_t{1} << 20;

// Raw values are more than label sets where rules join them.
size_t HitSlots(const FamilyPolicy& policy, uint64_t cost) {
  return static_cast<size_t>(std::min(policy.series_limit / cost * 4, kMostHitSlots));
}

size_t FoldPlaces(const FamilyPolicy& policy, uint64_t cost, size_t most) {
  return static_cast<size_t>(std::min<uint64_t>(policy.series_limit / cost, most));
}

}  // namespace

void FamilyGuard::Enforce(FamilyPolicy policy) {
  const int64_t now_ns = core_.now_ns();
  FamilyState* const old = state_.load(std::memory_order_relaxed);
  auto state = std::make_unique<FamilyState>(HitSlots(policy, spec_.cost),
                                             FoldPlaces(policy, spec_.cost, core_.most_known_folds), core_.secret,
                                             &core_.reclaimer);
  state->shadow = policy.shadow;
  state->series_limit = policy.series_limit;
  state->reserve = policy.reserve;
  state->freeze_ns = policy.freeze_ns;
  state->zero_first = policy.zero_first;
  state->fold = policy.fold;
  state->scrape_interval_ns = policy.scrape_interval_ns;
  state->busiest = policy.busiest;
  if (core_.lead != nullptr) state->news = core_.lead->news();

  const uint64_t exported_before = old == nullptr ? existing_series_ : exported_series();
  if (old == nullptr) {
    watched_since_ns_ = now_ns;
    for (size_t i = 0; i < spec_.labels.size(); ++i) {
      labels_.push_back(std::make_unique<GuardedLabel>(spec_.labels[i], core_.secret,
                                                       policy.rules[i].value_limit.value_or(0), now_ns));
    }
    if (!memory_.empty()) KeepIn(std::move(memory_));
    core_.total.Take(this, existing_series_);
    core_.total.NoteExported(existing_series_);
  } else {
    core_.total.Give(this, old->reserve, now_ns);
  }
  core_.total.Take(this, state->reserve);

  // Names are given anew: first to what the policy lists, then to what is in use and still fits.
  for (size_t i = 0; i < labels_.size(); ++i) {
    labels_[i]->ForEach([](LabelValue* value) {
      value->named = false;
      value->kind.store(ValueKind::kDynamic, std::memory_order_relaxed);
    });
    labels_[i]->leaving = 0;
    labels_[i]->closed_to_newcomers = false;
    state->gates.push_back(std::make_unique<LabelGate>(policy.rules[i], std::move(policy.compiled[i]), labels_[i].get(),
                                                       &core_.reclaimer, &state->generation));
  }
  DropVirtualCells();
  ceiling_ = std::max(state->series_limit, exported_before);

  // The longest known stay, so that a lowered limit turns the latest comers out.
  std::vector<Cell*> cells;
  for (const auto& [identity, cell] : cells_) {
    if (cell->state == Cell::State::kActive || cell->state == Cell::State::kOrphaned) cells.push_back(cell.get());
  }
  std::sort(cells.begin(), cells.end(), [](const Cell* a, const Cell* b) {
    return a->created_ns != b->created_ns ? a->created_ns < b->created_ns : a->labels < b->labels;
  });
  for (const auto& [identity, cell] : cells_) {
    GivePlace(cell.get());
  }
  // Whatever is not taken over keeps its place until it is gone, and may not be displaced by what is.
  std::vector<Cell*> leaving;
  for (Cell* cell : cells) {
    if (!state->shadow && TakeOver(state.get(), cell)) continue;
    if (!state->shadow) leaving.push_back(cell);
  }
  for (const auto& [identity, cell] : cells_) {
    if (!cell->is_placed && !state->shadow) TakePlace(cell.get(), /*reserved=*/false);
  }
  state_.store(state.get(), std::memory_order_release);
  FamilyState* const published = state.release();
  if (old != nullptr) core_.reclaimer.Retire([old] { delete old; });
  for (Cell* cell : leaving) ReleaseTarget(cell);  // or what stood in for a new series would be held by it
  for (Cell* cell : leaving) Freeze(cell, now_ns);
  for (size_t i = 0; i < labels_.size(); ++i) {
    GuardedLabel& label = *labels_[i];
    label.ForEach([&label](LabelValue* value) {
      if (!value->named) {
        label.leaving += value->cells > 0;
      } else if (value->kind.load(std::memory_order_relaxed) != ValueKind::kOtherwise) {
        label.demand().Add(value->hash);
      }
    });
    label.ForEach([this, i](LabelValue* value) {
      if (value->shared_entry != LabelValue::kNoEntry) NoteValue(i, value);
    });
    published->gates[i]->UpdateFull();
  }
  if (published->shadow) return;
  if (spec_.shared == nullptr) {
    ExportClosedSets(published);
  } else if (core_.leads) {  // else what there is at 0 is followed
    Begin();
  }
}

// Keeps a cell under a new policy if its labels would be the same and its place is there.
bool FamilyGuard::TakeOver(FamilyState* state, Cell* cell) {
  if (cell->values.size() != state->gates.size()) return false;
  std::vector<LabelValue*> newcomers(cell->values.size(), nullptr);
  bool reserved = true;
  std::string scratch;
  for (size_t i = 0; i < cell->values.size(); ++i) {
    LabelGate& gate = *state->gates[i];
    LabelValue* const value = cell->values[i];
    const bool is_absent = value == &labels_[i]->absent;
    if (gate.is_dropped() || is_absent) {
      if (gate.is_dropped() && !is_absent) return false;
      if (!gate.is_dropped() && gate.rule().applies_to_absent) return false;
      reserved = reserved && gate.is_dropped();
      continue;
    }
    if (value == gate.otherwise()) continue;
    if (value == this->state().gates[i]->otherwise()) return false;  // another word stands for the rest now
    const LabelGate::Answer answer = gate.Ask(value->text, &scratch);
    if (answer.value == value) {
      reserved = reserved && value->is_reserved();
      continue;
    }
    if (answer.value != nullptr || answer.text != value->text) return false;
    if (!gate.has_room()) return false;
    newcomers[i] = value;
    reserved = false;
  }
  if (cell->target.load(std::memory_order_relaxed) != cell) return false;  // shown at 0 for the old overflow
  if (!reserved && state->reserve + existing_series_ + dynamic_series_ + spec_.cost > state->series_limit) return false;
  for (size_t i = 0; i < newcomers.size(); ++i) {
    if (newcomers[i] == nullptr || newcomers[i]->named) continue;
    const double score = newcomers[i]->score;
    const int64_t admitted_ns = newcomers[i]->admitted_ns;
    state->gates[i]->Name(newcomers[i], admitted_ns);
    newcomers[i]->score = score;
    NoteValue(i, newcomers[i]);
  }
  const bool counts =
      std::any_of(state->gates.begin(), state->gates.end(), [](const auto& g) { return g->is_busiest(); });
  cell->counts_traffic.store(counts, std::memory_order_relaxed);
  SetJoining(*state, cell, /*is_new=*/false);
  TakePlace(cell, reserved);
  cell->state = Cell::State::kActive;
  state->Insert(cell);
  NoteSeries(cell);
  return true;
}

void FamilyGuard::DropVirtualCells() {
  for (auto& [identity, cell] : virtual_) {
    GivePlace(cell.get());
    ReleaseValues(cell.get());
    std::shared_ptr<Cell> gone(std::move(cell));
    core_.reclaimer.Retire([gone] {});
  }
  virtual_.clear();
}

// Series that will exist in any case are exported at 0 from the start, so that a server sees their first increment. With
// `zero_first` those in which new values wait are among them, or what they hold then would be what a server misses.
void FamilyGuard::ExportClosedSets(FamilyState* state) {
  // In a service of many processes the overflow of every closed value is there too, for calls that come while another
  // process is deciding. (A gauge's is not shown there before somebody sets it.)
  const bool with_overflow = state->zero_first || spec_.shared != nullptr;
  if (spec_.shared == nullptr && (spec_.kind == MetricKind::kGauge || spec_.kind == MetricKind::kSummary)) return;
  uint64_t sets = 1;
  std::vector<std::vector<LabelValue*>> choices;  // by label
  for (size_t i = 0; i < state->gates.size(); ++i) {
    const LabelGate& gate = *state->gates[i];
    if (gate.is_dropped()) {
      choices.push_back({&labels_[i]->absent});
      continue;
    }
    if (!gate.is_closed() && !with_overflow) return;
    choices.push_back(gate.reserved_values());
    if (!gate.is_closed()) choices.back().push_back(gate.otherwise());
    if (choices.back().empty() || sets > kMostClosedSets / choices.back().size()) return;
    sets *= choices.back().size();
  }
  const int64_t now_ns = core_.now_ns();
  // (The overflow's own label sets come when they are needed: most services never show them.)
  for (uint64_t set = 0; set < sets && FitsUnderCeiling(*state); ++set) {
    uint64_t rest = set;
    std::vector<LabelValue*> values;
    for (const std::vector<LabelValue*>& choice : choices) {
      values.push_back(choice[rest % choice.size()]);
      rest /= choice.size();
    }
    EnsureCell(state, values, now_ns);
  }
}

}  // namespace seriesguard
