// SPDX-License-Identifier: Apache-2.0
//
// md5.h: MD5, for `hashmod` only: a server spreads series over shards with it.
//
// Threads:  pure function.
// Source:   RFC 1321. It protects nothing here and must not be used where something is to be protected.
#ifndef SERIESGUARD_ANALYZER_RELABEL_MD5_H_
#define SERIESGUARD_ANALYZER_RELABEL_MD5_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace seriesguard {

// Returns the 16 bytes of the digest.
std::array<uint8_t, 16> Md5(std::string_view message);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_MD5_H_
