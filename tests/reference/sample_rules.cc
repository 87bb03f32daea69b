// SPDX-License-Identifier: Apache-2.0
//
// sample_rules.cc: unescape, rewrite, drop the empty, check; in the order in which the server does it.
#include "tests/reference/sample_rules.h"

#include <set>

#include "tests/reference/go_float.h"

namespace seriesguard::reference {
namespace {

bool IsLetter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsDigit(int c) { return c >= '0' && c <= '9'; }

// The classic alphabet of metric names, the only one that Prometheus 2 knows.
bool IsClassicName(std::string_view name) {
  ByteReader reader(name);
  return TakeIdentifier(reader, /*colon=*/true) && reader.Peek() == ByteReader::kEnd;
}

bool IsNameAllowed(std::string_view name, const ParseOptions& options) {
  if (options.prometheus2) return IsClassicName(name);
  return !name.empty() && IsValidUtf8(name);
}

bool IsBoundary(std::string_view label, MetricType type_in_force) {
  return (label == "le" && type_in_force == MetricType::kHistogram) ||
         (label == "quantile" && type_in_force == MetricType::kSummary);
}

}  // namespace

std::string Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == '\\' || next == '"' || next == 'n')) {
      out.push_back(next == 'n' ? '\n' : next);
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool IsValidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    size_t length = 0;
    unsigned code = 0;
    if (lead < 0x80) {
      ++i;
      continue;
    } else if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
      code = lead & 0x1Fu;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      code = lead & 0x0Fu;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      code = lead & 0x07u;
    } else {
      return false;
    }
    if (i + length > text.size()) return false;
    for (size_t k = 1; k < length; ++k) {
      const auto follow = static_cast<unsigned char>(text[i + k]);
      if ((follow & 0xC0u) != 0x80u) return false;
      code = (code << 6) | (follow & 0x3Fu);
    }
    if (length == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))) return false;
    if (length == 4 && (code < 0x10000 || code > 0x10FFFF)) return false;
    i += length;
  }
  return true;
}

bool TakeIdentifier(ByteReader& reader, bool colon) {
  const auto starts = [&](int c) { return IsLetter(c) || c == '_' || (colon && c == ':'); };
  if (!starts(reader.Peek())) return false;
  while (starts(reader.Peek()) || IsDigit(reader.Peek())) reader.Advance();
  return true;
}

bool TakeQuoted(ByteReader& reader, bool line_feed) {
  if (!reader.Take('"')) return false;
  for (;;) {
    const int c = reader.Peek();
    if (c == ByteReader::kEnd || c == 0 || (c == '\n' && !line_feed)) return false;
    reader.Advance();
    if (c == '"') return true;
    if (c == '\\') {
      const int escaped = reader.Peek();
      if (escaped == ByteReader::kEnd || escaped == 0 || escaped == '\n') return false;
      reader.Advance();
    }
  }
}

std::string StoreSample(const RawSample& raw, MetricType type_in_force, const ParseOptions& options, Sample* sample) {
  std::vector<std::pair<std::string, std::string>> pairs = {{"__name__", Unescape(*raw.name)}};
  for (const auto& [raw_name, raw_value] : raw.labels) {
    const std::string name = Unescape(raw_name);
    std::string value = Unescape(raw_value);
    if (!options.prometheus2 && IsBoundary(name, type_in_force)) {
      if (const auto boundary = ParseGoFloat(value)) value = FormatBoundary(*boundary);
    }
    pairs.emplace_back(name, value);
  }

  // An empty value takes every pair of its name with it, so {b="x",b=""} is no repetition but no label b at all.
  std::set<std::string> emptied;
  for (const auto& [name, value] : pairs) {
    if (value.empty()) emptied.insert(name);
  }
  bool named = false;
  for (const auto& [name, value] : pairs) {
    if (emptied.count(name) > 0) continue;
    if (name == "__name__") {
      if (named) return "__name__ given twice";
      named = true;
      sample->name = value;
      if (!IsNameAllowed(value, options)) return "invalid metric name";
      continue;
    }
    if (name.empty() || !IsValidUtf8(name)) return "invalid label name";
    if (!sample->labels.emplace(name, value).second) return "label name given twice";
  }
  if (!named) return "no metric name";
  return "";
}

}  // namespace seriesguard::reference
