// SPDX-License-Identifier: Apache-2.0
//
// flag_table.cc: one row a flag; what is typed becomes a field of Options here and nowhere else.
#include "analyzer/commands/flag_table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/baseline/baseline_reader.h"
#include "analyzer/commands/flag_values.h"
#include "analyzer/commands/flag_words.h"
#include "analyzer/commands/init_flags.h"
#include "analyzer/commands/output_formats.h"
#include "analyzer/commands/url_flags.h"
#include "analyzer/exposition/go_float.h"
#include "analyzer/input/http_url.h"
#include "re2/re2.h"
#include "rules/export/alert_rules.h"
#include "rules/reading/quantity.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMostThreads = 256;
constexpr uint64_t kMostTargetSeries = 9000000000000000;
constexpr uint64_t kMostReplicas = 1'000'000;
constexpr int64_t kLeastScrapeIntervalNs = 1'000'000;
constexpr int64_t kMostScrapeIntervalNs = 86'400'000'000'000;
constexpr uint64_t kNarrowestColumns = 40;
constexpr uint64_t kWidestColumns = 10'000;
constexpr int kFarthestHorizon = 1'000'000;
constexpr size_t kLongestPattern = 4'096;
constexpr size_t kShownColumns = 40;

// Reads a word of a list into an enum whose values are in the order of the list.
template <typename Enum>
absl::Status ApplyWord(std::string_view text, const std::vector<std::string_view>& words, Enum* field) {
  const absl::StatusOr<size_t> index = ReadWord(text, words);
  if (index.ok()) *field = static_cast<Enum>(*index);
  return index.status();
}

template <typename Field>
absl::Status ApplyNumber(std::string_view text, uint64_t least, uint64_t most, Field* field) {
  const absl::StatusOr<uint64_t> number = ReadWholeNumber(text, least, most);
  if (number.ok()) *field = static_cast<size_t>(*number);
  return number.status();
}

absl::Status ApplyInputFormat(std::string_view text, Options* options) {
  return ApplyWord(text, InputFormatWords(options->command), &options->input.format);
}

absl::Status ApplyServer(std::string_view text, Options* options) {
  return ApplyWord(text, ServerWords(options->command), &options->input.server);
}

absl::Status ApplyCreated(std::string_view text, Options* options) {
  return ApplyWord(text, CreatedWords(options->command), &options->input.created);
}

absl::Status ApplyLenient(std::string_view, Options* options) {
  options->input.lenient = true;
  return absl::OkStatus();
}

absl::Status ApplyStrict(std::string_view, Options* options) {
  options->strict = true;
  return absl::OkStatus();
}

absl::Status ApplyThreads(std::string_view text, Options* options) {
  return ApplyNumber(text, 1, kMostThreads, &options->input.threads);
}

absl::Status ApplyMemoryLimit(std::string_view text, Options* options) {
  const absl::StatusOr<uint64_t> bytes = ReadByteSize(text);
  if (bytes.ok()) options->input.memory_limit_bytes = *bytes;
  return bytes.status();
}

absl::Status ApplyMaxUncompressed(std::string_view text, Options* options) {
  if (text == "0") {
    options->input.max_uncompressed_bytes = 0;
    return absl::OkStatus();
  }
  const absl::StatusOr<uint64_t> bytes = ReadByteSize(text);
  if (bytes.ok()) options->input.max_uncompressed_bytes = *bytes;
  return bytes.status();
}

absl::Status ApplyMaxRatio(std::string_view text, Options* options) {
  const absl::StatusOr<uint64_t> ratio = ReadWholeNumber(text, 0, 1'000'000'000);
  if (ratio.ok()) options->input.max_compression_ratio = *ratio;
  return ratio.status();
}

absl::Status ApplyPolicy(std::string_view text, Options* options) {
  options->simulate.has_policy = true;
  return ReadFilePath(text, &options->check.policy_path);
}

absl::Status ApplyAsGuarded(std::string_view, Options* options) {
  options->check.as_guarded = true;
  return absl::OkStatus();
}

absl::Status ApplyRequireAll(std::string_view, Options* options) {
  options->check.require_all = true;
  return absl::OkStatus();
}

absl::Status ApplyReplicas(std::string_view text, Options* options) {
  return ApplyNumber(text, 1, kMostReplicas, &options->check.replicas);
}

absl::Status ApplyAllowSkipped(std::string_view text, Options* options) {
  return ApplyNumber(text, 0, UINT64_MAX, &options->check.allowed_skipped_lines);
}

absl::Status ApplyBaselinePath(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->check.baseline_path);
}

absl::Status ApplyUpdateBaseline(std::string_view, Options* options) {
  options->check.update_baseline = true;
  return absl::OkStatus();
}

absl::Status ApplyMaxGrowth(std::string_view text, Options* options) {
  const std::optional<AllowedGrowth> growth = ParseGrowth(text);
  if (!growth) return absl::InvalidArgumentError("expected a share or a number, such as 10% or 250");
  options->check.max_growth = *growth;
  return absl::OkStatus();
}

absl::Status ApplyReason(std::string_view text, Options* options) {
  if (text.empty() || !IsValidUtf8(text)) return absl::InvalidArgumentError("expected a sentence, in UTF-8");
  options->check.baseline_reason = std::string(text);
  return absl::OkStatus();
}

absl::Status ApplyExpires(std::string_view text, Options* options) {
  if (!IsDay(text)) return absl::InvalidArgumentError("expected a day, such as 2026-12-31");
  options->check.baseline_expires = std::string(text);
  return absl::OkStatus();
}

absl::Status ApplyLimit(std::string_view text, Options* options) {
  return ApplyNumber(text, 0, UINT64_MAX, &options->output.limit);
}

absl::Status ApplyBy(std::string_view text, Options* options) {
  return ApplyWord(text, SortWords(options->command), &options->sort_by);
}

absl::Status ApplyMetric(std::string_view text, Options* options) {
  if (text.empty() || text.size() > kLongestPattern) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a regular expression of 1 to ", kLongestPattern, " bytes"));
  }
  RE2::Options quiet;
  quiet.set_log_errors(false);
  const RE2 pattern(re2::StringPiece(text.data(), text.size()), quiet);
  if (!pattern.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("not a regular expression: ", SafeText(pattern.error())));
  }
  options->metric_pattern = std::string(text);
  return absl::OkStatus();
}

absl::Status ApplyWhatIf(std::string_view, Options* options) {
  options->what_if = true;
  return absl::OkStatus();
}

// Names between commas; a name with a comma in it cannot be given.
absl::Status ApplyIgnoreLabel(std::string_view text, Options* options) {
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    if (comma == 0) return absl::InvalidArgumentError("expected names of labels, such as pod,instance");
    options->ignored_labels.emplace_back(text.substr(0, comma));
    if (comma == text.size()) return absl::OkStatus();
    text.remove_prefix(comma + 1);
  }
}

absl::Status ApplyBill(std::string_view, Options* options) {
  options->bill.is_wanted = true;
  return absl::OkStatus();
}

absl::Status ApplyScrapeInterval(std::string_view text, Options* options) {
  const std::optional<int64_t> ns = ParseDurationNs(text);
  if (!ns || *ns < kLeastScrapeIntervalNs || *ns > kMostScrapeIntervalNs) {
    return absl::InvalidArgumentError("expected a duration of 1ms to 1d, such as 15s");
  }
  options->bill.scrape_interval_ns = *ns;
  return absl::OkStatus();
}

absl::Status ApplyBuckets(std::string_view, Options* options) {
  options->buckets.is_wanted = true;
  return absl::OkStatus();
}

absl::Status ApplyAt(std::string_view text, Options* options) {
  double threshold = 0;
  if (!ParseGoFloat(text, &threshold) || !(threshold > 0) || !std::isfinite(threshold)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a number above 0, such as 0.25, got \"", SafeTextTruncated(text, kShownColumns), "\""));
  }
  options->buckets.thresholds.push_back(threshold);
  return absl::OkStatus();
}

absl::Status ApplyMaxError(std::string_view text, Options* options) {
  double error = 0;
  if (!ParseGoFloat(text, &error) || !(error > 0 && error <= 1)) {
    return absl::InvalidArgumentError(absl::StrCat("expected a share above 0 and at most 1, such as 0.1, got \"",
                                                   SafeTextTruncated(text, kShownColumns), "\""));
  }
  options->buckets.max_error = error;
  return absl::OkStatus();
}

absl::Status ApplySnapshots(std::string_view, Options* options) {
  options->forecast.snapshots = true;
  return absl::OkStatus();
}

absl::Status ApplyHorizon(std::string_view text, Options* options) {
  double horizon = 0;
  if (!ParseGoFloat(text, &horizon) || !(horizon >= 1 && horizon <= kFarthestHorizon)) {
    return absl::InvalidArgumentError(absl::StrCat("expected a number of 1 to ", kFarthestHorizon,
                                                   ", such as 10, got \"", SafeTextTruncated(text, kShownColumns),
                                                   "\""));
  }
  options->forecast.horizon = horizon;
  return absl::OkStatus();
}

absl::Status ApplyOrder(std::string_view text, Options* options) {
  options->simulate.has_order = true;
  return ApplyWord(text, OrderWords(options->command), &options->simulate.order);
}

absl::Status ApplyTo(std::string_view text, Options* options) {
  ExportTarget target = ExportTarget::kAlerts;
  const absl::Status status = ApplyWord(text, ExportWords(options->command), &target);
  if (status.ok()) options->write.target = target;
  return status;
}

absl::Status ApplyOutput(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->write.output_path);
}

absl::Status ApplyRelabel(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->simulate.relabel_path);
}

absl::Status ApplyTests(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->write.tests_path);
}

absl::Status ApplyJob(std::string_view text, Options* options) {
  if (text.empty() || !IsValidUtf8(text)) return absl::InvalidArgumentError("expected the name of a job, in UTF-8");
  options->write.job = std::string(text);
  return absl::OkStatus();
}

absl::Status ApplyFor(std::string_view text, Options* options) {
  const std::optional<int64_t> ns = text == "0s" ? 0 : ParseDurationNs(text);
  if (!ns || *ns > kMostForNs) return absl::InvalidArgumentError("expected a duration of 0s to 12h, such as 5m");
  options->write.for_ns = *ns;
  return absl::OkStatus();
}

absl::Status ApplyFormat(std::string_view text, Options* options) {
  return ApplyWord(text, TextOrJsonWords(options->command), &options->output.format);
}

absl::Status ApplyReportFormat(std::string_view text, Options* options) {
  return ApplyWord(text, OutputFormatsOf(options->command), &options->output.format);
}

absl::Status ApplyReportFile(std::string_view text, Options* options) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals + 1 == text.size() || IsUrl(text)) {
    return absl::InvalidArgumentError(absl::StrCat("expected FORMAT=FILE, such as json=report.json, got \"",
                                                   SafeTextTruncated(WithoutSecrets(text), kShownColumns), "\""));
  }
  ReportFile file;
  const absl::Status status = ApplyWord(text.substr(0, equals), OutputFormatsOf(options->command), &file.format);
  if (!status.ok()) return status;
  const absl::Status is_path = ReadFilePath(text.substr(equals + 1), &file.path);
  if (!is_path.ok()) return is_path;
  if (file.path == "-") return absl::InvalidArgumentError("expected a file; --format is for the standard output");
  for (const ReportFile& other : options->output.files) {
    const std::string name(OutputFormatName(file.format));
    if (other.format == file.format) return absl::InvalidArgumentError(absl::StrCat(name, " is named twice"));
    if (other.path == file.path) {
      return absl::InvalidArgumentError(
          absl::StrCat("two formats for one file, ", SafeTextTruncated(file.path, kShownColumns)));
    }
  }
  options->output.files.push_back(std::move(file));
  return absl::OkStatus();
}

absl::Status ApplyTarget(std::string_view text, Options* options) {
  const absl::StatusOr<uint64_t> series = ReadWholeNumber(text, 1, kMostTargetSeries);
  if (series.ok()) options->suggest.target = *series;
  return series.status();
}

absl::Status ApplyShowPersonal(std::string_view, Options* options) {
  options->output.show_personal = true;
  return absl::OkStatus();
}

absl::Status ApplyColour(std::string_view text, Options* options) {
  return ApplyWord(text, ColourWords(options->command), &options->output.colour);
}

absl::Status ApplyWidth(std::string_view text, Options* options) {
  return ApplyNumber(text, kNarrowestColumns, kWidestColumns, &options->output.width);
}

// The row of a flag with a closed list.
Flag OneOf(decltype(Flag::words) words, Flag flag) {
  flag.words = words;
  return flag;
}

}  // namespace

const std::vector<Flag>& AllFlags() {
  constexpr FlagGroup kReading = FlagGroup::kReading;
  constexpr FlagGroup kJudging = FlagGroup::kJudging;
  constexpr FlagGroup kShowing = FlagGroup::kShowing;
  constexpr FlagGroup kWriting = FlagGroup::kWriting;
  static const std::vector<Flag>* const kFlags = WithFlagsOfAddresses(WithInitFlags({
      OneOf(InputFormatWords,
            {"--input-format", "F", kReading, "auto, text or openmetrics (default auto: recognised from the input)",
             ApplyInputFormat}),
      OneOf(ServerWords, {"--server", "S", kReading,
                          "count as prometheus3 or prometheus2 stores it (default prometheus3)", ApplyServer}),
      OneOf(CreatedWords,
            {"--created", "C", kReading, "count or ignore the _created series (default count)", ApplyCreated}),
      {"--lenient", "", kReading, "skip lines that a server would refuse, and list them", ApplyLenient},
      {"--strict", "", kReading, "duplicates and broken rules of OpenMetrics are errors: exit 2", ApplyStrict},
      {"--threads", "N", kReading, "threads to read with (default: as many as the machine has)", ApplyThreads},
      {"--memory-limit", "SIZE", kReading, "estimate, with the error stated, rather than use more: 512M, 2GiB",
       ApplyMemoryLimit},
      {"--max-uncompressed-bytes", "SIZE", kReading, "most a packed input may become, 0 = no cap (default 64GiB)",
       ApplyMaxUncompressed},
      {"--max-compression-ratio", "N", kReading, "most bytes out for one packed byte, 0 = no cap (default 1000)",
       ApplyMaxRatio},
      {"--policy", "FILE", kJudging, "the policy to judge by (default seriesguard.yaml)", ApplyPolicy},
      {"--policy", "FILE", kJudging, "show limits and findings of this policy (default: none)", ApplyPolicy,
       /*repeats=*/false, kPolicyOfBrowse},
      {"--as-guarded", "", kJudging, "judge limits after drop, normalise, route, replace and allow", ApplyAsGuarded},
      {"--require-all", "", kJudging, "a rule that saw no series is an error", ApplyRequireAll},
      {"--replicas", "N", kJudging, "targets like this one in production, for fleet_series_limit (default 1)",
       ApplyReplicas},
      {"--allow-skipped", "N", kJudging, "lines that --lenient may skip and the verdict still stands (default 0)",
       ApplyAllowSkipped},
      {"--ignore-label", "LABELS", kReading, "leave labels out of every series first: pod,instance; again for more",
       ApplyIgnoreLabel, /*repeats=*/true},
      {"--snapshots", "", kReading, "the inputs are one target, one after the other in time", ApplySnapshots},
      {"--horizon", "N", kJudging, "forecast for N times what the inputs cover (default 10)", ApplyHorizon},
      OneOf(OrderWords, {"--order", "ORDER", kJudging,
                         "in which label sets come: file, busiest or adversarial (default file)", ApplyOrder}),
      {"--relabel", "FILE", kJudging, "a Prometheus configuration, or a list of its relabel rules, to try",
       ApplyRelabel},
      {"--baseline", "FILE", kJudging, "known violations, each tolerated up to its ceiling", ApplyBaselinePath},
      {"--max-growth", "GROWTH", kJudging, "how far a ceiling of the baseline may be passed: 10% or 250 (default 0)",
       ApplyMaxGrowth},
      {"--update-baseline", "", kWriting, "write the baseline anew: lower ceilings, drop what is mended",
       ApplyUpdateBaseline},
      {"--reason", "TEXT", kWriting, "with --update-baseline: why entries may be added or rise", ApplyReason},
      {"--expires", "DAY", kWriting, "with --reason: the last day on which they hold, 2026-12-31", ApplyExpires},
      OneOf(ExportWords, {"--to", "TARGET", kWriting, "alerts, recording, relabel or k8s-allow-list", ApplyTo}),
      {"--target", "SERIES", kWriting, "most series that a target may keep (default: head-room and templates only)",
       ApplyTarget},
      {"--output", "FILE", kWriting, "write to FILE (default: the standard output)", ApplyOutput},
      {"--tests", "FILE", kWriting, "and tests of the rules for promtool test rules; needs --output", ApplyTests},
      {"--job", "NAME", kWriting, "only this job (default: every target with a guard; simulate: the one there is)",
       ApplyJob},
      {"--for", "DURATION", kWriting, "how long each alert waits, 0s to 12h (default: 5m to 1h)", ApplyFor},
      {"--limit", "K", kShowing, "rows to show, 0 = all", ApplyLimit},
      OneOf(SortWords,
            {"--by", "COLUMN", kShowing, "sort by series, values, bytes or samples (default series)", ApplyBy}),
      {"--metric", "REGEX", kShowing, "only metrics with a match of REGEX in their name (RE2, not anchored)",
       ApplyMetric},
      {"--what-if", "", kShowing, "count exactly how many series would be left without each label", ApplyWhatIf},
      {"--bill", "", kShowing, "what each metric costs: bytes to scrape, strings, memory of the server", ApplyBill},
      {"--scrape-interval", "DURATION", kShowing, "with --bill: time from scrape to scrape (default 60s)",
       ApplyScrapeInterval},
      {"--buckets", "", kShowing, "of a histogram: what each boundary costs, and the cheapest that do", ApplyBuckets},
      {"--at", "VALUE", kShowing, "with --buckets: a threshold to be right at, again for more (default: quantiles)",
       ApplyAt, /*repeats=*/true},
      {"--max-error", "SHARE", kShowing, "with --buckets: error wanted there, as a share of the value (default 0.1)",
       ApplyMaxError},
      OneOf(TextOrJsonWords, {"--format", "F", kShowing, "text or json (default text)", ApplyFormat}),
      OneOf(OutputFormatsOf,
            {"--format", "F", kShowing, "text, json, html, markdown, csv or openmetrics (default text)",
             ApplyReportFormat, /*repeats=*/false, kFormatOfReport}),
      OneOf(OutputFormatsOf, {"--format", "F", kShowing,
                              "text (default), json, html, markdown, csv, openmetrics, sarif, junit, github, gitlab",
                              ApplyReportFormat, /*repeats=*/false, kFormatOfCheck}),
      OneOf(OutputFormatsOf, {"--format", "F", kShowing, "text, json or html (default text)", ApplyReportFormat,
                              /*repeats=*/false, kFormatOfDiff}),
      OneOf(OutputFormatsOf, {"--output", "FORMAT=FILE", kShowing,
                              "a format into FILE as well, such as json=report.json; again for more", ApplyReportFile,
                              /*repeats=*/true, kOutputOfReport}),
      {"--show-personal", "", kShowing, "show e-mail and IP addresses and tokens, which are masked otherwise",
       ApplyShowPersonal},
      OneOf(ColourWords, {"--color", "WHEN", kShowing,
                          "auto, always or never (default auto: on a terminal, unless NO_COLOR)", ApplyColour}),
      {"--width", "N", kShowing, "columns of the text (default: those of the terminal, else 100)", ApplyWidth},
  }));
  return *kFlags;
}

const Flag* FindFlag(std::string_view key) {
  for (const Flag& flag : AllFlags()) {
    if (flag.key() == key) return &flag;
  }
  return nullptr;
}

}  // namespace seriesguard
