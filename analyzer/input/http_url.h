// SPDX-License-Identifier: Apache-2.0
//
// http_url.h: an http or https address that somebody typed, in parts, and what of it may be shown.
//
// Use:      IsUrl() tells an address from a path; ParseHttpUrl() reads it; Text() is what is asked for, Name() is what a
//           person or a report sees.
// Threads:  plain data, pure functions.
// Errors:   a message never holds a user name, a password, a query or a fragment of what was typed.
// Source:   RFC 3986, and narrower than that on purpose: whatever two programs could read differently is refused, so
//           that the host that is checked here is the host that libcurl talks to. docs/input.md.
#ifndef SERIESGUARD_ANALYZER_INPUT_HTTP_URL_H_
#define SERIESGUARD_ANALYZER_INPUT_HTTP_URL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace seriesguard {

struct HttpUrl {
  bool is_https = false;
  std::string host;   // lower case; "[::1]" with its brackets
  uint16_t port = 0;  // that of the scheme where none was typed
  std::string path;   // begins with "/"; "/metrics" where none was typed
  std::string query;  // without "?"; may be a secret
  bool has_query = false;

  // "http://host:9100": what two addresses share that are one server. The scheme's own port is left out.
  std::string Origin() const;
  // Origin and path: what is shown.
  std::string Name() const;
  // What is asked for, query included.
  std::string Text() const;
  // Says whether the host is this machine by its name or number alone: localhost, 127.0.0.0/8, [::1].
  bool IsLoopback() const;
};

// Says whether `text` is meant as an address: begins with a scheme and "://". Whoever has a file of such a name writes
// "./" before it.
bool IsUrl(std::string_view text);

// Errors:   InvalidArgument: a scheme that is not http or https, an "@" (a user name and password in the address), a byte
//           that has no place in an address, an odd host or port. The message names the address as WithoutSecrets does.
absl::StatusOr<HttpUrl> ParseHttpUrl(std::string_view text);

// What of an argument may be shown: all of it, or of an address neither query nor fragment nor anything before an "@".
// Raw: print it through rules/safe_text.
std::string WithoutSecrets(std::string_view argument);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_HTTP_URL_H_
