// SPDX-License-Identifier: Apache-2.0
//
// help.cc: plain text of at most 100 columns, the same on a terminal and in a file.
#include "analyzer/commands/help.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/flag_table.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;

void AppendColumns(std::string_view left, size_t width, std::string_view right, std::string* out) {
  out->append("  ").append(left).append(width - left.size() + kGap, ' ').append(right).append("\n");
}

std::string FlagText(const Flag& flag) {
  std::string text(flag.name);
  if (!flag.value.empty()) text.append(" ").append(flag.value);
  return text;
}

void AppendFlags(const Command& command, FlagGroup group, std::string_view heading, std::string* out) {
  std::vector<const Flag*> flags;
  size_t width = 0;
  for (const Flag& flag : AllFlags()) {
    if (std::find(command.flags.begin(), command.flags.end(), flag.key()) == command.flags.end()) continue;
    width = std::max(width, FlagText(flag).size());
    if (flag.group == group) flags.push_back(&flag);
  }
  if (flags.empty()) return;
  out->append("\n").append(heading).append(":\n");
  for (const Flag* flag : flags) {
    AppendColumns(FlagText(*flag), width, flag->name == "--limit" ? command.limit_summary : flag->summary, out);
  }
}

void AppendIndented(std::string_view lines, std::string* out) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    out->append("  ").append(lines.substr(0, end)).append("\n");
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
}

}  // namespace

std::string ProgramHelp() {
  std::string out =
      "seriesguard: keep the series of a metrics endpoint inside a budget that people wrote down\n"
      "\n"
      "Usage: seriesguard COMMAND [FLAGS] ...\n"
      "\n"
      "Commands:\n";
  size_t width = 0;
  for (const Command& command : AllCommands()) width = std::max(width, command.name.size());
  for (const Command& command : AllCommands()) AppendColumns(command.name, width, command.summary, &out);
  out +=
      "\n"
      "  seriesguard COMMAND --help   what a command takes, with an example\n"
      "  seriesguard --version        the version\n"
      "\n"
      "Exit status: 0 done, or within budget; 1 over budget (check, watch) or a test failed (policy test);\n"
      "2 could not do the job.\n";
  return out;
}

std::string CommandHelp(const Command& command) {
  std::string out = absl::StrCat("seriesguard ", std::string(command.name), ": ", std::string(command.summary),
                                 "\n\nUsage: seriesguard ", std::string(command.name));
  if (!command.flags.empty()) out += " [FLAGS]";
  if (!command.positionals.empty()) out.append(" ").append(command.positionals);
  out += "\n";
  if (!command.details.empty()) out.append("\n").append(command.details);
  AppendFlags(command, FlagGroup::kJudging, "What is judged", &out);
  AppendFlags(command, FlagGroup::kWriting, "What is written", &out);
  AppendFlags(command, FlagGroup::kShowing, "What is shown", &out);
  AppendFlags(command, FlagGroup::kReading, "What is read", &out);
  out += "\nExample:\n";
  AppendIndented(command.example, &out);
  return out;
}

std::string CommandLinePage() {
  std::string out =
      "# The command line\n"
      "\n"
      "What `--help` prints for the program and for each command; a test compares this page with the program.\n"
      "Exit statuses are explained in [exit_status.md](exit_status.md), the JSON in [json_report.md](json_report.md),\n"
      "the other formats in [formats.md](formats.md).\n"
      "\n"
      "```\n";
  out += ProgramHelp();
  out += "```\n";
  for (const Command& command : AllCommands()) {
    absl::StrAppend(&out, "\n## ", std::string(command.name), "\n\n```\n", CommandHelp(command), "```\n");
  }
  return out;
}

}  // namespace seriesguard
