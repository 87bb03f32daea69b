// SPDX-License-Identifier: Apache-2.0
//
// run.cc: finds the command (the longest name that the first words make), reads its options, runs it.
#include "analyzer/commands/run.h"

#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/check_outputs.h"
#include "analyzer/commands/command_table.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/help.h"
#include "analyzer/commands/interpret_arguments.h"
#include "analyzer/commands/typed_arguments.h"
#include "analyzer/commands/version_text.h"
#include "analyzer/input/http_url.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 60;

bool IsHelp(std::string_view word) { return word == "--help" || word == "-h" || word == "help"; }
bool IsVersion(std::string_view word) { return word == "--version" || word == "version"; }

int UsageError(std::string_view command, std::string_view message, const Streams& streams) {
  std::string name = "seriesguard";
  if (!command.empty()) name.append(" ").append(command);
  PrintError(absl::StrCat(name, ": ", std::string(message), "\nrun \"", name, " --help\" for what it takes\n"),
             streams);
  return kExitCannotDo;
}

// The words of a group: "policy" is the group of "policy check".
std::vector<std::string_view> CommandsOfGroup(std::string_view group) {
  std::vector<std::string_view> names;
  for (const Command& command : AllCommands()) {
    const std::string_view name = command.name;
    if (name.size() > group.size() && name.substr(0, group.size()) == group && name[group.size()] == ' ') {
      names.push_back(name);
    }
  }
  return names;
}

// The command that the first words name, and how many words that took; {nullptr, 0} when none does.
std::pair<const Command*, size_t> NamedCommand(const std::vector<std::string>& words) {
  if (words.size() >= 2) {
    if (const Command* command = FindCommand(absl::StrCat(words[0], " ", words[1]))) return {command, 2};
  }
  if (!words.empty()) {
    if (const Command* command = FindCommand(words[0])) return {command, 1};
  }
  return {nullptr, 0};
}

int UnknownCommand(const std::vector<std::string>& words, const Streams& streams) {
  const std::vector<std::string_view> group = CommandsOfGroup(words[0]);
  std::vector<std::string_view> known = group;
  std::string typed = WithoutSecrets(words[0]);
  if (group.empty()) {
    for (const Command& command : AllCommands()) known.push_back(command.name);
    known.push_back("help");
    known.push_back("version");
  } else if (words.size() > 1) {
    absl::StrAppend(&typed, " ", words[1]);
  }
  if (!typed.empty() && typed[0] == '-') {
    return UsageError("", absl::StrCat("expected a command before ", SafeTextTruncated(typed, kShownColumns)), streams);
  }
  std::string message = absl::StrCat("unknown command \"", SafeTextTruncated(typed, kShownColumns), "\"");
  const std::string_view near = NearestName(typed, known);
  if (!near.empty()) {
    absl::StrAppend(&message, "; did you mean ", std::string(near), "?");
  } else if (!group.empty()) {
    message = absl::StrCat("expected ", std::string(group[0]));
    for (size_t i = 1; i < group.size(); ++i) absl::StrAppend(&message, " or ", std::string(group[i]));
  }
  return UsageError("", message, streams);
}

int Help(const std::vector<std::string>& words, const Streams& streams) {
  if (words.empty()) return Deliver(ProgramHelp(), kExitOk, streams);
  if (words.size() == 1 && words[0] == "--page") return Deliver(CommandLinePage(), kExitOk, streams);
  const auto [command, used] = NamedCommand(words);
  if (command == nullptr) return UnknownCommand(words, streams);
  return Deliver(CommandHelp(*command), kExitOk, streams);
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Streams& streams) {
  if (arguments.empty()) {
    PrintError(ProgramHelp(), streams);
    return kExitCannotDo;
  }
  if (IsHelp(arguments[0])) return Help({arguments.begin() + 1, arguments.end()}, streams);
  if (IsVersion(arguments[0])) return Deliver(VersionText(), kExitOk, streams);

  const auto [command, used] = NamedCommand(arguments);
  if (command == nullptr) return UnknownCommand(arguments, streams);
  const absl::StatusOr<TypedArguments> typed =
      SplitArguments(*command, {arguments.begin() + static_cast<std::ptrdiff_t>(used), arguments.end()});
  if (!typed.ok()) {
    return UsageError(command->name, std::string(typed.status().message()), streams);
  }
  if (typed->wants_help) return Deliver(CommandHelp(*command), kExitOk, streams);
  const absl::StatusOr<Options> options = InterpretArguments(*command, *typed);
  if (!options.ok()) return UsageError(command->name, std::string(options.status().message()), streams);
  const absl::Status outputs = CheckOutputsAreNoInputs(*options);
  if (!outputs.ok()) {
    return UsageError(command->name, std::string(outputs.message()), streams);
  }
  if (command->show_table != nullptr) return command->show_table(AllCommands(), *options, streams);
  return command->run(*options, streams);
}

}  // namespace seriesguard
