// SPDX-License-Identifier: Apache-2.0
//
// watch_flags.cc: one row a flag.
#include "analyzer/commands/watch_flags.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/commands/flag_values.h"
#include "analyzer/commands/options.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

constexpr int64_t kNsOfSecond = 1'000'000'000;
constexpr int64_t kNsOfDay = 86'400 * kNsOfSecond;
constexpr uint64_t kMostFailures = 1'000'000;

absl::Status ApplyEvery(std::string_view text, Options* options) {
  const std::optional<int64_t> ns = ParseDurationNs(text);
  if (!ns || *ns < kNsOfSecond || *ns > kNsOfDay) {
    return absl::InvalidArgumentError("expected a duration of 1s to 1d, such as 15s");
  }
  options->watch.every_ns = *ns;
  return absl::OkStatus();
}

absl::Status ApplyFor(std::string_view text, Options* options) {
  const std::optional<int64_t> ns = ParseDurationNs(text);
  if (!ns || *ns < kNsOfSecond || *ns > 7 * kNsOfDay) {
    return absl::InvalidArgumentError("expected a duration of 1s to 7d, such as 10m");
  }
  options->watch.for_ns = *ns;
  return absl::OkStatus();
}

absl::Status ApplyAllowFailures(std::string_view text, Options* options) {
  const absl::StatusOr<uint64_t> number = ReadWholeNumber(text, 0, kMostFailures);
  if (number.ok()) options->watch.allowed_failures = *number;
  return number.status();
}

absl::Status ApplyPolicy(std::string_view text, Options* options) {
  options->simulate.has_policy = true;
  return ReadFilePath(text, &options->check.policy_path);
}

}  // namespace

const std::vector<Flag>& OnlyWatchFlags() {
  static const std::vector<Flag>* const kFlags = new std::vector<Flag>{
      {"--policy", "FILE", FlagGroup::kJudging, "end with exit 1 when the budget of this policy breaks (default: none)",
       ApplyPolicy, /*repeats=*/false, kPolicyOfWatch},
      {"--allow-failures", "N", FlagGroup::kJudging, "scrapes in a row that may fail; one more ends with 2 (default 3)",
       ApplyAllowFailures},
      {"--every", "DURATION", FlagGroup::kReading, "from scrape to scrape, 1s to 1d (default 15s)", ApplyEvery},
      {"--for", "DURATION", FlagGroup::kReading, "how long to watch, 1s to 7d (default 10m)", ApplyFor,
       /*repeats=*/false, kForOfWatch},
  };
  return *kFlags;
}

}  // namespace seriesguard
