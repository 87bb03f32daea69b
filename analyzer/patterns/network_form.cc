// SPDX-License-Identifier: Apache-2.0
//
// network_form.cc: see the header.
#include "analyzer/patterns/network_form.h"

#include <cstddef>

#include "analyzer/patterns/byte_profile.h"
#include "analyzer/patterns/top_level_domain.h"

namespace seriesguard {
namespace {

constexpr size_t kMostHostBytes = 253;
constexpr size_t kMostWordBytes = 63;
constexpr size_t kMostLocalBytes = 64;
constexpr size_t kMostIpBytes = 2 + 45 + 1 + kMostWordBytes + 4;  // brackets, address, zone, prefix
constexpr size_t kMostPort = 65535;

// A decimal number without leading zeros of at most `most`, all of `text`.
bool IsNumberUpTo(std::string_view text, size_t most) {
  if (text.empty() || text.size() > 5 || (text[0] == '0' && text.size() > 1)) return false;
  size_t number = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
    number = number * 10 + static_cast<size_t>(c - '0');
  }
  return number <= most;
}

// One word of a host name: letters, digits, - and _ inside.
bool IsHostWord(std::string_view word) {
  if (word.empty() || word.size() > kMostWordBytes || word.front() == '-' || word.back() == '-') return false;
  for (const char c : word) {
    if (!IsAlnum(c) && c != '-' && c != '_') return false;
  }
  return true;
}

bool HasLetter(std::string_view text) {
  for (const char c : text) {
    if (IsLetter(c)) return true;
  }
  return false;
}

std::string_view WithoutBrackets(std::string_view value) {
  if (value.size() < 2 || value.front() != '[' || value.back() != ']') return value;
  return value.substr(1, value.size() - 2);
}

std::string_view Address(std::string_view value) {
  value = value.substr(0, value.find('/'));
  return WithoutBrackets(value).substr(0, WithoutBrackets(value).find('%'));
}

// Words between dots; the last of them at *last, and how many.
bool IsHostName(std::string_view value, std::string_view* last, size_t* words) {
  if (value.empty() || value.size() > kMostHostBytes) return false;
  *words = 0;
  for (size_t at = 0; at <= value.size();) {
    const size_t dot = value.find('.', at);
    *last = value.substr(at, dot == std::string_view::npos ? dot : dot - at);
    if (!IsHostWord(*last)) return false;
    ++*words;
    if (dot == std::string_view::npos) break;
    at = dot + 1;
  }
  return true;
}

}  // namespace

bool IsIpv4(std::string_view value) {
  if (value.size() < 7 || value.size() > 15) return false;
  for (int i = 0; i < 4; ++i) {
    const size_t dot = i < 3 ? value.find('.') : value.size();
    if (dot == std::string_view::npos || !IsNumberUpTo(value.substr(0, dot), 255)) return false;
    if (i < 3) value.remove_prefix(dot + 1);
  }
  return true;
}

bool IsIpv6(std::string_view value) {
  if (value.size() < 2 || value.size() > 45) return false;
  size_t groups = 0;
  bool has_gap = false;
  size_t at = 0;
  if (StartsWith(value, "::")) {
    has_gap = true;
    at = 2;
  }
  while (at < value.size()) {
    size_t end = at;
    while (end < value.size() && end - at <= 4 && IsHexDigit(value[end])) ++end;
    if (end < value.size() && value[end] == '.') {
      if (!IsIpv4(value.substr(at))) return false;
      groups += 2;
      return has_gap ? groups < 8 : groups == 8;
    }
    if (end == at || end - at > 4) return false;
    ++groups;
    at = end;
    if (at == value.size()) break;
    if (value[at] != ':') return false;
    ++at;
    if (at == value.size()) return false;
    if (value[at] != ':') continue;
    if (has_gap) return false;
    has_gap = true;
    ++at;
  }
  return has_gap ? groups < 8 : groups == 8;
}

bool IsIp(std::string_view value) {
  if (value.size() > kMostIpBytes) return false;
  const size_t slash = value.find('/');
  const std::string_view address = value.substr(0, slash);
  const bool has_prefix = slash != std::string_view::npos;
  if (IsIpv4(address)) return !has_prefix || IsNumberUpTo(value.substr(slash + 1), 32);
  if (has_prefix && !IsNumberUpTo(value.substr(slash + 1), 128)) return false;
  const std::string_view inner = WithoutBrackets(address);
  const size_t percent = inner.find('%');
  if (percent != std::string_view::npos) {
    const std::string_view zone = inner.substr(percent + 1);
    if (zone.empty() || zone.size() > kMostWordBytes) return false;
    for (const char c : zone) {
      if (!IsAlnum(c) && c != '-' && c != '_' && c != '.') return false;
    }
  }
  return IsIpv6(inner.substr(0, percent));
}

bool IsNobodysIp(std::string_view value) {
  const std::string_view address = Address(value);
  return StartsWith(address, "127.") || address == "0.0.0.0" || address == "::1" || address == "::";
}

bool IsHost(std::string_view value) {
  std::string_view last;
  size_t words = 0;
  if (!value.empty() && value.back() == '.') value.remove_suffix(1);
  return IsHostName(value, &last, &words) && words >= 2 && IsTopLevelDomain(last, words);
}

bool IsHostPort(std::string_view value, std::string_view* host) {
  const size_t colon = value.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = value.substr(colon + 1);
  if (port == "0" || !IsNumberUpTo(port, kMostPort)) return false;
  *host = value.substr(0, colon);
  if (IsIpv4(*host)) return true;
  if (host->front() == '[') {
    if (!IsIp(*host) || host->back() != ']') return false;
    *host = WithoutBrackets(*host);
    return true;
  }
  std::string_view last;
  size_t words = 0;
  return IsHostName(*host, &last, &words) && HasLetter(last);
}

bool IsEmail(std::string_view value) {
  const size_t at = value.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > kMostLocalBytes) return false;
  const std::string_view local = value.substr(0, at);
  constexpr std::string_view kMarks = "!#$%&'+-^_~.";  // not what delimits parts of a text
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) return false;
  for (const char c : local) {
    if (!IsAlnum(c) && (KindOf(c) & kHighByte) == 0 && kMarks.find(c) == std::string_view::npos) return false;
  }
  std::string_view last;
  size_t words = 0;
  if (!IsHostName(value.substr(at + 1), &last, &words) || words < 2 || last.size() < 2) return false;
  for (const char c : last) {
    if (!IsLetter(c)) return StartsWith(last, "xn--");
  }
  return true;
}

}  // namespace seriesguard
