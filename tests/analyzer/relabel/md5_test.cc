// SPDX-License-Identifier: Apache-2.0
//
// md5_test.cc: the test vectors of RFC 1321, and every length around the end of a block.
#include "analyzer/relabel/md5.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <string>

namespace seriesguard {
namespace {

std::string Hex(std::string_view message) {
  std::string hex;
  for (const uint8_t byte : Md5(message)) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    hex += digits;
  }
  return hex;
}

TEST(Md5, HasTheDigestsOfTheRfc) {
  EXPECT_EQ(Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Hex("a"), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(Hex("abcdefghijklmnopqrstuvwxyz"), "c3fcd3d76192e4007dfb496cca67e13b");
  EXPECT_EQ(Hex("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), "d174ab98d277d9f5a5611c2c9f419d9f");
  EXPECT_EQ(Hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5, TellsLengthsAroundABlockApart) {
  std::set<std::string> digests;
  for (size_t length = 0; length <= 200; ++length) digests.insert(Hex(std::string(length, 'x')));
  EXPECT_EQ(digests.size(), 201u);
}

}  // namespace
}  // namespace seriesguard
