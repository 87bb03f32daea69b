// SPDX-License-Identifier: Apache-2.0
//
// man_page.cc: see the header.
#include "analyzer/commands/man_page.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/completion/command_line_words.h"
#include "analyzer/commands/version.h"

namespace seriesguard {
namespace {

constexpr std::string_view kDescription = R"(.SH DESCRIPTION
A metrics backend dies of labels.
.B seriesguard
counts the series of
.I /metrics
dumps as a Prometheus server would store them, names the label that is to
blame, and judges the dump by a budget that people wrote down.
The same policy file guards the service itself, where the library is built in.
.PP
Results go to the standard output; progress (on a terminal only) and errors go
to the standard error output.
)";

constexpr std::string_view kAfterwards = R"(.SH EXIT STATUS
.TP
.B 0
Done; of
.BR check :
within budget.
.TP
.B 1
Over budget, or a test of a policy failed.
No other command ends so.
.TP
.B 2
The job could not be done: usage, unreadable or invalid input, a bad policy, a
verdict that is undecided.
It beats 1.
.SH FILES
.TP
.I seriesguard.yaml
The policy, where
.B \-\-policy
names no other.
.SH ENVIRONMENT
.TP
.BR NO_COLOR ", " CLICOLOR_FORCE ", " TERM
Whether text is coloured: a
.B NO_COLOR
that is not empty means no, before
.BR CLICOLOR_FORCE ;
.B TERM=dumb
means no.
.SH SEE ALSO
.BR curl (1),
.BR prometheus (1),
.BR promtool (1)
)";

constexpr size_t kSourceColumns = 78;  // mandoc wants source lines of at most 80

// Text that roff shows as it is. A hyphen of a flag is a minus sign; a line never begins with a control character.
std::string Escaped(std::string_view text) {
  std::string escaped;
  bool at_line_start = true;
  for (const char byte : text) {
    if (at_line_start && (byte == '.' || byte == '\'')) escaped += "\\&";
    at_line_start = byte == '\n';
    if (byte == '\\') {
      escaped += "\\e";
    } else if (byte == '-') {
      escaped += "\\-";
    } else if (byte == '\'') {
      escaped += "\\(aq";
    } else if (byte == '"') {
      escaped += "\\(dq";
    } else if (byte == '`') {
      escaped += "\\(ga";
    } else if (byte == '^') {
      escaped += "\\(ha";
    } else if (byte == '~') {
      escaped += "\\(ti";
    } else {
      escaped += byte;
    }
  }
  return escaped;
}

// Text that roff fills, in source lines that are not long; what was a line begins one.
std::string Prose(std::string_view text) {
  std::string prose;
  const std::string escaped = Escaped(text);
  size_t column = 0;
  size_t begin = 0;
  while (begin < escaped.size()) {
    const size_t end = std::min(escaped.find_first_of(" \n", begin), escaped.size());
    std::string word = escaped.substr(begin, end - begin);
    if (column > 0 && column + 1 + word.size() > kSourceColumns) {
      prose += '\n';
      column = 0;
      if (word[0] == '.') word.insert(0, "\\&");
    } else if (column > 0) {
      prose += ' ';
      ++column;
    }
    prose += word;
    column += word.size();
    if (end < escaped.size() && escaped[end] == '\n') {
      prose += '\n';
      column = 0;
    }
    begin = end + 1;
  }
  return prose;
}

// A line that does not break: an example.
void AppendVerbatim(std::string_view lines, std::string* out) {
  absl::StrAppend(out, ".PP\n.RS 4\n.nf\n", Escaped(lines), "\n.fi\n.RE\n");
}

void AppendCommand(const Command& command, std::string* out) {
  absl::StrAppend(out, ".SS ", Escaped(command.name), "\n.B seriesguard ", Escaped(command.name), "\n");
  if (!command.flags.empty()) absl::StrAppend(out, "[\\fIflags\\fR]\n");
  if (!command.positionals.empty()) absl::StrAppend(out, ".I ", Escaped(command.positionals), "\n");
  std::string summary = Prose(std::string(command.summary) + ".");
  summary[0] = static_cast<char>(summary[0] >= 'a' && summary[0] <= 'z' ? summary[0] - 'a' + 'A' : summary[0]);
  absl::StrAppend(out, ".PP\n", summary, "\n");
  if (!command.details.empty()) absl::StrAppend(out, ".PP\n", Prose(command.details));
  const char* separator = ".PP\nFlags:\n";
  for (const Flag* flag : FlagsOf(command)) {
    absl::StrAppend(out, separator, "\\fB", Escaped(flag->name), "\\fR");
    separator = ",\n";
  }
  if (!command.flags.empty()) *out += ".\n";
  AppendVerbatim(command.example, out);
}

// A flag that means the same everywhere is one entry; one that does not says of which command each meaning is.
void AppendFlag(const Flag& flag, const std::vector<Command>& commands, std::string* out) {
  std::vector<std::pair<std::string_view, std::string>> meanings;  // the meaning, and which commands have it
  for (const Command& command : commands) {
    for (const Flag* taken : FlagsOf(command)) {
      if (taken != &flag) continue;
      const std::string_view meaning = SummaryOf(flag, command);
      size_t i = 0;
      while (i < meanings.size() && meanings[i].first != meaning) ++i;
      if (i == meanings.size()) meanings.emplace_back(meaning, "");
      meanings[i].second.append(meanings[i].second.empty() ? "" : ", ").append(command.name);
    }
  }
  for (const auto& [meaning, names] : meanings) {
    absl::StrAppend(out, ".TP\n\\fB", Escaped(flag.name), "\\fR");
    if (!flag.value.empty()) absl::StrAppend(out, " \\fI", Escaped(flag.value), "\\fR");
    absl::StrAppend(out, "\n", Prose(absl::StrCat(std::string(meaning), ".\nOf ", names, ".\n")));
  }
}

}  // namespace

std::string ManPage(const std::vector<Command>& commands) {
  std::string out = absl::StrCat(
      ".\\\" Written by \"seriesguard man\" from the program's own tables.\n.TH SERIESGUARD 1 ",
      std::string(kReleaseDay), " \"", std::string(kToolAndVersion),
      "\" \"User Commands\"\n.SH NAME\nseriesguard \\- keep the series of a metrics ",
      "endpoint inside a budget\n.SH SYNOPSIS\n.B seriesguard\n.I command\n[\\fIflags\\fR]\n.I argument ...\n.br\n",
      ".B seriesguard help\n[\\fIcommand\\fR]\n.br\n.B seriesguard \\-\\-version\n");
  out.append(kDescription).append(".SH COMMANDS\n");
  for (const Command& command : commands) AppendCommand(command, &out);
  out +=
      ".SH FLAGS\nA value may follow its flag after a blank or an equals sign.\n"
      "What follows \\fB\\-\\-\\fR is no flag.\n";
  for (const Flag& flag : AllFlags()) AppendFlag(flag, commands, &out);
  return out.append(kAfterwards);
}

}  // namespace seriesguard
