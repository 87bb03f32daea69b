// SPDX-License-Identifier: Apache-2.0
//
// value_pattern.h: what kinds of text a label value can be.
//
// Source:   docs/patterns.md has every definition in full, with examples and near misses.
//
// A value has the first pattern of this list that holds; letters and digits are those of ASCII.
//   empty         no byte
//   uuid          8-4-4-4-12 hexadecimal digits, alone, in braces or behind urn:uuid:
//   timestamp     Unix seconds or milliseconds of 2001 to 2033, RFC 3339, dates and times in the usual notations, with
//                 every field in its range
//   ip            an IPv4 or IPv6 address; /prefix and %zone may follow
//   email         local@domain, where the domain has a dot and ends in letters
//   token         a JWT, Bearer or Basic credentials, or what issuers mark with a prefix (ghp_, sk_live_, AKIA ...)
//   url           scheme://
//   sql           a statement: its verb, and the word or shape that must follow the verb
//   stack_trace   at least one frame of a stack in the notation of a common language
//   path          starts with / and has no blank; a method and a blank may stand before it
//   host_port     host name, single word with a letter, or IP address, with a port of 1 to 65535
//   host          two or more words between dots, the last one a top-level domain or a name of private networks
//   version       two to four numbers between dots, two only behind `v` or `go`; a suffix may follow
//   hex_id        8 or more hexadecimal digits of both kinds, 16 or more letters a to f; with 0x or the name of a digest
//                 before them any number from 4 on; a MAC address
//   integer       decimal digits, a sign may stand before them
//   number        any other decimal number, an infinity, NaN
//   pod           a pod of a Deployment, CronJob or DaemonSet, as Kubernetes makes up its name
//   replicaset    a ReplicaSet, likewise
//   base64        whole groups of four that end in padding, or that decode to text, or that hold + or / and are mixed
//                 as no word is
//   token         20 or more letters, digits, _ and - that change their kind as no word does
//   text          two or more words with blanks between, half of the bytes letters
//   word          letters, digits and _-.:/+*#@ in 64 bytes or less, without a long number: what closed labels hold
//   other         anything else
#ifndef SERIESGUARD_ANALYZER_PATTERNS_VALUE_PATTERN_H_
#define SERIESGUARD_ANALYZER_PATTERNS_VALUE_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seriesguard {

enum class ValuePattern : uint8_t {
  kEmpty,
  kUuid,
  kTimestamp,
  kIp,
  kEmail,
  kToken,
  kUrl,
  kSql,
  kStackTrace,
  kPath,
  kHostPort,
  kHost,
  kVersion,
  kHexId,
  kInteger,
  kNumber,
  kPod,
  kReplicaSet,
  kBase64,
  kText,
  kWord,
  kOther,
};
inline constexpr size_t kValuePatterns = static_cast<size_t>(ValuePattern::kOther) + 1;

// Returns the name of the list above; a word that JSON and the text show.
std::string_view ValuePatternName(ValuePattern pattern);

// What of a value may belong to a person, or open a door. Bits, because a text can hold several.
using PersonalKinds = uint8_t;
inline constexpr PersonalKinds kPersonalNone = 0;
inline constexpr PersonalKinds kPersonalEmail = 1;
inline constexpr PersonalKinds kPersonalIp = 2;  // but loopback and unspecified addresses, which are nobody's
inline constexpr PersonalKinds kPersonalToken = 4;

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_VALUE_PATTERN_H_
