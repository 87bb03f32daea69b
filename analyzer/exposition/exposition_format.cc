// SPDX-License-Identifier: Apache-2.0
//
// exposition_format.cc: looks for the first line that only one of the formats can have.
#include "analyzer/exposition/exposition_format.h"

#include <string>
#include <string_view>

namespace seriesguard {
namespace {

constexpr size_t kMaxHeadBytes = 1 << 20;

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// A ` # {` outside quotes.
bool HasExemplar(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted) {
      if (line[i] == '\\')
        ++i;
      else if (line[i] == '"')
        quoted = false;
    } else if (line[i] == '"') {
      quoted = true;
    } else if (line[i] == '#') {
      return i > 0 && StartsWith(line.substr(i - 1), " # {");
    }
  }
  return false;
}

// kLikelyOpenMetrics: text allows the line as well, as a comment or under an odd name.
enum class Sign { kNone, kText, kOpenMetrics, kLikelyOpenMetrics };

Sign SignOfComment(std::string_view line, std::string* counter) {
  if (line == "# EOF" || StartsWith(line, "# HELP ")) return Sign::kNone;
  if (StartsWith(line, "# UNIT ")) return Sign::kLikelyOpenMetrics;
  if (!StartsWith(line, "# TYPE ")) return Sign::kText;
  const size_t blank = line.rfind(' ');
  const std::string_view type = line.substr(blank + 1);
  if (type == "info" || type == "stateset" || type == "gaugehistogram" || type == "unknown") return Sign::kOpenMetrics;
  if (type == "untyped") return Sign::kText;
  counter->clear();
  if (type == "counter" && blank > 7) {
    const std::string_view name = line.substr(7, blank - 7);
    if (!EndsWith(name, "_total")) counter->assign(name).append("_total");
  }
  return Sign::kNone;
}

Sign SignOfLine(std::string_view line, std::string* counter) {
  if (line.empty() || line[0] == ' ' || line[0] == '\t' || line.back() == '\r') return Sign::kText;
  if (line[0] == '#') return SignOfComment(line, counter);
  if (!counter->empty() && StartsWith(line, *counter)) {
    const char next = line.size() > counter->size() ? line[counter->size()] : ' ';
    if (next == '{' || next == ' ') return Sign::kLikelyOpenMetrics;
  }
  return HasExemplar(line) ? Sign::kOpenMetrics : Sign::kNone;
}

}  // namespace

ExpositionFormat DetectFormat(std::string_view head, std::string_view tail) {
  head = head.substr(0, kMaxHeadBytes);
  const bool ends_in_eof =
      tail == "# EOF" || tail == "# EOF\n" || EndsWith(tail, "\n# EOF") || EndsWith(tail, "\n# EOF\n");
  std::string counter;
  for (size_t begin = 0; begin < head.size();) {
    const size_t end = head.find('\n', begin);
    if (end == std::string_view::npos) break;
    switch (SignOfLine(head.substr(begin, end - begin), &counter)) {
      case Sign::kText: return ExpositionFormat::kText;
      case Sign::kOpenMetrics: return ExpositionFormat::kOpenMetrics;
      case Sign::kLikelyOpenMetrics:
        if (tail.empty() || ends_in_eof) return ExpositionFormat::kOpenMetrics;
        break;
      case Sign::kNone: break;
    }
    begin = end + 1;
  }
  return ends_in_eof ? ExpositionFormat::kOpenMetrics : ExpositionFormat::kText;
}

}  // namespace seriesguard
