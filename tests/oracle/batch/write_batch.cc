// SPDX-License-Identifier: Apache-2.0
//
// write_batch.cc: prints the documents on which the naive parser and the server's parser are compared, as records.
//
//   write_batch small LENGTH        every text up to LENGTH over the ten symbols; OpenMetrics bare and with # EOF
//   write_batch frames              every small text in every frame, both formats
//   write_batch generated SEED N    N generated documents, half of them mutated, both formats in turn
//
// A record is one byte of format ('t' or 'o'), four bytes of length (little endian), the document.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "tests/differential/document_generator.h"
#include "tests/differential/small_texts.h"

namespace {

void Write(char format, std::string_view document) {
  std::cout.put(format);
  for (int shift = 0; shift < 32; shift += 8) {
    std::cout.put(static_cast<char>((static_cast<uint32_t>(document.size()) >> shift) & 0xFF));
  }
  std::cout.write(document.data(), static_cast<std::streamsize>(document.size()));
}

void WriteSmall(size_t length) {
  seriesguard::ForEachSmallText(seriesguard::kTenSymbols, length, [](std::string_view text) {
    Write('t', text);
    Write('o', text);
    Write('o', std::string(text) + "# EOF\n");
  });
}

void WriteFrames() {
  seriesguard::ForEachFramedText(seriesguard::TextFrames(), [](std::string_view text) { Write('t', text); });
  seriesguard::ForEachFramedText(seriesguard::OpenMetricsFrames(), [](std::string_view text) { Write('o', text); });
}

void WriteGenerated(uint64_t seed, size_t documents) {
  seriesguard::DocumentGenerator text(seed, false);
  seriesguard::DocumentGenerator openmetrics(seed, true);
  for (size_t i = 0; i < documents; ++i) {
    auto& generator = i % 2 == 0 ? text : openmetrics;
    Write(i % 2 == 0 ? 't' : 'o', i % 4 < 2 ? generator.Valid() : generator.Mutated());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "small" && argc == 3) {
    WriteSmall(std::strtoul(argv[2], nullptr, 10));
  } else if (what == "frames" && argc == 2) {
    WriteFrames();
  } else if (what == "generated" && argc == 4) {
    WriteGenerated(std::strtoull(argv[2], nullptr, 10), std::strtoul(argv[3], nullptr, 10));
  } else {
    std::cerr << "usage: write_batch small LENGTH | frames | generated SEED N\n";
    return 2;
  }
  std::cout.flush();
  return std::cout.good() ? 0 : 2;
}
