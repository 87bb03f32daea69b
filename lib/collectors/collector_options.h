// SPDX-License-Identifier: Apache-2.0
//
// collector_options.h: how long a collector may take, and how much it may say.
//
// Use:      with Registry::AddCollector and GuardCollectable.
// Source:   docs/collectors.md.
#ifndef SERIESGUARD_LIB_COLLECTORS_COLLECTOR_OPTIONS_H_
#define SERIESGUARD_LIB_COLLECTORS_COLLECTOR_OPTIONS_H_

#include <chrono>
#include <cstddef>

namespace seriesguard {

struct CollectorOptions {
  // After this long a scrape goes on without the collector. Shorter than the server's scrape_timeout, which is 10 s.
  std::chrono::milliseconds timeout{5000};
  // Label sets that one run may tell, over all of its families: what it says is kept in memory until it has ended.
  size_t most_label_sets = 1'000'000;
  // Families that it may have, over all of its runs.
  size_t most_families = 256;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_COLLECTORS_COLLECTOR_OPTIONS_H_
