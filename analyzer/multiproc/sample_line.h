// SPDX-License-Identifier: Apache-2.0
//
// sample_line.h: names and labels as they stand in the text that a scrape brings.
//
// Threads:  pure functions.
// Source:   docs/exposition_dialect.md; what client_python writes for the Accept header of either server.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_SAMPLE_LINE_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_SAMPLE_LINE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

// What becomes of a name that is none of the old alphabet.
enum class NameForm {
  kQuoted,       // `{"a.b"}`: what a server asks for that reads UTF-8 names
  kUnderscored,  // `a_b`: what every other reader gets
};

// A sample's name and labels, up to the blank before its value; the labels may be added to afterwards.
struct SampleLine {
  std::string text;          // without the closing brace
  bool has_brace = false;    // an opening brace stands in it
  bool needs_comma = false;  // ... and something behind it
};

// `labels` without those named `without`.
SampleLine MakeSampleLine(std::string_view name, const std::vector<std::pair<std::string, std::string>>& labels,
                          std::string_view without, NameForm form);

void AddLabel(std::string_view name, std::string_view value, NameForm form, SampleLine* sample);

// Appends the sample's line with `value`.
void AppendLine(const SampleLine& sample, double value, std::string* out);

// A metric's name as it stands in a HELP or TYPE line.
std::string MetadataName(std::string_view name, NameForm form);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_SAMPLE_LINE_H_
