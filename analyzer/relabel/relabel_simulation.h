// SPDX-License-Identifier: Apache-2.0
//
// relabel_simulation.h: what a server would store of dumps behind its relabel rules and limits, as plain data; and how it
// is found out.
//
// Use:      after the inputs were read with DumpTables as the watcher, boundaries as `server` writes them.
// Threads:  one at a time.
// Memory:   of one input at a time: its series before and after as numbers of texts.
// Cost:     linear in the samples, times the rules.
// Source:   Prometheus, scrape/scrape.go: labels of the target, rules, the checks of a sample, limits; docs/simulate.md.
#ifndef SERIESGUARD_ANALYZER_RELABEL_RELABEL_SIMULATION_H_
#define SERIESGUARD_ANALYZER_RELABEL_RELABEL_SIMULATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/server_view.h"
#include "analyzer/relabel/relabel_config.h"
#include "analyzer/simulation/dump_table.h"

namespace seriesguard {

// Series that become one.
struct LostSeries {
  std::string metric;  // the name after relabelling, raw bytes
  uint64_t samples = 0;
  uint64_t series = 0;  // distinct, as they were before
  std::string kept, lost, becomes;
};

struct RuleEffect {
  uint64_t line = 0;
  std::string action;
  uint64_t dropped_samples = 0;
  uint64_t dropped_series = 0;
};

struct LimitEffect {
  std::string limit;
  uint64_t value = 0;
  uint64_t seen = 0;
  bool is_exceeded = false;
  std::string metric;  // that crosses the line, in the order of the dump
  uint64_t line = 0;
  std::string biggest;
  uint64_t biggest_share = 0;
};

struct RelabelledMetric {
  std::string name;
  uint64_t series_before = 0;
  uint64_t series_after = 0;  // of them: kept, under whatever name
  uint64_t dropped_series = 0;
  uint64_t lost_series = 0;
};

struct RelabelledInput {
  std::string path;
  uint64_t samples = 0;
  uint64_t kept_samples = 0;
  uint64_t series_before = 0;
  uint64_t series_after = 0;  // that would be stored if nothing failed the scrape
  uint64_t dropped_series = 0;
  uint64_t lost_samples = 0;
  std::string failure;  // why the whole scrape is lost; empty: it is not
  std::vector<RuleEffect> rules;
  std::vector<LimitEffect> limits;
  std::vector<LostSeries> lost;           // most samples first
  std::vector<RelabelledMetric> metrics;  // in the order of the dump
};

struct RelabelSimulation {
  std::string config_path;
  std::string job;  // empty: a bare list
  ServerView server = ServerView::kPrometheus3;
  std::vector<RelabelledInput> inputs;
};

struct RelabelOptions {
  ServerView server = ServerView::kPrometheus3;
  // What the server stores of the first input, as text 0.0.4 without TYPE lines; nothing of a scrape that fails. Null: nobody
  // wants it.
  std::string* exposition = nullptr;
};

absl::StatusOr<RelabelSimulation> SimulateRelabelling(const RelabelJob& job, const Census& census,
                                                      const DumpTables& tables, const RelabelOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_RELABEL_SIMULATION_H_
