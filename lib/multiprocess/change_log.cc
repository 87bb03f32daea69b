// SPDX-License-Identifier: Apache-2.0
//
// change_log.cc: see the header.
#include "lib/multiprocess/change_log.h"

#include <algorithm>

#include "lib/multiprocess/crash_point.h"

namespace seriesguard {
namespace {

// Says whether the series of an entry waits for its return. Asked before the change is logged: whoever does the change a
// second time finds the entry half changed.
bool GoesOn(const ServiceMemory& memory, uint64_t place) {
  if (IsValuePlace(place) || FamilyOfPlace(place) >= memory.header().families.load(std::memory_order_relaxed))
    return false;
  const FamilyRecord& family = memory.family(FamilyOfPlace(place));
  if (IndexOfPlace(place) >= family.slots) return false;
  const uint64_t word = memory.series(family, IndexOfPlace(place)).word.load(std::memory_order_relaxed);
  return StateOfWord(word) == EntryState::kRetired;
}

}  // namespace

void ChangeLog::Publish(const std::vector<EntryChange>& changes) {
  ServiceHeader& header = memory_.header();
  TransactionLog& log = header.log;
  for (size_t first = 0; first < changes.size(); first += TransactionLog::kMostChanges) {
    const size_t count = std::min(TransactionLog::kMostChanges, changes.size() - first);
    for (size_t i = 0; i < count; ++i) {
      const EntryChange& change = changes[first + i];
      LoggedChange& logged = log.changes[i];
      logged.place.store(change.place, std::memory_order_relaxed);
      logged.word.store(change.word, std::memory_order_relaxed);
      logged.created_ns.store(change.created_ns, std::memory_order_relaxed);
      logged.until_ns.store(change.until_ns, std::memory_order_relaxed);
      logged.real.store(change.real, std::memory_order_relaxed);
      logged.label.store(change.label, std::memory_order_relaxed);
      logged.goes_on.store(GoesOn(memory_, change.place) ? 1 : 0, std::memory_order_relaxed);
      logged.text_bytes.store(change.keeps_text ? kKeepText : change.text.size(), std::memory_order_relaxed);
      CopyIn(change.text.data(), change.text.size(), logged.text);
    }
    log.first_change.store(header.news.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    SERIESGUARD_CRASH_POINT("change_log.publish.written");
    log.count.store(count, std::memory_order_release);
    SERIESGUARD_CRASH_POINT("change_log.publish.valid");
    DoAll();
  }
}

bool ChangeLog::Finish() {
  const uint64_t count = memory_.header().log.count.load(std::memory_order_acquire);
  if (count == 0) return false;
  DoAll();
  memory_.header().recovered.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void ChangeLog::DoAll() {
  ServiceHeader& header = memory_.header();
  TransactionLog& log = header.log;
  const uint64_t count = std::min<uint64_t>(log.count.load(std::memory_order_acquire), TransactionLog::kMostChanges);
  const uint64_t first = log.first_change.load(std::memory_order_relaxed);
  for (uint64_t i = 0; i < count; ++i) {
    Do(log.changes[i], first + i);
    SERIESGUARD_CRASH_POINT("change_log.do.one");
  }
  const uint64_t last = first + count - 1;
  if (header.news.load(std::memory_order_relaxed) < last) header.news.store(last, std::memory_order_release);
  SERIESGUARD_CRASH_POINT("change_log.do.told");
  log.count.store(0, std::memory_order_release);
  SERIESGUARD_CRASH_POINT("change_log.do.forgotten");
}

void ChangeLog::Do(const LoggedChange& change, uint64_t number) {
  const uint64_t place = change.place.load(std::memory_order_relaxed);
  const uint64_t word = change.word.load(std::memory_order_relaxed);
  const uint64_t size = change.text_bytes.load(std::memory_order_relaxed);
  memory_.header().ring[number % ServiceHeader::kRing].store(place, std::memory_order_relaxed);
  if (place == kNoPlace || FamilyOfPlace(place) >= memory_.header().families.load(std::memory_order_relaxed)) return;
  FamilyRecord& family = memory_.family(FamilyOfPlace(place));
  const uint32_t index = IndexOfPlace(place);
  const auto begin_writing = [word](SharedWord* of) {
    of->store(EntryWord(GenerationOfWord(word), EntryState::kWriting), std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    SERIESGUARD_CRASH_POINT("change_log.do.writing");
  };
  if (IsValuePlace(place)) {
    if (index >= family.values) return;
    ValueEntry& entry = memory_.value(family, index);
    if (size != kKeepText) {
      begin_writing(&entry.word);
      const size_t bytes = std::min<size_t>(size, kMaxSharedValueBytes);
      entry.label.store(change.label.load(std::memory_order_relaxed), std::memory_order_relaxed);
      entry.text_bytes.store(bytes, std::memory_order_relaxed);
      for (size_t i = 0; i * 8 < bytes; ++i) entry.text[i].store(change.text[i].load(std::memory_order_relaxed));
    }
    SERIESGUARD_CRASH_POINT("change_log.do.value_filled");
    entry.admitted_ns.store(change.created_ns.load(std::memory_order_relaxed), std::memory_order_relaxed);
    entry.score.store(change.real.load(std::memory_order_relaxed), std::memory_order_relaxed);
    entry.word.store(word, std::memory_order_release);
    return;
  }
  if (index >= family.slots) return;
  SeriesEntry& entry = memory_.series(family, index);
  if (size != kKeepText) {
    begin_writing(&entry.word);
    const size_t bytes = std::min<size_t>(size, family.text_bytes);
    entry.text_bytes.store(bytes, std::memory_order_relaxed);
    for (size_t i = 0; i * 8 < bytes; ++i) entry.text()[i].store(change.text[i].load(std::memory_order_relaxed));
    entry.created_s.store(change.real.load(std::memory_order_relaxed), std::memory_order_relaxed);
    // What comes back goes on from its total, and what the lead had seen of that.
    if (change.goes_on.load(std::memory_order_relaxed) == 0) {
      entry.last_calls.store(0, std::memory_order_relaxed);
      entry.shown.store(0, std::memory_order_relaxed);
    }
  }
  SERIESGUARD_CRASH_POINT("change_log.do.series_filled");
  entry.changed.store(number, std::memory_order_relaxed);
  entry.created_ns.store(change.created_ns.load(std::memory_order_relaxed), std::memory_order_relaxed);
  entry.until_ns.store(change.until_ns.load(std::memory_order_relaxed), std::memory_order_relaxed);
  entry.word.store(word, std::memory_order_release);
}

bool ChangeLog::Places(uint64_t followed, uint64_t until, std::vector<uint64_t>* places) const {
  places->clear();
  const ServiceHeader& header = memory_.header();
  if (until - followed > ServiceHeader::kRing / 2) return false;
  for (uint64_t n = followed + 1; n <= until; ++n) {
    places->push_back(header.ring[n % ServiceHeader::kRing].load(std::memory_order_relaxed));
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  // What is being written now may be a transaction ahead of the news.
  return header.news.load(std::memory_order_relaxed) + TransactionLog::kMostChanges - followed <= ServiceHeader::kRing;
}

SeriesView ChangeLog::ReadSeries(const FamilyRecord& family, uint32_t slot) const {
  const SeriesEntry& entry = memory_.series(family, slot);
  SeriesView view;
  uint64_t word = entry.word.load(std::memory_order_acquire);
  while (true) {
    view.state = StateOfWord(word);
    view.generation = GenerationOfWord(word);
    if (view.state == EntryState::kFree || view.state == EntryState::kWriting) return view;
    view.created_ns = entry.created_ns.load(std::memory_order_relaxed);
    view.until_ns = entry.until_ns.load(std::memory_order_relaxed);
    view.created_s = entry.created_s.load(std::memory_order_relaxed);
    const size_t bytes = std::min<uint64_t>(entry.text_bytes.load(std::memory_order_relaxed), family.text_bytes);
    view.text.resize(bytes);
    CopyOut(entry.text(), bytes, view.text.data());
    std::atomic_thread_fence(std::memory_order_acquire);
    const uint64_t again = entry.word.load(std::memory_order_relaxed);
    if (again == word) return view;
    word = again;
  }
}

ValueView ChangeLog::ReadValue(const FamilyRecord& family, uint32_t index) const {
  const ValueEntry& entry = memory_.value(family, index);
  ValueView view;
  uint64_t word = entry.word.load(std::memory_order_acquire);
  while (true) {
    view.is_named = StateOfWord(word) == EntryState::kNamed;
    view.generation = GenerationOfWord(word);
    if (!view.is_named) return view;
    view.admitted_ns = entry.admitted_ns.load(std::memory_order_relaxed);
    view.label = entry.label.load(std::memory_order_relaxed);
    const size_t bytes = std::min<uint64_t>(entry.text_bytes.load(std::memory_order_relaxed), kMaxSharedValueBytes);
    view.text.resize(bytes);
    CopyOut(entry.text, bytes, view.text.data());
    std::atomic_thread_fence(std::memory_order_acquire);
    const uint64_t again = entry.word.load(std::memory_order_relaxed);
    if (again == word) return view;
    word = again;
  }
}

}  // namespace seriesguard
