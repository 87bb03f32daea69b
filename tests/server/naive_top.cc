// SPDX-License-Identifier: Apache-2.0
//
// naive_top.cc: `seriesguard top` of the naive parser, as far as compare_with_server.py reads its JSON.
//
//   naive_top top --format json --limit 0 --server prometheus2|prometheus3 FILE
//
// A file whose name ends in .om is OpenMetrics. Exit status 2 and no JSON where the server would lose the scrape. With
// it the reference itself is held against a running server.
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "tests/reference/canonical_line.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"

namespace {

std::string JsonString(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20) {
      out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

}  // namespace

int main(int argc, char** argv) {
  using seriesguard::reference::Format;
  seriesguard::reference::ParseOptions options;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--server" && i + 1 < argc) options.prometheus2 = std::string(argv[++i]) == "prometheus2";
    path = word;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open()) {
    std::cerr << "naive_top: cannot read " << path << "\n";
    return 2;
  }
  const bool openmetrics = path.size() > 3 && path.compare(path.size() - 3, 3, ".om") == 0;
  const auto result = ParseNaively(bytes, openmetrics ? Format::kOpenMetrics : Format::kText, options);
  if (!result.ok) {
    std::cerr << path << ":" << result.error_line << ": " << result.error << "\n";
    return 2;
  }
  std::map<std::string, std::set<std::string>> parts;
  for (const auto& sample : result.samples) parts[sample.name].insert(CanonicalSeries(sample));
  std::cout << "{\"metrics\":[{\"parts\":[";
  const char* comma = "";
  for (const auto& [name, series] : parts) {
    std::cout << comma << "{\"name\":" << JsonString(name) << ",\"series\":" << series.size() << "}";
    comma = ",";
  }
  std::cout << "]}]}\n";
  return 0;
}
