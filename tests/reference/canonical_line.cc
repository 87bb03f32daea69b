// SPDX-License-Identifier: Apache-2.0
//
// canonical_line.cc: see the header; no sorting is needed, the labels lie in a std::map.
#include "tests/reference/canonical_line.h"

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace seriesguard::reference {
namespace {

// The one NaN that the server stores for every NaN that it reads.
constexpr uint64_t kStoredNan = 0x7ff8000000000001;

void AppendEscaped(std::string* out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const bool plain = c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (plain) {
      out->push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out->push_back('%');
    out->push_back(kHex[byte >> 4]);
    out->push_back(kHex[byte & 15]);
  }
}

void AppendValue(std::string* out, double value) {
  uint64_t bits = kStoredNan;
  if (!std::isnan(value)) std::memcpy(&bits, &value, sizeof(bits));
  char digits[17];
  std::snprintf(digits, sizeof(digits), "%016" PRIx64, bits);
  out->append(digits);
}

}  // namespace

std::string CanonicalSeries(const Sample& sample) {
  std::string out;
  AppendEscaped(&out, sample.name);
  out.push_back('{');
  bool first = true;
  for (const auto& [name, value] : sample.labels) {
    if (!first) out.push_back(',');
    first = false;
    AppendEscaped(&out, name);
    out.push_back('=');
    AppendEscaped(&out, value);
  }
  out.push_back('}');
  return out;
}

std::string CanonicalLine(const ReferenceResult& result) {
  if (!result.ok) return "refused";
  std::string out = "ok";
  for (const Sample& sample : result.samples) {
    out += " | " + CanonicalSeries(sample) + " ";
    AppendValue(&out, sample.value);
    if (sample.timestamp_ms) out += " @" + std::to_string(*sample.timestamp_ms);
    if (sample.has_exemplar) out += " exemplar";
  }
  return out;
}

}  // namespace seriesguard::reference
