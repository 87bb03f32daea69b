// SPDX-License-Identifier: Apache-2.0
//
// id_form.cc: see the header.
//
// Kubernetes writes a hash of a pod template as decimal digits, each of which it maps to one of ten letters and digits
// of its alphabet; the random end of a pod's name uses the whole alphabet, in which no word can be spelt.
#include "analyzer/patterns/id_form.h"

#include <array>
#include <cstdint>

namespace seriesguard {
namespace {

constexpr size_t kUuidBytes = 36;
constexpr size_t kLeastHexWithDigit = 8;
constexpr size_t kLeastHexOfLetters = 16;
constexpr size_t kLeastMarkedHex = 4;
constexpr size_t kMacBytes = 17;
constexpr size_t kMostVersionDigits = 6;
constexpr size_t kMostVersionBytes = 64;
constexpr size_t kPodSuffixBytes = 5;
constexpr size_t kLeastHashBytes = 8, kMostHashBytes = 10;
constexpr size_t kLeastJobDigits = 8, kMostJobDigits = 10;
constexpr size_t kMostNameBytes = 253;
constexpr std::string_view kHashAlphabet = "456789bcdf";
constexpr std::string_view kSuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::array<std::string_view, 5> kDigests = {"sha256:", "sha512:", "sha1:", "md5:", "0x"};

bool IsUuidDigits(std::string_view text) {
  if (text.size() != kUuidBytes) return false;
  for (size_t i = 0; i < kUuidBytes; ++i) {
    const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_hyphen ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return true;
}

bool IsAllHex(std::string_view text) {
  for (const char c : text) {
    if (!IsHexDigit(c)) return false;
  }
  return true;
}

bool IsMac(std::string_view value) {
  if (value.size() != kMacBytes || (value[2] != ':' && value[2] != '-')) return false;
  for (size_t i = 0; i < kMacBytes; ++i) {
    if (i % 3 == 2 ? value[i] != value[2] : !IsHexDigit(value[i])) return false;
  }
  return true;
}

// Bits of a byte: it can stand in the hash of a pod template, in the random end of a pod's name.
constexpr uint8_t kHashByte = 1, kSuffixByte = 2;

constexpr std::array<uint8_t, 256> MakeMembers() {
  std::array<uint8_t, 256> members{};
  for (const char c : kHashAlphabet) members[static_cast<unsigned char>(c)] = kHashByte;
  for (const char c : kSuffixAlphabet) {
    const size_t i = static_cast<unsigned char>(c);
    members[i] = static_cast<uint8_t>(members[i] | kSuffixByte);
  }
  return members;
}
constexpr std::array<uint8_t, 256> kMembers = MakeMembers();

bool IsOf(std::string_view text, uint8_t member) {
  for (const char c : text) {
    if ((kMembers[static_cast<unsigned char>(c)] & member) == 0) return false;
  }
  return true;
}

bool HasDigit(std::string_view text) {
  for (const char c : text) {
    if (IsDigit(c)) return true;
  }
  return false;
}

bool IsHash(std::string_view text) {
  return text.size() >= kLeastHashBytes && text.size() <= kMostHashBytes && IsOf(text, kHashByte) && HasDigit(text);
}

// A number before the suffix of a pod: the minute for which a CronJob ran, or a hash of Kubernetes before 1.9.
bool IsJobNumber(std::string_view text) {
  if (text.size() < kLeastJobDigits || text.size() > kMostJobDigits) return false;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return true;
}

bool IsKubernetesBase(std::string_view name) {
  if (name.empty() || name.size() > kMostNameBytes || name.front() == '-' || name.back() == '-') return false;
  for (const char c : name) {
    if ((KindOf(c) & (kLowerBytes | kDigitByte | kDashByte | kDotByte)) == 0) return false;
  }
  return true;
}

}  // namespace

bool IsUuid(std::string_view value) {
  if (value.size() == kUuidBytes) return IsUuidDigits(value);
  if (value.size() == kUuidBytes + 2 && value.front() == '{' && value.back() == '}') {
    return IsUuidDigits(value.substr(1, kUuidBytes));
  }
  constexpr std::string_view kUrn = "urn:uuid:";
  return StartsWith(value, kUrn) && IsUuidDigits(value.substr(kUrn.size()));
}

bool IsHexId(std::string_view value, const ByteProfile& profile) {
  if (profile.HasOnly(kHexBytes)) {
    if (profile.digits == 0) return value.size() >= kLeastHexOfLetters;
    return profile.letters > 0 && value.size() >= kLeastHexWithDigit;
  }
  if (IsMac(value)) return true;
  if (profile.colons == 0 && value[1] != 'x') return false;
  for (const std::string_view digest : kDigests) {
    if (StartsWith(value, digest)) {
      return value.size() >= digest.size() + kLeastMarkedHex && IsAllHex(value.substr(digest.size()));
    }
  }
  return false;
}

bool IsNumber(std::string_view value) {
  if (!value.empty() && (value[0] == '+' || value[0] == '-')) value.remove_prefix(1);
  if (value == "Inf" || value == "inf" || value == "NaN" || value == "nan" || value == "Infinity") return true;
  size_t at = 0, digits = 0;
  const auto skip_digits = [&] {
    const size_t start = at;
    while (at < value.size() && IsDigit(value[at])) ++at;
    return at - start;
  };
  digits = skip_digits();
  if (at < value.size() && value[at] == '.') {
    ++at;
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (at < value.size() && (value[at] | 0x20) == 'e') {
    ++at;
    if (at < value.size() && (value[at] == '+' || value[at] == '-')) ++at;
    if (skip_digits() == 0) return false;
  }
  return at == value.size();
}

bool IsVersion(std::string_view value) {
  if (value.size() > kMostVersionBytes) return false;
  bool is_marked = false;
  if (StartsWith(value, "go")) {
    value.remove_prefix(2);
    is_marked = true;
  } else if (!value.empty() && (value[0] | 0x20) == 'v') {
    value.remove_prefix(1);
    is_marked = true;
  }
  size_t numbers = 0, at = 0;
  while (true) {
    const size_t start = at;
    while (at < value.size() && IsDigit(value[at])) ++at;
    if (at == start || at - start > kMostVersionDigits) return false;
    ++numbers;
    if (numbers == 4 || at + 1 >= value.size() || value[at] != '.' || !IsDigit(value[at + 1])) break;
    ++at;
  }
  if (numbers < (is_marked ? 2u : 3u)) return false;
  if (at == value.size()) return true;
  // The suffix: behind a mark anything of a version's alphabet, or letters at once (1.1.1k, 2.0.0rc1).
  if (!IsLetter(value[at]) && std::string_view("-+_~").find(value[at]) == std::string_view::npos) return false;
  if (!IsLetter(value[at]) && at + 1 == value.size()) return false;
  for (const char c : value.substr(at)) {
    if (!IsAlnum(c) && std::string_view("-+_~.").find(c) == std::string_view::npos) return false;
  }
  return true;
}

KubernetesName ReadKubernetesName(std::string_view value) {
  KubernetesName name;
  const size_t last = value.rfind('-');
  if (last == std::string_view::npos || last == 0) return name;
  const std::string_view tail = value.substr(last + 1);
  const std::string_view head = value.substr(0, last);
  const bool is_hash = IsHash(tail);
  if (!is_hash && (tail.size() != kPodSuffixBytes || !IsOf(tail, kSuffixByte))) return name;
  if (!IsKubernetesBase(head)) return name;
  if (is_hash) {
    name.pattern = ValuePattern::kReplicaSet;
    name.base_bytes = last;
    return name;
  }
  const size_t before = head.rfind('-');
  if (before != std::string_view::npos && before > 0) {
    const std::string_view owner = head.substr(before + 1);
    name.is_job = IsJobNumber(owner) && !IsHash(owner);
    name.has_owner = IsHash(owner) || name.is_job;
  }
  if (!name.has_owner && !HasDigit(tail)) return name;
  name.pattern = ValuePattern::kPod;
  name.base_bytes = name.has_owner ? before : last;
  return name;
}

}  // namespace seriesguard
