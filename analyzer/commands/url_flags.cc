// SPDX-License-Identifier: Apache-2.0
//
// url_flags.cc: one row a flag. No flag takes a secret itself: what is typed is in every list of processes.
#include "analyzer/commands/url_flags.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/commands/flag_values.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/watch_flags.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

constexpr int64_t kNsOfMs = 1'000'000;
constexpr int64_t kNsOfHour = 3'600'000'000'000;
constexpr uint64_t kMostParallel = 64;

absl::Status ApplyDuration(std::string_view text, const char* expected, int64_t* field) {
  const std::optional<int64_t> ns = ParseDurationNs(text);
  if (!ns || *ns < kNsOfMs || *ns > kNsOfHour) return absl::InvalidArgumentError(expected);
  *field = *ns;
  return absl::OkStatus();
}

absl::Status ApplyBearerTokenFile(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->input.url.bearer_token_file);
}

absl::Status ApplyBasicAuthFile(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->input.url.basic_auth_file);
}

absl::Status ApplyCaFile(std::string_view text, Options* options) {
  return ReadFilePath(text, &options->input.url.ca_file);
}

absl::Status ApplyTimeout(std::string_view text, Options* options) {
  return ApplyDuration(text, "expected a duration of 1ms to 1h, such as 10s", &options->input.url.timeout_ns);
}

absl::Status ApplyMaxBodyBytes(std::string_view text, Options* options) {
  if (text == "0") {
    options->input.url.max_body_bytes = 0;
    return absl::OkStatus();
  }
  const absl::StatusOr<uint64_t> bytes = ReadByteSize(text);
  if (bytes.ok()) options->input.url.max_body_bytes = *bytes;
  return bytes.status();
}

absl::Status ApplyParallel(std::string_view text, Options* options) {
  const absl::StatusOr<uint64_t> number = ReadWholeNumber(text, 1, kMostParallel);
  if (number.ok()) options->input.url.parallel = static_cast<size_t>(*number);
  return number.status();
}

absl::Status ApplyWaitFor(std::string_view text, Options* options) {
  const absl::StatusOr<uint64_t> status = ReadWholeNumber(text, 100, 599);
  if (status.ok()) options->input.url.wait_for = static_cast<uint16_t>(*status);
  return status.status();
}

absl::Status ApplyWaitTimeout(std::string_view text, Options* options) {
  return ApplyDuration(text, "expected a duration of 1ms to 1h, such as 30s", &options->input.url.wait_timeout_ns);
}

}  // namespace

const std::vector<Flag>& UrlFlags() {
  constexpr FlagGroup kReading = FlagGroup::kReading;
  static const std::vector<Flag>* const kFlags = new std::vector<Flag>{
      {"--timeout", "DURATION", kReading, "of an address: for the whole answer (default 10s)", ApplyTimeout},
      {"--max-body-bytes", "SIZE", kReading, "of an address: most it may send, 0 = no cap (default 1GiB)",
       ApplyMaxBodyBytes},
      {"--parallel", "N", kReading, "addresses to read at the same time (default 4)", ApplyParallel},
      {"--wait-for", "STATUS", kReading, "ask again until an address answers with this, such as 200", ApplyWaitFor},
      {"--wait-timeout", "DURATION", kReading, "with --wait-for: how long (default 30s)", ApplyWaitTimeout},
      {"--bearer-token-file", "FILE", kReading, "credentials for the host (or SERIESGUARD_BEARER_TOKEN)",
       ApplyBearerTokenFile},
      {"--basic-auth-file", "FILE", kReading, "the same as user:password (or SERIESGUARD_BASIC_AUTH)",
       ApplyBasicAuthFile},
      {"--ca-file", "FILE", kReading, "who may sign a certificate, as PEM (default: whom the system trusts)",
       ApplyCaFile},
  };
  return *kFlags;
}

const std::vector<Flag>* WithFlagsOfAddresses(std::vector<Flag> flags) {
  flags.insert(flags.end(), OnlyWatchFlags().begin(), OnlyWatchFlags().end());
  flags.insert(flags.end(), UrlFlags().begin(), UrlFlags().end());
  return new std::vector<Flag>(std::move(flags));
}

}  // namespace seriesguard
