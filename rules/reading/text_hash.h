// SPDX-License-Identifier: Apache-2.0
//
// text_hash.h: the fingerprint by which two sides tell whether they run the same policy.
//
// Threads:  pure function.
// Source:   XXH3, 64 bits, default secret: the same on every machine. It tells policies apart that people wrote; it is no
//           defence against somebody who builds two texts with one fingerprint.
#ifndef SERIESGUARD_RULES_READING_TEXT_HASH_H_
#define SERIESGUARD_RULES_READING_TEXT_HASH_H_

#include <string>
#include <string_view>

namespace seriesguard {

// Returns 16 lower-case hex digits.
std::string TextHash(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_TEXT_HASH_H_
