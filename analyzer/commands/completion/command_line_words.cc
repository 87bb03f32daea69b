// SPDX-License-Identifier: Apache-2.0
//
// command_line_words.cc: see the header.
#include "analyzer/commands/completion/command_line_words.h"

#include <algorithm>

namespace seriesguard {
namespace {

// Cuts the next word off `text`.
std::string_view NextWord(std::string_view* text) {
  const size_t begin = std::min(text->find_first_not_of(' '), text->size());
  const size_t end = std::min(text->find(' ', begin), text->size());
  const std::string_view word = text->substr(begin, end - begin);
  text->remove_prefix(end);
  return word;
}

bool IsFile(std::string_view name) { return name == "INPUT" || name == "FILE" || name == "BEFORE" || name == "AFTER"; }

}  // namespace

std::vector<Positional> PositionalsOf(const Command& command) {
  std::vector<Positional> positionals;
  std::string_view usage = command.positionals;
  for (std::string_view name = NextWord(&usage); !name.empty(); name = NextWord(&usage)) {
    Positional positional;
    if (name.front() == '[') name = name.substr(1, name.find(']') - 1);
    const size_t dots = name.find("...");
    positional.repeats = dots != std::string_view::npos;
    positional.name = name.substr(0, dots);
    if (positionals.empty() && !command.words.empty()) {
      positional.kind = CandidateKind::kWords;
      std::string_view words = command.words;
      for (std::string_view word = NextWord(&words); !word.empty(); word = NextWord(&words)) {
        positional.words.push_back(word);
      }
    } else if (IsFile(positional.name)) {
      positional.kind = CandidateKind::kFile;
    }
    positionals.push_back(positional);
  }
  return positionals;
}

CandidateKind KindOfValue(const Flag& flag) {
  if (flag.value == "FORMAT=FILE") return CandidateKind::kFormatFile;
  if (flag.words != nullptr) return CandidateKind::kWords;
  return flag.value == "FILE" ? CandidateKind::kFile : CandidateKind::kAny;
}

std::vector<const Flag*> FlagsOf(const Command& command) {
  std::vector<const Flag*> flags;
  for (const Flag& flag : AllFlags()) {
    if (std::find(command.flags.begin(), command.flags.end(), flag.key()) != command.flags.end()) {
      flags.push_back(&flag);
    }
  }
  return flags;
}

std::string_view SummaryOf(const Flag& flag, const Command& command) {
  return flag.name == "--limit" ? command.limit_summary : flag.summary;
}

std::vector<CommandWord> FirstWords(const std::vector<Command>& commands) {
  std::vector<CommandWord> words;
  for (const Command& command : commands) {
    const size_t blank = command.name.find(' ');
    const std::string_view first = command.name.substr(0, blank);
    if (blank == std::string_view::npos) {
      words.push_back({first, &command, {}});
      continue;
    }
    auto group = std::find_if(words.begin(), words.end(), [&](const CommandWord& word) { return word.word == first; });
    if (group == words.end()) group = words.insert(words.end(), {first, nullptr, {}});
    group->members.push_back(&command);
  }
  return words;
}

std::string_view SecondWord(const Command& command) { return command.name.substr(command.name.find(' ') + 1); }

}  // namespace seriesguard
