// SPDX-License-Identifier: Apache-2.0
//
// watch_command.cc: the bodies of the first scrape and of the last are kept, and each new one is compared with both as
// `diff` compares two dumps: three bodies an address are all that a watch ever holds, however long it takes.
#include "analyzer/commands/watch_command.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/server_view.h"
#include "analyzer/commands/census_report.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/fetch_urls.h"
#include "analyzer/commands/judge_census.h"
#include "analyzer/commands/read_inputs.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/commands/version.h"
#include "analyzer/diff/change.h"
#include "analyzer/diff/mask_diff.h"
#include "analyzer/diff/series_diff.h"
#include "analyzer/diff/target_pairs.h"
#include "analyzer/input/http_url.h"
#include "analyzer/input/input_list.h"
#include "analyzer/report/mask_report.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/report.h"
#include "analyzer/watch/json_watch.h"
#include "analyzer/watch/text_watch.h"
#include "analyzer/watch/watch.h"
#include "rules/policy.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultRows = 10;
constexpr int64_t kLongestSleepNs = 100'000'000;  // between two looks at whether somebody wants an end

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// The first line of a message without its "error: ".
std::string FirstLine(std::string_view message) {
  message = message.substr(0, message.find('\n'));
  constexpr std::string_view kPrefix = "error: ";
  if (message.substr(0, kPrefix.size()) == kPrefix) message.remove_prefix(kPrefix.size());
  return std::string(message);
}

class Watcher {
 public:
  Watcher(const Options& options, const Streams& streams) : options_(options), streams_(streams) {}

  int Run();

 private:
  bool SetUp();
  bool is_json() const { return options_.output.format == OutputFormat::kJson; }
  bool IsInterrupted() const { return streams_.is_interrupted && streams_.is_interrupted(); }
  bool Write(std::string_view text);
  bool SleepUntil(int64_t due_ns) const;
  absl::StatusOr<Diff> Compare(const FetchedInputs& before, const FetchedInputs& after) const;
  absl::Status Judge(const FetchedInputs& scraped);
  absl::Status Scrape(WatchScrape* scrape);
  bool Look();
  int End();

  const Options& options_;
  const Streams& streams_;
  ExpandedInputs inputs_;
  std::optional<UrlFetcher> fetcher_;
  std::optional<PolicyReadResult> policy_;
  TextWatchStyle style_;
  Watch watch_;
  int64_t start_ns_ = 0;
  std::optional<FetchedInputs> first_, last_;
  uint64_t failures_in_a_row_ = 0;
  bool is_broken_ = false;  // what nothing can mend: exit 2
};

// Says whether anybody still reads.
bool Watcher::Write(std::string_view text) {
  if (is_json()) return true;
  const absl::Status written = streams_.out->Write(text);
  if (written.ok()) return true;
  watch_.end = WatchEnd::kInterrupted;
  if (absl::IsCancelled(written)) return false;  // the reader has gone, as of `watch | head`
  PrintError(absl::StrCat("seriesguard watch: cannot write: ", written.message(), "\n"), streams_);
  is_broken_ = true;
  return false;
}

bool Watcher::SetUp() {
  const auto refuse = [this](const std::string& message) {
    PrintError(absl::StrCat(message, "\n"), streams_);
    return false;
  };
  for (const std::string& path : options_.input.paths) {
    if (!IsUrl(path)) {
      return refuse(absl::StrCat("seriesguard watch: ", SafeText(path),
                                 " is no address; dumps that lie in files are compared by diff and forecast"));
    }
  }
  if (options_.simulate.has_policy) {
    policy_ = ReadPolicyAloud(options_.check.policy_path, streams_);
    if (!policy_ || !policy_->policy) return false;
  }
  absl::StatusOr<ExpandedInputs> inputs = ExpandAloud(options_.input.paths, streams_);
  if (!inputs.ok()) return refuse(std::string(inputs.status().message()));
  inputs_ = *std::move(inputs);
  absl::StatusOr<UrlFetcher> fetcher = UrlFetcher::Make(inputs_, options_.input, streams_);
  if (!fetcher.ok()) return refuse(std::string(fetcher.status().message()));
  fetcher_ = *std::move(fetcher);
  watch_.tool = std::string(kToolAndVersion);
  watch_.server = options_.input.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3";
  watch_.names = inputs_.paths;
  watch_.every_ns = options_.watch.every_ns;
  watch_.for_ns = options_.watch.for_ns;
  style_.columns = TextColumns(options_.output, streams_);
  style_.colour = UseColour(options_.output.colour, streams_);
  if (options_.output.width || streams_.out_is_terminal) style_.line_columns = style_.columns;
  return true;
}

// Says whether it is time to go on; false where somebody wants an end.
bool Watcher::SleepUntil(int64_t due_ns) const {
  for (;;) {
    if (IsInterrupted()) return false;
    const int64_t left_ns = due_ns - NowNs();
    if (left_ns <= 0) return true;
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(left_ns, kLongestSleepNs)));
  }
}

absl::StatusOr<Diff> Watcher::Compare(const FetchedInputs& before, const FetchedInputs& after) const {
  const size_t count = inputs_.paths.size();
  ExpandedInputs both = inputs_;
  both.paths.insert(both.paths.end(), inputs_.paths.begin(), inputs_.paths.end());
  FetchedInputs fetched = before;
  std::vector<SideTarget> sides[2];
  for (const UrlInput& url : inputs_.urls) both.urls.push_back({url.input + count, url.url});
  for (const auto& [input, body] : after) fetched.emplace(input + count, body);
  for (size_t i = 0; i < count; ++i) {
    sides[0].push_back({i, inputs_.paths[i]});
    sides[1].push_back({i + count, inputs_.paths[i]});
  }
  absl::StatusOr<InputsRead> read = ReadFetchedInputs(both, std::move(fetched), options_.input, streams_, nullptr);
  if (!read.ok()) return read.status();
  SeriesDiffOptions series;
  series.pairs = PairTargets(sides[0], sides[1]);
  series.ignored_labels = options_.ignored_labels;
  series.threads = read->threads;
  Diff diff = DiffSeries(std::move(read->result.data), series);
  diff.tool = watch_.tool;
  diff.server = watch_.server;
  return diff;
}

absl::Status Watcher::Judge(const FetchedInputs& scraped) {
  if (!policy_) return absl::OkStatus();
  const Policy& policy = *policy_->policy;
  absl::StatusOr<InputsRead> read = ReadFetchedInputs(inputs_, scraped, options_.input, streams_, nullptr);
  if (!read.ok()) return read.status();
  const CensusRun run = CountInputs(inputs_, *std::move(read));
  BuildReportOptions rows;
  rows.limit = 1;  // findings are what counts
  rows.top_values = 0;
  Options check = options_;
  check.command = "check";
  Report report = ReportOfCensus(run, rows, check);
  report.policy = ReportPolicy{options_.check.policy_path, policy.hash};
  const absl::Status judged = JudgeCensus(run.census, policy, check, &report);
  if (!judged.ok()) return judged;
  report.findings_total = report.findings.size();
  if (!options_.output.show_personal) MaskReport(&report);
  watch_.report = std::move(report);
  return absl::OkStatus();
}

// One look at all addresses, compared with the first and the last; nothing of the watch changes where it fails.
absl::Status Watcher::Scrape(WatchScrape* scrape) {
  absl::StatusOr<FetchedInputs> fetched = fetcher_->Fetch(inputs_, streams_);
  if (!fetched.ok()) return fetched.status();
  absl::StatusOr<Diff> diff = Compare(first_ ? *first_ : *fetched, *fetched);
  if (!diff.ok()) return diff.status();
  scrape->series = diff->after.series;
  scrape->added = diff->added.value_or(0);
  scrape->gone = diff->gone.value_or(0);
  if (last_) {
    const absl::StatusOr<Diff> step = Compare(*last_, *fetched);
    if (!step.ok()) return step.status();
    scrape->added_last = step->added.value_or(0);
    scrape->gone_last = step->gone.value_or(0);
  }
  const absl::Status judged = Judge(*fetched);
  if (!judged.ok()) return judged;
  watch_.came += scrape->added_last;
  watch_.went += scrape->gone_last;
  if (!options_.output.show_personal) MaskDiff(&*diff);
  watch_.diff = *std::move(diff);
  if (!first_) first_ = *fetched;
  last_ = *std::move(fetched);
  return absl::OkStatus();
}

// Says whether the watch goes on.
bool Watcher::Look() {
  WatchScrape scrape;
  scrape.at_ns = NowNs() - start_ns_;
  const absl::Status status = Scrape(&scrape);
  if (absl::IsCancelled(status) || (!status.ok() && IsInterrupted())) {
    watch_.end = WatchEnd::kInterrupted;
    return false;
  }
  fetcher_->StopWaiting();  // --wait-for is for the start; a service that goes away later is news
  if (!status.ok()) {
    const std::string message(status.message());
    scrape.failure = FirstLine(message);
    PrintError(absl::StrCat(message, "\n"), streams_);
    ++watch_.failed;
    ++failures_in_a_row_;
  } else {
    failures_in_a_row_ = 0;
  }
  watch_.scrapes.push_back(scrape);
  const bool is_read = Write(RenderWatchLine(scrape, status.ok() ? &*watch_.diff : nullptr, style_));
  if (failures_in_a_row_ > options_.watch.allowed_failures) {
    watch_.end = WatchEnd::kFailures;
    return false;
  }
  if (watch_.report && watch_.report->verdict == ReportVerdict::kOverBudget) {
    watch_.end = WatchEnd::kBudget;
    return false;
  }
  return is_read;
}

int Watcher::End() {
  int status = kExitOk;
  if (watch_.end == WatchEnd::kFailures || (!watch_.diff && watch_.end == WatchEnd::kTime)) status = kExitCannotDo;
  if (watch_.report && watch_.report->verdict == ReportVerdict::kUndecided) status = kExitCannotDo;
  if (watch_.end == WatchEnd::kBudget) status = kExitOverBudget;
  if (is_broken_) return kExitCannotDo;
  if (watch_.diff) CutChanges(options_.output.limit.value_or(is_json() ? 0 : kDefaultRows), &*watch_.diff);
  if (watch_.end == WatchEnd::kFailures) {
    PrintError(absl::StrCat("seriesguard watch: ", Quantity(failures_in_a_row_, "scrape"),
                            " in a row failed (--allow-failures ", options_.watch.allowed_failures, ")\n"),
               streams_);
  }
  return Deliver(is_json() ? RenderJsonWatch(watch_) : RenderWatchSummary(watch_, style_), status, streams_);
}

int Watcher::Run() {
  if (!SetUp()) return kExitCannotDo;
  if (streams_.catch_interrupts) streams_.catch_interrupts();
  start_ns_ = NowNs();
  bool goes_on = Write(RenderWatchHeading(watch_));
  int64_t due_ns = start_ns_;
  while (goes_on && Look()) {
    // A scrape that took longer than the interval leaves out what it missed; it is never made up for.
    const int64_t now_ns = NowNs();
    while (due_ns <= now_ns) due_ns += options_.watch.every_ns;
    if (due_ns > start_ns_ + options_.watch.for_ns) break;
    goes_on = SleepUntil(due_ns);
    if (!goes_on) watch_.end = WatchEnd::kInterrupted;
  }
  return End();
}

}  // namespace

int RunWatch(const Options& options, const Streams& streams) { return Watcher(options, streams).Run(); }

}  // namespace seriesguard
