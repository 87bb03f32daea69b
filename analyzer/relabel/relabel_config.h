// SPDX-License-Identifier: Apache-2.0
//
// relabel_config.h: what a Prometheus configuration says of one job's samples: relabel rules, limits, target labels.
//
// Use:      once a run of `simulate --relabel`.
// Threads:  pure functions; ReadRelabelConfigFile reads a file.
// Errors:   Diagnostics with line and column, all of a file in one run. Keys that are not of interest here are not looked
//           at: the file is a server's, and has what the server knows. Within what is read, an unknown key is an error, as
//           it is to the server; and so are aliases and tags, which this reader does not follow (elsewhere in the file they
//           do not matter).
// Memory:   the text is at most 1 MiB.
// Source:   Prometheus, documentation "Configuration": scrape_config, relabel_config.
#ifndef SERIESGUARD_ANALYZER_RELABEL_RELABEL_CONFIG_H_
#define SERIESGUARD_ANALYZER_RELABEL_RELABEL_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/server_view.h"
#include "analyzer/relabel/relabel_rule.h"
#include "rules/diagnostic.h"

namespace seriesguard {

// 0: no limit.
struct ScrapeLimits {
  uint64_t sample_limit = 0;
  uint64_t label_limit = 0;
  uint64_t label_name_length_limit = 0;
  uint64_t label_value_length_limit = 0;
  uint64_t body_size_limit = 0;  // bytes, uncompressed
};

struct RelabelJob {
  std::string name;  // empty: the file is a bare list of rules
  std::vector<ServerRelabelRule> rules;
  ScrapeLimits limits;  // the job's own, else those of `global`
  bool honor_labels = false;
  bool honor_timestamps = true;
  // That the server attaches: job, instance, and those of the first target of static_configs; by name. None of a bare list.
  std::vector<std::pair<std::string, std::string>> target_labels;
};

struct RelabelConfig {
  std::vector<RelabelJob> jobs;  // in the order of the file
};

struct RelabelConfigResult {
  std::optional<RelabelConfig> config;  // set if and only if no diagnostic is an error
  std::vector<Diagnostic> diagnostics;
  std::string text;  // what the locations refer to
};

// Rules that `server` would refuse are errors.
RelabelConfigResult ReadRelabelConfig(std::string_view yaml_text, ServerView server);

// Errors:    the file cannot be read; the message names the path.
absl::StatusOr<RelabelConfigResult> ReadRelabelConfigFile(const std::string& path, ServerView server);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_RELABEL_CONFIG_H_
