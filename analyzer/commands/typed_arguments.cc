// SPDX-License-Identifier: Apache-2.0
//
// typed_arguments.cc: one CLI11 app made from the rows of the flag table.
//
// Positionals are what CLI11 leaves over: as an option of its own they would be split at commas between brackets.
#include "analyzer/commands/typed_arguments.h"

#include <algorithm>
#include <deque>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 60;

// Where CLI11 puts what it finds; addresses must not move.
struct FlagPlace {
  const Flag* flag = nullptr;
  CLI::Option* option = nullptr;
  std::string value;
  std::vector<std::string> values;  // of a flag that repeats
  bool is_set = false;
};

bool LooksLikeFlag(std::string_view argument) { return argument.size() > 1 && argument[0] == '-'; }

absl::Status UnknownFlag(const Command& command, std::string_view typed) {
  const std::string_view name = typed.substr(0, typed.find('='));
  std::string message = absl::StrCat("unknown flag ", SafeTextTruncated(name, kShownColumns));
  std::vector<std::string_view> known = {"--help"};
  for (const std::string_view key : command.flags) known.push_back(FindFlag(key)->name);
  const std::string_view near = NearestName(name, known);
  if (!near.empty()) {
    absl::StrAppend(&message, "; did you mean ", std::string(near), "?");
  } else if (FindFlag(name) != nullptr) {
    absl::StrAppend(&message, "; ", std::string(command.name), " does not take it");
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<TypedArguments> SplitArguments(const Command& command, const std::vector<std::string>& arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::deque<FlagPlace> places;
  TypedArguments typed;
  app.add_flag("-h,--help", typed.wants_help);
  for (const std::string_view key : command.flags) {
    FlagPlace& place = places.emplace_back();
    place.flag = FindFlag(key);
    const std::string_view name = place.flag->name;
    if (place.flag->repeats) {
      place.option = app.add_option(std::string(name), place.values)->expected(1)->allow_extra_args(false);
      place.option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      continue;
    }
    place.option = place.flag->value.empty() ? app.add_flag(std::string(name), place.is_set)
                                             : app.add_option(std::string(name), place.value);
    place.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  const auto end_of_flags = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> reversed(arguments.begin(), end_of_flags);  // the form that CLI11 takes
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string_view text = mismatch.what();
    return absl::InvalidArgumentError(absl::StrCat(SafeText(text.substr(0, text.find(':'))), " needs a value"));
  } catch (const CLI::Error& error) {
    return absl::InvalidArgumentError(SafeText(error.what()));
  }

  for (const std::string& left : app.remaining()) {
    if (LooksLikeFlag(left)) return UnknownFlag(command, left);
    typed.positionals.push_back(left);
  }
  if (end_of_flags != arguments.end()) {
    typed.positionals.insert(typed.positionals.end(), end_of_flags + 1, arguments.end());
  }
  for (FlagPlace& place : places) {
    const bool given = place.flag->value.empty() ? place.is_set : place.option->count() > 0;
    for (std::string& value : place.values) typed.flags.push_back({place.flag, std::move(value)});
    if (place.flag->repeats) continue;
    if (given) typed.flags.push_back({place.flag, std::move(place.value)});
  }
  return typed;
}

}  // namespace seriesguard
