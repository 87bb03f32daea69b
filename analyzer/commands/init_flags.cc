// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/init_flags.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "analyzer/commands/flag_values.h"
#include "analyzer/commands/options.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

constexpr double kMostHeadroom = 10;

absl::Status ApplyHeadroom(std::string_view text, Options* options) {
  const std::optional<double> share = ParsePercent(text);
  if (!share || !(*share >= 0 && *share <= kMostHeadroom)) {
    return absl::InvalidArgumentError("expected a share of 0% to 1000%, such as 25%");
  }
  options->init.headroom = *share;
  return absl::OkStatus();
}

absl::Status ApplyForce(std::string_view, Options* options) {
  options->init.force = true;
  return absl::OkStatus();
}

absl::Status ApplyOutput(std::string_view text, Options* options) {
  if (text == "-") return absl::InvalidArgumentError("expected a file");
  return ReadFilePath(text, &options->write.output_path);
}

}  // namespace

std::vector<Flag> WithInitFlags(std::vector<Flag> flags) {
  constexpr FlagGroup kWriting = FlagGroup::kWriting;
  flags.push_back(
      {"--headroom", "SHARE", kWriting, "how far above what is there each limit is (default 25%)", ApplyHeadroom});
  flags.push_back({"--output", "FILE", kWriting, "where the policy goes (default seriesguard.yaml)", ApplyOutput,
                   /*repeats=*/false, kOutputOfInit});
  flags.push_back({"--force", "", kWriting, "replace a policy that is there already", ApplyForce});
  return flags;
}

}  // namespace seriesguard
