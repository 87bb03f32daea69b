// SPDX-License-Identifier: Apache-2.0
//
// bash_completion.cc: three functions that are tables, made here, and one that reads them, the same for any table.
#include "analyzer/commands/completion/bash_completion.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/completion/command_line_words.h"

namespace seriesguard {
namespace {

// Bash 4.2 or later, without the package bash-completion. Bash cuts what is typed at "=" and ":" as well as at blanks
// (COMP_WORDBREAKS) and replaces only the last piece: words are put together first, and what stands before the last
// piece is cut off every answer.
constexpr std::string_view kReader = R"bash(
# Answers with the words of $2 (between blanks), each after $1, that begin with what is typed after $1.
_seriesguard_words() {
  local word
  for word in $2; do
    [[ $1$word != "$current"* ]] || COMPREPLY+=("$1$word")
  done
}

# Answers with files that begin with what is typed after $1.
_seriesguard_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    COMPREPLY+=("$1$file")
  done < <(compgen -f -- "${current#"$1"}")
}

# Answers with values of the kind in $value, each after $1.
_seriesguard_values() {
  case $value in
    file) _seriesguard_files "$1" ;;
    words\ *) _seriesguard_words "$1" "${value#words }" ;;
    pairs\ *)
      local typed=${current#"$1"} names=" ${value#pairs }"
      if [[ $typed == *=* ]]; then
        _seriesguard_files "$1${typed%%=*}="
      else
        compopt -o nospace 2>/dev/null
        _seriesguard_words "$1" "${names// /= }="
      fi
      ;;
  esac
}

_seriesguard() {
  local words=() current command='' first=2 flags='' value='' positionals=() i joins='' ended='' last piece count=0
  COMPREPLY=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ $i -gt 1 && ($joins || $piece =~ ^[=:]+$) ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    joins=''
    [[ ! $piece =~ ^[=:]+$ ]] || joins=1
  done
  last=$((${#words[@]} - 1))
  current=${words[last]}
  [[ ! $piece =~ ^[=:]+$ ]] || piece=''
  local before=${current%"$piece"}

  command=${words[1]}
  if ((last == 1)); then
    _seriesguard_words '' "$(_seriesguard_commands) help version --help --version"
  elif [[ $command == help ]]; then
    ((last > 3)) || _seriesguard_words '' "$(_seriesguard_commands "${words[2]}" "$last")"
  elif [[ $last == 2 && -n $(_seriesguard_commands "$command" 3) ]]; then
    _seriesguard_words '' "$(_seriesguard_commands "$command" 3)"
  else
    if [[ -n $(_seriesguard_commands "$command" 3) ]]; then
      command+=" ${words[2]}"
      first=3
    fi
    _seriesguard_command "$command" || return 0
    for ((i = first; i < last; i++)); do
      if [[ $ended ]]; then
        ((++count))
      elif [[ ${words[i]} == -- ]]; then
        ended=1
      elif [[ ${words[i]} == -?* ]]; then
        if [[ ${words[i]} != *=* ]] && _seriesguard_value "$command" "${words[i]}"; then ((++i)); fi
      else
        ((++count))
      fi
    done
    if [[ ! $ended && $current == --*=* ]]; then
      ! _seriesguard_value "$command" "${current%%=*}" || _seriesguard_values "${current%%=*}="
    elif ((i > last)); then
      _seriesguard_values ''
    elif [[ ! $ended && $current == -* ]]; then
      _seriesguard_words '' "$flags --help"
    elif ((${#positionals[@]} > 0)); then
      ((count < ${#positionals[@]})) || count=$((${#positionals[@]} - 1))
      value=${positionals[count]}
      _seriesguard_values ''
    fi
  fi
  for i in "${!COMPREPLY[@]}"; do
    COMPREPLY[i]=${COMPREPLY[i]#"$before"}
  done
}

complete -F _seriesguard seriesguard
)bash";

std::string Joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

// What _seriesguard_values understands.
std::string ValueText(CandidateKind kind, const std::vector<std::string_view>& words) {
  switch (kind) {
    case CandidateKind::kFile: return "file";
    case CandidateKind::kWords: return "words " + Joined(words);
    case CandidateKind::kFormatFile: return "pairs " + Joined(words);
    case CandidateKind::kAny: break;
  }
  return "any";
}

void AppendCommands(const std::vector<CommandWord>& words, std::string* out) {
  *out +=
      "\n# Prints the first words of all commands; with $2 = 3 the second words of those that begin with $1.\n"
      "_seriesguard_commands() {\n  case ${2:-2}:$1 in\n";
  std::vector<std::string_view> first;
  for (const CommandWord& word : words) {
    first.push_back(word.word);
    if (word.command != nullptr) continue;
    std::vector<std::string_view> second;
    for (const Command* member : word.members) second.push_back(SecondWord(*member));
    absl::StrAppend(out, "    3:", std::string(word.word), ") echo '", Joined(second), "' ;;\n");
  }
  absl::StrAppend(out, "    2:*) echo '", Joined(first), "' ;;\n  esac\n}\n");
}

void AppendCommand(const Command& command, std::string* out) {
  std::vector<std::string_view> flags;
  for (const Flag* flag : FlagsOf(command)) flags.push_back(flag->name);
  absl::StrAppend(out, "    '", std::string(command.name), "')\n      flags='", Joined(flags),
                  "'\n      positionals=(");
  const char* blank = "";
  const std::vector<Positional> positionals = PositionalsOf(command);
  for (const Positional& positional : positionals) {
    absl::StrAppend(out, blank, "'", ValueText(positional.kind, positional.words), "'");
    blank = " ";
  }
  if (!positionals.empty() && !positionals.back().repeats) absl::StrAppend(out, blank, "any");
  *out += ")\n      ;;\n";
}

// One branch for all commands in which a flag takes the same.
void AppendValues(const Flag& flag, const std::vector<Command>& commands, std::string* out) {
  std::vector<std::pair<std::string, std::string>> branches;  // what it takes, and the pattern
  for (const Command& command : commands) {
    for (const Flag* taken : FlagsOf(command)) {
      if (taken != &flag) continue;
      const auto words = flag.words == nullptr ? std::vector<std::string_view>() : flag.words(command.name);
      const std::string value = ValueText(KindOfValue(flag), words);
      const std::string pattern = absl::StrCat("'", std::string(command.name), " ", std::string(flag.name), "'");
      bool is_known = false;
      for (auto& branch : branches) {
        if (branch.first != value) continue;
        branch.second += " | " + pattern;
        is_known = true;
      }
      if (!is_known) branches.emplace_back(value, pattern);
    }
  }
  for (const auto& [value, pattern] : branches) absl::StrAppend(out, "    ", pattern, ") value='", value, "' ;;\n");
}

}  // namespace

std::string BashCompletion(const std::vector<Command>& commands) {
  std::string out =
      "# bash completion of seriesguard, written by \"seriesguard completion bash\".\n"
      "# Try it with: source <(seriesguard completion bash)\n";
  AppendCommands(FirstWords(commands), &out);
  out +=
      "\n# Sets flags and positionals to what the command $1 takes.\n"
      "_seriesguard_command() {\n  case $1 in\n";
  for (const Command& command : commands) AppendCommand(command, &out);
  out +=
      "    *) return 1 ;;\n  esac\n}\n"
      "\n# Sets value to what the flag $2 of the command $1 takes; status 1: no value.\n"
      "_seriesguard_value() {\n  case \"$1 $2\" in\n";
  for (const Flag& flag : AllFlags()) {
    if (!flag.value.empty()) AppendValues(flag, commands, &out);
  }
  out += "    *) return 1 ;;\n  esac\n}\n";
  return out.append(kReader);
}

}  // namespace seriesguard
