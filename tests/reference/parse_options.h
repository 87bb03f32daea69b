// SPDX-License-Identifier: Apache-2.0
//
// parse_options.h: which grammar, and whose view of it.
#ifndef SERIESGUARD_TESTS_REFERENCE_PARSE_OPTIONS_H_
#define SERIESGUARD_TESTS_REFERENCE_PARSE_OPTIONS_H_

namespace seriesguard::reference {

enum class Format {
  kText,         // 0.0.4 and 1.0.0, which the server reads with one parser
  kOpenMetrics,  // 1.0
};

struct ParseOptions {
  // The older view: `le` and `quantile` as written, no quoted names, names of the classic alphabet only.
  bool prometheus2 = false;
  // A NUL at a line's start ends the server's parse without a word. True: that is an error. False: do as the server.
  bool refuse_nul_line = true;
};

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_PARSE_OPTIONS_H_
