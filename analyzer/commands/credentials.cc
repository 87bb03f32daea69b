// SPDX-License-Identifier: Apache-2.0
//
// credentials.cc: read, cut, held against what a header may hold.
#include "analyzer/commands/credentials.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxSecretBytes = size_t{64} << 10;

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return absl::InvalidArgumentError(absl::StrCat("cannot read ", SafeText(path), ": ", strerror(errno)));
  std::string text(kMaxSecretBytes + 1, '\0');
  size_t size = 0;
  ssize_t got = 0;
  int error = 0;
  while (size < text.size() && (got = read(fd, text.data() + size, text.size() - size)) != 0) {
    if (got > 0) {
      size += static_cast<size_t>(got);
    } else if (errno != EINTR) {
      error = errno;
      break;
    }
  }
  close(fd);
  if (error != 0)
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", SafeText(path), ": ", strerror(error)));
  if (size > kMaxSecretBytes) {
    return absl::InvalidArgumentError(absl::StrCat(SafeText(path), " holds more than ", kMaxSecretBytes, " bytes"));
  }
  text.resize(size);
  return text;
}

// The secret of one kind and where it came from; empty where it was not given.
struct Secret {
  std::string text;
  std::string origin;
};

absl::StatusOr<Secret> ReadSecret(const std::string& path, const std::string& variable, const char* variable_name) {
  Secret secret{variable, variable_name};
  if (!path.empty()) {
    absl::StatusOr<std::string> text = ReadSecretFile(path);
    if (!text.ok()) return text.status();
    secret = {*text, SafeText(path)};
  } else if (variable.empty()) {
    return secret;
  }
  constexpr char kBlanks[] = " \t\r\n";
  const size_t begin = std::min(secret.text.find_first_not_of(kBlanks), secret.text.size());
  secret.text = secret.text.substr(begin, secret.text.find_last_not_of(kBlanks) + 1 - begin);
  if (secret.text.empty()) return absl::InvalidArgumentError(absl::StrCat(secret.origin, " holds no secret"));
  const bool is_clean = std::none_of(secret.text.begin(), secret.text.end(),
                                     [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; });
  if (!is_clean) {
    return absl::InvalidArgumentError(
        absl::StrCat(secret.origin, " holds a control character or a second line, which no header may have"));
  }
  return secret;
}

}  // namespace

absl::StatusOr<std::string> ReadAuthorization(const UrlOptions& options, const FetchEnvironment& environment) {
  const bool has_file = !options.bearer_token_file.empty() || !options.basic_auth_file.empty();
  const FetchEnvironment variables = has_file ? FetchEnvironment() : environment;
  const absl::StatusOr<Secret> bearer =
      ReadSecret(options.bearer_token_file, variables.bearer_token, "SERIESGUARD_BEARER_TOKEN");
  if (!bearer.ok()) return bearer.status();
  const absl::StatusOr<Secret> basic =
      ReadSecret(options.basic_auth_file, variables.basic_auth, "SERIESGUARD_BASIC_AUTH");
  if (!basic.ok()) return basic.status();
  if (!bearer->text.empty() && !basic->text.empty()) {
    return absl::InvalidArgumentError("a bearer token and a user with password are both given; one is enough");
  }
  if (!bearer->text.empty()) return absl::StrCat("Bearer ", bearer->text);
  if (basic->text.empty()) return std::string();
  if (basic->text.find(':') == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(basic->origin, ": expected user:password"));
  }
  return absl::StrCat("Basic ", absl::Base64Escape(basic->text));
}

}  // namespace seriesguard
