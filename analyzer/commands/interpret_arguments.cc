// SPDX-License-Identifier: Apache-2.0
//
// interpret_arguments.cc: each flag knows what it sets; here it gets its name into the message when it fails.
#include "analyzer/commands/interpret_arguments.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/flag_values.h"
#include "analyzer/input/http_url.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 60;

}  // namespace

absl::StatusOr<Options> InterpretArguments(const Command& command, const TypedArguments& typed) {
  Options options;
  options.command = std::string(command.name);
  for (const TypedFlag& given : typed.flags) {
    const absl::Status status = given.flag->apply(given.value, &options);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(std::string(given.flag->name), ": ", status.message()));
    }
  }
  // Every command that knows --policy reads it, but for simulate, which may have --relabel instead.
  options.reads_policy = options.simulate.relabel_path.empty() &&
                         std::find(command.flags.begin(), command.flags.end(), "--policy") != command.flags.end();
  options.positionals = typed.positionals;
  if (options.positionals.size() < command.fewest_positionals) {
    return absl::InvalidArgumentError(absl::StrCat("expected ", std::string(command.positionals)));
  }
  if (options.positionals.size() > command.most_positionals) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unexpected argument \"",
        SafeTextTruncated(WithoutSecrets(options.positionals[command.most_positionals]), kShownColumns), "\""));
  }
  if (command.positionals.substr(0, 4) == "FILE") {
    for (std::string& path : options.positionals) {
      const absl::Status is_path = ReadFilePath(path, &path);
      if (!is_path.ok()) return is_path;
    }
  }
  if (command.reads_inputs) {
    options.input.paths.assign(
        options.positionals.begin() + static_cast<std::ptrdiff_t>(command.fewest_positionals) - 1,
        options.positionals.end());
  }
  return options;
}

}  // namespace seriesguard
