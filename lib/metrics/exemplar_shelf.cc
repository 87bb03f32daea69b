// SPDX-License-Identifier: Apache-2.0
//
// exemplar_shelf.cc: see the header.
#include "lib/metrics/exemplar_shelf.h"

#include <pthread.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include "lib/metrics/exposition_escape.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kShortBytes = 96, kLongBytes = 672;
// The longest text: 53 labels whose names are one letter (or _) each, and values of 4 bytes a character. With more labels,
// whose names must then be longer, it is shorter again; an escape makes 2 bytes of a character.
static_assert(kLongBytes >= 53 + (kMostExemplarCharacters - 53) * 4 + 53 * 4);

// Of all locks that are held now; a lock of another epoch was held by a thread that this process does not have.
std::atomic<uint32_t> fork_epoch{1};
// Before main, so that no fork can come in between: without a handler a place may be lost to a child, nothing else.
[[maybe_unused]] const int has_handler =
    pthread_atfork(nullptr, nullptr, [] { fork_epoch.fetch_add(1, std::memory_order_relaxed); });

size_t CodePoints(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool IsGoodName(std::string_view name, const Exemplar& exemplar, const Exemplar::Label* label) {
  if (!IsClassicLabelName(name) || name.substr(0, 2) == "__") return false;
  for (const Exemplar::Label* other = exemplar.begin(); other != label; ++other) {
    if (other->first == name) return false;
  }
  return true;
}

struct Rendered {
  char text[kLongBytes];  // as CollectedExemplar::labels
  size_t size = 0;
};

void AppendText(std::string_view text, Rendered* out) {
  std::memcpy(out->text + out->size, text.data(), text.size());
  out->size += text.size();
}

void AppendValue(std::string_view value, Rendered* out) {
  for (const char c : value) {
    if (c == '\\' || c == '"' || c == '\n') out->text[out->size++] = '\\';
    out->text[out->size++] = c == '\n' ? 'n' : c;
  }
}

// The length is looked at first, so that no long text is looked through, nor more than 128 labels.
ExemplarResult Render(const Exemplar& exemplar, Rendered* out) {
  if (exemplar.begin() == exemplar.end() || !std::isfinite(exemplar.timestamp_s())) return ExemplarResult::kInvalid;
  size_t characters = 0;
  for (const auto& [name, value] : exemplar) {
    if (name.empty()) return ExemplarResult::kInvalid;
    for (const std::string_view text : {name, value}) {
      if (text.size() > kMostExemplarCharacters * 4) return ExemplarResult::kTooLong;
      characters += CodePoints(text);
    }
    if (characters > kMostExemplarCharacters) return ExemplarResult::kTooLong;
  }
  for (const Exemplar::Label& label : exemplar) {
    const auto& [name, value] = label;
    if (!IsGoodName(name, exemplar, &label)) return ExemplarResult::kInvalid;
    if (!IsValidUtf8(value) || value.find('\0') != std::string_view::npos) return ExemplarResult::kInvalid;
    if (out->size > 0) AppendText(",", out);
    AppendText(name, out);
    AppendText("=\"", out);
    AppendValue(value, out);
    AppendText("\"", out);
  }
  return ExemplarResult::kKept;
}

double NowSeconds() {
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                 .count()) /
         1e3;
}

}  // namespace

struct ExemplarShelf::Place {
  explicit Place(size_t text_capacity) : capacity(static_cast<uint16_t>(text_capacity)) {}

  bool TryLock() {
    const uint32_t epoch = fork_epoch.load(std::memory_order_relaxed);
    uint32_t held = lock.load(std::memory_order_relaxed);
    return held != epoch &&
           lock.compare_exchange_strong(held, epoch, std::memory_order_acquire, std::memory_order_relaxed);
  }
  void Unlock() { lock.store(0, std::memory_order_release); }
  char* text() { return reinterpret_cast<char*>(this + 1); }

  std::atomic<uint32_t> lock{0};  // 0: free; else the epoch of who has it
  uint32_t generation = 0;
  const uint16_t capacity;
  uint16_t size = 0;  // 0: no exemplar
  double value = 0;
  double timestamp_s = 0;
  Place* shorter = nullptr;  // what stood here before; somebody may still be looking at it
};

ExemplarShelf::~ExemplarShelf() {
  std::atomic<Place*>* const places = places_.load(std::memory_order_acquire);
  if (places == nullptr) return;
  for (size_t i = 0; i < cells_.slots() * places_a_slot_; ++i) {
    for (Place* place = places[i].load(std::memory_order_acquire); place != nullptr;) {
      Place* const shorter = place->shorter;
      std::free(place);
      place = shorter;
    }
  }
  delete[] places;
}

ExemplarShelf::Place* ExemplarShelf::Make(size_t at, size_t text_bytes) {
  std::atomic<Place*>* places = places_.load(std::memory_order_acquire);
  if (places == nullptr) {
    auto* const made = new (std::nothrow) std::atomic<Place*>[cells_.slots() * places_a_slot_]();
    if (made == nullptr) return nullptr;
    if (places_.compare_exchange_strong(places, made, std::memory_order_acq_rel)) {
      places = made;
    } else {
      delete[] made;
    }
  }
  Place* place = places[at].load(std::memory_order_acquire);
  while (place == nullptr || place->capacity < text_bytes) {
    const size_t capacity = text_bytes <= kShortBytes ? kShortBytes : kLongBytes;
    void* const memory = std::malloc(sizeof(Place) + capacity);
    if (memory == nullptr) return nullptr;
    auto* const made = new (memory) Place(capacity);
    made->shorter = place;
    if (places[at].compare_exchange_strong(place, made, std::memory_order_acq_rel)) return made;
    std::free(memory);
  }
  return place;
}

ExemplarResult ExemplarShelf::Keep(size_t slot, size_t index, double value, const Exemplar& exemplar) {
  Rendered rendered;
  const ExemplarResult result = Render(exemplar, &rendered);
  if (result != ExemplarResult::kKept) {
    counts_->Note(result);
    return result;
  }
  Place* const place = Make(slot * places_a_slot_ + index, rendered.size);
  if (place == nullptr) {
    counts_->Note(ExemplarResult::kNoMemory);
    return ExemplarResult::kNoMemory;
  }
  const double timestamp_s = exemplar.timestamp_s() == 0 ? NowSeconds() : exemplar.timestamp_s();
  if (!place->TryLock()) return ExemplarResult::kBusy;
  place->size = 0;  // of a thread that is no more the text may be torn
  place->generation = cells_.generation(slot);
  place->value = value;
  place->timestamp_s = timestamp_s;
  std::memcpy(place->text(), rendered.text, rendered.size);
  place->size = static_cast<uint16_t>(rendered.size);
  place->Unlock();
  return ExemplarResult::kKept;
}

bool ExemplarShelf::Read(size_t at, uint32_t generation, CollectedExemplar* exemplar) const {
  constexpr int kTries = 100;  // a lock is held for a copy of some bytes
  Place* const place = places_.load(std::memory_order_acquire)[at].load(std::memory_order_acquire);
  if (place == nullptr) return false;
  char text[kLongBytes];
  for (int i = 0; i < kTries; ++i) {
    if (!place->TryLock()) continue;
    const size_t size = place->generation == generation ? place->size : 0;
    std::memcpy(text, place->text(), size);
    exemplar->value = place->value;
    exemplar->timestamp_s = place->timestamp_s;
    place->Unlock();
    if (size == 0) return false;
    exemplar->labels.assign(text, size);  // allocates: not under the lock
    return true;
  }
  return false;
}

void ExemplarShelf::Append(size_t slot, uint32_t generation, CollectedSeries* series, CollectedFamily* family) const {
  if (places_.load(std::memory_order_acquire) == nullptr) return;
  for (size_t i = 0; i < places_a_slot_; ++i) {
    CollectedExemplar exemplar;
    if (!Read(slot * places_a_slot_ + i, generation, &exemplar)) continue;
    if (series->exemplars_begin < 0) {
      series->exemplars_begin = static_cast<int32_t>(family->exemplars.size());
      family->exemplars.resize(family->exemplars.size() + places_a_slot_);
    }
    family->exemplars[static_cast<size_t>(series->exemplars_begin) + i] = std::move(exemplar);
  }
}

}  // namespace seriesguard
