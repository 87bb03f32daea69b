// SPDX-License-Identifier: Apache-2.0
//
// sha256.h: the digest by which a content security policy names a script or a style.
//
// Use:      by html_page.cc, over two texts that are fixed at build time.
// Threads:  a pure function.
// Cost:     some 5 ns a byte; a page hashes 40 KB.
// Source:   FIPS 180-4, sections 5.1.1, 5.3.3 and 6.2. Own code, because the one use does not pay for a cryptographic library
//           in the program; nothing secret is hashed.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_SHA256_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_SHA256_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace seriesguard {

// Returns the 32 bytes of the digest of `bytes`.
std::array<uint8_t, 32> Sha256(std::string_view bytes);

// Returns Sha256 in base64 with padding, 44 characters, as a policy has it behind "sha256-".
std::string Sha256Base64(std::string_view bytes);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_SHA256_H_
