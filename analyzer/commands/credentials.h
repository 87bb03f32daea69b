// SPDX-License-Identifier: Apache-2.0
//
// credentials.h: the Authorization header of a run, from a file or the environment, never from the command line.
//
// Use:      once a run that reads addresses.
// Threads:  one.
// Errors:   InvalidArgument, safe to print; never holds a byte of a secret.
// Source:   RFC 6750 section 2.1, RFC 7617.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_CREDENTIALS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_CREDENTIALS_H_

#include <string>

#include "absl/status/statusor.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

// Returns the value of the header, "Bearer ..." or "Basic ...", or nothing where no credentials were given. A file that
// a flag names beats the environment. Blanks and line ends around a secret are cut off, as the server does.
//
// Errors:    two kinds at once, a file that cannot be read or holds more than 64 KiB, an empty secret, one with a control
//            character in it (it would begin another header), user:password without a colon.
absl::StatusOr<std::string> ReadAuthorization(const UrlOptions& options, const FetchEnvironment& environment);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_CREDENTIALS_H_
