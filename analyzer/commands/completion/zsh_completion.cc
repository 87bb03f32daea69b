// SPDX-License-Identifier: Apache-2.0
//
// zsh_completion.cc: a call of zsh's own _arguments a command.
#include "analyzer/commands/completion/zsh_completion.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/completion/command_line_words.h"

namespace seriesguard {
namespace {

constexpr std::string_view kBegin = R"zsh(#compdef seriesguard
# zsh completion of seriesguard, written by "seriesguard completion zsh".
# Keep it as _seriesguard in a folder of $fpath, or try it after compinit with: source <(seriesguard completion zsh)

# A value FORMAT=FILE: one of the arguments, an equals sign, a file.
_seriesguard_format_file() {
  if compset -P '*='; then
    _files
  else
    compadd -S = -- "$@"
  fi
}

_seriesguard() {
  local command
  local -a names
)zsh";

constexpr std::string_view kEnd = R"zsh(  esac
}

if [[ ${funcstack[1]} == _seriesguard ]]; then
  _seriesguard "$@"
else
  compdef _seriesguard seriesguard
fi
)zsh";

// Between single quotes; `escaped` get a backslash first.
std::string Quoted(std::string_view text, std::string_view escaped = {}) {
  std::string quoted = "'";
  for (const char byte : text) {
    if (escaped.find(byte) != std::string_view::npos) quoted += '\\';
    quoted += byte;
    if (byte == '\'') quoted += "\\''";
  }
  return quoted + "'";
}

void AppendName(std::string_view name, std::string_view summary, std::string* out) {
  absl::StrAppend(out, " ", Quoted(absl::StrCat(std::string(name), ":", std::string(summary))));
}

std::string Action(CandidateKind kind, const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view word : words) list.append(list.empty() ? "" : " ").append(word);
  switch (kind) {
    case CandidateKind::kFile: return "_files";
    case CandidateKind::kWords: return "(" + list + ")";
    case CandidateKind::kFormatFile: return "_seriesguard_format_file " + list;
    case CandidateKind::kAny: break;
  }
  return " ";
}

constexpr std::string_view kInBrackets = "[]\\:";

void AppendFlag(const Flag& flag, const Command& command, std::string* out) {
  std::string spec = flag.repeats ? "*" : "";
  spec.append(flag.name).append(flag.value.empty() ? "[" : "=[");
  for (const char byte : SummaryOf(flag, command)) {
    if (kInBrackets.find(byte) != std::string_view::npos) spec += '\\';
    spec += byte;
  }
  spec += "]";
  if (!flag.value.empty()) {
    const auto words = flag.words == nullptr ? std::vector<std::string_view>() : flag.words(command.name);
    absl::StrAppend(&spec, ":", std::string(flag.value), ":", Action(KindOfValue(flag), words));
  }
  absl::StrAppend(out, " \\\n        ", Quoted(spec));
}

void AppendCommand(const Command& command, std::string* out) {
  absl::StrAppend(out, "    (", Quoted(command.name), ")\n      _arguments -S \\\n        ",
                  "'(- *)'{-h,--help}'[show what the command takes]'");
  for (const Flag* flag : FlagsOf(command)) AppendFlag(*flag, command, out);
  for (const Positional& positional : PositionalsOf(command)) {
    absl::StrAppend(out, " \\\n        ",
                    Quoted(absl::StrCat(positional.repeats ? "*:" : ":", std::string(positional.name), ":",
                                        Action(positional.kind, positional.words))));
  }
  *out += "\n      ;;\n";
}

}  // namespace

std::string ZshCompletion(const std::vector<Command>& commands) {
  std::string out(kBegin);
  const std::vector<CommandWord> words = FirstWords(commands);
  out += "  if (( CURRENT == 2 )); then\n    names=(";
  for (const CommandWord& word : words) {
    if (word.command != nullptr) {
      AppendName(word.word, word.command->summary, &out);
      continue;
    }
    std::string members;
    for (const Command* member : word.members) members.append(members.empty() ? "" : ", ").append(SecondWord(*member));
    AppendName(word.word, members, &out);
  }
  AppendName("help", "show the commands, or what one takes", &out);
  AppendName("version", "show the version", &out);
  out +=
      ")\n    _describe -t commands command names\n    return\n  fi\n"
      "  [[ $words[2] != help ]] || { shift words; (( CURRENT-- )); [[ $CURRENT != 2 ]] || { _seriesguard; return; }; "
      "}\n"
      "  case $words[2] in\n";
  for (const CommandWord& word : words) {
    if (word.command != nullptr) continue;
    absl::StrAppend(&out, "    (", std::string(word.word), ")\n      if (( CURRENT == 3 )); then\n        names=(");
    for (const Command* member : word.members) AppendName(SecondWord(*member), member->summary, &out);
    out +=
        ")\n        _describe -t commands command names\n        return\n      fi\n"
        "      command=\"$words[2] $words[3]\"\n      shift 2 words\n      (( CURRENT -= 2 ))\n      ;;\n";
  }
  out +=
      "    (*)\n      command=$words[2]\n      shift words\n      (( CURRENT-- ))\n      ;;\n  esac\n"
      "  case $command in\n";
  for (const Command& command : commands) AppendCommand(command, &out);
  return out.append(kEnd);
}

}  // namespace seriesguard
