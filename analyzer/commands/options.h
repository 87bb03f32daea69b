// SPDX-License-Identifier: Apache-2.0
//
// options.h: what the arguments of one command mean, as plain data.
//
// Use:      filled by InterpretArguments from what was typed; given to the command's function.
// Threads:  plain data.
// Source:   docs/cli.md; flag_table.cc says which flag fills which field.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_OPTIONS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/baseline/baseline.h"
#include "analyzer/census/server_view.h"
#include "analyzer/report/build_report.h"
#include "analyzer/simulation/simulation.h"

namespace seriesguard {

enum class InputFormat : uint8_t { kAuto, kText, kOpenMetrics };
enum class CreatedSeries : uint8_t { kCount, kIgnore };
// In the order of kOutputFormatNames (output_formats.h): text and json for every command that has --format, up to html for
// diff, up to openmetrics for top and explain, all for check.
enum class OutputFormat : uint8_t {
  kText,
  kJson,
  kHtml,
  kMarkdown,
  kCsv,
  kOpenMetrics,
  kSarif,
  kJunit,
  kGithub,
  kGitlab,
};
enum class ColourChoice : uint8_t { kAuto, kAlways, kNever };

// How inputs that are addresses are read. Durations are whole milliseconds.
struct UrlOptions {
  int64_t timeout_ns = 10'000'000'000;
  std::optional<uint64_t> max_body_bytes;  // as sent; 0 = no cap
  size_t parallel = 4;
  uint16_t wait_for = 0;  // a status; 0 = the first answer counts
  int64_t wait_timeout_ns = 30'000'000'000;
  std::string bearer_token_file;
  std::string basic_auth_file;
  std::string ca_file;
};

// What is read, and how it is counted.
struct InputOptions {
  std::vector<std::string> paths;  // files, folders, "-", addresses
  UrlOptions url;
  InputFormat format = InputFormat::kAuto;
  ServerView server = ServerView::kPrometheus3;
  CreatedSeries created = CreatedSeries::kCount;
  bool lenient = false;  // skip lines that the server would refuse
  size_t threads = 0;    // 0 = as many as the machine has
  std::optional<uint64_t> memory_limit_bytes;
  std::optional<uint64_t> max_uncompressed_bytes;  // of one packed input; 0 = no cap
  std::optional<uint64_t> max_compression_ratio;   // 0 = no cap
};

// One --output FORMAT=FILE of top, check, explain or diff.
struct ReportFile {
  OutputFormat format = OutputFormat::kText;
  std::string path;
};

// What is shown, and how.
struct OutputOptions {
  OutputFormat format = OutputFormat::kText;  // on the standard output
  std::vector<ReportFile> files;              // and into files; no format and no path twice
  ColourChoice colour = ColourChoice::kAuto;
  std::optional<size_t> width;  // columns; else those of the terminal, else 100
  bool show_personal = false;   // e-mail and IP addresses and tokens as they are
  std::optional<size_t> limit;  // rows, 0 = all; else the command's own default
};

// What `check` judges by.
struct CheckOptions {
  std::string policy_path = "seriesguard.yaml";
  bool as_guarded = false;
  bool require_all = false;
  uint64_t replicas = 1;
  uint64_t allowed_skipped_lines = 0;
  std::string baseline_path;  // empty: no violation is known
  bool update_baseline = false;
  AllowedGrowth max_growth;      // of entries without one
  std::string baseline_reason;   // of entries that are new or rise
  std::string baseline_expires;  // "2026-12-31"
};

enum class ExportTarget : uint8_t { kAlerts, kRecording, kRelabel, kAllowList };

// What `policy export` writes, and where.
struct WriteOptions {
  std::optional<ExportTarget> target;
  std::string output_path;  // empty: the standard output
  std::string tests_path;   // empty: no tests
  std::string job;
  std::optional<int64_t> for_ns;
};

// What `simulate` tries on the inputs.
struct SimulateOptions {
  ArrivalOrder order = ArrivalOrder::kFile;
  bool has_order = false;
  bool has_policy = false;   // --policy was given
  std::string relabel_path;  // empty: a policy is tried
};

// What `explain --buckets` is asked.
struct BucketOptions {
  bool is_wanted = false;
  std::vector<double> thresholds;   // --at
  std::optional<double> max_error;  // --max-error; empty: that of BucketQuestion
};

// What `forecast` is asked.
struct ForecastFlags {
  bool snapshots = false;  // the inputs are one target over time
  double horizon = 10;     // times what the inputs cover
};

// What `top --bill` is asked.
struct BillOptions {
  bool is_wanted = false;
  std::optional<int64_t> scrape_interval_ns;  // --scrape-interval; empty: a minute
};

// What `watch` is asked.
struct WatchFlags {
  int64_t every_ns = 15'000'000'000;
  int64_t for_ns = 600'000'000'000;
  uint64_t allowed_failures = 3;  // in a row
};

// What `suggest` is asked.
struct SuggestFlags {
  std::optional<uint64_t> target;  // series of one target
};

// What `init` is asked.
struct InitFlagValues {
  double headroom = 0.25;  // of what is there
  bool force = false;      // an old policy is replaced
};

struct Options {
  std::string command;                   // as in the table: "top", "policy check"
  std::vector<std::string> positionals;  // what stands beside the flags, as typed
  InputOptions input;                    // its paths are filled from the positionals
  bool reads_policy = false;             // check.policy_path is read
  OutputOptions output;
  CheckOptions check;
  WriteOptions write;
  BucketOptions buckets;
  SuggestFlags suggest;
  InitFlagValues init;
  BillOptions bill;
  ForecastFlags forecast;
  WatchFlags watch;
  SimulateOptions simulate;
  bool strict = false;  // what is wrong with the dump itself is an error
  SortBy sort_by = SortBy::kSeries;
  std::string metric_pattern;  // RE2, unanchored; checked to compile; empty = all
  bool what_if = false;
  std::vector<std::string> ignored_labels;  // of diff and forecast
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_OPTIONS_H_
