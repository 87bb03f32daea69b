// SPDX-License-Identifier: Apache-2.0
//
// family_guard.cc: the way of one call around the cache, without the mutex as far as it goes; handles; what is told.
#include "lib/guard/family_guard.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/guard/epoch.h"
#include "lib/guard/family_question.h"
#include "lib/guard/gauge_join.h"

namespace seriesguard {
namespace {

// Rules write what they make of a value here; grown once, then without allocation.
std::array<std::string, kMaxGuardedLabels>& Scratch() {
  thread_local std::array<std::string, kMaxGuardedLabels> scratch;
  return scratch;
}

}  // namespace

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
  for (size_t i = 0; i < question->labels; ++i) {
    const LabelGate& gate = *state.gates[i];
    LabelGate::Answer& answer = question->answers[i];
    if (!gate.AskInPlace(raw[i], &answer)) gate.Ask(raw[i], &Scratch()[i], &answer);
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
  // The hashes of the values are keyed. The products do not wait for one another, as they would in a chain.
  uint64_t hash = 0;
  for (size_t i = 0; i < question.labels; ++i) hash += question.values[i]->hash * (0x9e3779b97f4a7c15u * (2 * i + 1));
  hash ^= hash >> 32;
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

// Returns whether there were any.
bool FamilyGuard::CountFolds(const Question& question) const {
  bool is_folded = false;
  for (size_t i = 0; i < question.labels; ++i) {
    const FoldReason reason = question.folds[i];
    if (reason == FoldReason::kNone) continue;
    is_folded = true;
    if (question.IsNoted(i)) {
      labels_[i]->CountFold(reason, question.answers[i].text, question.answers[i].hash);
    } else {
      labels_[i]->CountFold(reason);
    }
  }
  return is_folded;
}

FamilyGuard::Found FamilyGuard::Settle(const Question& question, Cell* cell) const {
  cell->CountTraffic();
  Found found;
  found.cell = cell->target.load(std::memory_order_acquire);
  const bool is_folded = CountFolds(question);
  if (found.cell != cell) {
    for (size_t i = 0; i < question.labels; ++i) {
      if (question.values[i]->is_dynamic()) labels_[i]->CountFold(FoldReason::kZeroFirst);
    }
  }
  found.may_be_remembered = !is_folded && found.cell == cell;
  found.is_fold = is_folded && found.cell == cell;
  return found;
}

// Counts a call as one with the same values was counted before.
FamilyGuard::Found FamilyGuard::CountAgain(const KnownFold& known, const std::string_view* raw) const {
  known.cell->CountTraffic();
  known.ForEach([this, raw](size_t label, FoldReason reason, bool is_noted, uint64_t hash) {
    if (is_noted) {
      labels_[label]->CountFold(reason, raw[label], hash);
    } else {
      labels_[label]->CountFold(reason);
    }
  });
  return {known.cell, /*may_be_remembered=*/false, /*is_fold=*/false};
}

// Remembers a question that FindKnown answered without the mutex: what the mutex or another process decided may be
// decided otherwise the next time. Of a value that its rule changed the sketches want what came of it, which would have to be
// kept as well.
void FamilyGuard::RememberFold(const Question& question, const AnyRawKey& key, uint64_t generation, Cell* cell,
                               FoldCache* folds) const {
  KnownFold known(cell);
  for (size_t i = 0; i < question.labels; ++i) {
    if (question.folds[i] == FoldReason::kNone) continue;
    const LabelGate::Answer& answer = question.answers[i];
    const bool is_noted = question.IsNoted(i);
    if (is_noted && (answer.text.data() != key.values()[i].data() || answer.text.size() != key.values()[i].size()))
      return;
    if (!known.Add(i, question.folds[i], is_noted, answer.hash)) return;
  }
  folds->Remember(key, generation, known);
}

namespace {

template <size_t N>
CountedIn FindOf(FamilyGuard* family, const std::string_view* values) {
  std::array<std::string_view, N> all;
  std::copy_n(values, N, all.begin());
  return family->Find(all);
}
template <size_t... N>
constexpr auto MakeFinders(std::index_sequence<N...>) {
  return std::array<CountedIn (*)(FamilyGuard*, const std::string_view*), sizeof...(N)>{FindOf<N>...};
}

}  // namespace

CountedIn FamilyGuard::FindAny(const std::string_view* values) {
  static constexpr auto kFinders = MakeFinders(std::make_index_sequence<kMaxGuardedLabels + 1>());
  return kFinders[spec_.labels.size()](this, values);
}

FamilyGuard::Found FamilyGuard::FindSlowly(const AnyRawKey& key) {
  FamilyState* const state = state_.load(std::memory_order_acquire);
  const uint64_t generation = state->generation.now();  // before anything else is looked at
  const std::string_view* const raw = key.values();
  FoldCache::Set& folds = state->folds.SetOf(key);
  if (folds.MayKnow(key)) {
    KnownFold fold;
    if (state->folds.Find(folds, key, generation, &fold)) return CountAgain(fold, raw);
  }
  Question question;
  if (Cell* const known = FindKnown(*state, raw, &question)) {
    const Found found = Settle(question, known);
    if (found.is_fold && folds.IsWorthIt(key)) RememberFold(question, key, generation, known, &state->folds);
    return found;
  }
  const std::lock_guard<std::mutex> lock(core_.mutex);
  if (core_.lead != nullptr) return Settle(question, DecideOrFold(raw, /*binds=*/false, &question));
  FamilyState* const now = state_.load(std::memory_order_relaxed);
  if (now != state) Ask(*now, raw, &question);
  Cell* const cell = Admit(now, &question);
  if (!now->shadow) return Settle(question, cell);
  // A shadow guard counts what it would have done, and does what the family would do alone.
  Found found = Settle(question, cell);
  found.cell = ShadowCell(*now, raw);
  return found;
}

// What needs no decision: the cell that is there, or while nothing new has a place its overflow. Else null, and the
// question is asked.
Cell* FamilyGuard::FindKnown(const FamilyState& state, const std::string_view* raw, Question* question) const {
  Ask(state, raw, question);
  if (state.shadow) return nullptr;
  Cell* cell = question->has_unknown ? nullptr : FindCell(state, *question);
  if (cell != nullptr) return cell;
  const FoldReason full = state.full.load(std::memory_order_relaxed);
  if (full == FoldReason::kNone || !NeedsPlace(state, *question)) return nullptr;
  for (const bool absent_too : {false, true}) {
    Overflow(state, full, absent_too, question);
    cell = FindCell(state, *question);
    if (cell != nullptr) return cell;
  }
  Ask(state, raw, question);
  return nullptr;
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

// On labels that keep their busiest values handles may hold at most half of the places.
void FamilyGuard::AskForHandle(const FamilyState& state, const std::string_view* raw, Question* question) const {
  Ask(state, raw, question);
  for (size_t i = 0; i < question->labels && !state.shadow; ++i) {
    const LabelGate& gate = *state.gates[i];
    const LabelValue* const value = question->values[i];
    if (!gate.is_busiest() || (value != nullptr && !value->is_dynamic())) continue;
    if (value != nullptr && IsHeld(value, i)) continue;
    if (HeldValues(i) * 2 >= gate.value_limit()) question->FoldLabel(i, gate, FoldReason::kPinned);
  }
}

Cell* FamilyGuard::Bind(const std::string_view* raw) {
  const EpochRegion region;
  const std::lock_guard<std::mutex> lock(core_.mutex);
  Question question;
  Cell* cell = nullptr;
  if (core_.lead != nullptr) {
    core_.lead->Arrive();
    cell = DecideOrFold(raw, /*binds=*/true, &question);
    CountFolds(question);
  } else {
    FamilyState* const state = state_.load(std::memory_order_relaxed);
    AskForHandle(*state, raw, &question);
    cell = Admit(state, &question);
    CountFolds(question);
    if (state->shadow) cell = ShadowCell(*state, raw);
  }
  cell->handles.fetch_add(1, std::memory_order_relaxed);
  if (spec_.shared != nullptr) spec_.shared->NoteHeld(*cell);
  return cell;
}

bool FamilyGuard::IsHeld(const LabelValue* value, size_t label) const {
  for (const auto& [identity, cell] : cells_) {
    if (label < cell->values.size() && cell->values[label] == value && HasHandles(*cell)) {
      return true;
    }
  }
  return false;
}

uint64_t FamilyGuard::HeldValues(size_t label) const {
  std::vector<const LabelValue*> held;
  for (const auto& [identity, cell] : cells_) {
    if (label >= cell->values.size() || !HasHandles(*cell)) continue;
    if (cell->values[label]->is_dynamic()) held.push_back(cell->values[label]);
  }
  std::sort(held.begin(), held.end());
  return static_cast<uint64_t>(std::unique(held.begin(), held.end()) - held.begin());
}

uint64_t FamilyGuard::exported_series() const {
  return state().shadow ? existing_series_ + cells_.size() * spec_.cost : taken_series();
}

SeriesTotal FamilyGuard::RetiredTotal() const {
  if (spec_.shared != nullptr) return spec_.shared->RetiredTotal();
  SeriesTotal total = retired_;
  for (const Tombstone& stone : tombstones_) total.Add(stone.total);
  return total;
}

size_t FamilyGuard::bytes() const {
  const FamilyState& now = state();
  size_t sum = sizeof(*this) + now.hits.bytes() + now.folds.bytes() + now.cells.bytes();
  for (size_t i = 0; i < labels_.size(); ++i) {
    sum += sizeof(GuardedLabel) + labels_[i]->busiest().bytes() + now.gates[i]->bytes();
    sum += labels_[i]->pool_size() * (sizeof(LabelValue) + sizeof(void*) * 4);
  }
  return sum + cells_.size() * (sizeof(Cell) + labels_.size() * 96);
}

}  // namespace seriesguard
