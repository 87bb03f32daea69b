// SPDX-License-Identifier: Apache-2.0
//
// naive_batch.cc: reads the records of write_batch and prints what the naive parser makes of them, one line each.
//
// It follows the server through a NUL at a line's start (the parse just ends there), so that the lines of
// `oracle -batch` must be the same bytes.
#include <cstdint>
#include <iostream>
#include <string>

#include "tests/reference/canonical_line.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"

int main() {
  using seriesguard::reference::Format;
  std::ios::sync_with_stdio(false);
  seriesguard::reference::ParseOptions options;
  options.refuse_nul_line = false;
  char head[5];
  std::string document;
  while (std::cin.read(head, sizeof(head))) {
    uint32_t length = 0;
    for (int i = 4; i >= 1; --i) length = length << 8 | static_cast<unsigned char>(head[i]);
    document.resize(length);
    if (!std::cin.read(document.data(), length)) return 2;
    const Format format = head[0] == 'o' ? Format::kOpenMetrics : Format::kText;
    std::cout << seriesguard::reference::CanonicalLine(ParseNaively(document, format, options)) << '\n';
  }
  std::cout.flush();
  return std::cin.gcount() == 0 && std::cout.good() ? 0 : 2;
}
