// SPDX-License-Identifier: Apache-2.0
//
// flag_values.h: the values of flags: whole numbers, sizes, words of a closed list, files.
//
// Threads:  pure functions.
// Errors:   InvalidArgument that says what was expected and shows what was given, through safe_text.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_FLAG_VALUES_H_
#define SERIESGUARD_ANALYZER_COMMANDS_FLAG_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace seriesguard {

// Reads a whole number between `least` and `most`, digits only.
absl::StatusOr<uint64_t> ReadWholeNumber(std::string_view text, uint64_t least, uint64_t most);

// Reads bytes: "65536", "512K", "64M", "1.5G", "2GiB", "100MB". K, M, G, T and KiB, MiB, ... are powers of 1,024; kB,
// KB, MB, GB, TB are powers of 1,000. At least one byte.
absl::StatusOr<uint64_t> ReadByteSize(std::string_view text);

// Returns the index of `text` in `words`.
absl::StatusOr<size_t> ReadWord(std::string_view text, const std::vector<std::string_view>& words);

// Sets `field`, which may be what `text` views, to the path of a file. An address is refused: it would fail later, in a
// message that shows what may be a password.
absl::Status ReadFilePath(std::string_view text, std::string* field);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_FLAG_VALUES_H_
