// SPDX-License-Identifier: Apache-2.0
//
// flag.h: one flag: how it is written, what help says of it, what it sets.
//
// Use:      rows of flag_table.cc and url_flags.cc; everybody else asks flag_table.h.
// Threads:  plain data.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_FLAG_H_
#define SERIESGUARD_ANALYZER_COMMANDS_FLAG_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "analyzer/commands/options.h"

namespace seriesguard {

enum class FlagGroup : unsigned char { kReading, kJudging, kShowing, kWriting };

struct Flag {
  std::string_view name;   // "--limit"
  std::string_view value;  // what stands for its value in help, "K"; empty = a switch without one
  FlagGroup group;
  std::string_view summary;  // one line, with the default where there is one
  // Sets the meaning of `text` (empty for a switch).
  // Errors: InvalidArgument, what was expected; without the flag's name.
  absl::Status (*apply)(std::string_view text, Options* options);
  bool repeats = false;  // may be given several times; else the last one counts
  // What a command lists to have it; empty = its name. Flags of one name that mean different things have one each.
  std::string_view key_or_empty = {};
  // The words that its value is one of (of FORMAT=FILE: before the equals sign), for the command of that name; nullptr:
  // any value. A value that help calls FILE is the name of a file.
  std::vector<std::string_view> (*words)(std::string_view command) = nullptr;
  std::string_view key() const { return key_or_empty.empty() ? name : key_or_empty; }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_FLAG_H_
