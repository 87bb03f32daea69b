// SPDX-License-Identifier: Apache-2.0
//
// document_generator.cc: pools of awkward names and values, shapes of families, mutations.
#include "tests/differential/document_generator.h"

#include <utility>

namespace seriesguard {
namespace {

using Pool = std::vector<std::string_view>;

const Pool kNames = {"a",   "b_total", "http_requests", "http_requests_total", "h", "h_bucket", "s",
                     "g:x", "_",       "go_info"};
const Pool kQuotedNames = {"my.metric", "a b", "h.x", "", "\xc3\xa9", "q\"uote", "line\nfeed"};
const Pool kLabelNames = {"a", "b", "code", "method", "le", "quantile", "_x", "zone", "job"};
const Pool kQuotedLabelNames = {"l.a", "a", "b c", "\xe2\x82\xac"};
const Pool kLabelValues = {"",
                           "a",
                           "b",
                           "200",
                           "GET",
                           "}",
                           "{",
                           ",",
                           "=",
                           "# EOF",
                           "a\"b",
                           "a\\b",
                           "a\nb",
                           "\\n",
                           "\\d",
                           "  ",
                           "\t",
                           "\xc3\xa9",
                           "1.0",
                           "x,y",
                           "\"",
                           "\\",
                           "/api/v1/orders/17",
                           "a=\"1\"",
                           "ab",
                           "\xf0\x9f\x98\x80"};
const Pool kBoundaries = {"1",      "1.0", "1e0",     "0.5",       ".5",  "5e-1", "10",  "1e1",
                          "100000", "1e6", "1000000", "123456789", "inf", "+Inf", "Inf", "+inf",
                          "-Inf",   "NaN", "bla",     "0x1p-1",    "1_0", "0",    "-0"};
const Pool kTextTypes = {"counter", "gauge", "histogram", "summary", "untyped"};
const Pool kOpenMetricsTypes = {"counter", "gauge", "histogram", "summary",
                                "unknown", "info",  "stateset",  "gaugehistogram"};
const Pool kValues = {"1", "0", "1.5", "-3", "+4", "1e9", "NaN", "+Inf", "-inf", "0.1", ".5", "5.", "Infinity", "1E-3"};
const Pool kMutationTokens = {" ",
                              "\t",
                              "\n",
                              "{",
                              "}",
                              "\"",
                              "\\",
                              ",",
                              "=",
                              "#",
                              "# ",
                              "# EOF\n",
                              "# TYPE a histogram\n",
                              "1",
                              "NaN",
                              "\r",
                              "_total",
                              "__name__",
                              "\xff",
                              "le=\"1\"",
                              "{}",
                              "\\n",
                              ".",
                              "-",
                              "+Inf"};

}  // namespace

uint64_t DocumentGenerator::Random() {
  state_ += 0x9e3779b97f4a7c15;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string DocumentGenerator::Blank() {
  if (openmetrics_ || !OneIn(6)) return "";
  return std::string(Pick({" ", "\t", "  ", " \t "}));
}

std::string DocumentGenerator::Value() { return std::string(Pick(kValues)); }

std::string DocumentGenerator::Quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\n') {
      // A bare line feed is legal in a text value, nowhere in an OpenMetrics one.
      out += openmetrics_ || !OneIn(3) ? "\\n" : "\n";
    } else {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  return out + "\"";
}

DocumentGenerator::Family DocumentGenerator::NewFamily() {
  Family family;
  family.quoted = OneIn(8);
  family.name = std::string(Pick(family.quoted ? kQuotedNames : kNames));
  if (family.quoted && family.name.empty()) family.name = "x.y";  // an empty name is refused
  if (!OneIn(5)) family.type = std::string(Pick(openmetrics_ ? kOpenMetricsTypes : kTextTypes));
  return family;
}

void DocumentGenerator::Metadata(const Family& family, std::string* out) {
  const std::string name = family.quoted ? Quoted(family.name) : family.name;
  if (!openmetrics_ && OneIn(5)) *out += std::string(Pick({"\n", "# a comment\n", "#\n", "# HELPLESS\n", " \t\n"}));
  if (OneIn(2)) *out += "# HELP " + name + " some \\n help \\\\ text\n";
  if (!family.type.empty()) *out += Blank() + "# TYPE " + name + " " + family.type + "\n";
}

void DocumentGenerator::Line(const Family& family, std::string_view suffix, std::vector<std::string> labels,
                             bool may_have_exemplar, std::vector<std::string>* lines) {
  for (size_t i = labels.size(); i > 1; --i) std::swap(labels[i - 1], labels[Below(i)]);
  const std::string name = family.name + std::string(suffix);
  std::string line;
  std::string inside;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (i > 0) inside += "," + Blank();
    inside += labels[i];
  }
  if (!labels.empty() && OneIn(10)) inside += "," + Blank();
  if (family.quoted) {
    line = "{" + Blank() + Quoted(name) + (labels.empty() ? "" : "," + Blank()) + inside + "}";
  } else {
    line = (OneIn(40) ? Blank() : "") + name;
    if (!labels.empty() || OneIn(8)) line += Blank() + "{" + Blank() + inside + Blank() + "}";
  }
  line += " " + Blank() + Value();
  if (OneIn(6)) line += " " + std::string(openmetrics_ ? Pick({"1", "1.5", "1e3", "-2"}) : Pick({"1", "1500", "0"}));
  if (openmetrics_ && may_have_exemplar && OneIn(4)) {
    line += std::string(
        Pick({" # {} 1", " # {trace_id=\"a,b}\"} 0.5", " # {a=\"1\",b=\"2\"} 1 2.5", " # {\"a\"=\"b\",} 3"}));
  }
  lines->push_back(line + Blank() + "\n");
}

void DocumentGenerator::LabelSet(const Family& family, std::vector<std::string>* lines) {
  std::vector<std::string> labels;
  std::vector<std::string_view> used;
  for (size_t want = Below(4); want > 0; --want) {
    const bool quoted = OneIn(10);
    const std::string_view name = Pick(quoted ? kQuotedLabelNames : kLabelNames);
    bool repeated = false;
    for (const auto other : used) repeated = repeated || other == name;
    if (repeated || name == "le" || name == "quantile") continue;
    used.push_back(name);
    labels.push_back((quoted ? Quoted(name) : std::string(name)) + Blank() + "=" + Blank() +
                     Quoted(Pick(kLabelValues)));
  }
  const auto with = [&](std::string_view name, std::string_view value) {
    auto more = labels;
    more.push_back(std::string(name) + "=" + Quoted(value));
    return more;
  };
  const bool gauge_histogram = family.type == "gaugehistogram";
  if (family.type == "histogram" || gauge_histogram || OneIn(12)) {
    for (size_t n = Below(5); n > 0; --n) Line(family, "_bucket", with("le", Pick(kBoundaries)), true, lines);
    if (!OneIn(6)) Line(family, gauge_histogram ? "_gsum" : "_sum", labels, false, lines);
    if (!OneIn(6)) Line(family, gauge_histogram ? "_gcount" : "_count", labels, false, lines);
  } else if (family.type == "summary") {
    for (size_t n = Below(4); n > 0; --n) Line(family, "", with("quantile", Pick(kBoundaries)), false, lines);
    Line(family, "_sum", labels, false, lines);
    Line(family, "_count", labels, false, lines);
  } else if (family.type == "counter" && openmetrics_) {
    Line(family, "_total", labels, true, lines);
  } else if (family.type == "info") {
    Line(family, "_info", labels, false, lines);
  } else {
    Line(family, "", OneIn(12) ? with("le", Pick(kBoundaries)) : labels, false, lines);
  }
  if (OneIn(5)) Line(family, "_created", labels, false, lines);
}

std::string DocumentGenerator::Valid() {
  std::string out;
  std::vector<std::string> stray;
  for (size_t families = 1 + Below(4); families > 0; --families) {
    const Family family = NewFamily();
    Metadata(family, &out);
    std::vector<std::string> lines;
    for (size_t sets = 1 + Below(4); sets > 0; --sets) LabelSet(family, &lines);
    for (const std::string& line : lines) {
      out += line;
      if (OneIn(10)) stray.push_back(line);  // comes back later: a repeated series, a family torn in two
    }
    if (!stray.empty() && OneIn(2)) out += stray[Below(stray.size())];
  }
  if (openmetrics_) return out + (OneIn(4) ? "# EOF" : "# EOF\n");
  if (OneIn(5) && !out.empty()) out.pop_back();  // no final line feed
  return out;
}

std::string DocumentGenerator::Mutated() {
  std::string text = Valid();
  for (size_t changes = 1 + Below(4); changes > 0 && !text.empty(); --changes) {
    const size_t at = Below(text.size());
    switch (Below(6)) {
      case 0: text[at] = static_cast<char>(OneIn(3) ? 0 : Below(256)); break;
      case 1: text.erase(at, 1 + Below(OneIn(4) ? 20 : 2)); break;
      case 2: text.insert(at, Pick(kMutationTokens)); break;
      case 3: text.insert(at, text.substr(Below(text.size()), Below(30))); break;
      case 4: text.insert(at, 1, '\0'); break;
      default: {
        const size_t line_end = text.find('\n', at);
        if (line_end == std::string::npos) break;
        const std::string tail = text.substr(line_end + 1);
        text = tail + text.substr(0, line_end + 1);
      }
    }
  }
  return text;
}

}  // namespace seriesguard
