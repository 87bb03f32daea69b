// SPDX-License-Identifier: Apache-2.0
//
// http_url.cc: reads from left to right and rebuilds the address from its parts.
#include "analyzer/input/http_url.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxUrlBytes = 8192;
constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;
constexpr std::string_view kDefaultPath = "/metrics";  // the server's own default, metrics_path

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string LowerText(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

// Bytes of the scheme of `text`, 0 where it has none.
size_t SchemeSize(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && (IsLetter(text[size]) || (size > 0 && (IsDigit(text[size]) || text[size] == '+' ||
                                                                      text[size] == '-' || text[size] == '.')))) {
    ++size;
  }
  return text.substr(size, 3) == "://" ? size : 0;
}

absl::Status Refused(std::string_view text, std::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(WithoutSecrets(text), ": ", std::string(reason)));
}

bool IsHostName(std::string_view host) {
  return !host.empty() && host.front() != '-' && host.front() != '.' &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '_'; });
}

bool IsBracketedAddress(std::string_view host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' &&
         std::all_of(host.begin() + 1, host.end() - 1,
                     [](char c) { return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f') || c == ':' || c == '.'; });
}

}  // namespace

std::string HttpUrl::Origin() const {
  std::string origin = absl::StrCat(is_https ? "https://" : "http://", host);
  if (port != (is_https ? kHttpsPort : kHttpPort)) absl::StrAppend(&origin, ":", port);
  return origin;
}

std::string HttpUrl::Name() const { return absl::StrCat(Origin(), path); }

std::string HttpUrl::Text() const { return absl::StrCat(Name(), has_query ? "?" : "", query); }

bool HttpUrl::IsLoopback() const {
  if (host == "localhost" || host == "[::1]") return true;
  return host.compare(0, 4, "127.") == 0 &&
         std::all_of(host.begin(), host.end(), [](char c) { return IsDigit(c) || c == '.'; });
}

bool IsUrl(std::string_view text) { return SchemeSize(text) > 0; }

std::string WithoutSecrets(std::string_view argument) {
  const size_t scheme = SchemeSize(argument);
  if (scheme == 0) return std::string(argument);
  std::string_view rest = argument.substr(scheme + 3);
  // The last "@" of all, wherever it stands: a password may hold "/", "?" and "#" where somebody forgot to escape it.
  const size_t at = rest.rfind('@');
  const bool has_user = at != std::string_view::npos;
  if (has_user) rest.remove_prefix(at + 1);
  rest = rest.substr(0, rest.find_first_of("?#"));
  return absl::StrCat(std::string(argument.substr(0, scheme + 3)), std::string(rest));
}

absl::StatusOr<HttpUrl> ParseHttpUrl(std::string_view text) {
  const std::string scheme = LowerText(text.substr(0, SchemeSize(text)));
  if (scheme != "http" && scheme != "https") {
    return Refused(text, "only http:// and https:// are read; put ./ before the name of a file");
  }
  if (text.size() > kMaxUrlBytes) return Refused(text.substr(0, 80), "an address of more than 8192 bytes");
  if (text.find('@') != std::string_view::npos) {
    return Refused(text,
                   "a user name or password in an address ends up in process lists and logs; give it with "
                   "--basic-auth-file or SERIESGUARD_BASIC_AUTH (an @ elsewhere is written %40)");
  }
  const bool is_clean = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  if (!is_clean) return Refused(text, "a byte that has no place in an address; write it as %XX");
  HttpUrl url;
  url.is_https = scheme == "https";
  std::string_view rest = text.substr(scheme.size() + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    url.has_query = true;
    url.query = std::string(rest.substr(question + 1));
    rest = rest.substr(0, question);
  }
  const size_t slash = std::min(rest.find('/'), rest.size());
  url.path = std::string(slash == rest.size() ? kDefaultPath : rest.substr(slash));
  std::string_view authority = rest.substr(0, slash);
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = LowerText(authority.substr(0, colon));
  if (!IsHostName(url.host) && !IsBracketedAddress(url.host)) {
    return Refused(text, "expected a host behind ://, such as localhost:9100 or [::1]:9100");
  }
  url.port = url.is_https ? kHttpsPort : kHttpPort;
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || url.port == 0) {
      return Refused(text, "expected a port from 1 to 65535 behind the host");
    }
  }
  return url;
}

}  // namespace seriesguard
