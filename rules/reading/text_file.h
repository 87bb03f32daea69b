// SPDX-License-Identifier: Apache-2.0
//
// text_file.h: a small file that a person wrote, as bytes.
//
// Use:      for policies and for tests of policies; dumps are read by analyzer/input.
// Threads:  any; reads a file.
// Memory:   at most the bytes asked for and one more.
#ifndef SERIESGUARD_RULES_READING_TEXT_FILE_H_
#define SERIESGUARD_RULES_READING_TEXT_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace seriesguard {

// Returns the first `max_bytes` + 1 bytes of the file at `path`: enough to see that it is too large, without the rest.
//
// Errors:    NotFound, PermissionDenied, InvalidArgument (a folder), Unavailable (another error of the file system); the
//            message is "cannot read <what> <path>: ...".
absl::StatusOr<std::string> ReadTextFile(const std::string& path, std::string_view what, size_t max_bytes);

// Returns `text` without the byte order mark that some editors put in front.
std::string_view WithoutByteOrderMark(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_TEXT_FILE_H_
