// SPDX-License-Identifier: Apache-2.0
//
// family_definition.h: what a family is, as every process of a service must declare it, and as bytes in guard.shm.
//
// Use:      Encode when a family is made; two processes agree exactly when the bytes do; Decode by whoever scrapes.
// Threads:  pure functions.
// Errors:   Decode says whether the bytes are whole; it trusts none of them.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_FAMILY_DEFINITION_H_
#define SERIESGUARD_LIB_MULTIPROCESS_FAMILY_DEFINITION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/guard/series_backend.h"
#include "lib/metrics/family_cells.h"
#include "lib/multiprocess/gauge_mode.h"

namespace seriesguard {

struct FamilyDefinition {
  std::string name, help, unit;
  MetricKind kind = MetricKind::kCounter;
  GaugeMode gauge_mode = GaugeMode::kSum;
  std::vector<std::string> labels;
  std::vector<double> boundaries;  // of a histogram: finite, ascending
  uint64_t cost = 1;               // stored series a label set

  CellLayout layout() const;
};

std::string EncodeDefinition(const FamilyDefinition& definition);
bool DecodeDefinition(std::string_view bytes, FamilyDefinition* definition);

// The label values of a series as its entry keeps them: per label its size in two bytes, then its bytes; size 0: absent.
std::string EncodeValues(const std::vector<std::string_view>& values);
// Lifetime: `values` view `bytes`. Returns false where they are not `labels` whole values.
bool DecodeValues(std::string_view bytes, size_t labels, std::vector<std::string_view>* values);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_FAMILY_DEFINITION_H_
