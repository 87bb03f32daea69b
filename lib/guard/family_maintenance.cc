// SPDX-License-Identifier: Apache-2.0
//
// family_maintenance.cc: what time does to a family: frozen series end, new ones are fed, the busiest values change.
#include <algorithm>
#include <cmath>
#include <utility>

#include "lib/guard/family_guard.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr double kSecond = 1e9;
constexpr int64_t kBusiestEveryNs = 1'000'000'000;
constexpr double kLeastCandidate = 2;  // one call is no traffic
constexpr int64_t kZeroFirstScrapes = 2;
constexpr size_t kShownColumns = 60;

double Decay(const FamilyState& state, int64_t elapsed_ns) {
  return std::exp2(-static_cast<double>(elapsed_ns) / static_cast<double>(state.busiest.half_life_ns));
}

}  // namespace

// Takes a cell out of the tables: from now on calls with its values go elsewhere.
void FamilyGuard::Demote(FamilyState* state, Cell* cell) {
  state->Remove(cell);
  Freeze(cell, core_.now_ns());
}

// Requires: the cell is in no table any more.
void FamilyGuard::Freeze(Cell* cell, int64_t now_ns) {
  ReleaseTarget(cell);
  if (HasHandles(*cell)) {
    cell->state = Cell::State::kOrphaned;
    has_waiting_ = true;
    NoteSeries(cell);
    return;
  }
  cell->state = Cell::State::kFrozen;
  has_waiting_ = true;
  cell->until_ns = now_ns + state().freeze_ns;
  NoteSeries(cell);
  // A gauge that stands still would be a false current value.
  if (spec_.kind == MetricKind::kGauge) StartRetiring(cell);
}

void FamilyGuard::ReleaseTarget(Cell* cell) {
  if (cell->target.load(std::memory_order_relaxed) == cell) return;
  Cell* const target = cell->target.exchange(cell, std::memory_order_acq_rel);
  target->handles.fetch_sub(1, std::memory_order_release);
  if (cell->state == Cell::State::kActive) NoteSeries(cell);
}

// Gives the cell to the reclaimer: its series goes when no thread can still be feeding it.
void FamilyGuard::StartRetiring(Cell* cell) {
  cell->state = Cell::State::kRetired;
  if (spec_.shared != nullptr) {
    NoteSeries(cell);
    return Unreach(cell);
  }
  const uint32_t ticket = ++cell->ticket;
  std::string identity = IdentityOf(cell->labels);
  const bool kept = core_.reclaimer.Retire([this, identity, ticket] { Retire(identity, ticket); });
  if (kept) return;
  cell->state = Cell::State::kFrozen;  // no memory: the next maintenance tries again
  has_waiting_ = true;
}

void FamilyGuard::Retire(const std::string& identity, uint32_t ticket) {
  const auto found = cells_.find(identity);
  if (found == cells_.end() || found->second->ticket != ticket || found->second->state != Cell::State::kRetired) return;
  Cell* const cell = found->second.get();
  if (cell->handles.load(std::memory_order_acquire) > 0) {  // bound again by somebody who still had the cell
    cell->state = Cell::State::kFrozen;
    has_waiting_ = true;
    return;
  }
  if (!cell->foreign) {
    if (std::optional<SeriesTotal> total = spec_.backend->Total(cell->metric)) {
      KeepTombstone(identity, std::move(*total));
    }
    spec_.backend->Remove(cell->metric);
  } else {
    existing_series_ += spec_.cost;
    core_.total.Take(this, spec_.cost);
    core_.total.NoteExported(spec_.cost);
  }
  GivePlace(cell);
  ReleaseValues(cell);
  cells_.erase(found);
  NoteFreedPlaces(state_.load(std::memory_order_relaxed));
}

void FamilyGuard::ReleaseValues(Cell* cell) {
  for (size_t i = 0; i < cell->values.size(); ++i) {
    LabelValue* const value = cell->values[i];
    if (--value->cells > 0 || value->named) continue;
    if (value != &labels_[i]->absent && labels_[i]->leaving > 0) --labels_[i]->leaving;
    labels_[i]->ReleaseIfUnused(value, &core_.reclaimer);
  }
}

void FamilyGuard::KeepTombstone(const std::string& identity, SeriesTotal total) {
  tombstones_.push_back({identity, std::move(total)});
  const uint64_t most = std::max<uint64_t>(state().series_limit / spec_.cost, 1);
  while (tombstones_.size() > most) {
    retired_.Add(tombstones_.front().total);
    tombstones_.pop_front();
  }
}

void FamilyGuard::Maintain(std::vector<std::string>* messages) {
  FamilyState* const state = state_.load(std::memory_order_relaxed);
  const int64_t now_ns = core_.now_ns();
  const bool decides = spec_.shared == nullptr || core_.leads;
  if (decides) EndFrozen(state, now_ns);
  if (spec_.shared != nullptr) {
    if (spec_.shared->HasLeaving()) UnreachRetired();
    EndStranded();
  }
  MaintainJoins(*state, now_ns);
  NoteFirstFolds(now_ns, messages);
  AgeSketches(state, now_ns);
  if (decides) ChangePlaces(state, now_ns);
  NoteFreedPlaces(state);
}

// Feeds what has stood at 0 long enough, and retires what was frozen long enough.
void FamilyGuard::EndFrozen(FamilyState* state, int64_t now_ns) {
  if (!has_waiting_) return;  // nearly always: a look at every series takes as long as to write them
  std::vector<Cell*> due;
  bool is_waiting = false;
  for (const auto& [identity, owned] : cells_) {
    Cell* const cell = owned.get();
    switch (cell->state) {
      case Cell::State::kActive:
        if (now_ns - cell->created_ns >= kZeroFirstScrapes * state->scrape_interval_ns) ReleaseTarget(cell);
        is_waiting = is_waiting || cell->target.load(std::memory_order_relaxed) != cell;
        break;
      case Cell::State::kOrphaned:
        is_waiting = true;
        if (!HasHandles(*cell)) Freeze(cell, now_ns);
        break;
      case Cell::State::kFrozen:
        if (cell->until_ns <= now_ns && !HasHandles(*cell)) {
          due.push_back(cell);
        } else {
          is_waiting = true;
        }
        break;
      case Cell::State::kRetired: break;
    }
  }
  // In the order of their freezing, so that of their tombstones the oldest is given up first.
  std::sort(due.begin(), due.end(), [](const Cell* a, const Cell* b) {
    return a->until_ns != b->until_ns ? a->until_ns < b->until_ns : a->labels < b->labels;
  });
  has_waiting_ = is_waiting;
  for (Cell* cell : due) StartRetiring(cell);
}

// What is above a lowered limit only falls; what is free may be taken.
void FamilyGuard::NoteFreedPlaces(FamilyState* state) {
  ceiling_ = std::max(state->series_limit, std::min(ceiling_, taken_series()));
  for (const auto& gate : state->gates) gate->UpdateFull();
  FoldReason reason;
  state->SetFull(HasPlace(*state, &reason) ? FoldReason::kNone : reason);
}

// Lets old maxima go.
void FamilyGuard::MaintainJoins(const FamilyState& state, int64_t now_ns) {
  if (spec_.kind != MetricKind::kGauge) return;
  for (const auto& [identity, owned] : cells_) {
    Cell* const cell = owned.get();
    if (!cell->is_joined.load(std::memory_order_relaxed)) continue;
    cell->join->Maintain(now_ns, state.scrape_interval_ns,
                         [this, cell](double value) { spec_.backend->SetGauge(cell->metric, value); });
  }
}

void FamilyGuard::NoteFirstFolds(int64_t now_ns, std::vector<std::string>* messages) {
  for (const auto& label : labels_) {
    if (label->folding_since_ns) continue;
    for (size_t i = 1; i < kFoldReasons; ++i) {
      const FoldReason reason = static_cast<FoldReason>(i);
      if (label->folds(reason) == 0) continue;
      label->folding_since_ns = now_ns;
      std::string message = "seriesguard: " + SafeText(spec_.name) + ": values of the label " + SafeText(label->name);
      message += reason == FoldReason::kSetOnShared ? " share a gauge series that Set() without a handle overwrites"
                                                    : " are counted under another one";
      message += " (" + std::string(FoldReasonName(reason)) + ")";
      const std::vector<BusiestValue> busiest = label->busiest().Top(1);
      if (!busiest.empty()) message += ", such as " + SafeTextTruncated(busiest[0].value, kShownColumns);
      messages->push_back(std::move(message));
      break;
    }
  }
}

FamilyReport FamilyGuard::Report(size_t shown_values) const {
  const FamilyState& now = state();
  FamilyReport report;
  report.name = spec_.name;
  report.kind = spec_.kind;
  report.series = exported_series();
  report.series_limit = now.series_limit;
  report.reserve = now.reserve;
  report.bytes = bytes();
  report.retired = RetiredTotal();
  for (size_t i = 0; i < labels_.size(); ++i) {
    const LabelGate& gate = *now.gates[i];
    LabelReport label;
    label.name = labels_[i]->name;
    label.dropped = gate.is_dropped();
    label.named = gate.named_count();
    if (gate.value_limit() < now.series_limit || gate.is_closed()) label.value_limit = gate.value_limit();
    label.demand = std::max(label.named, static_cast<uint64_t>(std::llround(labels_[i]->demand().Estimate())));
    for (size_t reason = 0; reason < kFoldReasons; ++reason) {
      label.folds[reason] = labels_[i]->folds(static_cast<FoldReason>(reason));
    }
    label.folding_since_ns = labels_[i]->folding_since_ns;
    label.busiest = labels_[i]->busiest().Top(shown_values);
    report.labels.push_back(std::move(label));
  }
  return report;
}

// Lets what was asked for long ago count less.
void FamilyGuard::AgeSketches(FamilyState* state, int64_t now_ns) {
  if (last_decay_ns_ == 0) last_decay_ns_ = last_aged_ns_ = now_ns;
  if (now_ns - last_aged_ns_ >= state->busiest.half_life_ns) {
    last_aged_ns_ = now_ns;
    for (const auto& label : labels_) {
      label->demand().Age();
      // What is named never passes the sketch, yet is asked for.
      label->ForEach([&label](const LabelValue* value) {
        if (value->named && value->kind.load(std::memory_order_relaxed) != ValueKind::kOtherwise) {
          label->demand().Add(value->hash);
        }
      });
    }
  }
  if (now_ns - last_decay_ns_ < kBusiestEveryNs) return;
  const double decay = Decay(*state, now_ns - last_decay_ns_);
  last_decay_ns_ = now_ns;
  for (const auto& label : labels_) label->busiest().Decay(decay, now_ns);
}

// Lets places change hands on labels that keep their busiest values.
void FamilyGuard::ChangePlaces(FamilyState* state, int64_t now_ns) {
  const bool is_wanted =
      std::any_of(state->gates.begin(), state->gates.end(), [](const auto& gate) { return gate->is_busiest(); });
  if (!is_wanted) return;
  SharedTraffic traffic;
  traffic.gathered_ns = last_traffic_ns_;
  if (spec_.shared != nullptr) LoadTraffic(&traffic);
  if (traffic.gathered_ns == 0) traffic.gathered_ns = now_ns;
  if (now_ns - traffic.gathered_ns >= kBusiestEveryNs) {
    const int64_t elapsed_ns = now_ns - traffic.gathered_ns;
    traffic.gathered_ns = now_ns;
    GatherTraffic(Decay(*state, elapsed_ns));
    for (size_t i = 0; i < labels_.size(); ++i) {
      if (state->shadow || !state->gates[i]->is_busiest()) continue;
      MaintainBusiest(state, i, static_cast<double>(elapsed_ns) / kSecond, now_ns);
    }
  }
  last_traffic_ns_ = traffic.gathered_ns;
  if (spec_.shared != nullptr) StoreTraffic(traffic);
}

// Ages the scores and adds the calls since the last time; notes which values handles hold.
void FamilyGuard::GatherTraffic(double decay) {
  for (const auto& label : labels_) {
    label->ForEach([decay](LabelValue* value) {
      value->score *= decay;
      value->held = false;
    });
  }
  for (const auto& [identity, cell] : cells_) {
    const double calls = TakeTraffic(cell.get());
    const bool held = HasHandles(*cell);
    for (LabelValue* value : cell->values) {
      value->score += calls;
      value->held = value->held || held;
    }
  }
}

// Gives free places to the busiest of those that have none, and frees places of the quietest where somebody outside is
// busier by `advantage`. A place changes hands only so often: a server's head keeps every series it once saw.
void FamilyGuard::MaintainBusiest(FamilyState* state, size_t index, double elapsed_s, int64_t now_ns) {
  GuardedLabel& label = *labels_[index];
  LabelGate& gate = *state->gates[index];
  const double most = std::max(1.0, state->busiest.new_series_per_hour * static_cast<double>(gate.value_limit()));
  label.promotions_left =
      label.promotions_left < 0 ? most : std::min(most, label.promotions_left + elapsed_s / 3600 * most);
  if (!label.closed_to_newcomers) return;  // there still are places for everybody

  std::vector<LabelValue*> quietest;
  label.ForEach([&](LabelValue* value) {
    if (value->named && value->is_dynamic() && !value->held) quietest.push_back(value);
  });
  std::sort(quietest.begin(), quietest.end(), [](const LabelValue* a, const LabelValue* b) {
    return a->score != b->score ? a->score < b->score : a->text < b->text;
  });
  size_t next = 0;
  std::string scratch;
  for (const BusiestValue& candidate : Rejected(index)) {
    if (static_cast<double>(candidate.count) < kLeastCandidate) return;
    if (candidate.cut || (spec_.shared != nullptr && !spec_.shared->MayName(index, candidate.value))) continue;
    const LabelGate::Answer answer = gate.Ask(candidate.value, &scratch);
    if (answer.value != nullptr && answer.reason == FoldReason::kNone) {
      label.busiest().Forget(candidate.hash);
      continue;
    }
    // Among what was turned away is what may never be named: broken UTF-8, what the normaliser cannot read.
    if (answer.value != nullptr || answer.text != candidate.value) continue;
    if (gate.has_free_place()) {
      if (label.promotions_left < 1) return;
      FoldReason reason;
      if (!HasPlace(*state, &reason)) return;
      LabelValue* const value = label.Intern(candidate.value, ValueKind::kDynamic);
      if (value->kind.load(std::memory_order_relaxed) != ValueKind::kDynamic) continue;
      gate.Name(value, now_ns);
      value->score = static_cast<double>(candidate.count);
      NoteValue(index, value);
      label.busiest().Forget(candidate.hash);
      label.demand().Add(value->hash);
      label.promotions_left -= 1;
      continue;
    }
    // Each place that is being freed will cost a promotion.
    if (static_cast<double>(label.leaving) + 1 > label.promotions_left || next == quietest.size()) return;
    if (static_cast<double>(candidate.count) <= state->busiest.advantage * quietest[next]->score) return;
    DemoteValue(state, index, quietest[next++]);
  }
}

void FamilyGuard::DemoteValue(FamilyState* state, size_t label, LabelValue* value) {
  std::vector<Cell*> cells;
  for (const auto& [identity, cell] : cells_) {
    if (cell->state == Cell::State::kActive && cell->values[label] == value) cells.push_back(cell.get());
  }
  state->gates[label]->Unname(value);
  NoteValue(label, value);
  for (Cell* cell : cells) Demote(state, cell);
  if (value->cells == 0) labels_[label]->ReleaseIfUnused(value, &core_.reclaimer);
}

}  // namespace seriesguard
