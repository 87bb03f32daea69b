// SPDX-License-Identifier: Apache-2.0
//
// watch.h: what was seen of services over a while, as plain data; every output of `watch` is a rendering of it.
//
// Use:      filled by the command, scrape by scrape.
// Threads:  plain data.
// Units:    series over all addresses; times since the first scrape.
// Source:   docs/watch.md defines every word; the document "seriesguard.watch/1" mirrors this file.
#ifndef SERIESGUARD_ANALYZER_WATCH_WATCH_H_
#define SERIESGUARD_ANALYZER_WATCH_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/diff/change.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// One look at all addresses.
struct WatchScrape {
  int64_t at_ns = 0;
  std::string failure;  // empty: it was read; else why not, one line, safe to print
  uint64_t series = 0;
  uint64_t added = 0, gone = 0;            // since the first scrape that was read
  uint64_t added_last = 0, gone_last = 0;  // since the one that was read before
};

enum class WatchEnd : uint8_t {
  kTime,         // --for is over
  kBudget,       // the budget broke
  kInterrupted,  // somebody ended it
  kFailures,     // too many scrapes in a row failed
};

std::string_view WatchEndName(WatchEnd end);

struct Watch {
  std::string tool;    // "seriesguard 0.1.0"
  std::string server;  // "prometheus3", "prometheus2"
  std::vector<std::string> names;
  int64_t every_ns = 0;
  int64_t for_ns = 0;
  std::vector<WatchScrape> scrapes;
  uint64_t failed = 0;          // of them
  uint64_t came = 0, went = 0;  // sums of added_last and gone_last: churn, what came back counted again
  WatchEnd end = WatchEnd::kTime;
  std::optional<Diff> diff;      // from the first scrape that was read to the last
  std::optional<Report> report;  // where a policy was given: the verdict on the last scrape that was read
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_WATCH_WATCH_H_
