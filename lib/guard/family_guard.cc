// SPDX-License-Identifier: Apache-2.0
//
// family_guard.cc: the way of one call: around the cache without the mutex, and admission with it.
#include "lib/guard/family_guard.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "lib/guard/epoch.h"
#include "lib/guard/gauge_join.h"
#include "rules/label_rule.h"

namespace seriesguard {
namespace {

// Rules write what they make of a value here; grown once, then without allocation.
std::array<std::string, kMaxGuardedLabels>& Scratch() {
  thread_local std::array<std::string, kMaxGuardedLabels> scratch;
  return scratch;
}

}  // namespace

// One call on its way: per label what the policy says, which value it is counted under, and why not its own.
struct FamilyGuard::Question {
  // Only `labels` of each are ever written or read: clearing them all would cost as much as the rest of a fold.
  Question() {}
  union {
    std::array<LabelGate::Answer, kMaxGuardedLabels> answers;
  };
  std::array<LabelValue*, kMaxGuardedLabels> values;  // null: not named yet
  std::array<FoldReason, kMaxGuardedLabels> folds;
  size_t labels = 0;
  bool has_unknown = false;

  void FoldLabel(size_t i, const LabelGate& gate, FoldReason reason) {
    values[i] = gate.otherwise();
    folds[i] = reason;
  }
};

FamilyGuard::FamilyGuard(GuardCore* core, FamilySpec spec)
    : core_(*core), spec_(std::move(spec)), existing_series_(spec_.existing_series) {}

void FamilyGuard::RemoveSeries() {
  for (const auto& [identity, cell] : cells_) {
    if (!cell->foreign) spec_.backend->Remove(cell->metric);
  }
  cells_.clear();
}

FamilyGuard::~FamilyGuard() { delete state_.load(std::memory_order_relaxed); }

void FamilyGuard::Ask(const FamilyState& state, const std::string_view* raw, Question* question) const {
  question->labels = state.gates.size();
  question->has_unknown = false;
  std::array<std::string, kMaxGuardedLabels>& scratch = Scratch();
  for (size_t i = 0; i < question->labels; ++i) {
    const LabelGate& gate = *state.gates[i];
    LabelGate::Answer& answer = question->answers[i];
    gate.Ask(raw[i], &scratch[i], &answer);
    question->values[i] = answer.value;
    question->folds[i] = answer.reason;
    if (answer.value != nullptr) continue;
    if (gate.is_full()) {
      question->FoldLabel(i, gate, FoldReason::kValueLimit);
    } else {
      question->has_unknown = true;
    }
  }
}

uint64_t FamilyGuard::HashOf(const Question& question) {
  uint64_t hash = 0;
  for (size_t i = 0; i < question.labels; ++i) {
    hash = (hash ^ question.values[i]->hash) * 0x9e3779b97f4a7c15u + i;
    hash ^= hash >> 32;
  }
  return hash;
}

Cell* FamilyGuard::FindCell(const FamilyState& state, const Question& question) {
  return state.cells.Find(HashOf(question), [&question](const Cell& cell) {
    // (A handful of pointers: a call of memcmp, which std::equal becomes, costs more.)
    for (size_t i = 0; i < question.labels; ++i) {
      if (cell.values[i] != question.values[i]) return false;
    }
    return true;
  });
}

// Replaces every value without a reserved place by the overflow word. An absent label stays absent, unless `absent_too`.
void FamilyGuard::Overflow(const FamilyState& state, FoldReason reason, bool absent_too, Question* question) {
  for (size_t i = 0; i < question->labels; ++i) {
    const LabelGate& gate = *state.gates[i];
    const LabelValue* const value = question->values[i];
    const bool is_absent = value != nullptr && value == &gate.label().absent;
    if (is_absent ? (!absent_too || gate.is_dropped()) : (value != nullptr && !value->is_dynamic())) continue;
    question->FoldLabel(i, gate, reason);
  }
  question->has_unknown = false;
}

bool FamilyGuard::NeedsPlace(const FamilyState& state, const Question& question) {
  for (size_t i = 0; i < question.labels; ++i) {
    if (state.gates[i]->is_dropped()) continue;
    if (question.values[i] == nullptr || !question.values[i]->is_reserved()) return true;
  }
  return false;
}

void FamilyGuard::CountFolds(const Question& question) const {
  for (size_t i = 0; i < question.labels; ++i) {
    const FoldReason reason = question.folds[i];
    if (reason == FoldReason::kNone) continue;
    const LabelGate::Answer& answer = question.answers[i];
    // What is named elsewhere, or is the overflow word itself, is no demand that was turned away.
    if (answer.hash == 0 || reason == FoldReason::kCollision ||
        (answer.value != nullptr && answer.value->is_dynamic())) {
      labels_[i]->CountFold(reason);
    } else {
      labels_[i]->CountFold(reason, answer.text, answer.hash);
    }
  }
}

FamilyGuard::Found FamilyGuard::Settle(const Question& question, Cell* cell) const {
  cell->CountTraffic();
  Found found;
  found.cell = cell->target.load(std::memory_order_acquire);
  bool is_folded = false;
  for (size_t i = 0; i < question.labels; ++i) is_folded |= question.folds[i] != FoldReason::kNone;
  if (is_folded) CountFolds(question);
  if (found.cell != cell) {
    for (size_t i = 0; i < question.labels; ++i) {
      if (question.values[i]->is_dynamic()) labels_[i]->CountFold(FoldReason::kZeroFirst);
    }
  }
  found.may_be_remembered = !is_folded && found.cell == cell;
  return found;
}

FamilyGuard::Found FamilyGuard::FindSlowly(const std::string_view* raw) {
  FamilyState* const state = state_.load(std::memory_order_acquire);
  Question question;
  Ask(*state, raw, &question);
  if (!state->shadow) {
    Cell* cell = question.has_unknown ? nullptr : FindCell(*state, question);
    if (cell != nullptr) return Settle(question, cell);
    const FoldReason full = state->full.load(std::memory_order_relaxed);
    if (full != FoldReason::kNone && NeedsPlace(*state, question)) {
      for (const bool absent_too : {false, true}) {
        Overflow(*state, full, absent_too, &question);
        cell = FindCell(*state, question);
        if (cell != nullptr) return Settle(question, cell);
      }
      Ask(*state, raw, &question);
    }
  }
  const std::lock_guard<std::mutex> lock(core_.mutex);
  FamilyState* const now = state_.load(std::memory_order_relaxed);
  if (now != state) Ask(*now, raw, &question);
  Cell* const cell = Admit(now, &question);
  if (!now->shadow) return Settle(question, cell);
  // A shadow guard counts what it would have done, and does what the family would do alone.
  Found found = Settle(question, cell);
  found.cell = ShadowCell(*now, raw);
  return found;
}

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
    if (gate.has_room()) {
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
      state->full.store(reason, std::memory_order_relaxed);
      return AdmitOverflow(state, reason, question);
    }
  } else if (!FitsUnderCeiling(*state)) {
    return AdmitOverflow(state, FoldReason::kWaiting, question);
  }
  std::array<LabelValue*, kMaxGuardedLabels> named{};
  try {
    for (size_t i = 0; i < question->labels; ++i) {
      if (question->values[i] != nullptr) continue;
      LabelValue* const value = labels_[i]->Intern(question->answers[i].text, ValueKind::kDynamic);
      named[i] = value;
      value->kind.store(ValueKind::kDynamic, std::memory_order_relaxed);
      state->gates[i]->Name(value, now_ns);
      labels_[i]->demand.Add(value->hash);
      question->values[i] = value;
    }
    return MakeCell(state, *question, now_ns);
  } catch (...) {  // the metric library, or no memory: nothing was admitted
    for (size_t i = 0; i < question->labels; ++i) {
      if (named[i] == nullptr) continue;
      if (named[i]->named) state->gates[i]->Unname(named[i]);
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
    ++cell->ticket;
    state->cells.Insert(cell);
    NoteFreedPlaces(state);  // a frozen cell had one of the shared places; as a reserved one it gives it back
    return cell;
  }
  // What can fail comes first, and the series last of it: it is what others see.
  Cell* const cell = home.emplace(identity, NewCell()).first->second.get();
  cell->labels = std::move(pairs);
  cell->created_ns = now_ns;
  TakePlace(cell, reserved);
  Cell* zero_target = nullptr;
  try {
    if (state->zero_first && !state->shadow && FindTombstone(identity) == tombstones_.end()) {
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
  }
  state->cells.Insert(cell);
  return cell;
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
  return AdmitOverflow(state, FoldReason::kNone, &overflow);
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

// The series that the call would feed without a guard: made once, found ever after.
Cell* FamilyGuard::ShadowCell(const FamilyState& state, const std::string_view* raw) {
  LabelPairs pairs;
  for (size_t i = 0; i < state.gates.size(); ++i) {
    if (!raw[i].empty()) pairs.emplace_back(spec_.labels[i], std::string(raw[i]));
  }
  const std::string identity = IdentityOf(pairs);
  const auto found = cells_.find(identity);
  if (found != cells_.end()) {
    Cell* const cell = found->second.get();
    if (cell->state != Cell::State::kActive) {
      cell->state = Cell::State::kActive;
      ++cell->ticket;
    }
    return cell;
  }
  Cell* const cell = cells_.emplace(identity, NewCell()).first->second.get();
  try {
    cell->foreign = spec_.backend->Has(pairs);
    cell->metric = spec_.backend->Create(pairs);
  } catch (...) {
    cells_.erase(identity);
    throw;
  }
  if (cell->foreign) CountAsCell();
  cell->labels = std::move(pairs);
  cell->created_ns = core_.now_ns();
  return cell;
}

Cell* FamilyGuard::Bind(const std::string_view* raw) {
  const EpochRegion region;
  const std::lock_guard<std::mutex> lock(core_.mutex);
  FamilyState* const state = state_.load(std::memory_order_relaxed);
  Question question;
  Ask(*state, raw, &question);
  for (size_t i = 0; i < question.labels && !state->shadow; ++i) {
    const LabelGate& gate = *state->gates[i];
    const LabelValue* const value = question.values[i];
    if (!gate.is_busiest() || (value != nullptr && !value->is_dynamic())) continue;
    if (value != nullptr && IsHeld(value, i)) continue;
    if (HeldValues(i) * 2 >= gate.value_limit()) question.FoldLabel(i, gate, FoldReason::kPinned);
  }
  Cell* cell = Admit(state, &question);
  CountFolds(question);
  if (state->shadow) cell = ShadowCell(*state, raw);
  cell->handles.fetch_add(1, std::memory_order_relaxed);
  return cell;
}

bool FamilyGuard::IsHeld(const LabelValue* value, size_t label) const {
  for (const auto& [identity, cell] : cells_) {
    if (label < cell->values.size() && cell->values[label] == value &&
        cell->handles.load(std::memory_order_acquire) > 0) {
      return true;
    }
  }
  return false;
}

uint64_t FamilyGuard::HeldValues(size_t label) const {
  std::vector<const LabelValue*> held;
  for (const auto& [identity, cell] : cells_) {
    if (label >= cell->values.size() || cell->handles.load(std::memory_order_acquire) == 0) continue;
    if (cell->values[label]->is_dynamic()) held.push_back(cell->values[label]);
  }
  std::sort(held.begin(), held.end());
  return static_cast<uint64_t>(std::unique(held.begin(), held.end()) - held.begin());
}

uint64_t FamilyGuard::exported_series() const {
  return state().shadow ? existing_series_ + cells_.size() * spec_.cost : taken_series();
}

SeriesTotal FamilyGuard::RetiredTotal() const {
  SeriesTotal total = retired_;
  for (const Tombstone& stone : tombstones_) total.Add(stone.total);
  return total;
}

size_t FamilyGuard::bytes() const {
  const FamilyState& now = state();
  size_t sum = sizeof(*this) + now.hits.bytes() + now.cells.bytes();
  for (size_t i = 0; i < labels_.size(); ++i) {
    sum += sizeof(GuardedLabel) + labels_[i]->busiest.bytes() + now.gates[i]->bytes();
    sum += labels_[i]->pool_size() * (sizeof(LabelValue) + sizeof(void*) * 4);
  }
  return sum + cells_.size() * (sizeof(Cell) + labels_.size() * 96);
}

}  // namespace seriesguard
