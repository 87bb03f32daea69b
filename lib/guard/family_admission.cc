// SPDX-License-Identifier: Apache-2.0
//
// family_admission.cc: new values and new series, with the guard's mutex: one transaction, whole or not at all.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/guard/family_guard.h"
#include "lib/guard/family_question.h"
#include "lib/guard/gauge_join.h"
#include "rules/label_rule.h"

namespace seriesguard {

// The answers were given without the mutex, so that names may have been given or taken since.
Cell* FamilyGuard::Admit(FamilyState* state, Question* question) {
  const int64_t now_ns = core_.now_ns();
  bool has_newcomer = false;
  for (size_t i = 0; i < question->labels; ++i) {
    const LabelGate& gate = *state->gates[i];
    const LabelGate::Answer& answer = question->answers[i];
    if (question->values[i] != nullptr && question->values[i]->is_dynamic() && !question->values[i]->named) {
      // Lost its name meanwhile; the answer to a value that is known does not carry its text.
      question->answers[i].text = question->values[i]->text;
      question->answers[i].hash = question->values[i]->hash;
      question->values[i] = nullptr;
    }
    if (question->values[i] != nullptr) continue;
    question->values[i] = answer.value != nullptr && answer.value->named ? answer.value : gate.FindNamed(answer.text);
    if (question->values[i] != nullptr) continue;
    if (gate.has_room() && spec_.shared != nullptr && !spec_.shared->MayName(i, answer.text)) {
      question->FoldLabel(i, gate, FoldReason::kTooLong);
    } else if (gate.has_room()) {
      has_newcomer = true;
    } else {
      question->FoldLabel(i, gate, FoldReason::kValueLimit);
    }
  }
  if (!has_newcomer) {
    Cell* const cell = FindCell(*state, *question);
    if (cell != nullptr) return cell;
  }
  FoldReason reason = FoldReason::kNone;
  if (NeedsPlace(*state, *question)) {
    if (!HasPlace(*state, &reason)) {
      state->SetFull(reason);
      return AdmitOverflow(state, reason, question);
    }
  } else if (!FitsUnderCeiling(*state)) {
    return AdmitOverflow(state, FoldReason::kWaiting, question);
  }
  if (!FitsWithOthers(*question)) return AdmitOverflow(state, FoldReason::kTooLong, question);
  std::array<LabelValue*, kMaxGuardedLabels> named{};
  try {
    for (size_t i = 0; i < question->labels; ++i) {
      if (question->values[i] != nullptr) continue;
      LabelValue* const value = labels_[i]->Intern(question->answers[i].text, ValueKind::kDynamic);
      named[i] = value;
      value->kind.store(ValueKind::kDynamic, std::memory_order_relaxed);
      state->gates[i]->Name(value, now_ns);
      NoteValue(i, value);
      labels_[i]->demand().Add(value->hash);
      question->values[i] = value;
    }
    return MakeCell(state, *question, now_ns);
  } catch (...) {  // the metric library, or no memory: nothing was admitted
    for (size_t i = 0; i < question->labels; ++i) {
      if (named[i] == nullptr) continue;
      if (named[i]->named) {
        state->gates[i]->Unname(named[i]);
        NoteValue(i, named[i]);
      }
      labels_[i]->ReleaseIfUnused(named[i], &core_.reclaimer);
    }
    throw;
  }
}

// The last resort: the label set of overflow words has its place in the reserve, so this always finds a cell.
Cell* FamilyGuard::AdmitOverflow(FamilyState* state, FoldReason reason, Question* question) {
  const int64_t now_ns = core_.now_ns();
  for (const bool absent_too : {false, true}) {
    Overflow(*state, reason, absent_too, question);
    Cell* const cell = FindCell(*state, *question);
    if (cell != nullptr) return cell;
    FoldReason ignored;
    if (!NeedsPlace(*state, *question) ? FitsUnderCeiling(*state) : HasPlace(*state, &ignored)) {
      return MakeCell(state, *question, now_ns);
    }
  }
  // Only closed values that wait for their place come here: what they name has none yet.
  for (size_t i = 0; i < question->labels; ++i) {
    if (state->gates[i]->is_dropped() || question->values[i] == state->gates[i]->otherwise()) continue;
    question->FoldLabel(i, *state->gates[i], reason);
  }
  Cell* const cell = FindCell(*state, *question);
  return cell != nullptr ? cell : MakeCell(state, *question, now_ns);
}

bool FamilyGuard::HasPlace(const FamilyState& state, FoldReason* reason) const {
  *reason = FoldReason::kSeriesLimit;
  const uint64_t taken = state.reserve + existing_series_ + dynamic_series_;
  if (spec_.cost > state.series_limit || taken > state.series_limit - spec_.cost) return false;
  // After a lowered limit, reserved cells of the old policy may still stand.
  if (!FitsUnderCeiling(state)) return false;
  *reason = FoldReason::kTotalLimit;
  if (!core_.total.HasPlace(this, spec_.cost, core_.now_ns())) return false;
  *reason = FoldReason::kNone;
  return true;
}

// Says whether another label set may be exported now, and the overflow's own still after it: that one is made in any
// case, because what no other series may count has to be counted somewhere.
bool FamilyGuard::FitsUnderCeiling(const FamilyState& state) const {
  const int64_t now_ns = core_.now_ns();
  const auto fits = [&](uint64_t series) {
    return taken_series() + series <= ceiling_ && core_.total.MayExport(this, series, now_ns);
  };
  if (fits(2 * spec_.cost)) return true;
  if (!fits(spec_.cost)) return false;
  LabelPairs overflow;
  for (size_t i = 0; i < state.gates.size(); ++i) {
    if (!state.gates[i]->is_dropped()) overflow.emplace_back(spec_.labels[i], state.gates[i]->otherwise()->text);
  }
  if (overflow.empty()) return true;  // without labels the only label set is its own overflow
  return (state.shadow ? virtual_ : cells_).count(IdentityOf(overflow)) > 0;
}

LabelPairs FamilyGuard::PairsOf(const Question& question) const {
  LabelPairs pairs;
  for (size_t i = 0; i < question.labels; ++i) {
    if (question.values[i] != &labels_[i]->absent) pairs.emplace_back(spec_.labels[i], question.values[i]->text);
  }
  return pairs;
}

std::string FamilyGuard::IdentityOf(const LabelPairs& pairs) {
  std::string identity;
  for (const auto& [name, value] : pairs) {
    identity.append(name).append(1, '\0').append(std::to_string(value.size())).append(1, '\0').append(value);
  }
  return identity;
}

// Gives a cell the values of a question. Requires: it has none, and is in no table.
void FamilyGuard::SetValues(const FamilyState& state, const Question& question, Cell* cell) {
  cell->hash = HashOf(question);
  cell->values.Assign(question.values.data(), question.labels);
  for (LabelValue* value : cell->values) ++value->cells;
  const bool counts =
      std::any_of(state.gates.begin(), state.gates.end(), [](const auto& gate) { return gate->is_busiest(); });
  cell->counts_traffic.store(counts, std::memory_order_relaxed);
}

Cell* FamilyGuard::MakeCell(FamilyState* state, const Question& question, int64_t now_ns) {
  const bool reserved = !NeedsPlace(*state, question);
  LabelPairs pairs = PairsOf(question);
  const std::string identity = IdentityOf(pairs);
  auto& home = state->shadow ? virtual_ : cells_;
  const auto known = home.find(identity);
  if (known != home.end()) {
    // Frozen, or waiting for its last reader, or a shadow guard's: it goes on as if nothing had been.
    Cell* const cell = known->second.get();
    if (cell->values.empty()) SetValues(*state, question, cell);
    SetJoining(*state, cell, /*is_new=*/false);
    TakePlace(cell, reserved);
    cell->state = Cell::State::kActive;
    cell->is_unreachable = false;
    ++cell->ticket;
    state->Insert(cell);
    NoteSeries(cell);
    NoteFreedPlaces(state);  // a frozen cell had one of the shared places; as a reserved one it gives it back
    return cell;
  }
  // What can fail comes first, and the series last of it: it is what others see.
  Cell* const cell = home.emplace(identity, NewCell()).first->second.get();
  cell->labels = std::move(pairs);
  cell->created_ns = following_ != nullptr ? following_->created_ns : now_ns;
  TakePlace(cell, reserved);
  Cell* zero_target = nullptr;
  try {
    if (WantsZeroFirst(*state, identity, cell->labels)) {
      zero_target = ZeroTarget(state, question);
    }
    state->cells.ReserveOne();
    if (!state->shadow) Export(identity, cell);
  } catch (...) {
    GivePlace(cell);
    home.erase(identity);
    throw;
  }
  SetValues(*state, question, cell);
  SetJoining(*state, cell, /*is_new=*/!cell->foreign);
  if (zero_target != nullptr) {
    zero_target->handles.fetch_add(1, std::memory_order_relaxed);
    cell->target.store(zero_target, std::memory_order_release);
    has_waiting_ = true;
  }
  NoteSeries(cell);
  // From the insertion on other threads count in it, and what they count must not die with this process.
  if (spec_.shared != nullptr && following_ == nullptr) core_.lead->Publish();
  state->Insert(cell);
  return cell;
}

// What goes on from a total that a server knows need not stand at 0 first.
bool FamilyGuard::WantsZeroFirst(const FamilyState& state, const std::string& identity, const LabelPairs& labels) {
  if (following_ != nullptr) return following_->state == FollowedSeries::State::kShownAtZero;
  if (!state.zero_first || state.shadow) return false;
  if (spec_.shared != nullptr) return !spec_.shared->HasTombstone(labels);
  return FindTombstone(identity) == tombstones_.end();
}

std::deque<FamilyGuard::Tombstone>::iterator FamilyGuard::FindTombstone(const std::string& identity) {
  return std::find_if(tombstones_.begin(), tombstones_.end(),
                      [&identity](const Tombstone& stone) { return stone.identity == identity; });
}

// Makes the series of a cell, which goes on from its total if there is one. Where that throws, there is none.
void FamilyGuard::Export(const std::string& identity, Cell* cell) {
  cell->foreign = spec_.backend->Has(cell->labels);
  cell->metric = spec_.backend->Create(cell->labels);
  const auto stone = FindTombstone(identity);
  if (stone != tombstones_.end()) {
    try {
      spec_.backend->Resume(cell->metric, stone->total);
    } catch (...) {
      if (!cell->foreign) spec_.backend->Remove(cell->metric);
      throw;
    }
    tombstones_.erase(stone);
  }
  if (cell->foreign) CountAsCell();
}

// Counts a series that the family had already as a cell from now on.
void FamilyGuard::CountAsCell() {
  if (existing_series_ < spec_.cost) return;
  existing_series_ -= spec_.cost;
  core_.total.NoteGone(spec_.cost);
  core_.total.Give(this, spec_.cost, core_.now_ns());
}

// Returns the overflow that counts the calls of a new series while it stands at 0, until a server has seen it; null
// where it need not.
Cell* FamilyGuard::ZeroTarget(FamilyState* state, const Question& question) {
  if (spec_.kind != MetricKind::kCounter && spec_.kind != MetricKind::kHistogram) return nullptr;
  const auto is_dynamic = [](const LabelValue* value) { return value->is_dynamic(); };
  if (std::none_of(question.values.begin(), question.values.begin() + static_cast<ptrdiff_t>(question.labels),
                   is_dynamic)) {
    return nullptr;
  }
  Question overflow = question;
  if (following_ == nullptr) return AdmitOverflow(state, FoldReason::kNone, &overflow);
  // Whoever decided it made sure of the overflow. Where that is gone again, the series is fed at once.
  for (const bool absent_too : {false, true}) {
    Overflow(*state, FoldReason::kNone, absent_too, &overflow);
    if (Cell* const cell = FindCell(*state, overflow)) return cell;
  }
  return nullptr;
}

std::unique_ptr<Cell> FamilyGuard::NewCell() const {
  auto cell = std::make_unique<Cell>();
  if (spec_.kind == MetricKind::kGauge) cell->join = std::make_unique<GaugeJoin>();
  return cell;
}

// Says whether calls with different label sets may meet in a gauge's cell, and the policy wants them joined.
bool FamilyGuard::IsShared(const FamilyState& state, const Cell& cell) const {
  if (spec_.kind != MetricKind::kGauge || state.shadow || !GaugeJoin::IsJoined(state.fold)) return false;
  for (size_t i = 0; i < cell.values.size(); ++i) {
    if (state.gates[i]->joins_values() || cell.values[i] == state.gates[i]->otherwise()) return true;
  }
  return false;
}

void FamilyGuard::SetJoining(const FamilyState& state, Cell* cell, bool is_new) {
  if (cell->join == nullptr || cell->metric == nullptr) return;
  const bool is_shared = IsShared(state, *cell);
  const double shown = is_new ? std::numeric_limits<double>::quiet_NaN() : spec_.backend->GaugeValue(cell->metric);
  cell->join->Enforce(is_shared ? state.fold : Fold::kLast, shown, core_.now_ns());
  cell->is_joined.store(is_shared, std::memory_order_release);
}

void FamilyGuard::CountSetOnShared(const Cell& cell) const {
  const FamilyState& state = *state_.load(std::memory_order_acquire);
  size_t culprit = 0;
  for (size_t i = 0; i < cell.values.size(); ++i) {
    if (cell.values[i] == state.gates[i]->otherwise()) {
      culprit = i;
      break;
    }
    if (state.gates[i]->joins_values() && !state.gates[culprit]->joins_values()) culprit = i;
  }
  labels_[culprit]->CountFold(FoldReason::kSetOnShared);
}

void FamilyGuard::EnsureCell(FamilyState* state, const std::vector<LabelValue*>& values, int64_t now_ns) {
  Question question;
  question.labels = values.size();
  std::copy(values.begin(), values.end(), question.values.begin());
  question.folds.fill(FoldReason::kNone);
  if (FindCell(*state, question) == nullptr) MakeCell(state, question, now_ns);
}

// Counts a cell under the reserve or under the places that are shared.
void FamilyGuard::TakePlace(Cell* cell, bool reserved) {
  if (cell->is_placed && cell->reserved == reserved) return;
  GivePlace(cell);
  cell->is_placed = true;
  core_.total.NoteExported(spec_.cost);
  cell->reserved = reserved;
  if (reserved) {
    reserved_series_ += spec_.cost;
  } else {
    dynamic_series_ += spec_.cost;
    core_.total.Take(this, spec_.cost);
  }
}

void FamilyGuard::GivePlace(Cell* cell) {
  if (!cell->is_placed) return;
  cell->is_placed = false;
  core_.total.NoteGone(spec_.cost);
  if (cell->reserved) {
    reserved_series_ -= spec_.cost;
  } else {
    dynamic_series_ -= spec_.cost;
    core_.total.Give(this, spec_.cost, core_.now_ns());
  }
}

}  // namespace seriesguard
