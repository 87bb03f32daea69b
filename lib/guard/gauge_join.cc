// SPDX-License-Identifier: Apache-2.0
//
// gauge_join.cc: see the header. All orders are sequentially consistent: invariant 1 needs a store of the gauge and a look
// at the state behind it to stay in this order.
#include "lib/guard/gauge_join.h"

#include <algorithm>
#include <new>

namespace seriesguard {
namespace {

double Addend(double value) { return std::isfinite(value) ? value : 0; }

}  // namespace

double GaugeJoin::Better(double a, double b) const {
  if (std::isnan(a)) return b;
  if (std::isnan(b)) return a;
  return fold() == Fold::kMin ? std::min(a, b) : std::max(a, b);
}

double GaugeJoin::Shown() const {
  if (fold() == Fold::kSum) return sum_.load();
  const double best = Better(newer_.load(), older_.load());
  return std::isnan(best) ? 0 : best;
}

void GaugeJoin::AddToSum(double difference) {
  double sum = sum_.load();
  while (!sum_.compare_exchange_weak(sum, sum + difference)) {
  }
}

void GaugeJoin::Note(double value) {
  if (std::isnan(value)) return;
  double best = newer_.load();
  while (std::isnan(best) || Better(best, value) != best) {
    if (newer_.compare_exchange_weak(best, value)) return;
  }
}

void GaugeJoin::Change(GaugePart* part, double value) {
  const double before = ValueOf(part).exchange(value);
  if (fold() == Fold::kSum) {
    AddToSum(Addend(value) - Addend(before));
  } else {
    Note(value);
  }
}

void GaugeJoin::ChangeBy(GaugePart* part, double amount) {
  std::atomic<double>& value = ValueOf(part);
  double before = value.load();
  double after;
  do {
    after = (std::isnan(before) ? 0 : before) + amount;
  } while (!value.compare_exchange_weak(before, after));
  if (fold() == Fold::kSum) {
    AddToSum(Addend(after) - Addend(before));
  } else {
    Note(after);
  }
}

void GaugeJoin::Join(GaugePart* part) {
  const std::lock_guard<std::mutex> lock(mutex_);
  part->next_ = parts_;
  if (parts_ != nullptr) parts_->previous_ = part;
  parts_ = part;
}

bool GaugeJoin::Remove(GaugePart* part) {
  const std::lock_guard<std::mutex> lock(mutex_);
  (part->previous_ == nullptr ? parts_ : part->previous_->next_) = part->next_;
  if (part->next_ != nullptr) part->next_->previous_ = part->previous_;
  const double told = part->value_.load();
  if (fold() == Fold::kSum) AddToSum(-Addend(told));
  return !std::isnan(told);
}

template <typename Use>
void GaugeJoin::ForEachPart(Use use) {
  use(others_.value_);
  for (GaugePart* part = parts_; part != nullptr; part = part->next_) use(part->value_);
}

double GaugeJoin::SumOfParts() {
  double sum = 0;
  ForEachPart([&sum](const std::atomic<double>& value) { sum += Addend(value.load()); });
  return sum;
}

double GaugeJoin::BestOfParts() {
  double best = kNone;
  ForEachPart([&](const std::atomic<double>& value) { best = Better(best, value.load()); });
  return best;
}

void GaugeJoin::Enforce(Fold fold, double shown, int64_t now_ns) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Fold before = this->fold();
  if (before == fold) return;
  if (!IsJoined(fold)) {
    // The plain gauge does not tell its parts; they would be old when they are joined again.
    ForEachPart([](std::atomic<double>& value) { value.store(kNone); });
    fold_.store(fold);
    return;
  }
  // Handles that fed a plain gauge have no parts until they speak again; without any the value is the others'.
  if (!IsJoined(before) && parts_ == nullptr) others_.value_.store(shown);
  fold_.store(fold);
  sum_.store(SumOfParts());
  newer_.store(BestOfParts());
  older_.store(IsJoined(before) ? kNone : shown);
  window_since_ns_ = now_ns;
  mended_parts_ = mended_sum_ = kNone;
}

void GaugeJoin::ForgetAll() {
  ForEachPart([](std::atomic<double>& value) { value.store(kNone); });
  sum_.store(0);
  newer_.store(kNone);
  older_.store(kNone);
  mended_parts_ = mended_sum_ = kNone;
}

void GaugeJoin::StartAnew() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ForgetAll();
}

// The list forwards is whole at every instant of Join and Remove, and its parts are: a thread that vanished frees nothing.
void GaugeJoin::StartAnewInChild() {
  new (&mutex_) std::mutex;
  GaugePart* previous = nullptr;
  for (GaugePart* part = parts_; part != nullptr; part = part->next_) {
    part->previous_ = previous;
    previous = part;
  }
  ForgetAll();
}

void GaugeJoin::MendSum() {
  const double parts = SumOfParts();
  double sum = sum_.load();
  if (parts == mended_parts_ && (sum == mended_sum_ || (std::isnan(sum) && std::isnan(mended_sum_))) && sum != parts) {
    sum_.compare_exchange_strong(sum, parts);
    sum = parts;
  }
  mended_parts_ = parts;
  mended_sum_ = sum;
}

void GaugeJoin::EndWindow(int64_t now_ns, int64_t window_ns) {
  if (now_ns - window_since_ns_ < window_ns) return;
  window_since_ns_ = now_ns;
  // What is set between the look at the parts and the exchange is in what the exchange returns.
  const double next = BestOfParts();
  older_.store(newer_.exchange(next));
}

}  // namespace seriesguard
