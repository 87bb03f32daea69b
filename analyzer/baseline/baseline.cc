// SPDX-License-Identifier: Apache-2.0
//
// baseline.cc: the arithmetic of a ceiling.
#include "analyzer/baseline/baseline.h"

#include <cmath>

namespace seriesguard {

uint64_t AllowedBy(const BaselineEntry& entry, const AllowedGrowth& otherwise) {
  const uint64_t ceiling = entry.observed.value_or(0);
  const AllowedGrowth& growth = entry.max_growth ? *entry.max_growth : otherwise;
  // A millionth is added so that 10 % of 100 is 10 whatever the binary form of a tenth.
  const double share = std::floor(static_cast<double>(ceiling) * growth.share + 1e-6);
  const uint64_t more = growth.absolute + (share < 9e15 ? static_cast<uint64_t>(share) : 0);
  return ceiling > UINT64_MAX - more ? UINT64_MAX : ceiling + more;
}

}  // namespace seriesguard
