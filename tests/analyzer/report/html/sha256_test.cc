// SPDX-License-Identifier: Apache-2.0
//
// sha256_test.cc: the examples of FIPS 180-4, and every way in which a text can end within a block.
#include "analyzer/report/html/sha256.h"

#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : Sha256(bytes)) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Made once with hashlib of Python: sha256 over the digests of 0 to 200 times byte 0xA5, one after the other.
TEST(Sha256, EndsATextOfEveryLength) {
  std::string digests;
  for (size_t length = 0; length <= 200; ++length) {
    for (const uint8_t byte : Sha256(std::string(length, '\xA5'))) digests.push_back(static_cast<char>(byte));
  }
  EXPECT_EQ(Hex(digests), "68557379ad49542b6f8cbd24f3ecf2f70028f104783ee1475f1e12bef88a8bae");
}

TEST(Sha256, IsWrittenInBase64WithPadding) {
  EXPECT_EQ(Sha256Base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(Sha256Base64("").size(), 44u);
}

}  // namespace
}  // namespace seriesguard
