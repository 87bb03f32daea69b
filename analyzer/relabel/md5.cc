// SPDX-License-Identifier: Apache-2.0
//
// md5.cc: the table of constants is computed, as the RFC defines it: the first 32 bits of |sin(i)|.
#include "analyzer/relabel/md5.h"

#include <cmath>
#include <cstddef>
#include <string>

namespace seriesguard {
namespace {

constexpr int kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

const std::array<uint32_t, 64>& Sines() {
  static const std::array<uint32_t, 64> kSines = [] {
    std::array<uint32_t, 64> sines;
    for (size_t i = 0; i < sines.size(); ++i) {
      sines[i] = static_cast<uint32_t>(std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
    }
    return sines;
  }();
  return kSines;
}

uint32_t Rotate(uint32_t word, int by) { return (word << by) | (word >> (32 - by)); }

void Transform(const unsigned char* block, std::array<uint32_t, 4>* state) {
  uint32_t words[16];
  for (size_t i = 0; i < 16; ++i) {
    words[i] = uint32_t{block[4 * i]} | uint32_t{block[4 * i + 1]} << 8 | uint32_t{block[4 * i + 2]} << 16 |
               uint32_t{block[4 * i + 3]} << 24;
  }
  auto [a, b, c, d] = *state;
  for (size_t i = 0; i < 64; ++i) {
    const size_t round = i / 16;
    uint32_t mixed = 0;
    size_t word = 0;
    switch (round) {
      case 0: mixed = (b & c) | (~b & d), word = i; break;
      case 1: mixed = (b & d) | (c & ~d), word = (5 * i + 1) % 16; break;
      case 2: mixed = b ^ c ^ d, word = (3 * i + 5) % 16; break;
      default: mixed = c ^ (b | ~d), word = (7 * i) % 16; break;
    }
    const uint32_t next = b + Rotate(a + mixed + words[word] + Sines()[i], kShifts[round][i % 4]);
    a = d;
    d = c;
    c = b;
    b = next;
  }
  (*state)[0] += a;
  (*state)[1] += b;
  (*state)[2] += c;
  (*state)[3] += d;
}

}  // namespace

std::array<uint8_t, 16> Md5(std::string_view message) {
  std::array<uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
  size_t done = 0;
  for (; message.size() - done >= 64; done += 64) Transform(bytes + done, &state);
  std::string rest(message.substr(done));
  rest.push_back('\x80');
  while (rest.size() % 64 != 56) rest.push_back('\0');
  const uint64_t bits = uint64_t{message.size()} * 8;
  for (int i = 0; i < 8; ++i) rest.push_back(static_cast<char>(bits >> (8 * i)));
  const auto* const tail = reinterpret_cast<const unsigned char*>(rest.data());
  for (size_t i = 0; i < rest.size(); i += 64) Transform(tail + i, &state);
  std::array<uint8_t, 16> digest;
  for (size_t i = 0; i < 16; ++i) digest[i] = static_cast<uint8_t>(state[i / 4] >> (8 * (i % 4)));
  return digest;
}

}  // namespace seriesguard
