// SPDX-License-Identifier: Apache-2.0
//
// sample_watcher.h: somebody who wants to see the samples that the census counts, with their values and their metadata.
//
// Use:      ReadOptions::watcher; inputs are then read by one thread, in their order.
// Threads:  called from the thread that reads.
// Lifetime: the sample dies with the call.
#ifndef SERIESGUARD_ANALYZER_READING_SAMPLE_WATCHER_H_
#define SERIESGUARD_ANALYZER_READING_SAMPLE_WATCHER_H_

#include <cstddef>
#include <string_view>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/sample_event.h"

namespace seriesguard {

class SampleWatcher {
 public:
  virtual ~SampleWatcher() = default;

  // `input` is the number of the input among those of the run.
  virtual void OnSample(size_t input, const SampleEvent& sample) = 0;
  // A TYPE or HELP line; `name` as written, escapes inside.
  virtual void OnType(size_t /*input*/, std::string_view /*name*/, MetricType /*type*/) {}
  virtual void OnHelp(size_t /*input*/, std::string_view /*name*/, std::string_view /*text*/) {}
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_SAMPLE_WATCHER_H_
