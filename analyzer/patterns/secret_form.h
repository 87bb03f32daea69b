// SPDX-License-Identifier: Apache-2.0
//
// secret_form.h: what opens a door, and what only looks as mixed: tokens and base64.
//
// Threads:  pure functions.
// Cost:     linear in the value.
// Source:   docs/patterns.md; RFC 7519 (JWT), RFC 6750 (bearer tokens), RFC 4648 (base64).
//
// A change of kind is a place where a lower-case letter, a capital or a digit stands beside one of another kind, but for
// a capital before a lower-case letter, which is how words begin. Words in camelCase change once in six letters; random
// letters and digits change more than twice as often.
#ifndef SERIESGUARD_ANALYZER_PATTERNS_SECRET_FORM_H_
#define SERIESGUARD_ANALYZER_PATTERNS_SECRET_FORM_H_

#include <string_view>

#include "analyzer/patterns/byte_profile.h"

namespace seriesguard {

// A JWT, Bearer or Basic credentials, or one of the prefixes that issuers give.
bool IsMarkedToken(std::string_view value);

// 20 to 512 letters, digits, _ and -, of which a change of kind is at every fourth place or more; at most one in eight
// is _ or -. Requires: `profile` is that of `value`.
bool IsRandomToken(std::string_view value, const ByteProfile& profile);

struct Base64Answer {
  bool is_base64 = false;
  bool is_text = false;  // decodes to printable UTF-8; else it may be a key
};
Base64Answer ReadBase64(std::string_view value, const ByteProfile& profile);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_SECRET_FORM_H_
