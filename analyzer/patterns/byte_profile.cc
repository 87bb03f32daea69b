// SPDX-License-Identifier: Apache-2.0
//
// byte_profile.cc: eight counters of eight bits lie in one number; after 255 bytes they are emptied.
#include "analyzer/patterns/byte_profile.h"

#include <algorithm>
#include <cstring>

namespace seriesguard {
namespace {

constexpr uint32_t KindOfByte(unsigned c) {
  if (c >= 0x80) return kHighByte;
  if (c >= '0' && c <= '9') return kDigitByte;
  if (c >= 'a' && c <= 'z') return c <= 'f' ? kHexLowerByte : kLowerByte;
  if (c >= 'A' && c <= 'Z') return c <= 'F' ? kHexUpperByte : kUpperByte;
  switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\r': return kBlankByte;
    case '.': return kDotByte;
    case ':': return kColonByte;
    case '/': return kSlashByte;
    case '-': return kDashByte;
    case '_': return kUnderscoreByte;
    case '@': return kAtByte;
    case '+': return kPlusByte;
    case '=': return kEqualsByte;
    case '%': return kPercentByte;
    case '*':
    case '#': return kStarByte;
    case '{':
    case '}': return kBraceByte;
    case '[':
    case ']': return kBracketByte;
    case ',': return kCommaByte;
    default: break;
  }
  return c < 0x20 || c == 0x7F ? kControlByte : kPunctuationByte;
}

// The counter that a kind adds to; 8 = none.
constexpr unsigned LaneOf(uint32_t kind) {
  if (kind == kDigitByte) return 0;
  if ((kind & (kLetterBytes | kHighByte)) != 0) return 1;
  if (kind == kBlankByte) return 2;
  if (kind == kDotByte) return 3;
  if (kind == kColonByte) return 4;
  if (kind == kSlashByte) return 5;
  if (kind == kDashByte || kind == kUnderscoreByte) return 6;
  return kind == kAtByte ? 7 : 8;
}

constexpr std::array<uint32_t, 256> MakeKinds() {
  std::array<uint32_t, 256> kinds{};
  for (unsigned c = 0; c < 256; ++c) kinds[c] = KindOfByte(c);
  return kinds;
}

constexpr std::array<uint64_t, 256> MakeCounters() {
  std::array<uint64_t, 256> counters{};
  for (unsigned c = 0; c < 256; ++c) {
    const unsigned lane = LaneOf(KindOfByte(c));
    counters[c] = lane == 8 ? 0 : uint64_t{1} << (8 * lane);
  }
  return counters;
}

constexpr std::array<uint64_t, 256> kCounters = MakeCounters();
constexpr size_t kMostInALane = 255;

}  // namespace

constexpr std::array<uint32_t, 256> kByteKinds = MakeKinds();

ByteProfile ProfileOf(std::string_view value) {
  ByteProfile profile;
  for (size_t at = 0; at < value.size();) {
    const size_t end = at + std::min(kMostInALane, value.size() - at);
    uint64_t sums = 0;
    uint32_t kinds = 0;
    for (; at + 8 <= end; at += 8) {  // eight bytes with one load
      uint64_t word = 0;
      std::memcpy(&word, value.data() + at, sizeof(word));
      for (int i = 0; i < 8; ++i) {
        kinds |= kByteKinds[word & 0xFF];
        sums += kCounters[word & 0xFF];
        word >>= 8;
      }
    }
    for (; at < end; ++at) {
      const unsigned char c = static_cast<unsigned char>(value[at]);
      kinds |= kByteKinds[c];
      sums += kCounters[c];
    }
    profile.kinds |= kinds;
    const auto lane = [sums](unsigned i) { return static_cast<size_t>(sums >> (8 * i) & 0xFF); };
    profile.digits += lane(0);
    profile.letters += lane(1);
    profile.blanks += lane(2);
    profile.dots += lane(3);
    profile.colons += lane(4);
    profile.slashes += lane(5);
    profile.dashes += lane(6);
    profile.signs += lane(7);
  }
  return profile;
}

}  // namespace seriesguard
