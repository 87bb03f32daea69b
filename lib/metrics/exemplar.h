// SPDX-License-Identifier: Apache-2.0
//
// exemplar.h: what an exemplar is given as, and what became of it.
//
// Use:      requests.With({"GET"}).Increment(1, {{"trace_id", trace}});
//           latency.With({path}).Observe(seconds, {{"trace_id", trace}, {"span_id", span}});
//           Its value is what was counted or observed.
// Lifetime: views everything; meant for one expression.
// Source:   OpenMetrics 1.0, "Exemplars": names and values together have at most 128 characters. docs/metrics.md.
#ifndef SERIESGUARD_LIB_METRICS_EXEMPLAR_H_
#define SERIESGUARD_LIB_METRICS_EXEMPLAR_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

inline constexpr size_t kMostExemplarCharacters = 128;  // code points

class Exemplar {
 public:
  using Label = std::pair<std::string_view, std::string_view>;  // name and value

  // `timestamp_s`: seconds since the epoch; 0: now.
  Exemplar(std::initializer_list<Label> labels, double timestamp_s = 0)
      : count_(labels.size()), timestamp_s_(timestamp_s) {
    labels_ = labels.begin();  // here, where compilers take our word for the lifetime
  }
  Exemplar(const std::vector<Label>& labels, double timestamp_s = 0)  // NOLINT: meant to convert
      : labels_(labels.data()), count_(labels.size()), timestamp_s_(timestamp_s) {}

  const Label* begin() const { return labels_; }
  const Label* end() const { return labels_ + count_; }
  double timestamp_s() const { return timestamp_s_; }

 private:
  const Label* labels_ = nullptr;
  size_t count_;
  double timestamp_s_;
};

// What became of an exemplar. Whatever it is, what it was given with has been counted.
enum class ExemplarResult : uint8_t {
  kKept,     // shown until another one takes its place
  kBusy,     // another thread is just keeping one there: that one is shown
  kInvalid,  // no labels; a name that is not of letters, digits and _, starts with __ or comes twice; a value that is not
             // UTF-8 or has a NUL; a time that is not finite
  kTooLong,  // more than kMostExemplarCharacters
  kNoMemory,
  kUncounted,  // nothing was counted that it could be an example of: an amount below zero, an empty handle
};

// How many exemplars a family has refused, in this process.
struct ExemplarRefusals {
  uint64_t invalid = 0;
  uint64_t too_long = 0;
  uint64_t no_memory = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_EXEMPLAR_H_
