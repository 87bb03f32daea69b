// SPDX-License-Identifier: Apache-2.0
//
// fish_completion.cc: one line a flag; the same flag of several commands is one line.
#include "analyzer/commands/completion/fish_completion.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/completion/command_line_words.h"

namespace seriesguard {
namespace {

constexpr std::string_view kBegin = R"fish(# fish completion of seriesguard, written by "seriesguard completion fish".
# Keep it as ~/.config/fish/completions/seriesguard.fish, or try it with: seriesguard completion fish | source

# Prints the command that stands on the line: "top", "policy check", "policy" while its second word is missing.
function __seriesguard_command
    set -l words (commandline -opc)
    set -e words[1]
    switch "$words[1]"
        case GROUPS
            echo (string join ' ' $words[1..2])
        case '*'
            echo $words[1]
    end
end

function __seriesguard_is
    contains -- "$(__seriesguard_command)" $argv
end

# Prints values FORMAT=FILE, of the formats in the arguments.
function __seriesguard_format_file
    set -l typed (string replace -r '^--output=' '' -- (commandline -ct))
    if string match -q '*=*' -- $typed
        set -l parts (string split -m 1 = -- $typed)
        for file in (__fish_complete_path $parts[2])
            echo $parts[1]=$file
        end
    else
        printf '%s=\n' $argv
    end
end

complete -c seriesguard -f
complete -c seriesguard -n '__seriesguard_is ""' -l version -d 'show the version'
complete -c seriesguard -n '__seriesguard_is ""' -a version -d 'show the version'
complete -c seriesguard -n '__seriesguard_is ""' -a help -d 'show the commands, or what one takes'
complete -c seriesguard -s h -l help -d 'show what it takes'
)fish";

// Between single quotes.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') quoted += '\\';
    quoted += byte;
  }
  return quoted + "'";
}

// The condition that one of `names` stands on the line.
std::string Is(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) absl::StrAppend(&list, " \"", std::string(name), "\"");
  return " -n " + Quoted("__seriesguard_is" + list);
}

std::string Joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

// How fish is told what a value or an argument may be.
std::string Candidates(CandidateKind kind, const std::vector<std::string_view>& words) {
  switch (kind) {
    case CandidateKind::kFile: return " -F";
    case CandidateKind::kWords: return " -a " + Quoted(Joined(words));
    case CandidateKind::kFormatFile: return " -a " + Quoted("(__seriesguard_format_file " + Joined(words) + ")");
    case CandidateKind::kAny: break;
  }
  return "";
}

// What stands behind the condition in the line of `flag` for `command`.
std::string FlagText(const Flag& flag, const Command& command) {
  std::string text = absl::StrCat(" -l ", std::string(flag.name.substr(2)));
  if (!flag.value.empty()) {
    const auto words = flag.words == nullptr ? std::vector<std::string_view>() : flag.words(command.name);
    absl::StrAppend(&text, KindOfValue(flag) == CandidateKind::kFile ? " -r" : " -x",
                    Candidates(KindOfValue(flag), words));
  }
  return absl::StrCat(text, " -d ", Quoted(SummaryOf(flag, command)));
}

void AppendFlag(const Flag& flag, const std::vector<Command>& commands, std::string* out) {
  std::vector<std::pair<std::string, std::vector<std::string_view>>> lines;  // text, and the commands it is true for
  for (const Command& command : commands) {
    for (const Flag* taken : FlagsOf(command)) {
      if (taken != &flag) continue;
      const std::string text = FlagText(flag, command);
      size_t i = 0;
      while (i < lines.size() && lines[i].first != text) ++i;
      if (i == lines.size()) lines.push_back({text, {}});
      lines[i].second.push_back(command.name);
    }
  }
  for (const auto& [text, names] : lines) absl::StrAppend(out, "complete -c seriesguard", Is(names), text, "\n");
}

void AppendPositionals(const Command& command, std::string* out) {
  for (const Positional& positional : PositionalsOf(command)) {
    const std::string candidates = Candidates(positional.kind, positional.words);
    if (!candidates.empty()) absl::StrAppend(out, "complete -c seriesguard", Is({command.name}), candidates, "\n");
  }
}

}  // namespace

std::string FishCompletion(const std::vector<Command>& commands) {
  std::string out(kBegin);
  std::string groups;
  const std::vector<CommandWord> words = FirstWords(commands);
  for (const CommandWord& word : words) {
    std::string summary(word.command == nullptr ? std::string_view() : word.command->summary);
    for (const Command* member : word.members) summary.append(summary.empty() ? "" : ", ").append(SecondWord(*member));
    absl::StrAppend(&out, "complete -c seriesguard", Is({"", "help"}), " -a ", std::string(word.word), " -d ",
                    Quoted(summary), "\n");
    for (const Command* member : word.members) {
      absl::StrAppend(&out, "complete -c seriesguard", Is({word.word}), " -a ", std::string(SecondWord(*member)),
                      " -d ", Quoted(member->summary), "\n");
    }
    if (word.command == nullptr) groups.append(groups.empty() ? "" : " ").append(word.word);
  }
  out.replace(out.find("GROUPS"), 6, groups);
  for (const Command& command : commands) AppendPositionals(command, &out);
  for (const Flag& flag : AllFlags()) AppendFlag(flag, commands, &out);
  return out;
}

}  // namespace seriesguard
