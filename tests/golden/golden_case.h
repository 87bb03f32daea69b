// SPDX-License-Identifier: Apache-2.0
//
// golden_case.h: one test of the command line as a text file, read.
//
// Format (README.md beside it has an example): lines `#` are comments; `key: value` lines and blocks whose lines begin
// with `|` (one blank after it is not part of the line).
//   args: WORDS            what is typed after the program's name; '...' and "..." group
//   terminal: COLUMNS      the standard output is a terminal of that width
//   env: NAME=VALUE        NO_COLOR, CLICOLOR_FORCE or TERM
//   stdout: closed|full    the reader has gone; the disk is full
//   file NAME:             a file, line by line; gzip NAME: and zstd NAME: pack it
//   bytes NAME:            a file whose lines know \xNN, \n, \t, \r, \0 and \\; no line feed is added
//   stdin:                 the standard input
//   expect-status: N
//   expect-stdout:         exactly that; <any> within a line stands for any text, a line <lines> for any lines
//   expect-stderr:         the same; a block that is not there means nothing may be written
//   expect-json:           JSON on the standard output instead: lines of `/pointer value`
#ifndef SERIESGUARD_TESTS_GOLDEN_GOLDEN_CASE_H_
#define SERIESGUARD_TESTS_GOLDEN_GOLDEN_CASE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

struct GoldenFile {
  std::string name;
  std::string bytes;
};

struct GoldenCase {
  std::string about;  // the comment lines
  std::vector<std::string> arguments;
  std::optional<size_t> terminal_columns;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string sink;  // "", "closed", "full"
  std::vector<GoldenFile> files;
  std::string stdin_bytes;
  int status = -1;
  std::string expected_out;
  std::string expected_err;
  std::vector<std::pair<std::string, std::string>> expected_json;  // pointer, value as JSON
  bool expects_json = false;
  std::string error;  // not empty: the case itself is wrong
};

GoldenCase ReadGoldenCase(std::string_view text);

// Says whether `actual` is what `expected`, with its placeholders, stands for.
bool MatchesGolden(std::string_view expected, std::string_view actual);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_GOLDEN_GOLDEN_CASE_H_
