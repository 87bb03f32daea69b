// SPDX-License-Identifier: Apache-2.0
//
// reclaimer.cc: the queue of what waits for its readers. A vector, cut at its front: destruction is rare, and a vector
// allocates nothing once it has its room, which a deque does not promise.
#include "lib/guard/reclaimer.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "lib/guard/epoch.h"

namespace seriesguard {

Reclaimer::Reclaimer() { epoch_internal::DecideOrdering(); }

Reclaimer::~Reclaimer() {
  while (!items_.empty()) DestroyFirst(items_.size());  // a destroyer may retire more
}

bool Reclaimer::Retire(std::function<void()> destroy) {
  try {
    items_.push_back({0, std::move(destroy)});
  } catch (const std::exception&) {  // bad_alloc, length_error
    return false;
  }
  return true;
}

size_t Reclaimer::Collect() {
  if (is_settling_) {
    if (std::chrono::steady_clock::now() < settled_at_) return items_.size();
    is_settling_ = false;
    DestroyUnseen();  // before new objects may make all wait again
  }
  if (ordered_ < items_.size()) OrderNewItems();
  if (!is_settling_) DestroyUnseen();
  return items_.size();
}

bool Reclaimer::Reserve(size_t count) {
  try {
    items_.reserve(count);
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

void Reclaimer::OrderNewItems() {
  const uint64_t epoch = epoch_internal::AdvanceEpoch();
  for (; ordered_ < items_.size(); ++ordered_) items_[ordered_].epoch = epoch;
  if (!epoch_internal::OrderReaders()) {
    is_settling_ = true;
    settled_at_ = std::chrono::steady_clock::now() + kSettleTime;
  }
}

void Reclaimer::DestroyUnseen() {
  if (ordered_ == 0) return;
  const uint64_t oldest = epoch_internal::OldestReader();
  size_t count = 0;
  while (count < ordered_ && items_[count].epoch < oldest) ++count;
  DestroyFirst(count);
}

void Reclaimer::DestroyFirst(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    // Moved out first: the vector may grow under a destroyer that retires.
    const std::function<void()> destroy = std::move(items_[i].destroy);
    destroy();
  }
  items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(count));
  ordered_ -= std::min(count, ordered_);
}

}  // namespace seriesguard
