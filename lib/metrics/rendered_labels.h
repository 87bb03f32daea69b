// SPDX-License-Identifier: Apache-2.0
//
// rendered_labels.h: a label set as it stands between the braces: method="GET",path="/x".
//
// Use:      rendered once, when a series is made, and kept; a scrape copies it. The other functions read it back.
// Threads:  pure functions.
// Errors:   none.
//
// A name outside of the classic alphabet is rendered in quotes: "http.method"="GET". That is the form for a scraper
// that takes UTF-8; for all others LabelRenamer makes the form with escaped names.
#ifndef SERIESGUARD_LIB_METRICS_RENDERED_LABELS_H_
#define SERIESGUARD_LIB_METRICS_RENDERED_LABELS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/metrics/exposition_escape.h"

namespace seriesguard {

// Appends name="value" to `*out`, behind a comma where `*out` is not empty.
//
// Requires:  IsQuotableName(name); `*out` holds nothing but the labels of one series.
void AppendLabel(std::string_view name, std::string_view value, std::string* out);

// Renders pairs of name and value in their order.
//
// Requires:  CheckLabelNames of the names is OK. A pair with an empty value is rendered; to a server it does not exist.
std::string RenderLabels(const std::vector<std::pair<std::string, std::string>>& labels);

// One label of a rendered set, as it is written: quotes and escapes included.
struct RenderedLabel {
  std::string_view name;   // method or "http.method"
  std::string_view value;  // "GET"
};

// Takes the first label off `*rest`; false when `*rest` is empty or was not rendered by the functions above.
// Lifetime:  views the bytes of `*rest`.
bool TakeRenderedLabel(std::string_view* rest, RenderedLabel* label);

// Says whether `rendered` (labels of one series or of many, one after the other) may hold a name in quotes. A value
// that is a single = makes it say yes as well.
// Cost:      one pass that compilers vectorise, so that a scrape can afford to ask.
bool MayHaveQuotedNames(std::string_view rendered);

// Gives rendered labels the names that a scraper wants.
//
// Threads:  one renamer, one thread.
// Memory:   remembers the names that it met, which in one family are few; at most kMostNames of them.
class LabelRenamer {
 public:
  explicit LabelRenamer(NameEscaping escaping) : escaping_(escaping) {}

  // Appends `rendered`, every quoted name as the escaping has it; with kAllowUtf8 as it is.
  void Append(std::string_view rendered, std::string* out);

 private:
  static constexpr size_t kMostNames = 64;

  void AppendName(std::string_view quoted, std::string* out);

  const NameEscaping escaping_;
  std::vector<std::pair<std::string, std::string>> names_;  // as rendered, as escaped
};

// Returns the code points of all names and values together, which OpenMetrics limits in an exemplar: an escape counts
// as the one character that it stands for; quotes, = and commas do not count.
size_t CountLabelCharacters(std::string_view rendered);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_RENDERED_LABELS_H_
