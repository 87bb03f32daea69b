// SPDX-License-Identifier: Apache-2.0
//
// top_level_domain.cc: countries are bits by second letter, a row a first letter.
#include "analyzer/patterns/top_level_domain.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "analyzer/patterns/byte_profile.h"

namespace seriesguard {
namespace {

// kSecondLetters[i]: what may follow the letter 'a' + i. ISO 3166-1, and eu and uk.
constexpr std::array<std::string_view, 26> kSecondLetters = {"cdefgilmoqrstuwxz",
                                                             "abdefghijlmnoqrstvwyz",
                                                             "acdfghiklmnoruvwxyz",
                                                             "ejkmoz",
                                                             "cegrstu",
                                                             "ijkmor",
                                                             "abdefghilmnpqrstuwy",
                                                             "kmnrtu",
                                                             "delmnoqrst",
                                                             "emop",
                                                             "eghimnprwyz",
                                                             "abcikrstuvy",
                                                             "acdefghklmnopqrstuvwxyz",
                                                             "acefgilopruz",
                                                             "m",
                                                             "aefghklmnrstwy",
                                                             "a",
                                                             "eosuw",
                                                             "abcdeghijklmnorstvxyz",
                                                             "cdfghjklmnortvwz",
                                                             "agkmsyz",
                                                             "aceginu",
                                                             "fs",
                                                             "",
                                                             "et",
                                                             "amw"};

constexpr uint32_t BitsOf(std::string_view letters) {
  uint32_t bits = 0;
  for (const char c : letters) bits |= 1u << (c - 'a');
  return bits;
}

constexpr std::array<uint32_t, 26> MakeCountries() {
  std::array<uint32_t, 26> countries{};
  for (size_t i = 0; i < countries.size(); ++i) countries[i] = BitsOf(kSecondLetters[i]);
  return countries;
}
constexpr std::array<uint32_t, 26> kCountries = MakeCountries();

constexpr std::array<std::string_view, 8> kEndingsOfFiles = {"cc", "md", "pl", "ps", "py", "rs", "sh", "so"};

// Sorted.
constexpr std::array<std::string_view, 41> kNames = {
    "app",     "arpa",   "biz",     "cloud",   "club",        "cluster",   "com",  "consul",   "corp",
    "dev",     "edu",    "example", "gov",     "home",        "info",      "int",  "internal", "intranet",
    "invalid", "lan",    "live",    "local",   "localdomain", "localhost", "mil",  "mobi",     "name",
    "net",     "online", "org",     "private", "pro",         "shop",      "site", "store",    "svc",
    "systems", "tech",   "test",    "world",   "xyz"};

constexpr size_t kLongestName = 11;

}  // namespace

bool IsTopLevelDomain(std::string_view word, size_t words) {
  if (word.size() < 2 || word.size() > kLongestName) return false;
  std::array<char, kLongestName> lower{};
  for (size_t i = 0; i < word.size(); ++i) {
    if (!IsLetter(word[i])) return false;
    lower[i] = static_cast<char>(word[i] | 0x20);
  }
  const std::string_view name(lower.data(), word.size());
  if (name.size() > 2) return std::binary_search(kNames.begin(), kNames.end(), name);
  if ((kCountries[static_cast<size_t>(name[0] - 'a')] >> (name[1] - 'a') & 1) == 0) return false;
  return words > 2 || std::find(kEndingsOfFiles.begin(), kEndingsOfFiles.end(), name) == kEndingsOfFiles.end();
}

}  // namespace seriesguard
