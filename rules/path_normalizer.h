// SPDX-License-Identifier: Apache-2.0
//
// path_normalizer.h: replaces what looks like an identifier in a path, /users/17/a1b2c3d4 -> /users/{id}/{id}.
//
// Use:      `normalize: path`, for services whose routes nobody has written down; `route:` is exact where they are.
// Threads:  pure functions.
// Errors:   none; every text has a form.
// Cost:     one step a byte, no table but 256 bytes of classes, no regular expression (bench/normalize_bench.cc).
//
// The rules
//   1. Query and fragment (from the first ? or #) are cut off; of a value with nothing before them, `/` stays.
//   2. A word is the longest run of ASCII letters, ASCII digits, bytes above 0x7F and percent-escapes (%20). Words end
//      at every other byte, such as / - _ . : , ~ and braces.
//   3. A word is an identifier when it is digits only; or hexadecimal digits, 8 or more with a digit among them or 16
//      or more; or 8-4-4-4-12 hexadecimal digits joined by hyphens (a UUID, letters alone do as well).
//   4. Each identifier becomes {id}; all other bytes stay.
// So v2, mp3, order66 and facade stay; 2024-01-31 becomes {id}-{id}-{id}, and lib-3.6.js becomes lib-{id}.{id}.js.
// Other kinds of identifiers (base64, ULID, names) are not recognised: use `replace:` or `route:` for them.
#ifndef SERIESGUARD_RULES_PATH_NORMALIZER_H_
#define SERIESGUARD_RULES_PATH_NORMALIZER_H_

#include <string>
#include <string_view>

namespace seriesguard {

// Returns `value` by the rules above. Normalising twice is normalising once.
//
// Requires:  `value` is not empty, and no view into `*scratch`.
// Lifetime:  the answer views `value` where no byte was replaced, else `*scratch`, whose old text is lost.
std::string_view NormalizePath(std::string_view value, std::string* scratch);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_PATH_NORMALIZER_H_
