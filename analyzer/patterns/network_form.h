// SPDX-License-Identifier: Apache-2.0
//
// network_form.h: addresses of machines and of people.
//
// Threads:  pure functions.
// Cost:     linear in the value.
// Source:   docs/patterns.md; RFC 4291 section 2.2 and RFC 4007 section 11 (IPv6), RFC 5321 (mail), RFC 1123 (host names).
#ifndef SERIESGUARD_ANALYZER_PATTERNS_NETWORK_FORM_H_
#define SERIESGUARD_ANALYZER_PATTERNS_NETWORK_FORM_H_

#include <string_view>

namespace seriesguard {

// Four numbers of 0 to 255 without leading zeros.
bool IsIpv4(std::string_view value);

// Eight groups, or fewer around one `::`; the last two may be written as an IPv4 address.
bool IsIpv6(std::string_view value);

// An address of either kind; brackets around IPv6, %zone behind IPv6, /prefix behind both.
bool IsIp(std::string_view value);

// Says whether an IP address (IsIp) is that of nobody: loopback or unspecified.
bool IsNobodysIp(std::string_view value);

// Two or more words between dots, of which the last is a top-level domain or a name of private networks; a dot may end it.
bool IsHost(std::string_view value);

// A host with a port; `*host` is what stands before the colon (without brackets).
bool IsHostPort(std::string_view value, std::string_view* host);

bool IsEmail(std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_NETWORK_FORM_H_
