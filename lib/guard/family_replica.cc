// SPDX-License-Identifier: Apache-2.0
//
// family_replica.cc: a family in one of many processes: decides with the lead, follows without it.
#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "lib/guard/family_guard.h"
#include "lib/guard/family_question.h"

namespace seriesguard {
namespace {

// Nobody waits on the way of a call: it asks a few times, because a decision takes microseconds. A handle is made once and
// then kept, so it is worth ten milliseconds at most.
constexpr int kAttemptsOfCall = 4;
constexpr int kAttemptsOfHandle = 40;
constexpr std::chrono::microseconds kBetweenAttempts{250};
constexpr int kWaitsForOverflow = 200;

// Leaves the lead however a decision ends.
class LeadHeld {
 public:
  explicit LeadHeld(SharedLead* lead) : lead_(lead) {}
  LeadHeld(const LeadHeld&) = delete;
  LeadHeld& operator=(const LeadHeld&) = delete;
  ~LeadHeld() { lead_->Leave(); }

 private:
  SharedLead* const lead_;
};

}  // namespace

// Called on the way of a hit: whoever does not get the mutex goes on with what it knows, somebody else is following.
// Not so in a process that is no worker yet: nobody waits for it before a slot is given to another series, and the folds
// that it counts are kept nowhere.
FamilyState* FamilyGuard::FollowNews(FamilyState* state) {
  const uint64_t followed = core_.followed.load(std::memory_order_relaxed);
  if (state->news->load(std::memory_order_acquire) == followed) return state;
  std::unique_lock<std::mutex> lock(core_.mutex, std::defer_lock);
  if (followed == GuardCore::kNotCounting) {
    lock.lock();
  } else if (!lock.try_lock()) {
    return state;
  }
  core_.lead->Arrive();
  core_.reclaimer.Collect();
  return state_.load(std::memory_order_relaxed);
}

bool FamilyGuard::TakeLead(bool may_wait) const {
  const int attempts = may_wait ? kAttemptsOfHandle : kAttemptsOfCall;
  for (int i = 0; i < attempts; ++i) {
    if (i > 0 && may_wait) std::this_thread::sleep_for(kBetweenAttempts);
    if (i > 0 && !may_wait) std::this_thread::yield();
    if (core_.lead->TryTake()) return true;
  }
  return false;
}

// Returns the cell of a call that needs a decision, or of its overflow where another process is deciding.
Cell* FamilyGuard::DecideOrFold(const std::string_view* raw, bool binds, Question* question) {
  core_.lead->Follow();
  FamilyState* state = state_.load(std::memory_order_relaxed);
  if (binds) {
    AskForHandle(*state, raw, question);
    Cell* const known = question->has_unknown ? nullptr : FindCell(*state, *question);
    if (known != nullptr) return known;
  } else if (Cell* const known = FindKnown(*state, raw, question)) {
    return known;
  }
  if (!TakeLead(binds)) {
    if (Cell* const overflow = FoldBusy(*state, raw, question)) return overflow;
    // Nothing takes the overflow away but a reload that is under way, or a damaged file: then it is worth a wait.
    for (int i = 0; !TakeLead(/*may_wait=*/true); ++i) {
      core_.lead->Follow();
      state = state_.load(std::memory_order_relaxed);
      if (Cell* const overflow = FoldBusy(*state, raw, question)) return overflow;
      if (i == kWaitsForOverflow) throw std::bad_alloc();
    }
  }
  const LeadHeld held(core_.lead);
  state = state_.load(std::memory_order_relaxed);  // there may have been a reload
  if (binds) {
    AskForHandle(*state, raw, question);
  } else {
    Ask(*state, raw, question);
  }
  return Admit(state, question);
}

// The overflow of a call, closed values kept as far as their series are there; the last one always is (EnsureOverflow).
Cell* FamilyGuard::FoldBusy(const FamilyState& state, const std::string_view* raw, Question* question) {
  Ask(state, raw, question);
  for (const bool absent_too : {false, true}) {
    Overflow(state, FoldReason::kBusy, absent_too, question);
    Cell* const cell = FindCell(state, *question);
    if (cell != nullptr) return cell;
  }
  for (size_t i = 0; i < question->labels; ++i) {
    if (state.gates[i]->is_dropped() || question->values[i] == state.gates[i]->otherwise()) continue;
    question->FoldLabel(i, *state.gates[i], FoldReason::kBusy);
  }
  return FindCell(state, *question);
}

void FamilyGuard::Begin() {
  FamilyState* const state = state_.load(std::memory_order_relaxed);
  EnsureOverflow(state);
  ExportClosedSets(state);
}

// Makes the label set of overflow words, so that a call always has a cell that it can be counted in.
void FamilyGuard::EnsureOverflow(FamilyState* state) {
  std::vector<LabelValue*> values;
  for (size_t i = 0; i < labels_.size(); ++i) {
    const LabelGate& gate = *state->gates[i];
    values.push_back(gate.is_dropped() ? &labels_[i]->absent : gate.otherwise());
  }
  EnsureCell(state, values, core_.now_ns());
}

void FamilyGuard::NoteSeries(Cell* cell) const {
  if (spec_.shared != nullptr) spec_.shared->NoteSeries(cell);
}

void FamilyGuard::NoteValue(size_t label, LabelValue* value) const {
  if (spec_.shared != nullptr) spec_.shared->NoteValue(label, value);
}

bool FamilyGuard::HasHandles(const Cell& cell) const {
  if (cell.handles.load(std::memory_order_acquire) > 0) return true;
  return spec_.shared != nullptr && spec_.shared->IsHeldElsewhere(cell);
}

double FamilyGuard::TakeTraffic(Cell* cell) const {
  if (spec_.shared != nullptr) return spec_.shared->TakeTraffic(cell);
  return cell->traffic.exchange(0, std::memory_order_relaxed);
}

std::vector<BusiestValue> FamilyGuard::Rejected(size_t label) const {
  if (spec_.shared != nullptr) return spec_.shared->Rejected(label);
  return labels_[label]->busiest().Top(labels_[label]->busiest().capacity());
}

// Goes on from where whoever led before left it.
void FamilyGuard::LoadTraffic(SharedTraffic* traffic) {
  spec_.shared->LoadTraffic(traffic);
  for (size_t i = 0; i < labels_.size(); ++i) {
    labels_[i]->promotions_left = traffic->promotions_left[i];
    labels_[i]->closed_to_newcomers = labels_[i]->closed_to_newcomers || traffic->closed_to_newcomers[i];
    labels_[i]->ForEach([this](LabelValue* value) {
      if (value->named && value->is_dynamic()) value->score = spec_.shared->Score(*value);
    });
  }
}

void FamilyGuard::StoreTraffic(const SharedTraffic& traffic) {
  SharedTraffic now = traffic;
  for (size_t i = 0; i < labels_.size(); ++i) {
    now.promotions_left[i] = labels_[i]->promotions_left;
    now.closed_to_newcomers[i] = labels_[i]->closed_to_newcomers;
    labels_[i]->ForEach([this](const LabelValue* value) {
      if (value->named && value->is_dynamic()) spec_.shared->SetScore(*value);
    });
  }
  spec_.shared->StoreTraffic(now);
}

void FamilyGuard::KeepIn(std::vector<SharedLabelMemory> memory) {
  memory_ = std::move(memory);
  for (size_t i = 0; i < labels_.size(); ++i) labels_[i]->KeepIn(memory_[i], core_.now_ns());
}

// Says whether the tables of all processes have room for the label set of a question.
bool FamilyGuard::FitsWithOthers(const Question& question) const {
  if (spec_.shared == nullptr) return true;
  LabelPairs pairs;
  for (size_t i = 0; i < question.labels; ++i) {
    const LabelValue* const value = question.values[i];
    if (value == &labels_[i]->absent) continue;
    pairs.emplace_back(spec_.labels[i], value != nullptr ? value->text : std::string(question.answers[i].text));
  }
  return spec_.shared->Fits(pairs);
}

FollowedSeries::State FamilyGuard::StateOf(const Cell& cell) const {
  switch (cell.state) {
    case Cell::State::kActive:
      return cell.target.load(std::memory_order_relaxed) == &cell ? FollowedSeries::State::kLive
                                                                  : FollowedSeries::State::kShownAtZero;
    case Cell::State::kOrphaned: return FollowedSeries::State::kOrphaned;
    case Cell::State::kFrozen: return FollowedSeries::State::kFrozen;
    case Cell::State::kRetired: break;
  }
  return FollowedSeries::State::kRetiring;
}

Cell* FamilyGuard::FollowSeries(const FollowedSeries& seen, Cell* known) {
  FamilyState* const state = state_.load(std::memory_order_relaxed);
  Cell* cell = known;
  const bool is_live = seen.state == FollowedSeries::State::kLive || seen.state == FollowedSeries::State::kShownAtZero;
  if (cell == nullptr || (is_live && cell->state != Cell::State::kActive)) {
    Question question;
    question.labels = labels_.size();
    question.has_unknown = false;
    question.folds.fill(FoldReason::kNone);
    for (size_t i = 0; i < labels_.size(); ++i) {
      const std::string_view text = seen.values[i];
      if (text.empty()) {
        question.values[i] = &labels_[i]->absent;
      } else if (text == state->gates[i]->otherwise()->text) {
        question.values[i] = state->gates[i]->otherwise();
      } else {
        LabelValue* const value = labels_[i]->Intern(text, ValueKind::kDynamic);
        if (!value->named && value->cells == 0) ++labels_[i]->leaving;
        question.values[i] = value;
      }
    }
    following_ = &seen;
    try {
      cell = MakeCell(state, question, core_.now_ns());
    } catch (...) {
      following_ = nullptr;
      throw;
    }
    following_ = nullptr;
  }
  if (seen.state == FollowedSeries::State::kLive) ReleaseTarget(cell);
  if (is_live) return cell;
  if (cell->state == Cell::State::kActive) {
    state->Remove(cell);
    ReleaseTarget(cell);
  }
  cell->until_ns = seen.until_ns;
  if (seen.state == FollowedSeries::State::kOrphaned) cell->state = Cell::State::kOrphaned;
  if (seen.state == FollowedSeries::State::kFrozen) cell->state = Cell::State::kFrozen;
  has_waiting_ = has_waiting_ || cell->state != Cell::State::kActive;
  if (seen.state == FollowedSeries::State::kRetiring && cell->state != Cell::State::kRetired) {
    cell->state = Cell::State::kRetired;
    Unreach(cell);
  }
  return cell;
}

const Cell* FamilyGuard::FindExported(const std::vector<std::string_view>& values) const {
  LabelPairs pairs;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty()) pairs.emplace_back(spec_.labels[i], std::string(values[i]));
  }
  const auto found = cells_.find(IdentityOf(pairs));
  return found == cells_.end() ? nullptr : found->second.get();
}

// Tells the others when no thread of this process can feed the cell any more.
void FamilyGuard::Unreach(Cell* cell) {
  const uint32_t ticket = ++cell->ticket;
  cell->is_unreachable = false;
  std::string identity = IdentityOf(cell->labels);
  cell->is_awaited = core_.reclaimer.Retire([this, identity, ticket] { OnUnreachable(identity, ticket); });
}

void FamilyGuard::OnUnreachable(const std::string& identity, uint32_t ticket) {
  const auto found = cells_.find(identity);
  if (found == cells_.end() || found->second->ticket != ticket || found->second->state != Cell::State::kRetired) return;
  found->second->is_awaited = false;
  // A handle that was made meanwhile feeds it still; the maintenance asks again.
  if (found->second->handles.load(std::memory_order_acquire) > 0) return;
  found->second->is_unreachable = true;
  spec_.shared->NoteUnreachable(found->second.get());
}

void FamilyGuard::FollowEnd(Cell* cell) {
  if (cell->state == Cell::State::kActive) {
    FamilyState* const state = state_.load(std::memory_order_relaxed);
    state->Remove(cell);
  }
  ReleaseTarget(cell);
  spec_.backend->Remove(cell->metric);
  GivePlace(cell);
  ReleaseValues(cell);
  const auto found = cells_.find(IdentityOf(cell->labels));
  std::shared_ptr<Cell> gone(std::move(found->second));
  cells_.erase(found);
  if (gone->handles.load(std::memory_order_acquire) > 0) return Strand(std::move(gone));
  core_.reclaimer.Retire([gone] {});
}

// A handle of a process that was no worker, such as one that a child has inherited, could not keep its series. From now on
// what it counts goes to the overflow; its cell waits for its end.
void FamilyGuard::Strand(std::shared_ptr<Cell> cell) {
  const FamilyState& state = *state_.load(std::memory_order_relaxed);
  Question question;
  question.labels = labels_.size();
  for (size_t i = 0; i < labels_.size(); ++i) {
    question.values[i] = state.gates[i]->is_dropped() ? &labels_[i]->absent : state.gates[i]->otherwise();
  }
  if (Cell* const overflow = FindCell(state, question)) {
    overflow->handles.fetch_add(1, std::memory_order_relaxed);
    if (spec_.kind == MetricKind::kGauge) cell->metric = overflow->metric;
    cell->target.store(overflow, std::memory_order_release);
  }
  cell->values.Assign(nullptr, 0);
  stranded_.push_back(std::move(cell));
}

void FamilyGuard::EndStranded() {
  const auto is_over = [this](const std::shared_ptr<Cell>& cell) {
    if (cell->handles.load(std::memory_order_acquire) > 0) return false;
    ReleaseTarget(cell.get());
    return true;
  };
  stranded_.erase(std::remove_if(stranded_.begin(), stranded_.end(), is_over), stranded_.end());
}

LabelValue* FamilyGuard::FollowValue(size_t label, std::string_view text, bool is_named, int64_t admitted_ns) {
  LabelGate& gate = *state_.load(std::memory_order_relaxed)->gates[label];
  LabelValue* const value =
      is_named ? labels_[label]->Intern(text, ValueKind::kDynamic) : labels_[label]->FindInPool(text);
  if (value == nullptr || !value->is_dynamic() || value->named == is_named) return value;
  if (is_named) {
    gate.Name(value, admitted_ns);
    labels_[label]->busiest().Forget(value->hash);
    labels_[label]->demand().Add(value->hash);
    return value;
  }
  gate.Unname(value);
  if (value->cells > 0) return value;
  labels_[label]->ReleaseIfUnused(value, &core_.reclaimer);
  return nullptr;
}

void FamilyGuard::UnnameOwn() {
  const FamilyState& state = *state_.load(std::memory_order_relaxed);
  for (size_t i = 0; i < labels_.size(); ++i) {
    labels_[i]->ForEach([&gate = *state.gates[i]](LabelValue* value) {
      if (value->named && value->is_dynamic() && value->shared_entry == LabelValue::kNoEntry) gate.Unname(value);
    });
  }
}

void FamilyGuard::AfterFollow() { NoteFreedPlaces(state_.load(std::memory_order_relaxed)); }

// Asks again for what a handle held, or memory was short for.
void FamilyGuard::UnreachRetired() {
  for (const auto& [identity, cell] : cells_) {
    if (cell->state != Cell::State::kRetired || cell->is_unreachable || cell->is_awaited) continue;
    if (cell->handles.load(std::memory_order_acquire) == 0) Unreach(cell.get());
  }
}

}  // namespace seriesguard
