// SPDX-License-Identifier: Apache-2.0
//
// small_texts.cc: an odometer over the alphabet, and the frames.
#include "tests/differential/small_texts.h"

namespace seriesguard {
namespace {

using std::string_literals::operator""s;

// What may trip a lexer anywhere: comment sign, tab, NUL, a byte that is no UTF-8, and the letters of numbers.
const std::string kMixed = "a1{}\"\\=, \n#\t\0\xff"s;
const std::string kNumbers = "19.eE+-_xXpnNaiIf 0"s;
const std::string kBytes = "a\"\\n\n\0\xff\xc3\xa4}"s;
const std::string kCommentSigns = "# \tHTa\0\n"s;

}  // namespace

void ForEachSmallText(std::string_view alphabet, size_t max_length,
                      const std::function<void(std::string_view)>& visit) {
  for (size_t length = 0; length <= max_length; ++length) {
    std::vector<size_t> wheel(length, 0);
    std::string text(length, alphabet[0]);
    for (bool done = false; !done;) {
      visit(text);
      size_t i = 0;
      for (; i < length; ++i) {
        wheel[i] = wheel[i] + 1 == alphabet.size() ? 0 : wheel[i] + 1;
        text[i] = alphabet[wheel[i]];
        if (wheel[i] != 0) break;
      }
      done = i == length;
    }
  }
}

const std::vector<Frame>& TextFrames() {
  static const auto* const frames = new std::vector<Frame>{
      {"", "", kMixed, 4},
      {"a 1\n", "\na 2\n", kMixed, 3},
      {"a{", "} 1\n", kMixed, 4},
      {"{", "} 1\n", kMixed, 4},
      {"{\"a\"", "} 1\n", kMixed, 3},
      {"a{b=\"", "", kMixed, 3},
      {"a{b=\"", "\"} 1\n", kBytes, 4},
      {"a{b=\"x\"", "} 1\n", kMixed, 3},
      {"a{b", "\"x\"} 1\n", kMixed, 3},
      {"a{b=\"x\"}", "", kMixed, 3},
      {"a{b=\"x\",", "=\"y\"} 1\n", "bc\"\\_ ,", 4},
      {"{\"", "\"} 1\n", kBytes, 4},
      {"{\"a\",\"", "\"=\"x\"} 1\n", kBytes, 4},
      {"a ", "\n", kNumbers, 4},
      {"a 1", "\n", kMixed, 3},
      {"a 1 ", "\n", "19 \t-.e\n\0#a"s, 4},
      {"a 1 922337203685477580", "", "789\n ", 3},
      {"# TYPE a ", "\na{le=\"1\"} 1\n", kMixed, 3},
      {"# TYPE a", "gauge\na 1\n", kMixed, 3},
      {"# TYPE ", " gauge\na 1\n", kMixed, 3},
      {"# TYPE a gauge", "", kMixed, 3},
      {"# HELP a ", "\na 1\n", kBytes, 4},
      {"# HELP ", "\na 1\n", kMixed, 3},
      {"# HELP \"", "\" x\na 1\n", kBytes, 3},
      {"", "HELP a b\na 1\n", kCommentSigns, 4},
      {"", "TYPE a gauge\na 1\n", kCommentSigns, 4},
      {"# ", "a 1\n", kCommentSigns, 4},
      {"a 1\n#", "", kMixed, 3},
      {"# TYPE a histogram\na_bucket{le=\"", "\"} 1\n", kNumbers, 4},
      {"# TYPE a summary\na{quantile=\"", "\"} 1\n", "01.e-+_x", 4},
  };
  return *frames;
}

const std::vector<Frame>& OpenMetricsFrames() {
  static const auto* const frames = new std::vector<Frame>{
      {"", "", kMixed, 4},
      {"", "# EOF\n", kMixed, 4},
      {"", "# EOF", kMixed, 3},
      {"a 1\n# EOF", "", kMixed, 4},
      {"# E", "F\n", "O\0 \n#EOF"s, 4},
      {"a 1\n", "\n# EOF\n", kMixed, 3},
      {"a{", "} 1\n# EOF\n", kMixed, 4},
      {"{", "} 1\n# EOF\n", kMixed, 4},
      {"{\"a\"", "} 1\n# EOF\n", kMixed, 3},
      {"a{b=\"", "", kMixed, 3},
      {"a{b=\"", "\"} 1\n# EOF\n", kBytes, 4},
      {"a{b=\"x\"", "} 1\n# EOF\n", kMixed, 3},
      {"a{b", "\"x\"} 1\n# EOF\n", kMixed, 3},
      {"a{b=\"x\"}", "\n# EOF\n", kMixed, 3},
      {"{\"", "\"} 1\n# EOF\n", kBytes, 4},
      {"{\"a\",\"", "\"=\"x\"} 1\n# EOF\n", kBytes, 4},
      {"a ", "\n# EOF\n", kNumbers, 4},
      {"a 1", "\n# EOF\n", kMixed, 4},
      {"a 1 ", "\n# EOF\n", kNumbers, 4},
      {"a 1 1", " # {} 1\n# EOF\n", kMixed, 3},
      {"a 1 # {", "} 1\n# EOF\n", kMixed, 4},
      {"a 1 # {b=\"", "\"} 1\n# EOF\n", kBytes, 4},
      {"a 1 # {\"", "\"=\"x\"} 1\n# EOF\n", kBytes, 3},
      {"a 1 # {b=\"x\"}", "\n# EOF\n", kMixed, 3},
      {"a 1 # {b=\"x\"} 1", "\n# EOF\n", kMixed, 3},
      {"a 1 # {b=\"x\"} 1 ", "\n# EOF\n", kNumbers, 3},
      {"a 1 ", "{} 1\n# EOF\n", "# 1\t{", 4},
      {"# TYPE a ", "\na{le=\"1\"} 1\n# EOF\n", kMixed, 3},
      {"# TYPE a", "gauge\na 1\n# EOF\n", kMixed, 3},
      {"# TYPE ", " gauge\na 1\n# EOF\n", kMixed, 3},
      {"# TYPE a gauge", "a 1\n# EOF\n", kMixed, 3},
      {"# HELP a ", "a 1\n# EOF\n", kBytes, 4},
      {"# HELP ", "\na 1\n# EOF\n", kMixed, 3},
      {"# UNIT a_", " b\na 1\n# EOF\n", "ab_ \n\"", 4},
      {"# UNIT a_b", "a 1\n# EOF\n", "ab_ \n\0"s, 5},
      {"# UNIT \"a_", "\" b\na 1\n# EOF\n", kBytes, 3},
      {"#", "HELP a b\na 1\n# EOF\n", kCommentSigns, 3},
      {"# TYPE a histogram\na_bucket{le=\"", "\"} 1\n# EOF\n", kNumbers, 3},
      {"# TYPE a gaugehistogram\na_bucket{le=\"", "\"} 1\n# EOF\n", "01.e", 2},
  };
  return *frames;
}

void ForEachFramedText(const std::vector<Frame>& frames, const std::function<void(std::string_view)>& visit) {
  for (const Frame& frame : frames) {
    ForEachSmallText(frame.alphabet, frame.max_length,
                     [&](std::string_view text) { visit(frame.before + std::string(text) + frame.after); });
  }
}

}  // namespace seriesguard
