// SPDX-License-Identifier: Apache-2.0
//
// archive.cc: see the header.
#include "lib/multiprocess/archive.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <unordered_map>

#include "lib/guard/demand_sketch.h"
#include "lib/metrics/family_cells.h"
#include "lib/multiprocess/crash_point.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/own_names.h"

namespace seriesguard {
namespace {

bool IsGauge(const FamilyRecord& family) { return static_cast<MetricKind>(family.kind) == MetricKind::kGauge; }
GaugeMode ModeOf(const FamilyRecord& family) { return static_cast<GaugeMode>(family.gauge_mode); }

bool HasFamily(const OpenWorker& worker, const FamilyRecord& family) {
  return (worker.attached[family.index / 64] >> (family.index % 64) & 1) != 0;
}

void CopyWords(const void* from, void* to, uint64_t bytes) {
  const SharedWord* const source = static_cast<const SharedWord*>(from);
  SharedWord* const target = static_cast<SharedWord*>(to);
  for (uint64_t i = 0; i < bytes / 8; ++i) {
    target[i].store(source[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
}

// Opens the files of all workers; tries again while some come or go, which takes microseconds each time.
bool OpenAll(const ServiceMemory& memory, uint64_t version, std::vector<OpenWorker>* workers,
             std::vector<FileProblem>* problems = nullptr) {
  constexpr int kMostAttempts = 100;
  std::vector<FileProblem> ignored;
  if (problems == nullptr) problems = &ignored;
  for (int i = 0; i < kMostAttempts; ++i) {
    if (OpenWorkers(memory, version, workers, problems)) return true;
  }
  return false;
}

template <typename T>
void AddTo(std::atomic<T>* word, T amount) {
  word->store(word->load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

ArchiveView::ArchiveView(const ServiceMemory& memory, const FamilyRecord& family, uint64_t version) {
  const ArchiveShape shape(family);
  char* const base = memory.at(family.archive_offset[version & 1]);
  included = reinterpret_cast<std::atomic<uint32_t>*>(base);
  ints = reinterpret_cast<SharedWord*>(base + shape.ints_offset());
  doubles = reinterpret_cast<std::atomic<double>*>(base + shape.doubles_offset());
  gone_ints = reinterpret_cast<SharedWord*>(base + shape.gone_ints_offset());
  gone_doubles = reinterpret_cast<std::atomic<double>*>(base + shape.gone_doubles_offset());
  folds = reinterpret_cast<SharedWord*>(base + shape.folds_offset());
}

// What the next copy is to include.
struct Archive::Due {
  std::vector<OpenWorker> dead;             // their files, opened
  std::vector<OpenWorker> living;           // the same; only with `ends`
  std::vector<WorkerTicket> lost;           // dead ones whose file cannot be read
  std::vector<std::vector<uint32_t>> ends;  // by family: slots to give up
  std::vector<std::vector<uint32_t>> gone;  // by family: retired slots to forget
  bool any = false;
};

bool Archive::Run() {
  WorkerTable table = memory_.workers();
  // The file first: of an entry that is free nobody knows that it had one.
  table.Reap(memory_.probe_fd(), memory_.identity(), [this](const WorkerTicket& ticket) {
    ::unlinkat(memory_.folder().descriptor(), WorkerFileName(ticket.index, ticket.incarnation).c_str(), 0);
  });
  SERIESGUARD_CRASH_POINT("archive.run.reaped");
  const uint64_t version = memory_.header().archive_version.load();
  bool done = FinishWorkers(version);
  const Due due = FindDue();
  if (!due.any) return done;
  MakeCopy(due, version + 1);
  SERIESGUARD_CRASH_POINT("archive.run.copied");
  memory_.header().archive_version.store(version + 1, std::memory_order_seq_cst);
  SERIESGUARD_CRASH_POINT("archive.run.in_force");
  // What is written over from now on is written after that (scrapes look at the version again).
  std::atomic_thread_fence(std::memory_order_release);
  Finish(due);
  FinishWorkers(version + 1);
  return true;
}

Archive::Due Archive::FindDue() {
  Due due;
  WorkerTable table = memory_.workers();
  const uint64_t version = memory_.header().archive_version.load();
  std::vector<DeadWorker> dead = table.FindDead(memory_.probe_fd(), memory_.identity());
  dead.erase(std::remove_if(dead.begin(), dead.end(),
                            [](const DeadWorker& worker) { return worker.state != WorkerState::kLive; }),
             dead.end());
  if (!dead.empty()) {
    std::vector<OpenWorker> workers;
    std::vector<FileProblem> problems;
    if (!OpenAll(memory_, version, &workers, &problems)) return due;
    for (const DeadWorker& worker : dead) {
      const auto open = std::find_if(workers.begin(), workers.end(),
                                     [&](const OpenWorker& candidate) { return candidate.ticket == worker.ticket; });
      const std::string name = WorkerFileName(worker.ticket.index, worker.ticket.incarnation).c_str();
      const auto problem = std::find_if(problems.begin(), problems.end(),
                                        [&name](const FileProblem& candidate) { return candidate.name == name; });
      if (problem != problems.end() && problem->may_pass) continue;
      if (problem != problems.end()) problems_.push_back(*problem);
      if (open == workers.end()) {
        due.lost.push_back(worker.ticket);
      } else if (open->counts) {
        due.dead.push_back(std::move(*open));
      }
    }
    due.any = !due.dead.empty() || !due.lost.empty();
  }
  // What is retiring goes when all workers that live have let it go; the others are among the dead. (The fence orders this
  // look behind the changes: worker_table.h, invariant 5.)
  std::atomic_thread_fence(std::memory_order_seq_cst);
  uint64_t acked = UINT64_MAX;
  for (uint32_t index = 0; index < table.max_workers(); ++index) {
    const WorkerView view = table.Look(index);
    if (!view.is_whole || view.state == WorkerState::kClaiming) acked = 0;
    if (view.state != WorkerState::kLive) continue;
    const WorkerTicket ticket{index, view.incarnation};
    const auto is_it = [&](const auto& worker) { return worker.ticket == ticket; };
    const bool is_dead = std::any_of(dead.begin(), dead.end(), is_it);
    if (!is_dead) acked = std::min(acked, view.acked_change);
  }
  const uint32_t families = static_cast<uint32_t>(memory_.header().families.load());
  due.ends.resize(families);
  due.gone.resize(families);
  // Without news there is nothing that was not there at the last look.
  const uint64_t news = log_.news();
  if (news == looked_at_news_ && !has_waiting_) return due;
  looked_at_news_ = news;
  has_waiting_ = false;
  for (uint32_t i = 0; i < families; ++i) {
    const FamilyRecord& family = memory_.family(i);
    std::vector<std::pair<int64_t, uint32_t>> retired;  // until when they were shown, slot
    for (uint32_t slot = 0; slot < family.slots; ++slot) {
      const SeriesEntry& entry = memory_.series(family, slot);
      const EntryState state = StateOfWord(entry.word.load(std::memory_order_acquire));
      has_waiting_ = has_waiting_ || state == EntryState::kRetiring;
      if (state == EntryState::kRetiring && entry.changed.load(std::memory_order_relaxed) <= acked) {
        due.ends[i].push_back(slot);
      }
      if (state == EntryState::kRetired) retired.emplace_back(entry.until_ns.load(std::memory_order_relaxed), slot);
    }
    const size_t kept = family.tombstones > due.ends[i].size() ? family.tombstones - due.ends[i].size() : 0;
    std::sort(retired.begin(), retired.end());
    for (size_t r = 0; r + kept < retired.size(); ++r) due.gone[i].push_back(retired[r].second);
    due.any = due.any || !due.ends[i].empty() || !due.gone[i].empty();
    has_waiting_ = has_waiting_ || !due.gone[i].empty();
  }
  const bool has_ends = std::any_of(due.ends.begin(), due.ends.end(), [](const auto& ends) { return !ends.empty(); });
  if (has_ends) {
    if (!OpenAll(memory_, version, &due.living)) {
      for (auto& ends : due.ends) ends.clear();
    }
    const auto is_dead = [&](const OpenWorker& worker) {
      return std::any_of(dead.begin(), dead.end(),
                         [&](const DeadWorker& other) { return other.ticket == worker.ticket; });
    };
    due.living.erase(std::remove_if(due.living.begin(), due.living.end(), is_dead), due.living.end());
  }
  return due;
}

void Archive::MakeCopy(const Due& due, uint64_t next) {
  ServiceHeader& header = memory_.header();
  for (uint32_t index = 0; index < header.max_workers; ++index) {
    header.archived_incarnation[next & 1][index].store(header.archived_incarnation[(next + 1) & 1][index].load());
  }
  for (const OpenWorker& worker : due.dead) {
    header.archived_incarnation[next & 1][worker.ticket.index].store(worker.ticket.incarnation);
  }
  for (const WorkerTicket& ticket : due.lost) {
    header.archived_incarnation[next & 1][ticket.index].store(ticket.incarnation);
  }
  SERIESGUARD_CRASH_POINT("archive.copy.incarnations");
  const uint64_t families = header.families.load();
  for (uint32_t i = 0; i < families; ++i) {
    AddFamily(due, &memory_.family(i), next);
    SERIESGUARD_CRASH_POINT("archive.copy.family");
  }
}

void Archive::AddFamily(const Due& due, FamilyRecord* family, uint64_t next) {
  const ArchiveShape shape(*family);
  CopyWords(memory_.at(family->archive_offset[(next + 1) & 1]), memory_.at(family->archive_offset[next & 1]),
            shape.bytes());
  SERIESGUARD_CRASH_POINT("archive.copy.begun");
  ArchiveView to(memory_, *family, next);
  const std::vector<uint32_t>& ends = due.ends[family->index];

  std::vector<uint32_t> wanted(family->slots, 0);  // of dead workers: what is exported and not included
  for (uint32_t slot = 0; slot < family->slots; ++slot) {
    const uint64_t word = memory_.series(*family, slot).word.load(std::memory_order_acquire);
    if (!IsExported(StateOfWord(word))) continue;
    if (to.included[slot].load() < GenerationOfWord(word)) wanted[slot] = GenerationOfWord(word);
  }
  std::vector<uint64_t> ints(family->slots * family->int_words, 0), folds(family->folds, 0);
  std::vector<double> doubles(family->slots * family->double_words, 0);
  std::vector<FileProblem> ignored;
  if (IsGauge(*family)) {
    std::vector<uint64_t> no_ints(ints.size());
    std::vector<double> no_doubles(doubles.size());
    AddWorkers(due.dead, *family, 0, wanted, &no_ints, &no_doubles, &folds, &problems_);
    AddGauges(due, *family, wanted, &to);
  } else {
    AddWorkers(due.dead, *family, family->slots, wanted, &ints, &doubles, &folds, &problems_);
    if (!ends.empty()) {
      // A slot that ends takes what living workers have in it too.
      std::vector<uint32_t> ending(family->slots, 0);
      for (const uint32_t slot : ends) ending[slot] = wanted[slot];
      std::vector<uint64_t> no_folds(family->folds);
      AddWorkers(due.living, *family, family->slots, ending, &ints, &doubles, &no_folds, &ignored);
    }
    for (size_t i = 0; i < ints.size(); ++i) AddTo(&to.ints[i], ints[i]);
    for (size_t i = 0; i < doubles.size(); ++i) AddTo(&to.doubles[i], doubles[i]);
  }
  for (size_t i = 0; i < folds.size(); ++i) AddTo(&to.folds[i], folds[i]);
  for (const uint32_t slot : ends) {
    const uint64_t word = memory_.series(*family, slot).word.load();
    to.included[slot].store(GenerationOfWord(word), std::memory_order_relaxed);
  }
  SERIESGUARD_CRASH_POINT("archive.copy.added");
  // Forgotten series, and gauges that end, leave cells of zero behind.
  std::vector<uint32_t> zeroed = due.gone[family->index];
  if (IsGauge(*family)) zeroed.insert(zeroed.end(), ends.begin(), ends.end());
  for (const uint32_t slot : zeroed) {
    for (uint32_t i = 0; i < family->int_words; ++i) {
      SharedWord& word = to.ints[slot * family->int_words + i];
      if (!IsGauge(*family)) AddTo(&to.gone_ints[i], word.load());
      word.store(0, std::memory_order_relaxed);
    }
    for (uint32_t i = 0; i < family->double_words; ++i) {
      std::atomic<double>& word = to.doubles[slot * family->double_words + i];
      if (!IsGauge(*family)) AddTo(&to.gone_doubles[i], word.load());
      word.store(0, std::memory_order_relaxed);
    }
  }
}

void Archive::AddGauges(const Due& due, const FamilyRecord& family, const std::vector<uint32_t>& expected,
                        ArchiveView* to) {
  const GaugeMode mode = ModeOf(family);
  if (IsLive(mode) || IsPerProcess(mode)) return;
  std::vector<uint64_t> image;
  std::string problem;
  for (const OpenWorker& worker : due.dead) {
    if (!ReadCells(worker, family, family.slots, &image, &problem)) {
      if (!problem.empty()) {
        problems_.push_back({WorkerFileName(worker.ticket.index, worker.ticket.incarnation).c_str(), problem});
      }
      continue;
    }
    FamilyCells cells(LayoutOf(family), family.slots, 1, image.data());
    for (uint32_t slot = 0; slot < family.slots; ++slot) {
      if (expected[slot] == 0 || cells.generation(slot) != expected[slot]) continue;
      JoinedGauge joined;
      joined.value = to->doubles[slot].load();
      joined.set_ns = to->ints[slot].load();
      joined.Add(mode, cells.doubles(slot)->load(), cells.ints(slot)->load());
      to->doubles[slot].store(joined.value, std::memory_order_relaxed);
      to->ints[slot].store(joined.set_ns, std::memory_order_relaxed);
    }
  }
}

// A series that ends so, or comes to an end for good.
EntryChange Archive::EndOf(const FamilyRecord& family, uint32_t slot, EntryState state) const {
  const SeriesEntry& entry = memory_.series(family, slot);
  EntryChange change;
  change.place = PlaceOf(family.index, false, slot);
  change.word = EntryWord(GenerationOfWord(entry.word.load()), state);
  change.created_ns = entry.created_ns.load();
  change.until_ns = entry.until_ns.load();
  change.keeps_text = true;
  return change;
}

// After a copy is in force: what it includes is given up.
void Archive::Finish(const Due& due) {
  std::vector<EntryChange> changes;
  for (uint32_t i = 0; i < due.ends.size(); ++i) {
    const FamilyRecord& family = memory_.family(i);
    for (const uint32_t slot : due.gone[i]) changes.push_back(EndOf(family, slot, EntryState::kFree));
    const EntryState ended = IsGauge(family) ? EntryState::kFree : EntryState::kRetired;
    for (const uint32_t slot : due.ends[i]) changes.push_back(EndOf(family, slot, ended));
  }
  log_.Publish(changes);
  memory_.header().archive_finished.store(memory_.header().archive_version.load(), std::memory_order_relaxed);
}

void Archive::FinishInterrupted() {
  ServiceHeader& header = memory_.header();
  const uint64_t version = header.archive_version.load();
  if (header.archive_finished.load(std::memory_order_relaxed) == version) return;
  std::vector<EntryChange> changes;
  const uint64_t families = header.families.load();
  for (uint32_t i = 0; i < families; ++i) {
    const FamilyRecord& family = memory_.family(i);
    const ArchiveView archive(memory_, family, version);
    const auto is_zero = [&](uint32_t slot) {
      const SharedWord* const ints = archive.ints + size_t{slot} * family.int_words;
      const std::atomic<double>* const doubles = archive.doubles + size_t{slot} * family.double_words;
      return std::all_of(ints, ints + family.int_words, [](const auto& word) { return word.load() == 0; }) &&
             std::all_of(doubles, doubles + family.double_words, [](const auto& word) { return word.load() == 0; });
    };
    for (uint32_t slot = 0; slot < family.slots; ++slot) {
      const uint64_t word = memory_.series(family, slot).word.load();
      const bool is_included = archive.included[slot].load() >= GenerationOfWord(word);
      if (StateOfWord(word) == EntryState::kRetiring && is_included) {
        changes.push_back(EndOf(family, slot, IsGauge(family) ? EntryState::kFree : EntryState::kRetired));
      } else if (StateOfWord(word) == EntryState::kRetired && is_zero(slot)) {
        // Forgotten, or without anything to come back to.
        changes.push_back(EndOf(family, slot, EntryState::kFree));
      }
    }
  }
  log_.Publish(changes);
  header.archive_finished.store(version, std::memory_order_relaxed);
  header.recovered.fetch_add(1, std::memory_order_relaxed);
}

bool Archive::HasGaugesOfAll() const {
  const uint64_t families = memory_.header().families.load();
  for (uint32_t i = 0; i < families; ++i) {
    if (IsGauge(memory_.family(i)) && ModeOf(memory_.family(i)) == GaugeMode::kAll) return true;
  }
  return false;
}

// Ends what a copy in force includes: dead workers become archived, and archived ones free; with gauges of mode `all` only
// as far as their places are needed.
bool Archive::FinishWorkers(uint64_t version) {
  WorkerTable table = memory_.workers();
  bool done = false;
  for (uint32_t index = 0; index < table.max_workers(); ++index) {
    const WorkerView view = table.Look(index);
    const uint64_t included = memory_.header().archived_incarnation[version & 1][index].load();
    if (view.is_whole && view.state == WorkerState::kLive && view.incarnation <= included) {
      done = table.MarkArchived({index, view.incarnation}) || done;
    }
  }
  SERIESGUARD_CRASH_POINT("archive.finish.archived");
  const WorkerCounts counts = table.Count();
  uint32_t free = counts.free;
  const bool keeps = HasGaugesOfAll();
  const uint32_t wanted_free = std::max<uint32_t>(1, table.max_workers() / 8);
  for (uint32_t index = 0; index < table.max_workers(); ++index) {
    const WorkerView view = table.Look(index);
    if (!view.is_whole || view.state != WorkerState::kArchived) continue;
    if (keeps && free >= wanted_free) break;
    const FileName name = WorkerFileName(index, view.incarnation);
    ::unlinkat(memory_.folder().descriptor(), name.c_str(), 0);
    SERIESGUARD_CRASH_POINT("archive.finish.unlinked");
    done = table.Free({index, view.incarnation}) || done;
    ++free;
  }
  return done;
}

void Archive::AddWorkers(const std::vector<OpenWorker>& workers, const FamilyRecord& family, uint32_t slots,
                         const std::vector<uint32_t>& expected, std::vector<uint64_t>* ints,
                         std::vector<double>* doubles, std::vector<uint64_t>* folds,
                         std::vector<FileProblem>* problems) {
  std::vector<uint64_t> image, counts(family.folds);
  std::string problem;
  for (const OpenWorker& worker : workers) {
    if (!worker.counts) continue;
    if (slots > 0 && ReadCells(worker, family, slots, &image, &problem)) {
      FamilyCells::AddImage(LayoutOf(family), slots, family.stripes, image.data(), expected.data(), ints->data(),
                            doubles->data());
    }
    if (!problem.empty()) {
      problems->push_back({WorkerFileName(worker.ticket.index, worker.ticket.incarnation).c_str(), problem});
    }
    if (!HasFamily(worker, family) || counts.empty()) continue;
    if (!ReadPart(worker, family, family.folds_offset, counts.size() * 8, counts.data())) continue;
    for (size_t i = 0; i < counts.size(); ++i) (*folds)[i] += counts[i];
  }
}

std::vector<double> Archive::Calls(const FamilyRecord& family) const {
  std::vector<OpenWorker> workers;
  std::vector<FileProblem> problems;
  const uint64_t version = memory_.header().archive_version.load();  // the lead alone changes it
  OpenAll(memory_, version, &workers);
  const ArchiveView archive(memory_, family, version);
  std::vector<uint32_t> expected(family.slots, 0);
  for (uint32_t slot = 0; slot < family.slots; ++slot) {
    const uint64_t word = memory_.series(family, slot).word.load(std::memory_order_acquire);
    if (IsExported(StateOfWord(word)) && archive.included[slot].load() < GenerationOfWord(word)) {
      expected[slot] = GenerationOfWord(word);
    }
  }
  std::vector<uint64_t> ints(family.slots * family.int_words), folds(family.folds);
  std::vector<double> doubles(family.slots * family.double_words);
  AddWorkers(workers, family, family.slots, expected, &ints, &doubles, &folds, &problems);
  std::vector<double> calls(family.slots);
  const bool is_counter = static_cast<MetricKind>(family.kind) == MetricKind::kCounter;
  for (uint32_t slot = 0; slot < family.slots; ++slot) {
    for (uint32_t i = 0; i < family.int_words; ++i) {
      const size_t word = slot * family.int_words + i;
      calls[slot] += static_cast<double>(ints[word] + archive.ints[word].load());
    }
    if (is_counter) calls[slot] += doubles[slot] + archive.doubles[slot].load();
  }
  return calls;
}

void Archive::ReadHeld(const FamilyRecord& family, const WorkerTicket* own, std::vector<uint8_t>* held) const {
  held->assign(family.slots, 0);
  std::vector<OpenWorker> workers;
  OpenAll(memory_, memory_.header().archive_version.load(), &workers);
  std::vector<uint8_t> one(family.slots);
  for (const OpenWorker& worker : workers) {
    if (worker.state != WorkerState::kLive || (own != nullptr && worker.ticket == *own)) continue;
    if (!HasFamily(worker, family)) continue;
    if (!ReadPart(worker, family, family.held_offset, one.size(), one.data())) continue;
    for (uint32_t slot = 0; slot < family.slots; ++slot) (*held)[slot] |= one[slot];
  }
}

std::vector<BusiestValue> Archive::Rejected(const FamilyRecord& family, size_t label) const {
  std::vector<OpenWorker> workers;
  OpenAll(memory_, memory_.header().archive_version.load(), &workers);
  const size_t capacity = family.busiest_capacity[label];
  const size_t bytes = BusiestValues::BytesFor(capacity, kKeptBytes);
  const std::unique_ptr<char, void (*)(char*)> image(
      static_cast<char*>(::operator new(bytes, std::align_val_t(BusiestValues::kAlignment))),
      [](char* memory) { ::operator delete(memory, std::align_val_t(BusiestValues::kAlignment)); });
  std::unordered_map<uint64_t, BusiestValue> joined;  // by hash, which all processes make with one key
  for (const OpenWorker& worker : workers) {
    if (worker.state != WorkerState::kLive || !HasFamily(worker, family)) continue;
    if (!ReadPart(worker, family, family.busiest_offset[label], bytes, image.get())) continue;
    const BusiestValues values(image.get(), capacity, kKeptBytes, 0);
    for (BusiestValue& value : values.Top(values.capacity())) {
      const auto known = joined.find(value.hash);
      if (known == joined.end()) {
        joined.emplace(value.hash, std::move(value));
        continue;
      }
      known->second.count += value.count;
      known->second.first_seen_ns = std::min(known->second.first_seen_ns, value.first_seen_ns);
    }
  }
  std::vector<BusiestValue> all;
  all.reserve(joined.size());
  for (auto& [hash, value] : joined) all.push_back(std::move(value));
  std::sort(all.begin(), all.end(), [](const BusiestValue& a, const BusiestValue& b) {
    return a.count != b.count ? a.count > b.count : a.hash < b.hash;
  });
  return all;
}

std::vector<double> Archive::Demand(const std::vector<OpenWorker>& workers, const FamilyRecord& family) {
  std::vector<double> demand;
  const auto sketch = std::make_unique<DemandSketch>();
  for (uint64_t label = 0; label < family.labels; ++label) {
    DemandSketch::Registers registers{};
    for (const OpenWorker& worker : workers) {
      if (worker.state != WorkerState::kLive || !HasFamily(worker, family)) continue;
      const uint64_t offset = family.demand_offset + label * sizeof(DemandSketch);
      if (ReadPart(worker, family, offset, sizeof(DemandSketch), sketch.get())) sketch->Raise(&registers);
    }
    demand.push_back(DemandSketch::Estimate(registers));
  }
  return demand;
}

SeriesTotal Archive::RetiredTotal(const FamilyRecord& family) {
  const uint64_t news = log_.news();
  KnownTotal& known = retired_[family.index];
  if (known.is_known && known.news == news &&
      known.archive == memory_.header().archive_version.load(std::memory_order_acquire)) {
    return known.total;
  }
  SeriesTotal total;
  while (true) {
    const uint64_t version = memory_.header().archive_version.load(std::memory_order_acquire);
    const ArchiveView archive(memory_, family, version);
    std::vector<uint64_t> ints(family.int_words);
    double rest = 0;
    const auto add = [&](const SharedWord* words, const std::atomic<double>* doubles) {
      for (uint32_t i = 0; i < family.int_words; ++i) ints[i] += words[i].load(std::memory_order_relaxed);
      rest += doubles[0].load(std::memory_order_relaxed);
    };
    add(archive.gone_ints, archive.gone_doubles);
    for (uint32_t slot = 0; slot < family.slots; ++slot) {
      const uint64_t word = memory_.series(family, slot).word.load(std::memory_order_acquire);
      // (kRetiring: the archive has ended it, its entry is about to be told.)
      const bool has_ended = StateOfWord(word) == EntryState::kRetiring &&
                             archive.included[slot].load(std::memory_order_relaxed) >= GenerationOfWord(word);
      if (StateOfWord(word) != EntryState::kRetired && !has_ended) continue;
      add(archive.ints + slot * family.int_words, archive.doubles + slot * family.double_words);
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    if (memory_.header().archive_version.load(std::memory_order_relaxed) != version) continue;
    total = SeriesTotal();
    total.value = rest;
    if (static_cast<MetricKind>(family.kind) == MetricKind::kHistogram) {
      for (const uint64_t count : ints) total.buckets.push_back(static_cast<double>(count));
    } else if (!IsGauge(family)) {
      total.value += static_cast<double>(ints[0]);
    }
    known = {true, news, version, total};
    return total;
  }
}

}  // namespace seriesguard
