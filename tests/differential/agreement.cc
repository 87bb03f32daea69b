// SPDX-License-Identifier: Apache-2.0
//
// agreement.cc: compares canonical lines without the value bits, which the fast parser does not report.
#include "tests/differential/agreement.h"

#include <cctype>
#include <cstdio>
#include <iostream>
#include <string>

#include "gtest/gtest.h"
#include "tests/differential/fast_adapter.h"
#include "tests/reference/canonical_line.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/reference_result.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

constexpr size_t kShown = 5;

std::string Printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char hex[5];
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (std::isprint(byte)) {
      out.push_back(c);
    } else {
      std::snprintf(hex, sizeof(hex), "\\x%02x", byte);
      out += hex;
    }
  }
  return out;
}

std::string Summary(reference::ReferenceResult result) {
  std::string types;
  for (const auto& type : result.types) types += " " + type.name + ":" + std::string(MetricTypeName(type.type));
  std::string lines;
  for (auto& sample : result.samples) {
    lines += " " + std::to_string(sample.line);
    // A float that does not fit 64 bits of milliseconds becomes what the server's CPU makes of it: any end will do.
    if (sample.timestamp_ms == INT64_MAX) sample.timestamp_ms = INT64_MIN;
    sample.value = 0;
  }
  return CanonicalLine(result) + (result.ok ? "; types" + types + "; lines" + lines : "");
}

// The naive parser names the line where the entry starts, the fast one the line of the offending byte, which may come
// later when a quoted string holds line feeds. They must be the same where the entry has none.
bool ErrorLinesFit(const reference::ReferenceResult& fast, const reference::ReferenceResult& naive,
                   std::string_view document) {
  if (fast.ok || naive.ok) return true;
  if (fast.error_line == naive.error_line) return true;
  return fast.error_line > naive.error_line && document.find('"') != std::string_view::npos;
}

}  // namespace

void Agreement::Check(std::string_view document, reference::Format format, size_t block_bytes) {
  const reference::ReferenceResult naive = ParseNaively(document, format);
  const reference::ReferenceResult fast = RunFast(document, format, block_bytes);
  ++documents_;
  if (naive.ok) ++accepted_;
  const std::string expected = Summary(naive);
  const std::string actual = Summary(fast);
  const bool kept = fast.error.rfind("broken promise", 0) != 0;
  if (expected == actual && kept && ErrorLinesFit(fast, naive, document)) return;
  if (++differences_ > kShown) return;
  ADD_FAILURE() << (format == reference::Format::kText ? "text" : "OpenMetrics") << ", windows of " << block_bytes
                << " bytes: \"" << Printable(document) << "\"\n  naive: " << expected << " line " << naive.error_line
                << " (" << naive.error << ")\n  fast:  " << actual << " line " << fast.error_line << " ("
                << Printable(fast.error) << ")";
}

uint64_t SeedOfTest(uint64_t otherwise) {
  const uint64_t seed = NumberFromEnvironment("SERIESGUARD_SEED", otherwise);
  std::cout << "SERIESGUARD_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace seriesguard
